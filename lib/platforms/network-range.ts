import { ManifestPeer } from '../compiler';
import { sortedBy } from '../support/order';

/** One of a network's own address ranges: a known block, or a deploy-time value under a name. */
export type NetworkRange =
  | { readonly kind: 'cidrIpv4'; readonly cidr: string }
  | { readonly kind: 'cidrIpv6'; readonly cidr: string }
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

/** The known blocks of a family among the ranges, and the texts of its deploy-time values. */
export function rangesOfFamily(ranges: readonly NetworkRange[], family: 4 | 6): { readonly known: string[]; readonly values: string[] } {
  const known = ranges.flatMap((range) => (range.kind !== 'token' && range.kind === `cidrIpv${family}` ? [range.cidr] : []));
  const values = ranges.flatMap((range) => (range.kind === 'token' && range.family === family ? [range.value] : []));
  return { known, values: [...new Set(values)] };
}
