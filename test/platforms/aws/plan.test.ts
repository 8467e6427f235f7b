import { EnforcementMode, Peer, SegmentationPolicy, SegmentationPolicyProps, Service, Workload } from '../../../lib/model';
import { PlannedGroup, SecurityGroupsPlan } from '../../../lib/platforms/aws/plan-types';
import { payments } from '../../model/policies';
import { codesOf, problemsOf } from '../../support/problems';
import { groupsOf, planOf, rulesOf } from './plans';

const { MONITOR, ENFORCE, VISIBILITY } = EnforcementMode;

function shop(props: SegmentationPolicyProps = { mode: ENFORCE }) {
  const policy = payments(props);
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
  web.allowTo(db, { justification: 'orders' });
  return { policy, web, db };
}

/** Blocks that do not merge. */
function blocks(count: number): Peer[] {
  return Array.from({ length: count }, (_, index) => Peer.ipv4(`198.${index >> 7}.${(index & 127) * 2}.1/32`));
}

function allow(web: Workload, count: number): void {
  blocks(count).forEach((peer) => web.allowFrom(peer));
}

/** A policy whose workload Web admits this many single addresses. */
function crowded(count: number, mode = ENFORCE): SegmentationPolicy {
  const { policy, web } = shop({ mode });
  allow(web, count);
  return policy;
}

function ids(plan: SecurityGroupsPlan): Map<string, string> {
  return new Map(plan.groups.flatMap((group) => group.rules.map((rule) => [rule.id, group.key] as const)));
}

describe('groups', () => {
  test('GIVEN ENFORCE WHEN planned THEN each workload has one group with its rules, and nothing else', () => {
    const plan = planOf(shop().policy);
    expect(plan.groups.map(({ key, role, shard, shards }) => [key, role, shard, shards])).toEqual([['Db', 'attached', 1, 1], ['Web', 'attached', 1, 1]]);
    expect(rulesOf(plan, 'Web')).toEqual(['egress tcp/5432-5432 group Db']);
    expect(rulesOf(plan, 'Db')).toEqual(['ingress tcp/5432-5432 group Web']);
    expect(plan.groups[0].rules[0].description).toBe('orders: Web to Db');
  });

  test('GIVEN a group WHEN planned THEN its tags tell policy, workload, role and shard, and its description nothing that may change', () => {
    const [db] = planOf(shop().policy).groups;
    expect(db.tags).toEqual({ 'Name': 'Payments/Db', 'microseg:policy': 'Payments', 'microseg:workload': 'Db', 'microseg:role': 'attached', 'microseg:shard': '1/1' });
    expect(db.description).toBe('Microsegmentation: Db of Payments');
    const later = planOf(crowded(100)).groups.find(({ key }) => key === 'Web')!;
    expect(later).toMatchObject({ shards: 2, description: planOf(shop().policy).groups[1].description });
  });

  test('GIVEN a workload without flows WHEN planned THEN it has a group without rules', () => {
    const policy = payments({ mode: ENFORCE });
    policy.addWorkload('Web');
    expect(planOf(policy).groups).toEqual([expect.objectContaining({ key: 'Web', rules: [] })]);
  });
});

describe('modes', () => {
  test.each([MONITOR, VISIBILITY])('GIVEN %s WHEN planned THEN the attached group also admits the network and everything outbound, and a review group holds the strict rules', (mode) => {
    const [watching, strict] = [planOf(shop({ mode }).policy), planOf(shop().policy)];
    expect(watching.groups.map(({ key }) => key)).toEqual(['Db', 'Db/review', 'Web', 'Web/review']);
    expect(rulesOf(watching, 'Db')).toEqual([
      'egress -1 0.0.0.0/1', 'egress -1 128.0.0.0/1', 'egress -1 8000::/1', 'egress -1 ::/1', 'ingress -1 10.0.0.0/16', 'ingress tcp/5432-5432 group Web',
    ]);
    for (const workload of ['Db', 'Web']) expect(rulesOf(watching, workload, 'review')).toEqual(rulesOf(strict, workload));
  });

  test('GIVEN any mode WHEN compared THEN attached groups and ids of declared rules are the same', () => {
    for (const count of [0, 58, 59, 60, 61, 119, 120]) {
      const [watching, strict] = [planOf(crowded(count, MONITOR)), planOf(crowded(count))];
      const keys = (plan: SecurityGroupsPlan) => plan.groups.filter(({ role }) => role === 'attached').map(({ key, tags }) => [key, tags]);
      expect(keys(watching)).toEqual(keys(strict));
      const watched = ids(watching);
      for (const [id, group] of ids(strict)) expect(watched.get(id)).toBe(group);
    }
  });

  test('GIVEN a mode for one workload WHEN planned THEN only that one is watched', () => {
    const policy = payments({ mode: ENFORCE });
    policy.addWorkload('Web', { mode: MONITOR });
    policy.addWorkload('Db');
    expect(planOf(policy).groups.map(({ key }) => key)).toEqual(['Db', 'Web', 'Web/review']);
  });

  test('GIVEN declared rules that monitoring would add, in any shard, WHEN planned THEN none stands twice', () => {
    for (let port = 0; port < 20; port += 1) {
      const policy = crowded(59, MONITOR);
      const web = policy.node.findChild('Web') as Workload;
      web.allowFrom(Peer.ipv4('10.0.0.0/16'), { services: [Service.any()] });
      web.allowTo(Peer.any(), { services: [Service.any()] });
      // Other content deals the rules out in another way.
      web.allowFrom(Peer.ipv4('10.0.0.0/16'), { services: [Service.tcp(port)] });
      policy.addWorkload('Peer', { services: [Service.tcp(port)] }).allowFrom(web);
      const attached = groupsOf(planOf(policy), 'Web').flatMap((group) => group.rules.map(({ id }) => id));
      expect(new Set(attached).size).toBe(attached.length);
    }
  });
});

describe('quotas', () => {
  const web = (plan: SecurityGroupsPlan) => plan.quotas.find(({ workload }) => workload === 'Web')!;

  test('GIVEN rules of every kind WHEN counted THEN per family and direction, lists by their size, groups in both families', () => {
    const { policy, web: workload } = shop();
    workload.allowFrom(Peer.ipv4('192.0.2.1'));
    workload.allowFrom(Peer.anyIpv6());
    workload.allowFrom(Peer.prefixList('pl-1', { maxEntries: 20 }));
    workload.allowFrom(workload);
    expect(web(planOf(policy))).toEqual({
      workload: 'Web', groups: 1, groupsPerInterface: 5, ingressIpv4: 22, ingressIpv6: 2, egressIpv4: 2, egressIpv6: 2, rulesPerGroup: 60,
    });
  });

  test('GIVEN a workload that is watched WHEN counted THEN monitoring rules count as well', () => {
    expect(web(planOf(shop({ mode: MONITOR }).policy))).toMatchObject({ ingressIpv4: 1, ingressIpv6: 0, egressIpv4: 3, egressIpv6: 3 });
  });

  test('GIVEN other groups on the interface WHEN counted THEN they use up places', () => {
    const { policy } = shop();
    const request = { protects: [{ workload: 'Web', otherGroups: 3 }, { workload: 'Db', otherGroups: 0 }] };
    expect(web(planOf(policy, request))).toMatchObject({ groups: 4, groupsPerInterface: 5 });
  });
});

describe('aggregation and sharding', () => {
  test('GIVEN neighbours that fit WHEN planned THEN each keeps a rule of its own', () => {
    const { policy, web } = shop();
    Array.from({ length: 50 }, (_, index) => web.allowFrom(Peer.ipv4(`10.0.0.${index}`)));
    expect(groupsOf(planOf(policy), 'Web')[0].rules).toHaveLength(51);
  });

  test('GIVEN neighbours that do not fit WHEN planned THEN they are merged first, and every reason stays', () => {
    const { policy, web } = shop();
    Array.from({ length: 64 }, (_, index) => web.allowFrom(Peer.ipv4(`10.0.0.${index}`), { justification: `r${index}`, services: [Service.HTTP] }));
    const plan = planOf(policy);
    expect(rulesOf(plan, 'Web')).toEqual(['egress tcp/5432-5432 group Db', 'ingress tcp/80-80 10.0.0.0/26']);
    expect(groupsOf(plan, 'Web')[0].rules.find(({ end }) => end === 'ingress')!.description).toMatch(/^r0: 10\.0\.0\.0\/32 to Web; r10: .*\.\.\.$/);
  });

  test('GIVEN rules that do not merge WHEN they exceed a group THEN they are dealt out, each group within its quota, and peers name the first', () => {
    const plan = planOf(crowded(130));
    const groups = groupsOf(plan, 'Web');
    expect(groups.map(({ key, shard, shards, tags }) => [key, shard, shards, tags['microseg:shard']])).toEqual([
      ['Web', 1, 3, '1/3'], ['Web/2', 2, 3, '2/3'], ['Web/3', 3, 3, '3/3'],
    ]);
    expect(groups.flatMap(({ rules }) => rules)).toHaveLength(131);
    for (const { rules } of groups) expect(rules.filter(({ end }) => end === 'ingress').length).toBeLessThanOrEqual(60);
    expect(rulesOf(plan, 'Db')).toEqual(['ingress tcp/5432-5432 group Web']);
  });

  test('GIVEN as many servers as groups hold WHEN planned THEN each group has room for the egress rule that matches nothing', () => {
    const talkative = (servers: number): SegmentationPolicy => {
      const { policy, web } = shop();
      Array.from({ length: servers - 1 }, (_, index) => web.allowTo(policy.addWorkload(`Server${index}`, { services: [Service.HTTPS] })));
      return policy;
    };
    // Two outbound rules are kept free for monitoring in the first group, and one in each other.
    const [first, ...others] = groupsOf(planOf(talkative(294)), 'Web').map(({ rules }) => rules.length);
    expect([first, others]).toEqual([58, [59, 59, 59, 59]]);
    expect(codesOf(() => planOf(talkative(295)))).toEqual(['MSEG3004']);
  });

  test('GIVEN more than all groups hold WHEN planned THEN MSEG3004 says which workload, how many, and what there is room for', () => {
    // One inbound rule of each family is kept free for monitoring, so that a change of mode moves nothing.
    expect(codesOf(() => planOf(crowded(299)))).toEqual([]);
    expect(problemsOf(() => planOf(crowded(300)))).toEqual([{
      code: 'MSEG3004',
      where: 'Payments/Web',
      message: 'Web needs 300 ingress rules for IPv4 and 0 for IPv6, 1 egress rules for IPv4 and 1 for IPv6; 5 free groups of 60 rules a direction and family, less the few that are kept free, do not hold them',
    }]);
  });

  test('GIVEN raised quotas, or other groups on the interface, WHEN planned THEN they decide', () => {
    expect(codesOf(() => planOf(crowded(300), { limits: { rulesPerGroup: 61, groupsPerInterface: 5 } }))).toEqual([]);
    const request = { protects: [{ workload: 'Web', otherGroups: 4 }, { workload: 'Db', otherGroups: 0 }] };
    expect(codesOf(() => planOf(crowded(59), request))).toEqual([]);
    expect(codesOf(() => planOf(crowded(60), request))).toEqual(['MSEG3004']);
    expect(codesOf(() => planOf(crowded(1), { protects: [{ workload: 'Web', otherGroups: 5 }, { workload: 'Db', otherGroups: 0 }] }))).toEqual(['MSEG3004']);
  });

  test('GIVEN a list larger than a group WHEN planned THEN MSEG3004', () => {
    const { policy, web } = shop();
    web.allowFrom(Peer.prefixList('pl-1', { maxEntries: 61 }));
    expect(codesOf(() => planOf(policy))).toEqual(['MSEG3004']);
  });

  test('GIVEN several workloads that exceed their groups WHEN planned THEN all are named at once', () => {
    const { policy, web, db } = shop();
    [web, db].forEach((workload) => allow(workload, 310));
    expect(problemsOf(() => planOf(policy)).map(({ where }) => where)).toEqual(['Payments/Db', 'Payments/Web']);
  });

  test('GIVEN quotas that cannot be, or that monitoring alone exceeds, WHEN planned THEN an error, never a group that AWS refuses', () => {
    expect(codesOf(() => planOf(shop().policy, { limits: { rulesPerGroup: 500, groupsPerInterface: 5 } }))).toEqual(['MSEG3010']);
    for (const mode of [MONITOR, ENFORCE]) {
      expect(codesOf(() => planOf(shop({ mode }).policy, { limits: { rulesPerGroup: 1, groupsPerInterface: 5 } }))).toEqual(['MSEG3004']);
    }
  });
});

describe('identity', () => {
  test('GIVEN one more flow WHEN planned again THEN its two rules are new and every other rule and group stays as it was', () => {
    const { policy } = shop();
    const [before, other] = [planOf(policy), shop()];
    other.db.allowTo(other.web, { justification: 'callback' });
    const after = planOf(other.policy);

    const [old, fresh] = [before, after].map((plan) => new Map(plan.groups.flatMap((group) =>
      group.rules.map((rule) => [rule.id, { ...rule, group: group.key }] as const))));
    for (const [id, rule] of old) expect(fresh.get(id)).toEqual(rule);
    expect([...fresh.keys()].filter((id) => !old.has(id))).toHaveLength(2);
    const plain = ({ rules, ...group }: PlannedGroup) => ({ ...group, rules: rules.length > 0 });
    expect(after.groups.map(plain)).toEqual(before.groups.map(plain));
  });

  test('GIVEN one more reason for a rule WHEN planned again THEN its id stays and its description grows', () => {
    const [before, other] = [planOf(shop().policy), shop()];
    other.web.allowTo(other.db, { justification: 'returns' });
    const after = planOf(other.policy);
    expect([...ids(after)]).toEqual([...ids(before)]);
    expect(after.groups[0].rules[0].description).toBe('orders; returns: Web to Db');
  });

  test('GIVEN any plan WHEN read THEN rule ids are unique and fit every platform, and rules are sorted', () => {
    const plan = planOf(crowded(200, MONITOR));
    const all = plan.groups.flatMap(({ rules }) => rules.map(({ id }) => id));
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((id) => /^[A-Za-z0-9-]+$/.test(id))).toBe(true);
    for (const { rules } of plan.groups) {
      const order = rules.map(({ end, id }) => `${end} ${id}`);
      expect(order).toEqual([...order].sort());
    }
  });
});
