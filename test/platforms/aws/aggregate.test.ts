import * as fc from 'fast-check';
import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { CompiledFlow, OpaquePeer } from '../../../lib/compiler';
import { aggregate, countRules } from '../../../lib/platforms/aws/aggregate';
import { addressPeers, LoweredRule, ruleKey, weightOf } from '../../../lib/platforms/aws/lower';
import { End, RulePeer } from '../../../lib/platforms/aws/plan-types';
import { ruleTraffic } from '../../../lib/platforms/aws/rule-traffic';
import { SEED } from '../../properties/runs';

const OPAQUE = new Map<string, OpaquePeer>([
  ['prefixList s3', { kind: 'prefixList', name: 's3', value: 'pl-1', family: 4, maxEntries: 5 }],
]);

let flowCount = 0;
function rule(end: End, peer: RulePeer, services: ServiceSet): LoweredRule {
  flowCount += 1;
  const flow = { id: `f${flowCount}` } as CompiledFlow;
  return { end, peer, traffic: ruleTraffic(services.ranges()[0], ''), weight: weightOf(peer, OPAQUE), flows: new Set([flow]) };
}

function block(cidr: string): RulePeer {
  return { kind: cidr.includes(':') ? 'cidrIpv6' : 'cidrIpv4', cidr };
}

/** What rules admit, and with which flows each piece is explained. */
function trafficOf(rules: readonly LoweredRule[], end: End, flow?: CompiledFlow): PeerTraffic {
  return PeerTraffic.of(rules.filter((one) => one.end === end && (!flow || one.flows.has(flow))).map(({ peer, traffic }): PeerEntry => {
    const known = (port?: number) => (port === -1 ? undefined : port);
    const services = traffic.protocol === '-1'
      ? ServiceSet.ALL
      : ServiceSet.fromRange({ protocol: traffic.protocol, fromPort: known(traffic.fromPort), toPort: known(traffic.toPort) });
    if ('cidr' in peer) return { peer: AddressSet.cidr(peer.cidr), services };
    return { peer: peer.kind === 'group' ? { kind: 'workload', id: peer.key } : { kind: peer.kind as 'token', id: (peer as { name: string }).name }, services };
  }));
}

const BLOCKS = [
  '10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '10.0.0.0/31', '10.0.0.2/31', '10.0.0.4/32', '0.0.0.0/1', '128.0.0.0/1',
  '2001:db8::/33', '2001:db8:8000::/33', '2001:db8::/128', '2001:db8::1/128', '::/1', '8000::/1', '::/0',
];
const services = fc.constantFrom(
  ServiceSet.tcp(80), ServiceSet.tcp(81), ServiceSet.tcp(80, 90), ServiceSet.tcp(0, 65_535), ServiceSet.udp(53), ServiceSet.ALL,
  ServiceSet.protocol(50), ServiceSet.protocol(51), ServiceSet.icmp(), ServiceSet.icmp(8), ServiceSet.icmp(8, 0), ServiceSet.icmp(9),
  ServiceSet.icmpv6(128), ServiceSet.icmpv6(),
);
const peers = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...BLOCKS).map(block) },
  { weight: 1, arbitrary: fc.constantFrom<RulePeer>({ kind: 'group', key: 'Db' }, { kind: 'token', name: 't', value: '${Token[TOKEN.1]}', family: 4 }, { kind: 'prefixList', name: 's3', value: 'pl-1' }) },
);
/** As lowering makes them: in the family in which the protocol exists, everything outbound in halves, no two alike. */
const rules = fc.array(fc.tuple(fc.constantFrom<End>('ingress', 'egress'), peers, services), { maxLength: 25 }).map((all) => {
  const made = all.flatMap(([end, peer, set]) => {
    const lowered = 'cidr' in peer ? addressPeers(end, [peer.cidr], ruleTraffic(set.ranges()[0], '')) : [peer];
    return lowered.map((one) => rule(end, one, set));
  });
  return [...new Map(made.map((one) => [ruleKey(one), one])).values()];
});

test('GIVEN any rules WHEN aggregated THEN they admit the same traffic, are not more, and none stands twice', () => {
  let smaller = 0;
  fc.assert(fc.property(rules, (before) => {
    const after = aggregate(before, OPAQUE);
    for (const end of ['ingress', 'egress'] as const) {
      expect(trafficOf(after, end).equals(trafficOf(before, end))).toBe(true);
      for (const family of [4, 6] as const) expect(countRules(after, end)[family]).toBeLessThanOrEqual(countRules(before, end)[family]);
    }
    expect(new Set(after.map(ruleKey)).size).toBe(after.length);
    if (after.length < before.length) smaller += 1;
  }), { seed: SEED, numRuns: 400 });
  expect(smaller).toBeGreaterThan(50);
});

test('GIVEN any rules WHEN aggregated THEN each flow is still named by rules that admit all of it', () => {
  fc.assert(fc.property(rules, (before) => {
    const after = aggregate(before, OPAQUE);
    for (const { end, flows } of before) {
      for (const flow of flows) expect(trafficOf(before, end, flow).isSubsetOf(trafficOf(after, end, flow))).toBe(true);
    }
  }), { seed: SEED, numRuns: 200 });
});

const texts = (list: readonly LoweredRule[]) => list.map(ruleKey).sort();

test('GIVEN neighbours WHEN aggregated THEN adjacent blocks and touching ports become one, whatever they were declared for', () => {
  const after = aggregate([
    rule('ingress', block('10.0.0.0/9'), ServiceSet.tcp(80)), rule('ingress', block('10.128.0.0/9'), ServiceSet.tcp(80)),
    rule('ingress', block('10.0.0.0/8'), ServiceSet.tcp(81, 90)),
  ], OPAQUE);
  expect(texts(after)).toEqual(['ingress tcp 80-90 10.0.0.0/8']);
  expect(after[0].flows.size).toBe(3);
});

test('GIVEN blocks that merge only in part WHEN aggregated THEN what merging would cut into more pieces stays as it was', () => {
  const before = [rule('ingress', block('10.0.0.0/8'), ServiceSet.tcp(80)), rule('ingress', block('10.1.0.0/16'), ServiceSet.tcp(80, 90))];
  expect(texts(aggregate(before, OPAQUE))).toEqual(texts(before));
});

test('GIVEN blocks of which one family merges and the other would be cut WHEN aggregated THEN each family is decided on its own', () => {
  const four = [rule('ingress', block('10.0.0.0/9'), ServiceSet.tcp(80, 85)), rule('ingress', block('10.128.0.0/9'), ServiceSet.tcp(83, 90))];
  const six = Array.from({ length: 8 }, (_, index) => rule('ingress', block(`2001:db8::${index}/128`), ServiceSet.tcp(80)));
  expect(texts(aggregate([...four, ...six], OPAQUE))).toEqual(['ingress tcp 80-80 2001:db8::/125', ...texts(four)]);
});

test('GIVEN peers that are compared by identity WHEN aggregated THEN their ports merge, and never two peers', () => {
  const group = (key: string): RulePeer => ({ kind: 'group', key });
  const after = aggregate([
    rule('egress', group('A'), ServiceSet.tcp(80)), rule('egress', group('A'), ServiceSet.tcp(81)), rule('egress', group('B'), ServiceSet.tcp(82)),
    rule('egress', { kind: 'prefixList', name: 's3', value: 'pl-1' }, ServiceSet.tcp(443)), rule('egress', { kind: 'prefixList', name: 's3', value: 'pl-1' }, ServiceSet.tcp(444)),
  ], OPAQUE);
  expect(texts(after)).toEqual(['egress tcp 443-444 prefixList s3', 'egress tcp 80-81 group A', 'egress tcp 82-82 group B']);
  expect(countRules(after, 'egress')).toEqual({ 4: 7, 6: 2 });
});

test('GIVEN ten thousand addresses WHEN aggregated THEN it takes less than a second', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => rule('ingress', block(`10.${index >> 8}.${index & 255}.0/24`), ServiceSet.tcp(443)));
  const start = performance.now();
  const after = aggregate(many, OPAQUE);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(trafficOf(after, 'ingress').equals(trafficOf(many, 'ingress'))).toBe(true);
  expect(after.length).toBeLessThan(10);
});
