import * as fc from 'fast-check';
import { AddressSet, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { compilePolicy, CompiledPolicy } from '../../lib/compiler';
import { Service } from '../../lib/model';
import { planSecurityGroups } from '../../lib/platforms/aws/plan';
import { AwsLimits, SecurityGroupsPlan } from '../../lib/platforms/aws/plan-types';
import { NetworkRange } from '../../lib/platforms/network-range';
import { payments } from '../model/policies';
import { groupsOf, plannedTraffic, requestFor } from '../platforms/aws/plans';
import { codesOf } from '../support/problems';
import { compiledTraffic, differences } from './compiled-traffic';
import { Declared, LIST_ENTRIES, modeOf } from './declare';
import { TrafficByEnd } from './naive';
import { runs, SEED } from './runs';
import { policySpecs, PolicySpec } from './specs';

const SCOPE: NetworkRange[] = [{ kind: 'cidrIpv4', cidr: '10.1.0.0/16' }, { kind: 'cidrIpv6', cidr: '2001:db8:1::/48' }];
const LIMITS = [[60, 16], [10, 16], [20, 5]]
  .map(([rulesPerGroup, groupsPerInterface]): AwsLimits => ({ rulesPerGroup, groupsPerInterface }));
const SPECS = policySpecs({ size: 6, sctpPorts: false });

interface Planned {
  readonly policy: CompiledPolicy;
  readonly limits: AwsLimits;
  readonly plan: SecurityGroupsPlan;
}

/** The plan for the smallest quotas that hold the policy. */
function planned(spec: PolicySpec): Planned {
  const { policy } = new Declared(payments({ mode: modeOf(spec.mode) }), { ...spec, split: false });
  for (const limits of LIMITS.slice(1)) {
    const request = requestFor(policy, { limits, monitorScope: SCOPE });
    const fits = codesOf(() => planSecurityGroups(request)).length === 0;
    if (fits) return { policy: request.policy, limits, plan: planSecurityGroups(request) };
  }
  const request = requestFor(policy, { limits: LIMITS[0], monitorScope: SCOPE });
  return { policy: request.policy, limits: LIMITS[0], plan: planSecurityGroups(request) };
}

/** What the workloads' flows say, and, where they are watched only, what monitoring adds. */
function expected(policy: CompiledPolicy, watched: (mode: string) => boolean): TrafficByEnd {
  const traffic = compiledTraffic(policy, (_, peer) => policy.workloads.some(({ id, managed }) => id === peer && managed));
  for (const { id } of policy.workloads.filter(({ managed, mode }) => managed && watched(mode))) {
    const add = (key: string, blocks: string[]) => {
      const peer = AddressSet.union(blocks.map((block) => AddressSet.cidr(block)));
      traffic.set(key, (traffic.get(key) ?? PeerTraffic.EMPTY).union(PeerTraffic.of([{ peer, services: ServiceSet.ALL }])));
    };
    add(`${id} ingress`, ['10.1.0.0/16', '2001:db8:1::/48']);
    add(`${id} egress`, ['0.0.0.0/0', '::/0']);
  }
  return traffic;
}

test('GIVEN any policy WHEN planned THEN attached groups admit the declared flows and what monitoring adds, review groups the flows alone', () => {
  const sharded = new Set<boolean>();
  fc.assert(fc.property(SPECS, (spec) => {
    const { policy, plan } = planned(spec);
    expect(differences(expected(policy, (mode) => mode !== 'enforce'), plannedTraffic(plan))).toEqual([]);
    const watched = new Set(policy.workloads.filter(({ mode }) => mode !== 'enforce').map(({ id }) => id));
    const strict = [...expected(policy, () => false)].filter(([key]) => watched.has(key.split(' ')[0]));
    expect(differences(new Map(strict), plannedTraffic(plan, 'review'))).toEqual([]);
    plan.groups.forEach(({ shards }) => sharded.add(shards > 1));
  }), { seed: SEED, numRuns: runs(1, 50) });
  // Both the plain case and the sharded one must have been there.
  expect(sharded.size).toBe(2);
});

test('GIVEN any policy WHEN planned THEN no group exceeds a quota, no rule stands twice, and every id is unique', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    const { policy, limits, plan } = planned(spec);
    const ids = plan.groups.flatMap((group) => group.rules.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const group of plan.groups) {
      for (const end of ['ingress', 'egress'] as const) {
        const rules = group.rules.filter((rule) => rule.end === end);
        for (const family of [4, 6] as const) expect(weight(rules, family)).toBeLessThanOrEqual(limits.rulesPerGroup);
      }
    }
    for (const { id } of policy.workloads.filter(({ managed }) => managed)) {
      expect(groupsOf(plan, id).length).toBeLessThanOrEqual(limits.groupsPerInterface);
    }
  }), { seed: SEED, numRuns: runs(0.5, 30) });
});

/** How AWS counts: a group in both families, a list by what it may hold. */
function weight(rules: SecurityGroupsPlan['groups'][number]['rules'], family: 4 | 6): number {
  return rules.reduce((sum, { peer }) => {
    switch (peer.kind) {
      case 'group':
      case 'foreignGroup': return sum + 1;
      case 'cidrIpv4': return sum + (family === 4 ? 1 : 0);
      case 'cidrIpv6': return sum + (family === 6 ? 1 : 0);
      case 'token': return sum + (peer.family === family ? 1 : 0);
      case 'prefixList': return sum + (peer.name === `p${family}` ? LIST_ENTRIES[family] : 0);
    }
  }, 0);
}

test('GIVEN any policy in MONITOR and in ENFORCE WHEN compared THEN attached groups are the same, and no declared rule changes its place', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    const [workloads, segments] = [spec.workloads, spec.segments].map((all) => all.map((one) => ({ ...one, mode: undefined })));
    const inMode = (mode: PolicySpec['mode']) => planned({ ...spec, mode, workloads, segments } as PolicySpec)
      .plan.groups.filter(({ role }) => role === 'attached');
    const [watching, strict] = [inMode('monitor'), inMode('enforce')];
    const shapes = [watching, strict].map((groups) => groups.map(({ key, tags, description }) => [key, tags, description]));
    expect(shapes[0]).toEqual(shapes[1]);
    watching.forEach((group, index) => expect(group.rules).toEqual(expect.arrayContaining(strict[index].rules)));
  }), { seed: SEED, numRuns: runs(0.2, 40) });
});

test('GIVEN any policy that fits its groups WHEN a workload and its flows are added THEN no other rule changes', () => {
  let compared = 0;
  fc.assert(fc.property(SPECS, (spec) => {
    const rules = (withExtra: boolean) => {
      const declared = new Declared(payments({ mode: modeOf(spec.mode) }), { ...spec, split: false });
      if (withExtra) {
        const labels = { ...spec.workloads[0].labels, app: 'extra' };
        declared.policy.addWorkload('Extra', { labels, services: [Service.tcp(9)] }).allowTo(declared.workloads[0], { crossesRingfence: true });
      }
      const plan = planSecurityGroups(requestFor(declared.policy, { limits: LIMITS[0], monitorScope: SCOPE }));
      if (plan.groups.some(({ shards }) => shards > 1)) return undefined;
      return new Map(plan.groups.flatMap((group) => group.rules.map((rule) => [`${group.key} ${rule.id}`, rule] as const)));
    };
    const [before, after] = [rules(false), rules(true)];
    if (!before || !after) return;
    compared += 1;
    for (const [key, rule] of before) expect(after.get(key)).toEqual(rule);
  }), { seed: SEED, numRuns: runs(0.1, 30) });
  expect(compared).toBeGreaterThan(20);
});

test('GIVEN a compiled policy WHEN planned THEN the plan depends on it alone', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    expect(planned(spec).plan).toEqual(planned(spec).plan);
    expect(compilePolicy(new Declared(payments(), spec).policy)).toEqual(compilePolicy(new Declared(payments(), spec).policy));
  }), { seed: SEED, numRuns: 20 });
});
