import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execFilePromise = promisify(execFile);

/** Runs a shell script in a network namespace of its own, which is gone afterwards with everything in it. @throws if it fails */
export function inNewNamespace(script: string): string {
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-e', '-c', script], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`in a network namespace: exit ${String(status)}: ${stderr.slice(0, 4000)}`);
  return stdout;
}

/** What the kernel says of itself, in nft's JSON, once each of the texts has been loaded in a transaction of its own. */
export function rulesetAfter(texts: readonly string[]): string {
  const directory = written(texts);
  try {
    return inNewNamespace(`for file in ${directory}/*.nft; do nft -f $file; done; nft -j list ruleset`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What the kernel says of itself after each of the texts, when that is all there is. */
export async function rulesetsOf(texts: readonly string[]): Promise<string[]> {
  const directory = written(texts);
  try {
    const script = `cd ${directory}; for file in $(ls); do nft -f $file; nft -j list ruleset >$file.json; nft flush ruleset; done`;
    await execFilePromise('unshare', ['--net', 'sh', '-e', '-c', script]);
    return texts.map((_, index) => readFileSync(join(directory, `${fileName(index)}.json`), 'utf8'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function written(texts: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-nft-'));
  texts.forEach((text, index) => writeFileSync(join(directory, fileName(index)), text));
  return directory;
}

function fileName(index: number): string {
  return `${String(index).padStart(5, '0')}.nft`;
}
