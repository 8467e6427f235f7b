import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, Interface } from 'node:readline';
import { LinuxBundle } from '../../../lib/platforms/linux/bundle';
import { Ran } from './agent-host';

/** Source, destination, protocol, and port or ICMP type. */
export type Probe = readonly [source: string, destination: string, protocol: 'tcp' | 'udp' | 'icmp', number: number];

export interface MachineSettings {
  readonly name: string;
  readonly addresses: readonly string[];
  /** What it answers on, on each of its addresses. */
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  /** What runs on it, beside this file. @default prober.py */
  readonly program?: string;
}

const PATIENCE_MS = 60_000;
/** NFLOG sends records on in batches, the last one a second after its first record. */
const KERNEL_HOLDS_RECORDS_MS = 1500;

const sleep = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms).unref(); });

/** Network namespaces on one switch, each the host of one workload, or of all that is not protected. */
export class TestNetwork {
  private static count = 0;
  private readonly name = `msn-${process.pid}-${TestNetwork.count++}`;
  private readonly machines = new Map<string, Machine>();

  public constructor(settings: readonly MachineSettings[]) {
    const hub = `${this.name}-hub`;
    ip('netns', 'add', hub);
    ip('-n', hub, 'link', 'add', 'switch', 'type', 'bridge', 'mcast_snooping', '0');
    ip('-n', hub, 'link', 'set', 'switch', 'up');
    settings.forEach((machine, index) => this.machines.set(machine.name, new Machine(`${this.name}-${index}`, hub, `p${index}`, machine)));
  }

  public async start(): Promise<void> {
    await Promise.all(this.all().map((machine) => machine.start()));
  }

  public machine(name: string): Machine {
    return this.machines.get(name)!;
  }

  public all(): Machine[] {
    return [...this.machines.values()];
  }

  /** Which of the probes are answered; each is sent by the machine that has its source address. All machines probe at once. */
  public async reached(probes: readonly Probe[], quietSeconds: number): Promise<Probe[]> {
    for (const machine of this.all()) machine.forgetConnections();
    const found = await Promise.all(this.all().map((machine) => (
      machine.reached(probes.filter(([source]) => machine.has(source)), quietSeconds))));
    return found.flat();
  }

  public remove(): void {
    for (const machine of this.all()) machine.remove();
    ip('netns', 'del', `${this.name}-hub`);
  }
}

/** A network namespace with a prober in it, and a root directory for the agent. */
export class Machine {
  private readonly directory = mkdtempSync(join(tmpdir(), 'microseg-machine-'));
  private readonly root = join(this.directory, 'root');
  private readonly children: ChildProcess[] = [];
  private prober?: { readonly child: ChildProcess; readonly answers: AsyncIterator<string>; readonly lines: Interface };
  private busy: Promise<unknown> = Promise.resolve();
  private logger?: ChildProcess;

  public constructor(private readonly space: string, hub: string, port: string, private readonly settings: MachineSettings) {
    ip('netns', 'add', space);
    ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
    ip('-n', hub, 'link', 'set', port, 'master', 'switch', 'up');
    const lines = [
      'link set lo up', 'link set eth0 up',
      ...settings.addresses.map((address) => `addr add ${address}${address.includes(':') ? '/128 dev eth0 nodad' : '/32 dev eth0'}`),
      // Everybody is on the link, whatever the address.
      'route add 0.0.0.0/0 dev eth0', 'route add ::/0 dev eth0',
    ];
    const batch = join(this.directory, 'ip');
    writeFileSync(batch, lines.map((line) => `${line}\n`).join(''));
    ip('-n', space, '-batch', batch);
  }

  public has(address: string): boolean {
    return this.settings.addresses.includes(address);
  }

  public async start(): Promise<void> {
    const { program = 'prober.py', ...settings } = this.settings;
    const child = this.spawn('python3', join(__dirname, program), JSON.stringify(settings));
    const lines = createInterface({ input: child.stdout! });
    this.prober = { child, lines, answers: lines[Symbol.asyncIterator]() };
    await this.answer();
  }

  public async reached(probes: readonly Probe[], quiet: number): Promise<Probe[]> {
    const { reached } = await this.order<{ reached: number[] }>({ probe: probes, quiet });
    return reached.map((index) => probes[index]);
  }

  /** A connection that stays: tells whether a line still comes back. */
  public async connection(source: string, destination: string, port: number): Promise<() => Promise<boolean>> {
    const { connection } = await this.order<{ connection: number }>({ connect: [source, destination, port] });
    return async () => (await this.order<{ answered: boolean }>({ ask: connection })).answered;
  }

  /** Installs a bundle's agent. */
  public async install(bundle: LinuxBundle): Promise<void> {
    const directory = this.write(bundle);
    this.expectDone(await this.run('sh', join(directory, 'microseg-agent'), 'install', directory));
  }

  /** Puts a bundle in force by the installed agent. */
  public async apply(bundle: LinuxBundle): Promise<void> {
    this.expectDone(await this.agent('apply', this.write(bundle)));
  }

  public agent(...args: string[]): Promise<Ran> {
    return this.run(join(this.root, 'usr/local/lib/microseg/microseg-agent'), ...args);
  }

  /** ulogd as the unit of the bundle runs it, writing below our own root directory. */
  public async startLog(): Promise<void> {
    const log = join(this.root, 'var/log');
    for (const file of ['ulogd.log', 'denials.json', 'connections.json']) rmSync(join(log, 'microseg', file), { force: true });
    const configuration = join(this.root, 'etc/microseg/ulogd.conf');
    this.logger = this.spawn('sh', '-c', `mount --bind ${log} /var/log && exec ulogd -c ${configuration}`);
    // The kernel lists who listens to which group.
    const listeners = `/proc/${this.logger.pid}/net/netfilter/nfnetlink_log`;
    await until(() => /\d/.test(readFileSync(listeners, 'utf8')));
  }

  /** What ulogd has written since it was started, up to now and while it goes on. */
  public async log(file: 'denials.json' | 'connections.json'): Promise<LogEntry[]> {
    await sleep(KERNEL_HOLDS_RECORDS_MS);
    const lines = readFileSync(join(this.root, 'var/log/microseg', file), 'utf8').split('\n');
    return lines.filter(Boolean).map((line) => JSON.parse(line) as LogEntry);
  }

  public async stopLog(): Promise<void> {
    await stopped(this.logger!, 'SIGTERM');
  }

  /** What a command says that succeeds. */
  public async inside(...command: string[]): Promise<string> {
    const ran = await this.run(...command);
    this.expectDone(ran);
    return ran.said;
  }

  public async load(rules: string): Promise<void> {
    const file = join(this.directory, 'rules');
    writeFileSync(file, rules);
    await this.inside('nft', '-f', file);
  }

  public forgetConnections(): void {
    spawnSync('ip', ['netns', 'exec', this.space, 'conntrack', '-F'], { stdio: 'ignore' });
  }

  public remove(): void {
    this.prober?.lines.close();
    for (const child of this.children) child.kill('SIGKILL');
    ip('netns', 'del', this.space);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Has the program do something. One after the other: it reads no order before it has answered the last one. */
  public order<T>(command: object): Promise<T> {
    const answer = this.busy.then(async () => {
      this.prober!.child.stdin!.write(`${JSON.stringify(command)}\n`);
      return JSON.parse(await this.answer()) as T;
    });
    this.busy = answer.catch(() => undefined);
    return answer;
  }

  private async answer(): Promise<string> {
    const silence = sleep(PATIENCE_MS).then(() => ({ value: undefined, done: true }));
    const { value, done } = await Promise.race([this.prober!.answers.next(), silence]);
    if (done) throw new Error(`the prober of ${this.settings.name} has ended, or says nothing`);
    return value as string;
  }

  private write({ files, identity }: LinuxBundle): string {
    const path = join(this.directory, identity);
    mkdirSync(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  }

  private run(...command: string[]): Promise<Ran> {
    const child = spawn('ip', ['netns', 'exec', this.space, ...command], { env: { ...process.env, MICROSEG_ROOT: this.root } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { said += chunk; });
    return new Promise((resolve) => { child.on('close', (status) => resolve({ status, said })); });
  }

  /** Runs a program until it ends, or the machine is removed. */
  public spawn(...command: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.space, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.children.push(child);
    return child;
  }

  private expectDone({ status, said }: Ran): void {
    if (status !== 0) throw new Error(`${this.settings.name}: exit code ${status}: ${said}`);
  }
}

/** One line of ulogd's JSON; of its many keys those that tests look at. */
export interface LogEntry {
  readonly 'oob.prefix'?: string;
  readonly src_ip: string;
  readonly dest_ip: string;
  readonly 'ip.protocol'?: number;
  readonly 'ip6.nexthdr'?: number;
  readonly dest_port?: number;
  readonly 'icmp.type'?: number;
  readonly 'icmpv6.type'?: number;
  readonly 'orig.ip.protocol'?: number;
  readonly 'orig.l4.dport'?: number;
}

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill(signal);
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('ulogd does not start');
    await sleep(20);
  }
}
