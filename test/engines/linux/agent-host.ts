import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinuxBundle, linuxBundle, packBundle } from '../../../lib/platforms/linux/bundle';
import { BundleSettings } from '../../../lib/platforms/linux/bundle-settings';
import { LinuxHostPlan } from '../../../lib/platforms/linux/plan-types';

export const SERVER = '10.98.0.1';
export const CLIENT = '10.98.0.2';
export const TABLE = 'microseg_test';
export const MANAGEMENT_PORT = 22;
/** Something listens there, and no bundle admits it. */
export const CLOSED_PORT = 9;
const LISTENING = [MANAGEMENT_PORT, CLOSED_PORT, 443, 444];
const NO_ANSWER_SECONDS = '0.4';

/** A workload that admits the client to these TCP ports, and its administrators to SSH. */
export function bundleFor(
  ports: readonly number[], settings: Partial<BundleSettings> = {}, host: Partial<LinuxHostPlan> = {},
): LinuxBundle {
  const set = (name: string, end: 'ingress' | 'egress', family: 4 | 6, open: readonly number[]) => ({
    name, end, family, timed: false, exact: name.endsWith('_exact'),
    elements: open.map((port) => ({ address: CLIENT, protocols: [6, 6] as const, selectors: [port, port] as const })),
  });
  return linuxBundle({
    policy: 'Payments', workload: 'Web', mode: 'enforce', table: TABLE, values: [], containerInterfaces: [],
    sets: [
      set('in4_exact', 'ingress', 4, ports), set('in4', 'ingress', 4, []), set('in6', 'ingress', 6, []),
      set('out4', 'egress', 4, []), set('out6', 'egress', 6, []),
    ],
    management: { 4: [{ address: '10.98.0.0/24', ports: [MANAGEMENT_PORT, MANAGEMENT_PORT] }], 6: [] },
    log: { group: 100, ratePerSecond: 100, burst: 100 },
    logPrefixes: { undeclared: { ingress: 'i', egress: 'e' }, new: { ingress: 'ni', egress: 'ne' } },
    ...host,
  }, { confirmSeconds: 60, onFailure: 'closed', onDrift: 'restore', cutRemovedConnections: true, ...settings }, 'Test');
}

export interface Ran {
  readonly status: number | null;
  readonly said: string;
}

/** A host in a network namespace with the agent installed below a root directory of its own, and a client in another. */
export class AgentHost {
  private static count = 0;
  public readonly directory = mkdtempSync(join(tmpdir(), 'microseg-agent-'));
  public readonly root = join(this.directory, 'root');
  public readonly state = join(this.root, 'var/lib/microseg');
  private readonly server = `ms-${process.pid}-${AgentHost.count}s`;
  private readonly client = `ms-${process.pid}-${AgentHost.count++}c`;
  private readonly children: ChildProcess[] = [];

  public constructor(private readonly shell: readonly string[]) {
    this.must('ip', 'netns', 'add', this.server);
    this.must('ip', 'netns', 'add', this.client);
    this.must('ip', '-n', this.server, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.client);
    for (const [space, address] of [[this.server, SERVER], [this.client, CLIENT]]) {
      this.must('ip', '-n', space, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
      for (const link of ['lo', 'eth0']) this.must('ip', '-n', space, 'link', 'set', link, 'up');
    }
    for (const port of LISTENING) this.start(this.server, 'socat', `TCP-LISTEN:${port},fork,reuseaddr`, 'EXEC:cat');
    const agent = this.write('installer', bundleFor([]));
    this.expectDone(this.inHost({}, ...this.shell, join(agent, 'microseg-agent'), 'install', agent));
  }

  /** Runs the installed agent. */
  public agent(...args: string[]): Ran {
    return this.agentIn({}, ...args);
  }

  public agentIn(env: NodeJS.ProcessEnv, ...args: string[]): Ran {
    return this.inHost(env, ...this.shell, this.agentPath, ...args);
  }

  public agentLater(...args: string[]): Promise<number | null> {
    const child = spawn('ip', ['netns', 'exec', this.server, ...this.shell, this.agentPath, ...args], { env: this.env({}), stdio: 'ignore' });
    return new Promise((resolve) => { child.on('exit', resolve); });
  }

  /** The same in a session of its own, so that all of it can be killed at once. */
  public agentAlone(env: NodeJS.ProcessEnv, ...args: string[]): Ran {
    return this.inHost(env, '/usr/bin/setsid', '-w', ...this.shell, this.agentPath, ...args);
  }

  public inHost(env: NodeJS.ProcessEnv, ...command: string[]): Ran {
    const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', this.server, ...command], { encoding: 'utf8', env: this.env(env) });
    return { status, said: stdout + stderr };
  }

  public inForce(ports: readonly number[], settings: Partial<BundleSettings> = {}): this {
    this.expectDone(this.agent('apply', this.write(`good-${ports.join('-')}`, bundleFor(ports, settings))));
    this.expectDone(this.agent('confirm'));
    return this;
  }

  /** As after installation: no rules, no memory, no keys. */
  public forget(): void {
    this.agent('disable');
    for (const folder of [this.state, join(this.root, 'etc/microseg')]) rmSync(folder, { recursive: true, force: true });
    for (const folder of [this.state, join(this.root, 'etc/microseg')]) mkdirSync(folder);
  }

  /** Our table as the kernel has it; empty when there is none. */
  public table(): string {
    const { status, said } = this.inHost({}, 'nft', '-s', 'list', 'table', 'inet', TABLE);
    return status === 0 ? said : '';
  }

  public reachable(port: number): boolean {
    return this.fromClient('timeout', NO_ANSWER_SECONDS, 'bash', '-c', `exec 3<>/dev/tcp/${SERVER}/${port}`) === 0;
  }

  /** A connection that stays: tells whether a line still comes back. */
  public connection(port: number): () => Promise<boolean> {
    const child = this.start(this.client, 'socat', '-', `TCP:${SERVER}:${port}`);
    return () => new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), 800);
      child.stdout!.once('data', () => { clearTimeout(timer); resolve(true); });
      child.stdin!.write('ping\n');
    });
  }

  /** Counts connections to a port, tried again and again, that succeeded and that did not; until it is stopped. */
  public probing(port: number): () => Promise<{ through: number; tried: number }> {
    const script = `while :; do timeout 0.05 bash -c 'exec 3<>/dev/tcp/${SERVER}/${port}' 2>/dev/null && echo y || echo n; done`;
    const child = this.start(this.client, 'bash', '-c', script);
    let seen = '';
    child.stdout!.on('data', (chunk) => { seen += chunk; });
    return async () => {
      child.kill('SIGKILL');
      await new Promise((resolve) => { child.on('close', resolve); });
      return { through: seen.split('y').length - 1, tried: seen.trim().split('\n').length };
    };
  }

  /** The bundle as a directory. */
  public write(name: string, { files }: LinuxBundle): string {
    const path = join(this.directory, name);
    mkdirSync(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  }

  public pack(name: string, bundle: LinuxBundle): string {
    const path = join(this.directory, `${name}.tar.gz`);
    writeFileSync(path, packBundle(bundle));
    return path;
  }

  /** A folder for PATH in which each program of the agent passes through a script first. `$0` is its name. */
  public intercept(script: string, programs: readonly string[]): NodeJS.ProcessEnv {
    const folder = mkdtempSync(join(this.directory, 'path-'));
    for (const program of programs) {
      const real = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
      writeFileSync(join(folder, program), `#!/bin/dash\n${script.replaceAll('REAL', real)}\n`, { mode: 0o755 });
    }
    return { PATH: `${folder}:${process.env.PATH}` };
  }

  public remembered(): string {
    return readFileSync(join(this.state, 'state'), 'utf8');
  }

  public remembers(text: string): boolean {
    return existsSync(join(this.state, 'state')) && this.remembered() === text;
  }

  public remove(): void {
    this.agent('disable');
    for (const child of this.children) child.kill('SIGKILL');
    for (const space of [this.server, this.client]) {
      // Listeners fork: whatever is left in the namespace belongs to this test.
      const pids = spawnSync('ip', ['netns', 'pids', space], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
      for (const pid of pids) spawnSync('kill', ['-9', pid]);
      spawnSync('ip', ['netns', 'del', space]);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get agentPath(): string {
    return join(this.root, 'usr/local/lib/microseg/microseg-agent');
  }

  private env(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return { ...process.env, MICROSEG_ROOT: this.root, ...env };
  }

  private fromClient(...command: string[]): number | null {
    return spawnSync('ip', ['netns', 'exec', this.client, ...command], { stdio: 'ignore' }).status;
  }

  private start(space: string, ...command: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', space, ...command], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.children.push(child);
    return child;
  }

  private must(command: string, ...args: string[]): void {
    this.expectDone({ ...spawnSync(command, args, { encoding: 'utf8' }), said: args.join(' ') });
  }

  private expectDone({ status, said }: Ran): void {
    if (status !== 0) throw new Error(`exit code ${status}: ${said}`);
  }
}
