import * as fc from 'fast-check';
import { ServiceSet } from '../../lib/algebra';
import {
  compile, CompiledFlow, CompiledPeer, CompiledPolicy, evaluate, manifestOf, peerKey, serializeManifest, servicesOf, snapshotOf,
} from '../../lib/compiler';
import { payments } from '../model/policies';
import { compiledTraffic, differences } from './compiled-traffic';
import { Declared, modeOf, Order } from './declare';
import { declaredTraffic, opens, Place, Point } from './naive';
import { runs, SEED } from './runs';
import { policySpecs, PolicySpec } from './specs';

const SPECS = policySpecs({ size: 6, sctpPorts: true });
const check = (runsOfThis: number) => ({ seed: SEED, numRuns: runs(1, runsOfThis) });

function declared(spec: PolicySpec, order?: Order): Declared {
  return new Declared(payments({ mode: modeOf(spec.mode) }), spec, undefined, order);
}

function compiled(spec: PolicySpec, order?: Order): CompiledPolicy {
  return compile(snapshotOf(declared(spec, order).policy));
}

function shuffled(items: readonly unknown[]): fc.Arbitrary<number[]> {
  const places = items.map((_, index) => index);
  return fc.shuffledSubarray(places, { minLength: places.length });
}

test('GIVEN any policy WHEN compiled THEN it admits what the declarations say, taken one by one', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    expect(differences(declaredTraffic(spec), compiledTraffic(compiled(spec)))).toEqual([]);
  }), check(150));
});

test('GIVEN the same declarations in another order WHEN compiled THEN policy and manifest are equal to the byte', () => {
  const orders = SPECS.chain((spec) => fc.tuple(fc.constant(spec), fc.record({
    workloads: shuffled(spec.workloads), segments: shuffled(spec.segments), flows: shuffled(spec.flows),
  })));
  const manifest = (policy: CompiledPolicy) =>
    serializeManifest(manifestOf([{ policy, invariants: [], enforcementPoints: [], rendered: new Map() }]));
  fc.assert(fc.property(orders, ([spec, order]) => {
    const [straight, mixed] = [compiled(spec), compiled(spec, order)];
    expect(mixed).toEqual(straight);
    expect(manifest(mixed)).toBe(manifest(straight));
  }), check(150));
});

test('GIVEN any policy WHEN compiled THEN every declaration is explained by flows that carry its origin and its reason', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    const snapshot = snapshotOf(declared(spec).policy);
    // As if each declaration had a construct of its own.
    const flows = snapshot.flows.map((flow, index) => ({ ...flow, origin: `Flow${index}`, justification: `reason ${index}.` }));
    const whole = compile({ ...snapshot, flows });
    for (const flow of flows) {
      // What the declaration admits by itself must be explained by flows of the whole that name it.
      for (const part of compile({ ...snapshot, flows: [flow] }).flows) {
        const explained = servicesOf(whole.flows
          .filter((candidate) => samePair(candidate, part))
          .filter(({ origins, justification }) => origins.includes(flow.origin) && justification!.includes(flow.justification))
          .flatMap((candidate) => candidate.services));
        expect([part, servicesOf(part.services).subtract(explained).toString()]).toEqual([part, 'none']);
      }
    }
  }), check(60));
});

test('GIVEN any policy WHEN compiled THEN ids are unique, depend on content alone, and nothing stands twice', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    const { flows } = compiled(spec);
    expect(new Set(flows.map((flow) => flow.id)).size).toBe(flows.length);
    for (const [, pair] of byPair(flows)) {
      const services = pair.flatMap((flow) => flow.services);
      expect(new Set(services.map((service) => JSON.stringify(service))).size).toBe(services.length);
      // No service is left that the others cover.
      services.forEach((service, index) => {
        const others = servicesOf(services.filter((_, other) => other !== index));
        expect(ServiceSet.fromRange(service).isSubsetOf(others)).toBe(false);
      });
    }
  }), check(100));
});

const ADDRESSES = [
  '10.1.2.9', '10.1.3.9', '10.200.1.3', '10.255.0.1', '192.0.2.7', '203.0.113.5', '203.0.113.200', '1.2.3.4',
  '2001:db8:1::5', '2001:db8:8000::5', '2001:db8:200:1::9', 'fd00::1',
];
const POINTS: Point[] = [
  ...[0, 22, 80, 81, 443, 5000, 65_535].flatMap((port) => [{ protocol: 6, port }, { protocol: 17, port }]),
  { protocol: 132, port: 80 }, { protocol: 50 }, { protocol: 255 },
  { protocol: 1, type: 8, code: 0 }, { protocol: 1, type: 3, code: 3 },
  { protocol: 58, type: 128, code: 0 }, { protocol: 58, type: 255, code: 255 },
];

function setOf({ protocol, port, type, code }: Point): ServiceSet {
  const names: Record<number, string> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };
  if (type !== undefined) return ServiceSet.fromRange({ protocol: names[protocol], fromPort: type, toPort: code });
  if (port === undefined) return ServiceSet.protocol(protocol);
  return ServiceSet.fromRange({ protocol: names[protocol], fromPort: port, toPort: port });
}

/** ICMP of one family between addresses of the other cannot occur. */
function occurs(client: Place, server: Place, { protocol }: Point): boolean {
  const families = [client, server].flatMap(({ address }) => (address === undefined ? [] : [address.includes(':') ? 6 : 4]));
  if (new Set(families).size > 1) return false;
  return !(protocol === 1 && families.includes(6)) && !(protocol === 58 && families.includes(4));
}

test('GIVEN any policy and any packet WHEN evaluated THEN the verdict at each end is that of the declarations', () => {
  const cases = SPECS.chain((spec) => {
    const places = fc.oneof(
      fc.nat({ max: spec.workloads.length - 1 })
        .chain((workload) => fc.constantFrom<Place>({ workload }, ...ADDRESSES.map((address) => ({ workload, address })))),
      fc.constantFrom(...ADDRESSES).map((address): Place => ({ address })),
    );
    return fc.tuple(fc.constant(spec), fc.array(fc.tuple(places, places, fc.constantFrom(...POINTS)), { minLength: 40, maxLength: 40 }));
  });
  let admitted = 0;
  fc.assert(fc.property(cases, ([spec, packets]) => {
    const policy = compiled(spec);
    for (const [client, server, point] of packets.filter(([from, to, service]) => occurs(from, to, service))) {
      const verdict = evaluate(policy, { client: named(client), server: named(server), service: setOf(point) });
      const asked = (place: Place) => place.workload !== undefined && spec.workloads[place.workload].managed;
      // A flow opens the end of the workload that it names, not of one that happens to have its address.
      const byIdentity = (place: Place): Place => ({ workload: place.workload });
      const egress = asked(client) ? spec.flows.some((flow) => opens(spec, flow, byIdentity(client), server, point)) : undefined;
      const ingress = asked(server) ? spec.flows.some((flow) => opens(spec, flow, client, byIdentity(server), point)) : undefined;
      const found = [verdict.egress, verdict.ingress].map((flows) => flows && flows.length > 0);
      expect([client, server, point, ...found]).toEqual([client, server, point, egress, ingress]);
      const ends = [egress, ingress].filter((end) => end !== undefined);
      expect(verdict.allowed).toBe(ends.length > 0 && ends.every((end) => end));
      if (verdict.allowed) admitted += 1;
    }
  }), check(120));
  // The packets must not all be of the kind that nobody lets through.
  expect(admitted).toBeGreaterThan(100);
});

function named({ workload, address }: Place): { workload?: string; address?: string } {
  return { workload: workload === undefined ? undefined : `W${workload}`, address };
}

function samePair(a: CompiledFlow, b: CompiledFlow): boolean {
  return pairKey(a.client, a.server) === pairKey(b.client, b.server);
}

function byPair(flows: readonly CompiledFlow[]): Map<string, CompiledFlow[]> {
  const pairs = new Map<string, CompiledFlow[]>();
  for (const flow of flows) {
    const key = pairKey(flow.client, flow.server);
    pairs.set(key, [...pairs.get(key) ?? [], flow]);
  }
  return pairs;
}

function pairKey(client: CompiledPeer, server: CompiledPeer): string {
  return `${peerKey(client)}>${peerKey(server)}`;
}
