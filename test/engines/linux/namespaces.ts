import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a shell script in a network namespace of its own, which is gone afterwards with everything in it. @throws if it fails */
export function inNewNamespace(script: string): string {
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-e', '-c', script], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`in a network namespace: exit ${String(status)}: ${stderr.slice(0, 4000)}`);
  return stdout;
}

/** What the kernel says of itself, in nft's JSON, once each of the texts has been loaded in a transaction of its own. */
export function rulesetAfter(texts: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-nft-'));
  try {
    texts.forEach((text, index) => writeFileSync(join(directory, `${String(index).padStart(5, '0')}.nft`), text));
    return inNewNamespace(`for file in ${directory}/*.nft; do nft -f $file; done; nft -j list ruleset`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Two network namespaces with a wire between them, and what to run in them. */
export interface Pair {
  readonly server: Place;
  readonly client: Place;
}

export interface Place {
  readonly ipv4: string;
  readonly ipv6: string;
  /** Runs a program to its end. @throws if it fails */
  run(input: string, ...command: string[]): string;
  /** Runs a program until the pair is gone. */
  start(...command: string[]): void;
}

let pairs = 0;

/** Makes a pair, and takes it apart again whatever happens. */
export async function withPair(use: (pair: Pair) => Promise<void>): Promise<void> {
  const names = ['s', 'c'].map((side) => `ms-${process.pid}-${pairs}${side}`);
  const children: ChildProcess[] = [];
  pairs += 1;
  try {
    for (const name of names) run('', 'ip', 'netns', 'add', name);
    run('', 'ip', '-n', names[0], 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', names[1]);
    const [server, client] = names.map((name, index) => placeIn(name, index + 1, children));
    await use({ server, client });
  } finally {
    children.forEach((child) => child.kill('SIGKILL'));
    for (const name of names) spawnSync('ip', ['netns', 'del', name]);
  }
}

function placeIn(name: string, number: number, children: ChildProcess[]): Place {
  const [ipv4, ipv6] = [`10.97.0.${number}`, `fd97::${number}`];
  run('', 'ip', '-n', name, 'addr', 'add', `${ipv4}/24`, 'dev', 'eth0');
  run('', 'ip', '-n', name, 'addr', 'add', `${ipv6}/64`, 'dev', 'eth0', 'nodad');
  for (const link of ['lo', 'eth0']) run('', 'ip', '-n', name, 'link', 'set', link, 'up');
  return {
    ipv4,
    ipv6,
    run: (input, ...command) => run(input, 'ip', 'netns', 'exec', name, ...command),
    start: (...command) => void children.push(spawn('ip', ['netns', 'exec', name, ...command], { stdio: 'ignore' })),
  };
}

function run(input: string, ...[program, ...args]: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${String(status)}: ${stderr.slice(0, 4000)}`);
  return stdout;
}
