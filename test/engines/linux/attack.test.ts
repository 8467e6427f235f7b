import { EnforcementMode } from '../../../lib/model';
import { describeWithEngines } from '../harness';
import { Attack, AttackPlan, serversIn } from './attack';
import { AUDIT_HOST, bundlesOf, paymentsPolicy, WORKLOADS } from './payments-network';

describeWithEngines(['nftables', 'linuxHosts'], 'a worm in the payments example', () => {
  const plan = new AttackPlan(paymentsPolicy(), WORKLOADS.map(({ name }) => name), [...WORKLOADS, AUDIT_HOST]);
  let attack: Attack;

  beforeAll(async () => {
    attack = new Attack(plan);
    await attack.network.start();
    const bundles = bundlesOf(paymentsPolicy());
    await Promise.all(WORKLOADS.map(({ name }) => attack.network.machine(name).install(bundles.get(name)!)));
  });
  afterAll(() => { attack.network.remove(); });

  const apply = async (mode: EnforcementMode) => {
    const bundles = bundlesOf(paymentsPolicy(mode));
    await Promise.all(WORKLOADS.map(({ name }) => attack.network.machine(name).apply(bundles.get(name)!)));
  };

  test('GIVEN no rules WHEN it starts anywhere THEN it reaches what is computed for the flat network', async () => {
    const { reached } = await attack.measured();
    expect(reached).toEqual(plan.computed.flat);
  });

  test('GIVEN VISIBILITY WHEN it starts anywhere THEN it reaches what is computed for the flat network', async () => {
    await apply(EnforcementMode.VISIBILITY);
    const { reached } = await attack.measured();
    expect(reached).toEqual(plan.computed.flat);
  });

  test('GIVEN ENFORCE and hosts that answer on every port WHEN it starts anywhere THEN it reaches the blast radius, each host by declared flows alone', async () => {
    await apply(EnforcementMode.ENFORCE);
    await attack.openEverything();
    const { reached, hops } = await attack.measured();
    expect(reached).toEqual(plan.computed.policy);
    expect(reached.get('LoadBalancer')).toEqual(['Api', 'Cache', 'Ledger', 'SharedServices', 'Web']);
    expect(reached.get('Ledger')).toEqual([]);
    for (const [start, all] of hops) {
      expect([start, ...serversIn(all.filter(([client]) => client === start))]).toEqual([start, ...plan.computedHops.get(start)!]);
    }
  });
});
