import * as fc from 'fast-check';
import { HOSTILE_TEXTS } from '../model/policies';

/**
 * Generated policies as plain data. Every policy is valid in itself: what must be refused has tests of its own. Blocks
 * overlap, touch and nest, labels overlap, services touch, flows go in circles and to their own workload.
 */
export interface PolicySpec {
  readonly mode: ModeSpec;
  readonly workloads: readonly WorkloadSpec[];
  readonly segments: readonly SegmentSpec[];
  readonly flows: readonly FlowSpec[];
  /** Two enforcement points share the workloads: peers of the other one are named by their addresses. */
  readonly split: boolean;
}

export type ModeSpec = 'visibility' | 'monitor' | 'enforce';

export interface WorkloadSpec {
  readonly labels: { readonly [key: string]: string };
  readonly services: readonly ServiceSpec[];
  readonly addresses: readonly string[];
  readonly managed: boolean;
  readonly mode?: ModeSpec;
}

export interface SegmentSpec {
  readonly tier: string;
  readonly mode?: ModeSpec;
  readonly ringfence: boolean;
}

export interface FlowSpec {
  readonly client: PeerSpec;
  readonly server: PeerSpec;
  readonly services?: readonly ServiceSpec[];
  readonly justification?: string;
  readonly owner?: string;
  readonly expires?: string;
}

export type PeerSpec =
  | { readonly kind: 'workload' | 'segment'; readonly index: number }
  | { readonly kind: 'labels'; readonly operator: 'is' | 'isNot' | 'has' | 'hasNot'; readonly key: string; readonly value: string }
  | { readonly kind: 'any'; readonly family?: 4 | 6 }
  | { readonly kind: 'cidr'; readonly cidr: string; readonly except: readonly string[] }
  | { readonly kind: 'prefixList' | 'token'; readonly family: 4 | 6 };

export type ServiceSpec =
  | { readonly kind: 'tcp' | 'udp' | 'sctp'; readonly from: number; readonly to: number }
  | { readonly kind: 'protocol'; readonly number: number }
  | { readonly kind: 'ping'; readonly type?: number; readonly code?: number }
  | { readonly kind: 'any' };

export interface SpecOptions {
  /** Most workloads and most declared flows. */
  readonly size: number;
  /** Ports of SCTP are no matter of security groups. */
  readonly sctpPorts: boolean;
  /** Only what every platform can say, between workloads that have addresses. */
  readonly everywhere?: boolean;
}

const TIERS = ['0', '1', '2'];
const BLOCKS = [
  '10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '10.1.0.0/16', '10.1.2.0/24', '10.1.3.0/24', '203.0.113.0/25', '203.0.113.128/25', '192.0.2.7',
  '0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '2001:db8::/32', '2001:db8::/33', '2001:db8:8000::/33', '2001:db8:1::/48', '2001:db8::7', '::/0',
];
/** A block and exceptions that leave something of it. */
const HOLED: [string, string[]][] = [
  ['10.0.0.0/8', ['10.0.0.0/9']], ['10.0.0.0/8', ['10.1.2.0/24', '192.0.2.0/24']], ['0.0.0.0/0', ['10.0.0.0/8', '::/0']],
  ['2001:db8::/32', ['2001:db8:1::/48']], ['::/0', ['8000::/1']], ['10.1.2.0/24', ['0.0.0.0/32', '::/0']],
];
const UNMANAGED = [['192.0.2.7'], ['10.1.2.0/24', '10.1.3.0/24'], ['2001:db8:1::/48'], ['198.51.100.0/24', '2001:db8:2::/48']];

const modes = fc.constantFrom<ModeSpec>('visibility', 'monitor', 'enforce', 'enforce');
/** Few ports, so that ranges often touch, overlap and cover each other. */
const ports = fc.constantFrom(0, 22, 80, 81, 82, 443, 8080, 65_534, 65_535);

function services({ sctpPorts, everywhere }: SpecOptions): fc.Arbitrary<ServiceSpec> {
  const ranges = fc.record({ kind: fc.constantFrom('tcp' as const, 'tcp' as const, 'udp' as const), a: ports, b: ports, single: fc.boolean() })
    .map(({ kind, a, b, single }) => ({ kind, from: single ? a : Math.min(a, b), to: single ? a : Math.max(a, b) }));
  if (everywhere) {
    const others = fc.constantFrom<ServiceSpec>({ kind: 'protocol', number: 50 }, { kind: 'protocol', number: 6 }, { kind: 'ping' }, { kind: 'any' });
    return fc.oneof({ weight: 3, arbitrary: ranges }, { weight: 1, arbitrary: others });
  }
  const byte = fc.constantFrom(0, 3, 8, 128, 255);
  return fc.oneof(
    { weight: 8, arbitrary: ranges },
    { weight: 1, arbitrary: fc.constantFrom(...(sctpPorts ? [[0, 65_535], [80, 81], [81, 443]] : [[0, 65_535]])).map(([from, to]) => ({ kind: 'sctp' as const, from, to })) },
    { weight: 1, arbitrary: fc.constantFrom(0, 6, 17, 47, 50, 132, 255).map((number) => ({ kind: 'protocol' as const, number })) },
    { weight: 2, arbitrary: fc.oneof(fc.constant({}), fc.record({ type: byte }), fc.record({ type: byte, code: byte })).map((message) => ({ kind: 'ping' as const, ...message })) },
    { weight: 1, arbitrary: fc.constant({ kind: 'any' as const }) },
  );
}

function workloads(options: SpecOptions): fc.Arbitrary<WorkloadSpec> {
  // The first is never an ICMP message: alone it could meet a block of the family in which it does not exist.
  const offered = fc.tuple(ports, fc.array(services(options), { maxLength: 2 }))
    .map(([port, more]): ServiceSpec[] => [{ kind: 'tcp', from: port, to: port }, ...more]);
  return fc.record({
    labels: fc.record({ tier: fc.constantFrom(...TIERS), app: fc.constantFrom('a', 'b', ...HOSTILE_TEXTS.slice(0, 12)), env: fc.constantFrom('prod', 'dev') }, { requiredKeys: ['tier', 'app'] }),
    services: offered,
    addresses: fc.constantFrom(...UNMANAGED),
    managed: fc.integer({ min: 0, max: 4 }).map((dice) => dice > 0),
    mode: fc.option(modes, { nil: undefined, freq: 2 }),
  });
}

function peers(workloadCount: number, ownOnly: boolean, { everywhere }: SpecOptions): fc.Arbitrary<PeerSpec> {
  const own: fc.WeightedArbitrary<PeerSpec>[] = [
    { weight: 10, arbitrary: fc.nat({ max: workloadCount - 1 }).map((index) => ({ kind: 'workload' as const, index })) },
    { weight: 2, arbitrary: fc.nat({ max: TIERS.length - 1 }).map((index) => ({ kind: 'segment' as const, index })) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('labels' as const), operator: fc.constantFrom('is', 'isNot', 'has', 'hasNot'), key: fc.constantFrom('tier', 'env'), value: fc.constantFrom('0', 'prod') }),
    },
  ];
  const others: fc.WeightedArbitrary<PeerSpec>[] = [
    { weight: 1, arbitrary: fc.constantFrom(undefined, 4 as const, 6 as const).map((family) => ({ kind: 'any' as const, family })) },
    { weight: 6, arbitrary: fc.constantFrom(...BLOCKS).map((cidr) => ({ kind: 'cidr' as const, cidr, except: [] })) },
    { weight: 1, arbitrary: fc.constantFrom(...HOLED).map(([cidr, except]) => ({ kind: 'cidr' as const, cidr, except })) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom(...(everywhere ? ['token' as const] : ['prefixList' as const, 'token' as const])), family: fc.constantFrom(4 as const, 6 as const) }) },
  ];
  return fc.oneof(...own, ...(ownOnly ? [] : others));
}

function flows(workloadCount: number, options: SpecOptions): fc.Arbitrary<FlowSpec> {
  const named = fc.tuple(ports, fc.array(services(options), { maxLength: 2 }))
    .map(([port, more]): ServiceSpec[] => [...more, { kind: 'udp', from: port, to: port }]);
  const text = fc.option(fc.oneof(fc.constantFrom('orders', 'monitoring'), fc.constantFrom(...HOSTILE_TEXTS)), { nil: undefined });
  const ends = fc.tuple(peers(workloadCount, true, options), peers(workloadCount, false, options), fc.boolean());
  const expiry = fc.option(fc.constantFrom('2026-06-30', '2026-06-30T12:00:00Z', '2026-06-30T14:00:00+02:00', '2030-01-01'), { nil: undefined, freq: 4 });
  return fc.record({ ends, services: fc.option(named, { nil: undefined }), justification: text, owner: text, expires: expiry })
    .map(({ ends: [own, other, outward], ...flow }): FlowSpec => {
      const [client, server] = outward ? [own, other] : [other, own];
      // What is not the policy's own offers nothing.
      const needsServices = !['workload', 'segment', 'labels'].includes(server.kind);
      return { client, server, ...flow, services: flow.services ?? (needsServices ? [{ kind: 'tcp', from: 443, to: 443 }] : undefined) };
    });
}

export function policySpecs(options: SpecOptions): fc.Arbitrary<PolicySpec> {
  return fc.integer({ min: 1, max: options.size }).chain((workloadCount) => fc.record({
    mode: modes,
    // Each label key that flows select by stands on at least one workload.
    workloads: fc.array(workloads(options), { minLength: workloadCount, maxLength: workloadCount })
      .map((all) => all.map((workload, index) => (index > 0 ? workload : { ...workload, managed: true, labels: { ...workload.labels, env: 'prod' } }))),
    segments: fc.tuple(...TIERS.map((tier) =>
      fc.record({ tier: fc.constant(tier), mode: fc.option(modes, { nil: undefined }), ringfence: fc.boolean() }))),
    flows: fc.array(flows(workloadCount, options), { maxLength: 2 * options.size, size: 'max' }),
    split: options.everywhere ? fc.constant(true) : fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
  }));
}
