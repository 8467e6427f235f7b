import { EnforcementMode } from '../../../lib/model';
import { describeWithEngines } from '../harness';
import { LogEntry, Probe, TestNetwork } from './network';
import { bundlesOf, clientOf, MACHINES, paymentsPolicy, PROBES, Refuser, refusers, serverOf, WORKLOADS } from './payments-network';

/** After the last answer. */
const QUIET_SECONDS = 0.7;
/** A busy machine may lose what it should let through: that is asked again, and waited for longer. */
const PATIENT_SECONDS = 5;

const text = ([source, destination, protocol, number]: Probe) => `${source} > ${destination} ${protocol} ${number}`;

/** Names what differs alone: there are thousands of each. */
function expectExactly(found: readonly string[], expected: readonly string[]): void {
  const [have, want] = [new Set(found), new Set(expected)];
  const missing = [...want].filter((line) => !have.has(line));
  const unexpected = [...have].filter((line) => !want.has(line));
  expect({ missing, unexpected }).toEqual({ missing: [], unexpected: [] });
}

describeWithEngines(['nftables', 'linuxHosts'], 'the payments example on Linux hosts', () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = new TestNetwork(MACHINES);
    await network.start();
    const bundles = bundlesOf(paymentsPolicy());
    await Promise.all(WORKLOADS.map(({ name }) => network.machine(name).install(bundles.get(name)!)));
  });
  afterAll(() => { network.remove(); });

  const applyAll = async (mode: EnforcementMode) => {
    const bundles = bundlesOf(paymentsPolicy(mode));
    await Promise.all(WORKLOADS.map(({ name }) => network.machine(name).apply(bundles.get(name)!)));
  };

  const expectReached = async (probes: readonly Probe[], expected: readonly Probe[]): Promise<void> => {
    const found = new Set(await network.reached(probes, QUIET_SECONDS));
    const missed = expected.filter((probe) => !found.has(probe));
    const late = missed.length > 0 ? await network.reached(missed, PATIENT_SECONDS) : [];
    expectExactly([...found, ...late].map(text), expected.map(text));
  };

  /** What both logs of each host say of the work. */
  const logged = async (work: () => Promise<void>): Promise<{ denials: string[]; connections: string[] }> => {
    await Promise.all(WORKLOADS.map(({ name }) => network.machine(name).startLog()));
    await work();
    const logs = await Promise.all(WORKLOADS.map(async ({ name }) => {
      const [denials, connections] = await Promise.all([network.machine(name).log('denials.json'), network.machine(name).log('connections.json')]);
      return { denials: denials.map(record), connections: connections.map((entry) => `${name}: ${connection(entry)}`) };
    }));
    await Promise.all(WORKLOADS.map(({ name }) => network.machine(name).stopLog()));
    return { denials: logs.flatMap(({ denials }) => denials), connections: logs.flatMap(({ connections }) => connections) };
  };

  test('GIVEN no rules WHEN everybody is probed THEN everybody answers', async () => {
    expect(PROBES.length).toBeGreaterThan(12_000);
    await expectReached(PROBES, PROBES);
  });

  test('GIVEN ENFORCE WHEN everybody is probed THEN those answer whom a flow lets, and the logs name all others, and these', async () => {
    await applyAll(EnforcementMode.ENFORCE);
    const { denials, connections } = await logged(() => expectReached(PROBES, PROBES.filter((probe) => refusers(probe).length === 0)));
    // What does not leave does not arrive.
    expectExactly(denials, PROBES.flatMap((probe) => refusers(probe).slice(0, 1).map((refuser) => undeclared(refuser, probe))));
    expectExactly(connections, PROBES.flatMap((probe) => {
      const refused = refusers(probe)[0]?.end;
      return refused === 'egress' ? [] : begun(probe, refused === 'ingress' ? [clientOf(probe)] : [clientOf(probe), serverOf(probe)]);
    }));
  });

  test.each(WORKLOADS)('GIVEN ENFORCE on $name alone WHEN it and all others probe each other THEN its own rules suffice', async ({ name }) => {
    await Promise.all(WORKLOADS.map((workload) => network.machine(workload.name).agent('disable')));
    await network.machine(name).apply(bundlesOf(paymentsPolicy()).get(name)!);
    const probes = PROBES.filter((probe) => clientOf(probe) === name || serverOf(probe) === name);
    await expectReached(probes, probes.filter((probe) => !refusers(probe).some(({ workload }) => workload === name)));
  });

  test('GIVEN MONITOR WHEN everybody is probed THEN everybody answers, and the logs name exactly what would be refused, and what was done', async () => {
    await applyAll(EnforcementMode.MONITOR);
    const { denials, connections } = await logged(() => expectReached(PROBES, PROBES));
    expectExactly(connections, PROBES.flatMap((probe) => begun(probe)));
    expectExactly(denials, PROBES.flatMap((probe) => refusers(probe).map((refuser) => undeclared(refuser, probe))));
  });

  test('GIVEN VISIBILITY WHEN everybody is probed THEN everybody answers, and both logs name each connection at both ends', async () => {
    await applyAll(EnforcementMode.VISIBILITY);
    const { denials, connections } = await logged(() => expectReached(PROBES, PROBES));
    expectExactly(connections, PROBES.flatMap((probe) => begun(probe)));
    expectExactly(denials, PROBES.flatMap((probe) => [
      ...(managed(clientOf(probe)) ? [`new:egress:Payments/${clientOf(probe)} ${text(probe)}`] : []),
      ...(managed(serverOf(probe)) ? [`new:ingress:Payments/${serverOf(probe)} ${text(probe)}`] : []),
    ]));
  });
});

function managed(place: string): boolean {
  return WORKLOADS.some(({ name }) => name === place);
}

/** The connection as the logs of its ends name it. */
function begun(probe: Probe, ends = [clientOf(probe), serverOf(probe)]): string[] {
  return ends.filter(managed).map((end) => `${end}: ${text(probe)}`);
}

function undeclared({ workload, end }: Refuser, probe: Probe): string {
  return `undeclared:${end}:Payments/${workload} ${text(probe)}`;
}

/** A line of the log as `text` writes probes, behind what the rule says of itself. */
function record(entry: LogEntry): string {
  const type = entry['icmp.type'] ?? entry['icmpv6.type'];
  const protocol = type !== undefined ? 'icmp' : { 6: 'tcp', 17: 'udp' }[entry['ip.protocol'] ?? entry['ip6.nexthdr'] ?? 0];
  return `${entry['oob.prefix']?.replace(/^microseg:/, '')} ${entry.src_ip} > ${entry.dest_ip} ${protocol} ${type ?? entry.dest_port}`;
}

/** Connection tracking, as `text` writes probes. Of ICMPv6 it begins connections for echo requests only, and names no type. */
function connection(entry: LogEntry): string {
  const protocol = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp' }[entry['orig.ip.protocol']!];
  return `${entry.src_ip} > ${entry.dest_ip} ${protocol} ${entry['orig.l4.dport'] ?? entry['icmp.type'] ?? 128}`;
}
