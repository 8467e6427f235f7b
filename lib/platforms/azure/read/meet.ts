import { AddressSet, PeerEntry, PeerTraffic } from '../../../algebra';

/**
 * What two groups admit that are both asked, in the peers of the first one.
 *
 * A named peer and a block, or two names, may have machines in common: there the first group's peer stays. So the result is
 * never less than what really passes, and never more than what the first group admits.
 */
export function meet(own: PeerTraffic, other: PeerTraffic): PeerTraffic {
  const others = other.entries();
  const kept = own.entries().flatMap(({ peer, services }): PeerEntry[] => others.flatMap((entry) => {
    const common = services.intersect(entry.services);
    return !common.isEmpty() && mayShare(peer, entry.peer) ? [{ peer, services: common }] : [];
  }));
  const byAddress = own.addresses.intersect(other.addresses).entries()
    .map(({ addresses, services }): PeerEntry => ({ peer: addresses, services }));
  return PeerTraffic.of([...kept, ...byAddress]);
}

/** Whether the two may be one, as far as names tell; addresses are compared as sets. */
function mayShare(own: PeerEntry['peer'], other: PeerEntry['peer']): boolean {
  if (own instanceof AddressSet) return !(other instanceof AddressSet);
  if (other instanceof AddressSet || own.kind !== 'workload' || other.kind !== 'workload') return true;
  return own.id === other.id;
}
