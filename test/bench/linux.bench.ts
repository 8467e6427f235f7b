/**
 * What a Linux host loses by its rule set: new connections and throughput against no firewall, in one run, beside a list of
 * rules and beside capirca's rules for the same policy. Needs root and iperf3; capirca where it is installed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Machine, TestNetwork } from '../engines/linux/network';
import { capircaRules, hasCapirca } from './capirca';
import { Admitted, listFor, oursFor, SynthHosts, TRACKING_ALONE } from './linux-rules';
import { median, printTable, sizeText } from './measure';
import { generatedFlows, synthAddresses } from './synth-policy';

const ROUNDS = 5;
const SECONDS = '0.6';
/** iperf3 takes whole seconds, and what is less for ever. */
const IPERF_SECONDS = '1';
const IPERF_PORT = 5201;
const PORT = 5202;
const SERVER = { 4: '192.0.2.1', 6: '2001:db8:ffff::1' };
/** A host without rules, asked at the same time. */
const FREE = { 4: '192.0.2.3', 6: '2001:db8:ffff::3' };
const CLIENT = { 4: '192.0.2.2', 6: '2001:db8:ffff::2' };
const FAMILIES = [4, 6] as const;
const SIZES = [{ workloads: 200, flows: 1_000 }, { workloads: 1_000, flows: 5_000 }];

const ROLES = ['client', 'server', 'free'] as const;

interface Case {
  readonly title: string;
  readonly rules: string;
  readonly client: string;
  readonly server: string;
  readonly free: string;
  readonly port: number;
  /** Whether throughput is measured as well. */
  readonly iperf: boolean;
}

interface Figures {
  readonly loadSeconds: number;
  /** Of the host with the rules, and of the one without. */
  readonly connections: readonly [ruled: number, free: number];
  readonly gigabits?: readonly [ruled: number, free: number];
}

function peerCases(): Case[] {
  return FAMILIES.flatMap((family) => {
    const ends = { client: CLIENT[family], server: SERVER[family], free: FREE[family], port: PORT, iperf: true };
    const admitted = (peers: number): Admitted => ({ family, peers, client: CLIENT[family], ports: [IPERF_PORT, PORT] });
    const titled = (name: string, peers: number) => `IPv${family}, ${name}, ${peers.toLocaleString('en')} peers`;
    return [
      { ...ends, title: `IPv${family}, connection tracking alone`, rules: TRACKING_ALONE },
      ...[10, 1_000, 10_000, 100_000].map((peers) => ({ ...ends, title: titled('ours', peers), rules: oursFor(admitted(peers), false) })),
      ...[10, 10_000, 100_000].map((peers) => ({ ...ends, title: titled('ours, a port range each', peers), rules: oursFor(admitted(peers), true) })),
      ...[10, 1_000, 10_000].map((peers) => ({ ...ends, title: titled('a rule a peer', peers), rules: listFor(admitted(peers)) })),
    ];
  });
}

/**
 * The last flow of a generated policy: of rules that are walked one by one, its is the last. Capirca takes one policy for all
 * hosts; who writes one for each host, as we do, has it walk that host's flows alone.
 */
function synthCases(): Case[] {
  return SIZES.flatMap((size) => {
    const synth = new SynthHosts(size);
    const address = (workload: number) => synthAddresses(workload)[0].replace('/32', '');
    const { client, server, port } = synth.last;
    const ends = { client: address(client), server: address(server), free: FREE[4], port, iperf: false };
    const flows = [...generatedFlows(size)];
    const own = flows.filter((flow) => flow.server === server);
    const capirca = (title: string, rules: () => string) => (hasCapirca() ? [{ ...ends, title: `synth ${sizeText(size)}, ${title}`, rules: rules() }] : []);
    return [
      { ...ends, title: `synth ${sizeText(size)}, ours`, rules: synth.rules() },
      ...capirca('capirca, whole policy', () => capircaRules(size, flows)),
      ...capirca(`capirca, ${own.length} flows of the host`, () => capircaRules(size, own)),
    ];
  });
}

class Bench {
  private readonly network: TestNetwork;

  public constructor(private readonly cases: readonly Case[]) {
    const machines = ROLES.map((name) => ({ name, addresses: [...new Set(cases.map((one) => one[name]))], tcp: [], udp: [] }));
    this.network = new TestNetwork(machines);
    for (const name of ['server', 'free'] as const) {
      this.machine(name).spawn('iperf3', '--server', '--port', String(IPERF_PORT)).stdout!.resume();
      const listening = new Set(cases.map((one) => `${one[name]} ${one.port}`));
      for (const listener of listening) this.machine(name).spawn('python3', PROGRAM, 'serve', ...listener.split(' '));
    }
  }

  public async ready(): Promise<void> {
    for (const one of this.cases) {
      for (let patience = 100; patience > 0; patience -= 1) {
        if (await this.connections(one, '0').then(() => true, () => false)) break;
        await delay(50);
      }
    }
  }

  public async measured(one: Case): Promise<Figures> {
    await this.machine('server').inside('nft', 'flush', 'ruleset');
    const start = process.hrtime.bigint();
    await this.machine('server').load(one.rules);
    const loadSeconds = Number(process.hrtime.bigint() - start) / 1e9;
    return { loadSeconds, connections: await this.connections(one), ...(one.iperf && { gigabits: await this.gigabits(one) }) };
  }

  public remove(): void {
    this.network.remove();
  }

  private machine(name: typeof ROLES[number]): Machine {
    return this.network.machine(name);
  }

  private async connections({ client, server, free, port }: Case, seconds = SECONDS): Promise<readonly [number, number]> {
    const said = await this.machine('client').inside('python3', PROGRAM, 'compare', client, server, free, String(port), seconds);
    return said.trim().split(' ').map(Number) as [number, number];
  }

  /** Both at once: they share the processors, and so does whatever else runs on them. */
  private async gigabits({ client, server, free }: Case): Promise<readonly [number, number]> {
    const to = async (address: string): Promise<number> => {
      const said = await this.machine('client').inside(
        'iperf3', '--client', address, '--bind', client, '--port', String(IPERF_PORT), '--time', IPERF_SECONDS, '--json');
      return (JSON.parse(said) as { end: { sum_received: { bits_per_second: number } } }).end.sum_received.bits_per_second / 1e9;
    };
    return Promise.all([to(server), to(free)]);
  }
}

const PROGRAM = `${__dirname}/cases/linux-connections.py`;

function print(cases: readonly Case[], rounds: readonly (readonly Figures[])[]): void {
  const of = (index: number, figure: (figures: Figures) => number) => median(rounds.map((round) => figure(round[index])));
  const ratio = ([ruled, free]: readonly [number, number]) => ruled / free;
  const head = ['rules', 'connections/s', '× no rules', 'Gbit/s', '× no rules', 'load s'];
  printTable(head, cases.map(({ title, iperf }, index) => [
    title,
    of(index, ({ connections }) => connections[0]).toFixed(0),
    of(index, ({ connections }) => ratio(connections)).toFixed(2),
    ...(iperf ? [of(index, ({ gigabits }) => gigabits![0]).toFixed(1), of(index, ({ gigabits }) => ratio(gigabits!)).toFixed(2)] : ['', '']),
    of(index, ({ loadSeconds }) => loadSeconds).toFixed(2),
  ]));
}

async function main(): Promise<void> {
  if (!hasCapirca()) console.log('##### NO aclgen (python3-capirca) HERE: NOT COMPARED WITH #####');
  const cases = [...peerCases(), ...synthCases()];
  const bench = new Bench(cases);
  try {
    await bench.ready();
    const rounds: Figures[][] = [];
    // One of each in turn, so that a busy minute hits all alike.
    for (let round = 0; round < ROUNDS; round += 1) {
      const figures: Figures[] = [];
      for (const one of cases) figures.push(await bench.measured(one));
      rounds.push(figures);
    }
    console.log(`\nLinux host, one TCP connection after the other, and one iperf3 stream; beside a host without rules; median of ${ROUNDS}`);
    print(cases, rounds);
    console.log('goal: ours at least 0.9 × no rules, however many peers. Connection tracking alone is the most that any stateful rule set can reach.');
  } finally {
    bench.remove();
  }
}

void main();
