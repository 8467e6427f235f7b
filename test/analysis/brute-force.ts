import { AddressSet, ServiceSet } from '../../lib/algebra';
import { printAddress } from '../../lib/algebra/cidr';
import { CompiledPolicy, CompiledWorkload, Endpoint, evaluate } from '../../lib/compiler';
import { PeerSpec, PolicySpec } from '../properties/specs';

/** Blocks that generated policies and the analyses speak of. */
const BLOCKS = [
  '0.0.0.0/0', '0.0.0.0/1', '10.0.0.0/8', '10.128.0.0/9', '10.1.0.0/16', '10.1.2.0/23', '10.1.3.0/24',
  '10.200.0.0/28', '10.200.1.0/28', '10.200.2.0/28',
  '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '192.0.2.7', '198.51.100.0/24', '203.0.113.0/25', '203.0.113.128/25',
  '::/0', '8000::/1', '2001:db8::/32', '2001:db8:8000::/33', '2001:db8:1::/48', '2001:db8:2::/48', '2001:db8:200:1::/64',
  '2001:db8::7', 'fc00::/7', 'fe80::/10',
].map((block) => AddressSet.cidr(block));

/** One address of every stretch between two borders of the blocks: what holds for these holds for all. */
export const ADDRESSES = [...new Set(BLOCKS.flatMap(({ ipv4, ipv6 }) => [
  ...ipv4.boundaries.filter((from) => from <= 0xffff_ffff).map((from) => printAddress(4, from)),
  ...ipv6.boundaries.filter((from) => from < 1n << 128n).map((from) => printAddress(6, from)),
]))];

/** Each as a set, read once. */
const SETS = new Map(ADDRESSES.map((address) => [address, AddressSet.cidr(address)]));
const within = (addresses: readonly string[], set: AddressSet) => addresses.filter((address) => SETS.get(address)!.isSubsetOf(set));

/** One service of every kind that the generated policies tell apart. */
export const POINTS = [
  ServiceSet.tcp(22), ServiceSet.tcp(81), ServiceSet.udp(443), ServiceSet.tcp(65_535), ServiceSet.protocol(50),
  ServiceSet.icmp(8, 0), ServiceSet.icmpv6(128, 0),
];

export function occurs(family: 4 | 6 | undefined, point: ServiceSet): boolean {
  return family === undefined || point.withoutForeignIcmp(family).equals(point);
}

export function familyOf(address: string | undefined): 4 | 6 | undefined {
  if (address === undefined) return undefined;
  return address.includes(':') ? 6 : 4;
}

const PRIVATE = within(ADDRESSES, AddressSet.union(['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fe80::/10']
  .map((block) => AddressSet.cidr(block))));

/** Where a workload may stand: where it says, else at any private address that nobody else has. */
export function placesOf(policy: CompiledPolicy, { id, addresses }: CompiledWorkload): Endpoint[] {
  const known = within(ADDRESSES, addresses);
  const taken = AddressSet.union(policy.workloads.map((workload) => workload.addresses));
  const possible = known.length > 0 ? known : PRIVATE.filter((address) => !SETS.get(address)!.isSubsetOf(taken));
  return possible.map((address) => ({ workload: id, address }));
}

/** Whether the client's own end lets the service out, or nobody holds it up there. */
export function leaves(policy: CompiledPolicy, client: Endpoint, server: Endpoint, service: ServiceSet): boolean {
  const { egress } = evaluate(policy, { client, server, service });
  return egress === undefined || egress.length > 0;
}

/** Whether the server's own end lets the service in, or nobody holds it up there. */
export function enters(policy: CompiledPolicy, client: Endpoint, server: Endpoint, service: ServiceSet): boolean {
  const { ingress } = evaluate(policy, { client, server, service });
  return ingress === undefined || ingress.length > 0;
}

/** The same policy without peers that only the platform can see into. */
export function withoutOpaque(spec: PolicySpec): PolicySpec {
  const isOpaque = ({ kind }: PeerSpec) => kind === 'token' || kind === 'prefixList';
  return { ...spec, flows: spec.flows.filter(({ client, server }) => !isOpaque(client) && !isOpaque(server)) };
}
