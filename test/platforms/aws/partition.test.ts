import { Partition, partition, StackContent } from '../../../lib/platforms/aws/partition';
import { PlannedGroup, PlannedRule, RulePeer, SecurityGroupsPlan } from '../../../lib/platforms/aws/plan-types';

function rule(end: 'ingress' | 'egress', peer: RulePeer, id: string): PlannedRule {
  return { id, end, protocol: 'tcp', fromPort: 443, toPort: 443, peer, description: '' };
}

/** A plan of workloads w0 … and flows between them, given as pairs of their numbers. */
function planOf(workloads: number, flows: readonly (readonly [number, number])[], review = false): SecurityGroupsPlan {
  const rules = Array.from({ length: workloads }, (): PlannedRule[] => []);
  for (const [client, server] of flows) {
    rules[client].push(rule('egress', { kind: 'group', key: `w${server}` }, `out-${client}-${server}`));
    rules[server].push(rule('ingress', { kind: 'group', key: `w${client}` }, `in-${client}-${server}`));
  }
  const group = (index: number, role: 'attached' | 'review'): PlannedGroup => ({
    key: role === 'review' ? `w${index}/review` : `w${index}`, workload: `w${index}`, role, shard: 1, shards: 1, description: '', tags: {},
    rules: rules[index].map((planned) => (role === 'review' ? { ...planned, id: `review-${planned.id}` } : planned)),
  });
  const groups = rules.flatMap((_, index) => [group(index, 'attached'), ...(review ? [group(index, 'review')] : [])]);
  return { enforcementPoint: 'App/Groups', groups, quotas: [] };
}

/** Each workload talks to as many others, scattered over the rest. */
function ring(workloads: number, steps: number): [number, number][] {
  return Array.from({ length: workloads * steps }, (_, index) => {
    const client = index % workloads;
    return [client, (client + 1 + Math.floor(index / workloads) * 13) % workloads];
  });
}

function rulesIn({ stacks }: Partition): string[] {
  const rules = stacks.flatMap((stack) => [...stack.groups.flatMap(({ inline }) => inline), ...stack.rules.map((placed) => placed.rule)]);
  return rules.map(({ id }) => id).sort();
}

function placeOf({ stacks }: Partition): Map<string, string> {
  return new Map(stacks.flatMap(({ id = 'own', groups, rules }) => [
    ...groups.map(({ group }): [string, string] => [`group ${group.key}`, id]),
    ...rules.map((placed): [string, string] => [`rule ${placed.rule.id}`, id]),
  ]));
}

describe('GIVEN a plan that fits into the stack', () => {
  const plan = planOf(10, [[0, 1], [1, 0], [2, 3], [4, 4]], true);
  const result = partition(plan, { budget: 100 });

  test('THEN everything stands there, each rule once', () => {
    expect(result.partitions).toBe(0);
    expect(result.stacks.map(({ id }) => id)).toEqual([undefined]);
    expect(rulesIn(result)).toEqual(plan.groups.flatMap(({ rules }) => rules.map(({ id }) => id)).sort());
  });

  test('THEN the end of the greater key is inline, the other end and references to itself stand alone', () => {
    expect(result.stacks[0].rules.map((placed) => placed.rule.id).sort()).toEqual(['in-1-0', 'in-4-4', 'out-0-1', 'out-2-3', 'out-4-4']);
  });

  test('THEN addresses are always inline', () => {
    const [group] = planOf(1, []).groups;
    const withBlock = { ...group, rules: [rule('ingress', { kind: 'cidrIpv4', cidr: '10.0.0.0/8' }, 'block')] };
    const [stack] = partition({ enforcementPoint: 'P', groups: [withBlock], quotas: [] }, { budget: 10 }).stacks;
    expect(stack.groups[0].inline).toHaveLength(1);
    expect(stack.rules).toEqual([]);
  });
});

describe('GIVEN a plan that does not fit into the stack', () => {
  const plan = planOf(400, ring(400, 5), true);
  const result = partition(plan, { budget: 450 });

  test('THEN each rule and group stands in one nested stack, within the limits', () => {
    expect(result.partitions).toBeGreaterThan(0);
    expect(rulesIn(result)).toEqual(plan.groups.flatMap(({ rules }) => rules.map(({ id }) => id)).sort());
    expect(result.stacks.flatMap(({ groups }) => groups)).toHaveLength(plan.groups.length);
    expect(result.stacks.length).toBeLessThanOrEqual(450);
    for (const stack of result.stacks) {
      expect(stack.groups.length + stack.rules.length).toBeLessThanOrEqual(500);
      expect(groupsNamedBy(stack).size).toBeLessThanOrEqual(200);
    }
  });

  test('THEN groups come first, in stacks that refer to no group', () => {
    const lastGroups = result.stacks.map(({ groups }) => groups.length > 0).lastIndexOf(true);
    const firstRules = result.stacks.findIndex(({ rules }) => rules.length > 0);
    expect(lastGroups).toBeLessThan(firstRules);
    for (const { groups } of result.stacks) expect(groups.flatMap(({ inline }) => inline).filter(({ peer }) => peer.kind === 'group')).toEqual([]);
  });

  test('WHEN a flow is added THEN nothing moves', () => {
    const [before, after] = [placeOf(result), placeOf(partition(planOf(400, [...ring(400, 5), [0, 200]], true), { budget: 450 }))];
    expect([...before].filter(([what, where]) => after.get(what) !== where)).toEqual([]);
    expect(after.size).toBe(before.size + 4);
  });

  test('WHEN the number of partitions changes THEN a rule moves only together with a group of its own', () => {
    const other = placeOf(partition(plan, { budget: 450, partitions: 16 }));
    const before = placeOf(result);
    const moved = new Set([...before].filter(([what, where]) => what.startsWith('group') && other.get(what) !== where).map(([what]) => what.replace(/^group w|\/review$/g, '')));
    expect(moved.size).toBeGreaterThan(0);
    for (const [what, where] of before) {
      const [, client, server] = /^rule .*-(\d+)-(\d+)$/.exec(what) ?? [];
      if (client !== undefined && other.get(what) !== where) expect(moved.has(client) || moved.has(server)).toBe(true);
    }
  });

  test('WHEN review groups are dropped THEN the number of partitions stays', () => {
    expect(partition(planOf(400, ring(400, 5)), { budget: 450 }).partitions).toBe(result.partitions);
  });
});

test('GIVEN a number of partitions that does not fit THEN MSEG3011', () => {
  expect(() => partition(planOf(400, ring(400, 5)), { budget: 450, partitions: 1 })).toThrow(/^MSEG3011 \[App\/Groups\]/);
  expect(() => partition(planOf(400, ring(400, 5)), { budget: 3 })).toThrow(/^MSEG3011/);
});

test('GIVEN nothing to place THEN the stack stays empty', () => {
  expect(partition(planOf(0, []), { budget: 0 })).toEqual({ partitions: 0, stacks: [{ groups: [], rules: [] }] });
});

function groupsNamedBy({ rules }: StackContent): Set<string> {
  return new Set(rules.flatMap(({ group, rule: { peer } }) => [group, ...(peer.kind === 'group' ? [peer.key] : [])]));
}
