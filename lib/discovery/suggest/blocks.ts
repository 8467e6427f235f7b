import { AddressSet } from '../../algebra';

/** The fewest blocks; what is no address is left out. */
export function blocksOf(addresses: readonly string[]): string[] {
  const sets = addresses.flatMap((address) => {
    try {
      return [AddressSet.cidr(address)];
    } catch {
      return [];
    }
  });
  return AddressSet.union(sets).cidrs().map((block) => block.replace(/^([\d.]+)\/32$|^([\da-f:]+)\/128$/, '$1$2'));
}

export type Family = 'ipv4' | 'ipv6';

/** Families in which a node with these addresses can speak the protocol; both where its addresses are not known. */
export function familiesFor(addresses: readonly string[], protocol: string): Family[] {
  if (protocol === 'icmp' || protocol === '1') return ['ipv4'];
  if (protocol === 'icmpv6' || protocol === '58') return ['ipv6'];
  const families = (['ipv4', 'ipv6'] as const).filter((family) => addresses.some((address) => familyOf(address) === family));
  return families.length > 0 ? families : ['ipv4', 'ipv6'];
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
