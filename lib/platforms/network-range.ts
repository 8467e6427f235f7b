import { ManifestPeer } from '../compiler';
import { sortedBy } from '../support/order';

/** One of a network's own address ranges: a known block, or a deploy-time value under a name. */
export type NetworkRange =
  | { readonly kind: 'cidrIpv4' | 'cidrIpv6'; readonly cidr: string }
  | ({ readonly kind: 'token'; readonly name: string } & OpaqueAddress);

/** A block that is known at deployment only: the framework's token for it. */
export interface OpaqueAddress {
  readonly value: string;
  readonly family: 4 | 6;
}

/** The ranges as the manifest names them. */
export function manifestScope(ranges: readonly NetworkRange[]): ManifestPeer[] {
  return sortedBy(ranges.map((range) => (range.kind === 'token' ? { token: range.name } : { cidr: range.cidr })), (peer) => JSON.stringify(peer));
}
