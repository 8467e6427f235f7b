import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { AddressSet, PeerEntry, PeerTraffic, ServiceSet, TrafficSet } from '../../lib/algebra';
import { VerifiedFlow, verifyPlaced } from '../../lib/analysis/verify';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { blockOf, CompiledPolicy, ManifestPeer } from '../../lib/compiler';
import { Synthesized, synthesizeCloudFormation, synthesizeTerraform } from './apps';
import { differences } from './compiled-traffic';
import { End, ENDS, TrafficByEnd } from './naive';
import { readTraffic } from './read-back';
import { runs, SEED } from './runs';
import { policySpecs, PolicySpec } from './specs';

type Json = any;
type Pick = (count: number) => number;

/** A number below `count`, the same ones in every run. */
function picker(seed: number): Pick {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % count;
  };
}

/** Names of the same things in both artifacts. */
interface Names { protocol: string; from: string; to: string; ipv4: string; ipv6: string; anyPort: Json }
const CLOUDFORMATION: Names = { protocol: 'IpProtocol', from: 'FromPort', to: 'ToPort', ipv4: 'CidrIp', ipv6: 'CidrIpv6', anyPort: undefined };
const TERRAFORM: Names = { protocol: 'ip_protocol', from: 'from_port', to: 'to_port', ipv4: 'cidr_ipv4', ipv6: 'cidr_ipv6', anyPort: null };

/** A rule where it stands: it can be changed, or taken out. */
interface Place { readonly rule: Json; remove(): void }

/** Widens the rule, or takes it out. */
function mutate({ rule, remove }: Place, names: Names, pick: Pick): void {
  const ways: (() => void)[] = [remove];
  if (['tcp', 'udp'].includes(rule[names.protocol])) ways.push(() => Object.assign(rule, { [names.from]: 0, [names.to]: 65_535 }));
  const everything = { [names.protocol]: '-1', [names.from]: names.anyPort, [names.to]: names.anyPort };
  if (rule[names.protocol] !== '-1') ways.push(() => Object.assign(rule, everything));
  if (typeof rule[names.ipv4] === 'string' && /^\d/.test(rule[names.ipv4])) ways.push(() => { rule[names.ipv4] = '0.0.0.0/0'; });
  if (typeof rule[names.ipv6] === 'string' && /^[\da-f:]+\//.test(rule[names.ipv6])) ways.push(() => { rule[names.ipv6] = '::/0'; });
  ways[pick(ways.length)]();
}

function rewrite(file: string, change: (content: Json) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  change(content);
  writeFileSync(file, JSON.stringify(content));
}

/** Changes one rule of each policy that has any in the stack's own template. */
function mutateCloudFormation({ directory }: Synthesized, pick: Pick): void {
  for (const file of readdirSync(directory).filter((name) => /^S\d+\.template\.json$/.test(name))) {
    rewrite(join(directory, file), ({ Resources }) => {
      const inline = Object.values<Json>(Resources)
        .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup')
        .flatMap(({ Properties }) => [Properties.SecurityGroupIngress ?? [], Properties.SecurityGroupEgress ?? []])
        .flatMap((list: Json[]) => list.map((rule): Place => ({
          rule, remove: () => list.splice(list.indexOf(rule), 1, ...insteadOf(list)),
        })));
      const standalone = Object.entries<Json>(Resources)
        .filter(([, { Type }]) => /^AWS::EC2::SecurityGroup(Ingress|Egress)$/.test(Type))
        .map(([id, { Properties }]): Place => ({ rule: Properties, remove: () => { delete Resources[id]; } }));
      const places = [...inline, ...standalone].filter(({ rule }) => rule.CidrIp !== NOTHING.CidrIp);
      if (places.length > 0) mutate(places[pick(places.length)], CLOUDFORMATION, pick);
    });
  }
}

/** A list without rules would mean the default of EC2, which is everything outbound: what is left must say "nothing". */
const NOTHING = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };
const insteadOf = (list: readonly Json[]) => (list.length === 1 ? [NOTHING] : []);

function mutateTerraform({ directory }: Synthesized, pick: Pick): void {
  for (const stack of readdirSync(join(directory, 'stacks'))) {
    rewrite(join(directory, 'stacks', stack, 'cdk.tf.json'), ({ resource }) => {
      const places = ENDS.flatMap((end) => Object.values<Json>(resource[`aws_vpc_security_group_${end}_rule`] ?? {})
        .flatMap(({ for_each: rules }) => Object.entries(rules).map(([id, rule]): Place => ({
          rule, remove: () => { delete rules[id]; },
        }))));
      if (places.length > 0) mutate(places[pick(places.length)], TERRAFORM, pick);
    });
  }
}

/** What all groups admit, by policy, and by workload and end. */
function trafficOf(app: Synthesized): Map<string, TrafficByEnd> {
  const traffic = new Map(app.policies.map(({ compiled }) => [compiled.id, new Map() as TrafficByEnd]));
  for (const found of readArtifacts(app.directory).flatMap(({ workloads }) => workloads)) {
    for (const end of ENDS) {
      const ends = traffic.get(found.policy)!;
      const key = `${found.workload} ${end}`;
      ends.set(key, (ends.get(key) ?? PeerTraffic.EMPTY).union(readTraffic(app, found, end)));
    }
  }
  return traffic;
}

/** What the first has and the second lacks, end by end. */
function surplus(first: TrafficByEnd, second: TrafficByEnd): TrafficByEnd {
  const rest = [...first].map(([key, traffic]) => [key, traffic.subtract(second.get(key) ?? PeerTraffic.EMPTY)] as const);
  return new Map(rest.filter(([, traffic]) => !traffic.isEmpty()));
}

/** Without what workloads and opaque peers may do by any address whatever: that is admitted for them as well. */
function beyondEverybody(traffic: TrafficByEnd, admitted: TrafficByEnd): TrafficByEnd {
  const rest = [...traffic].map(([key, ends]) => {
    const closed = ServiceSet.union(EVERYBODY.map(({ family, addresses }) => {
      const shut = TrafficSet.of(addresses, ServiceSet.ALL).subtract(admitted.get(key)?.addresses ?? TrafficSet.EMPTY);
      return ServiceSet.union(shut.entries().map(({ services }) => services)).withoutForeignIcmp(family);
    }));
    const beyond = ({ peer, services }: PeerEntry) => ({ peer, services: 'kind' in peer ? services.intersect(closed) : services });
    return [key, PeerTraffic.of(ends.entries().map(beyond))] as const;
  });
  return new Map(rest.filter(([, ends]) => !ends.isEmpty()));
}

const EVERYBODY = [{ family: 4, addresses: AddressSet.ANY_IPV4 }, { family: 6, addresses: AddressSet.ANY_IPV6 }] as const;

/** The flows of a report as traffic. An unmanaged workload is known to groups by its addresses alone. */
function reported(policy: CompiledPolicy, flows: readonly VerifiedFlow[]): TrafficByEnd {
  const entries = new Map<string, PeerEntry[]>();
  for (const { client, server, end, protocol, fromPort, toPort } of flows) {
    const [own, peer] = end === 'ingress' ? [server, client] : [client, server];
    const key = `${(own as { workload: string }).workload} ${end satisfies End}`;
    const family = 'token' in peer ? peer.token : 'prefixList' in peer ? peer.prefixList : '';
    const services = ServiceSet.fromRange({ protocol, fromPort, toPort });
    const possible = family === '' ? services : services.withoutForeignIcmp(family.endsWith('6') ? 6 : 4);
    if (!entries.has(key)) entries.set(key, []);
    entries.get(key)!.push({ peer: peerOf(policy, peer), services: possible });
  }
  return new Map([...entries].map(([key, all]) => [key, PeerTraffic.of(all)]));
}

function peerOf(policy: CompiledPolicy, peer: ManifestPeer): PeerEntry['peer'] {
  if ('token' in peer) return { kind: 'token', id: peer.token };
  if ('prefixList' in peer) return { kind: 'prefixList', id: peer.prefixList };
  if (!('workload' in peer)) return blockOf(peer)!;
  const { managed, addresses } = policy.workloads.find(({ id }) => id === peer.workload)!;
  return managed ? { kind: 'workload', id: peer.workload } : addresses satisfies AddressSet;
}

/** In force, at one enforcement point: a report does not say whether a flow is missing in force or in review. */
const SPECS = fc.sample(policySpecs({ size: 6, sctpPorts: false }), { seed: SEED + 1, numRuns: 25 }).map((spec): PolicySpec => ({
  ...spec,
  split: false,
  mode: 'enforce',
  workloads: spec.workloads.map((workload) => ({ ...workload, mode: undefined })),
  segments: spec.segments.map((segment) => ({ ...segment, mode: undefined })),
}));
const ROUNDS = Array.from({ length: runs(0.01, 2) }, (_, index) => index);

describe.each([
  ['CloudFormation', synthesizeCloudFormation, mutateCloudFormation],
  ['Terraform', synthesizeTerraform, mutateTerraform],
] as const)('%s', (_, synthesize, change) => {
  test.each(ROUNDS)('GIVEN one rule of each policy widened or taken out (round %d) WHEN verified THEN exactly that is reported', (round) => {
    const app = synthesize(SPECS);
    const before = trafficOf(app);
    change(app, picker(round + 1));
    const after = trafficOf(app);
    const { policies } = verifyPlaced(readManifests(app.directory), readArtifacts(app.directory));

    const kinds = { excess: 0, missing: 0 };
    for (const { compiled } of app.policies) {
      const { artifacts } = policies.find(({ id }) => id === compiled.id) ?? { artifacts: [] };
      const [old, fresh] = [before.get(compiled.id)!, after.get(compiled.id)!];
      const expected = { excess: beyondEverybody(surplus(fresh, old), old), missing: surplus(old, fresh) };
      for (const kind of ['excess', 'missing'] as const) {
        const flows = reported(compiled, artifacts.flatMap((artifact) => artifact[kind]));
        // An unmanaged workload is reported whole; what other rules still admit for some of its addresses is not lost.
        const found = kind === 'missing' ? surplus(flows, fresh) : flows;
        expect([compiled.id, kind, differences(expected[kind], found)]).toEqual([compiled.id, kind, []]);
        if (expected[kind].size > 0) kinds[kind] += 1;
      }
      expect(artifacts.every(({ ok }) => ok)).toBe(expected.excess.size + expected.missing.size === 0);
    }
    // A rule that others cover may go unnoticed; most must not.
    expect(Math.min(kinds.excess, kinds.missing)).toBeGreaterThan(2);
  }, 60_000);
});
