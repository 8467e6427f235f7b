import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { PeerTraffic } from '../../lib/algebra';
import { verifyPlaced } from '../../lib/analysis/verify';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { EnforcedArtifact } from '../../lib/platforms/platform';
import { compiledTraffic, differences } from './compiled-traffic';
import { MultiPlatformApp, MultiPlatformPolicy, Platform, PLATFORMS, synthesizeMultiPlatform } from './multi-platform-apps';
import { Pick, picker, Place, rewrite, mutate as mutateAws, TERRAFORM } from './mutate';
import { ENDS, TrafficByEnd } from './naive';
import { readTraffic, withMonitoring } from './read-back';
import { beyondAddresses, beyondEverybody, reported, surplus, trafficOf } from './reported';
import { runs, SEED } from './runs';
import { FlowSpec, policySpecs, PolicySpec } from './specs';

type Json = any;

const BATCH = 25;
const specs = (seed: number, numRuns: number) => fc.sample(policySpecs({ size: 6, sctpPorts: false, everywhere: true }), { seed, numRuns });
const SPECS = specs(SEED + 2, runs(1, 12));
const STARTS = SPECS.map((_, index) => index).filter((index) => index % BATCH === 0);
const BATCHES = STARTS.map((start) => [start, SPECS.slice(start, start + BATCH)] as const);

/** What is read back from one platform's artifacts against what the compiled policy says, without any help from the verifier. */
function compare(app: MultiPlatformApp, all: readonly EnforcedArtifact[], policy: MultiPlatformPolicy, platform: Platform): void {
  const { compiled, shares: { [platform]: { workloads, isNamed } } } = policy;
  const found = all.filter((artifact) => artifact.platform === platform)
    .flatMap((artifact) => artifact.workloads).filter((carrier) => carrier.policy === compiled.id);
  expect([...new Set(found.map(({ workload }) => workload))].sort()).toEqual([...workloads].sort());
  const declared = compiledTraffic(compiled, isNamed);
  const inForce = withMonitoring(compiled, declared);
  for (const carrier of found) {
    const keys = ENDS.map((end) => `${carrier.workload} ${end}`);
    const expected = carrier.role === 'review' ? declared : inForce;
    const wanted: TrafficByEnd = new Map(keys.map((key) => [key, expected.get(key) ?? PeerTraffic.EMPTY]));
    const got: TrafficByEnd = new Map(ENDS.map((end, index) => [keys[index], readTraffic(app, carrier, end)]));
    expect({ carrier: carrier.carrier, differences: differences(wanted, got) }).toEqual({ carrier: carrier.carrier, differences: [] });
  }
}

test.each(BATCHES)('GIVEN generated policies from %d on, on three platforms WHEN read back THEN each admits exactly its share', (_, batch) => {
  const app = synthesizeMultiPlatform(batch);
  const artifacts = readArtifacts(app.directory);
  for (const policy of app.policies) {
    for (const platform of PLATFORMS) compare(app, artifacts, policy, platform);
  }

  const verified = verifyPlaced(readManifests(app.directory), artifacts);
  const deviations = verified.policies.flatMap(({ id, artifacts: all }) => all.map((artifact) => ({ id, ...artifact })));
  expect(deviations.filter(({ ok }) => !ok)).toEqual([]);
  expect(verified).toMatchObject({ ok: true });
  expect(verified.policies.map(({ id }) => id).sort()).toEqual(app.policies.map(({ compiled }) => compiled.id).sort());
  rmSync(app.directory, { recursive: true });
}, 120_000);

test('GIVEN the generated policies WHEN looked at THEN they are of every kind', () => {
  const kindsOf = ({ client, server, services = [] }: FlowSpec) => [client.kind, server.kind, ...services.map(({ kind }) => kind)];
  const kinds = new Set(SPECS.flatMap(({ flows, mode }) => [mode, ...flows.flatMap(kindsOf)]));
  expect([...kinds].sort()).toEqual([
    'any', 'cidr', 'enforce', 'labels', 'monitor', 'ping', 'protocol', 'segment', 'tcp', 'token', 'udp', 'visibility', 'workload',
  ]);
});

interface RuleForm {
  readonly types: readonly string[];
  /** Whether the rule lets something in or out. */
  admits(rule: Json): boolean;
  /** Changes that widen it. */
  ways(rule: Json): (() => void)[];
}

/** How rules stand in the configuration. Those of AWS are widened as in its own test. */
const RULES: Record<Platform, RuleForm> = {
  aws: { types: ENDS.map((end) => `aws_vpc_security_group_${end}_rule`), admits: () => true, ways: () => [] },
  azure: {
    types: ['azurerm_network_security_rule'],
    admits: ({ access }) => access === 'Allow',
    ways: (rule) => {
      const end = rule.direction === 'Inbound' ? 'source' : 'destination';
      const everything = () => {
        delete rule.destination_port_ranges;
        Object.assign(rule, { protocol: '*', destination_port_range: '*' });
      };
      const everybody = (address: string) => () => {
        delete rule[`${end}_address_prefixes`];
        rule[`${end}_address_prefix`] = address;
      };
      const address: string | undefined = rule[`${end}_address_prefix`] ?? rule[`${end}_address_prefixes`]?.[0];
      return [everything, ...(address && /^[\d.]+\//.test(address) ? [everybody('0.0.0.0/0')] : []), ...(address?.includes('::') ? [everybody('*')] : [])];
    },
  },
  gcp: {
    types: ['google_compute_network_firewall_policy_rule', 'google_compute_firewall'],
    admits: ({ action, allow }) => action === 'allow' || allow?.length > 0,
    ways: (rule) => {
      const ranges: string[] | undefined = rule.src_ip_ranges ?? rule.dest_ip_ranges ?? rule.source_ranges ?? rule.destination_ranges;
      const everything = () => (rule.layer4 ? rule.layer4.push({ ip_protocol: 'all' }) : rule.allow.push({ protocol: 'all' }));
      return [everything, ...(ranges?.some((range) => /^[\d.]+\//.test(range)) ? [() => ranges.push('0.0.0.0/0')] : [])];
    },
  },
};

/** Widens one rule of each policy, or takes it out. */
function mutate({ directory, policies }: MultiPlatformApp, platform: Platform, pick: Pick): void {
  const { types, admits, ways } = RULES[platform];
  policies.forEach((_, index) => rewrite(join(directory, 'stacks', `S${index}`, 'cdk.tf.json'), ({ resource }) => {
    const maps = types.flatMap((type) => Object.values<Json>(resource[type] ?? {})).map((body) => body.for_each);
    const places = maps.flatMap((rules) => Object.entries<Json>(rules).filter(([, rule]) => admits(rule))
      .map(([id, rule]): Place => ({ rule, remove: () => { delete rules[id]; } })));
    if (places.length === 0) return;
    const place = places[pick(places.length)];
    if (platform === 'aws') return mutateAws(place, TERRAFORM, pick);
    const all = [place.remove, ...ways(place.rule)];
    all[pick(all.length)]();
  }));
}

/** In force: a report does not say whether a flow is missing in force or in review. */
const ENFORCED = specs(SEED + 3, runs(0.1, 6)).map((spec): PolicySpec => ({
  ...spec,
  mode: 'enforce',
  workloads: spec.workloads.map((workload) => ({ ...workload, mode: undefined })),
  segments: spec.segments.map((segment) => ({ ...segment, mode: undefined })),
}));

test.each(PLATFORMS)('GIVEN one rule of each policy on %s widened or taken out WHEN verified THEN exactly that is reported', (platform) => {
  const app = synthesizeMultiPlatform(ENFORCED);
  const before = trafficOf(app, platform);
  mutate(app, platform, picker(2));
  const after = trafficOf(app, platform);
  const { policies } = verifyPlaced(readManifests(app.directory), readArtifacts(app.directory));

  const kinds = { excess: 0, missing: 0 };
  for (const { compiled, shares } of app.policies) {
    const { artifacts } = policies.find(({ id }) => id === compiled.id) ?? { artifacts: [] };
    expect(artifacts.filter(({ ok, platform: other }) => !ok && other !== platform)).toEqual([]);
    const [old, fresh] = [before.get(compiled.id)!, after.get(compiled.id)!];
    // What a named peer may do is no excess by its addresses.
    const byAddresses = compiledTraffic(compiled, () => false);
    const expected = {
      excess: beyondEverybody(surplus(surplus(fresh, old), byAddresses), old),
      missing: beyondAddresses(compiled, surplus(old, fresh), fresh),
    };
    for (const kind of ['excess', 'missing'] as const) {
      const flows = reported(compiled, artifacts.flatMap((artifact) => artifact[kind]), shares[platform].isNamed);
      // A workload is reported whole; what other rules still admit for some of its addresses is not lost.
      const found = kind === 'missing' ? surplus(flows, fresh) : flows;
      expect([compiled.id, kind, differences(expected[kind], found)]).toEqual([compiled.id, kind, []]);
      if (expected[kind].size > 0) kinds[kind] += 1;
    }
    expect(artifacts.every(({ ok }) => ok)).toBe(expected.excess.size + expected.missing.size === 0);
  }
  expect(Math.min(kinds.excess, kinds.missing)).toBeGreaterThan(0);
  rmSync(app.directory, { recursive: true });
}, 120_000);
