import { AddressSet, ServiceSet } from '../algebra';
import { CompiledFlow, CompiledPeer } from './compiled-policy';
import { ManifestService } from './manifest-types';

/** Identity of a peer, as text: equal peers have equal keys, and keys sort by kind first. */
export function peerKey(peer: CompiledPeer): string {
  if ('workload' in peer) return `workload:${peer.workload}`;
  if ('any' in peer) return `any:${peer.any}`;
  if ('cidr' in peer) return `cidr:${peer.cidr}`;
  if ('prefixList' in peer) return `prefixList:${peer.prefixList}`;
  return `token:${peer.token}`;
}

/** How a peer reads in a sentence. */
export function peerName(peer: CompiledPeer): string {
  return peerKey(peer).replace(/^(workload|cidr):/, '').replace(/^any:/, 'any ');
}

/** How a flow reads in a sentence: `the flow from Web to Ledger`. */
export function flowName({ client, server }: Pick<CompiledFlow, 'client' | 'server'>): string {
  return `from ${peerName(client)} to ${peerName(server)}`;
}

/** The traffic that services stand for together. */
export function servicesOf(services: readonly ManifestService[]): ServiceSet {
  return ServiceSet.union(services.map((service) => ServiceSet.fromRange(service)));
}

/** The peer's addresses where the policy itself knows them: blocks and "any". Undefined for workloads and opaque peers. */
export function blockOf(peer: CompiledPeer): AddressSet | undefined {
  if ('any' in peer) return peer.any === 'ipv4' ? AddressSet.ANY_IPV4 : AddressSet.ANY_IPV6;
  return 'cidr' in peer ? AddressSet.cidr(peer.cidr) : undefined;
}

/** The peers that stand for a set of addresses: one a block, and `any` for a whole family. */
export function peersOf(addresses: AddressSet): CompiledPeer[] {
  return addresses.cidrs().map(blockPeer);
}

/** Address family of a peer: of its block, of its opaque value; undefined for a workload. */
export function familyOf(peer: CompiledPeer, opaqueFamilies: ReadonlyMap<string, 4 | 6>): 4 | 6 | undefined {
  if ('any' in peer) return peer.any === 'ipv4' ? 4 : 6;
  if ('cidr' in peer) return peer.cidr.includes(':') ? 6 : 4;
  return opaqueFamilies.get(peerKey(peer));
}

function blockPeer(cidr: string): CompiledPeer {
  if (cidr === '0.0.0.0/0') return { any: 'ipv4' };
  return cidr === '::/0' ? { any: 'ipv6' } : { cidr };
}
