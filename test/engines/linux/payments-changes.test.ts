import { CompiledPolicy } from '../../../lib/compiler';
import { describeWithEngines } from '../harness';
import { Machine, TestNetwork } from './network';
import { bundlesOf, MACHINES, paymentsPolicy, WORKLOADS } from './payments-network';

const ADDRESSES = new Map(WORKLOADS.map(({ name, addresses }) => [name, addresses]));
const INVOLVED = ['Api', 'Worker', 'Ledger', 'Web'];
const LEDGER_PORT = 5432;
const QUIET_SECONDS = 0.5;

function withoutFlow(client: string, server: string): CompiledPolicy {
  const policy = paymentsPolicy();
  const ends = JSON.stringify([{ workload: client }, { workload: server }]);
  const flows = policy.flows.filter((flow) => JSON.stringify([flow.client, flow.server]) !== ends);
  expect(flows).toHaveLength(policy.flows.length - 1);
  return { ...policy, flows };
}

describeWithEngines(['nftables', 'linuxHosts'], 'changes of the payments example on Linux hosts', () => {
  let network: TestNetwork;
  const machine = (name: string): Machine => network.machine(name);

  beforeAll(async () => {
    network = new TestNetwork(MACHINES.filter(({ name }) => INVOLVED.includes(name)));
    await network.start();
    const bundles = bundlesOf(paymentsPolicy());
    await Promise.all(INVOLVED.map((name) => machine(name).install(bundles.get(name)!)));
  });
  afterAll(() => { network.remove(); });

  const apply = async (policy: CompiledPolicy, cutRemovedConnections: boolean, names = INVOLVED) => {
    const bundles = bundlesOf(policy, { cutRemovedConnections });
    await Promise.all(names.map((name) => machine(name).apply(bundles.get(name)!)));
  };

  /** Of both families, by the family's index among the addresses. */
  const connections = (client: string, server: string, port: number) => Promise.all([0, 1].map((family) => (
    machine(client).connection(ADDRESSES.get(client)![family], ADDRESSES.get(server)![family], port))));

  const answered = (asks: readonly (() => Promise<boolean>)[]) => Promise.all(asks.map((ask) => ask()));

  const reached = (client: string, server: string) => network.reached(
    [0, 1].map((family) => [ADDRESSES.get(client)![family], ADDRESSES.get(server)![family], 'tcp', LEDGER_PORT] as const), QUIET_SECONDS);

  test('GIVEN established connections WHEN a policy comes without another flow THEN they go on', async () => {
    await apply(paymentsPolicy(), true);
    const kept = [...await connections('Api', 'Ledger', LEDGER_PORT), ...await connections('Worker', 'Web', 443)];
    await apply(withoutFlow('Worker', 'Ledger'), true);
    expect(await answered(kept)).toEqual([true, true, true, true]);
  });

  test.each([
    ['both ends', INVOLVED], ['the client', ['Worker']], ['the server', ['Ledger']],
  ])('GIVEN established connections and the wish to cut WHEN their flow is removed at %s THEN they end, and others go on', async (_, changed) => {
    await apply(paymentsPolicy(), true);
    const removed = await connections('Worker', 'Ledger', LEDGER_PORT);
    const kept = [...await connections('Api', 'Ledger', LEDGER_PORT), ...await connections('Worker', 'Web', 443)];
    expect(await answered([...removed, ...kept])).toEqual(Array(6).fill(true));
    await apply(withoutFlow('Worker', 'Ledger'), true, changed);
    expect(await answered([...removed, ...kept])).toEqual([false, false, true, true, true, true]);
  });

  test('GIVEN established connections and no wish to cut WHEN their flow is removed THEN they go on, and no new one begins', async () => {
    await apply(paymentsPolicy(), false);
    expect(await reached('Worker', 'Ledger')).toHaveLength(2);
    const removed = await connections('Worker', 'Ledger', LEDGER_PORT);
    await apply(withoutFlow('Worker', 'Ledger'), false);
    expect(await answered(removed)).toEqual([true, true]);
    expect(await reached('Worker', 'Ledger')).toEqual([]);
  });
});
