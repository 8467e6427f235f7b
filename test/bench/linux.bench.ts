/** New connections to a Linux host that admits many peers, against no firewall and against a list of rules, in one run. Needs root. */
import { End, LinuxHostPlan, PlannedElement } from '../../lib/platforms/linux/plan-types';
import { renderAddressBook, renderRuleSet } from '../../lib/platforms/linux/render';
import { Machine, TestNetwork } from '../engines/linux/network';
import { median, printTable } from './measure';

const ROUNDS = 5;
const SECONDS = '0.5';
const PORT = 443;
const CLIENT = '192.0.2.2';
const SERVER = '192.0.2.1';
const TABLE = 'microseg_bench';

/** The client comes last: a list of rules is walked to its end. */
function peers(count: number): string[] {
  return [...Array.from({ length: count - 1 }, (_, i) => `10.${i >> 15}.${(i >> 7) & 255}.${(i & 127) * 2}`), CLIENT];
}

function ours(count: number): string {
  const elements = peers(count).map((address): PlannedElement => ({ address, protocols: [6, 6], selectors: [PORT, PORT] }));
  const set = (name: string, end: End, family: 4 | 6) => ({ name, end, family, timed: false, elements: name === 'in4' ? elements : [] });
  const host: LinuxHostPlan = {
    policy: 'Bench', workload: 'Server', mode: 'enforce', table: TABLE, values: [], containerInterfaces: [], management: { 4: [], 6: [] },
    sets: [set('in4', 'ingress', 4), set('in6', 'ingress', 6), set('out4', 'egress', 4), set('out6', 'egress', 6)],
    log: { group: 100, ratePerSecond: 100, burst: 100 },
    logPrefixes: { undeclared: { ingress: 'i', egress: 'e' }, new: { ingress: 'ni', egress: 'ne' } },
  };
  return renderRuleSet(host) + renderAddressBook(host);
}

/** What one writes by hand: a rule a peer. */
function list(count: number): string {
  const rules = peers(count).map((address) => `add rule inet ${TABLE} input ip saddr ${address} tcp dport ${PORT} accept\n`).join('');
  return `add table inet ${TABLE}
add chain inet ${TABLE} input { type filter hook input priority 0; policy drop; }
add rule inet ${TABLE} input ct state established,related accept
${rules}`;
}

const CASES = [
  ...[10, 1_000, 10_000, 100_000].map((count) => ({ title: `ours, ${count.toLocaleString('en')} peers`, rules: ours(count) })),
  ...[10, 1_000, 10_000].map((count) => ({ title: `a rule a peer, ${count.toLocaleString('en')} peers`, rules: list(count) })),
];

interface Figures {
  readonly loadSeconds: number;
  readonly perSecond: number;
  /** Without rules, right before. */
  readonly freePerSecond: number;
}

async function measured(server: Machine, client: Machine, rules: string): Promise<Figures> {
  const program = `${__dirname}/cases/linux-connections.py`;
  const perSecond = async () => Number(await client.inside('python3', program, CLIENT, SERVER, String(PORT), SECONDS));
  await server.inside('nft', 'flush', 'ruleset');
  const freePerSecond = await perSecond();
  const start = process.hrtime.bigint();
  await server.load(rules);
  const loadSeconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { loadSeconds, freePerSecond, perSecond: await perSecond() };
}

async function main(): Promise<void> {
  const network = new TestNetwork([[SERVER, 'Server'], [CLIENT, 'Client']].map(([address, name]) => (
    { name, addresses: [address], tcp: [PORT], udp: [] })));
  try {
    await network.start();
    const rounds: Figures[][] = [];
    // One of each in turn, so that a busy minute hits all alike.
    for (let round = 0; round < ROUNDS; round += 1) {
      const figures: Figures[] = [];
      for (const { rules } of CASES) figures.push(await measured(network.machine('Server'), network.machine('Client'), rules));
      rounds.push(figures);
    }
    console.log(`\nLinux host, new TCP connections, median of ${ROUNDS}`);
    printTable(['rules', 'connections/s', '× no firewall', 'load s'], CASES.map(({ title }, index) => [
      title,
      median(rounds.map((round) => round[index].perSecond)).toFixed(0),
      median(rounds.map((round) => round[index].perSecond / round[index].freePerSecond)).toFixed(2),
      median(rounds.map((round) => round[index].loadSeconds)).toFixed(2),
    ]));
    console.log('goal: ours at least 0.9 × no firewall, however many peers');
  } finally {
    network.remove();
  }
}

void main();
