import { AddressSet, PeerEntry, PeerTraffic, ServiceSet, TrafficSet } from '../../algebra';
import { Expectation, Expected } from './expected';

const ANYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/** What an end of a carrier admits too much and too little. */
export interface Deviation {
  readonly excess: PeerTraffic;
  readonly missing: PeerTraffic;
}

/** Compares what a carrier admits with what the policy declares. */
export function deviation(expected: Expected, { required, allowed, insiders }: Expectation, admitted: PeerTraffic): Deviation {
  return {
    excess: withoutAtoms(admitted.subtract(allowed), (workload, services) => (
      insiders.some((inside) => inside.has(workload ?? '')) ? ServiceSet.EMPTY : servicesBeyond(ANYWHERE, services, allowed.addresses))),
    missing: withoutAtoms(required.subtract(admitted), (workload, services) => {
      const addresses = workload === undefined ? AddressSet.EMPTY : expected.addressesOf(workload);
      return addresses.isEmpty() ? services : servicesBeyond(addresses, services, admitted.addresses);
    }),
  };
}

/**
 * Opaque peers are somewhere among all addresses, and workloads at their own: what is admitted for these addresses is
 * admitted for the peer as well. `rest` says what remains of its services.
 */
function withoutAtoms(traffic: PeerTraffic, rest: (workload: string | undefined, services: ServiceSet) => ServiceSet): PeerTraffic {
  if (traffic.isEmpty()) return traffic;
  return PeerTraffic.of(traffic.entries().flatMap(({ peer, services }): PeerEntry[] => {
    if (peer instanceof AddressSet) return [{ peer, services }];
    const left = rest(peer.kind === 'workload' ? peer.id : undefined, services);
    return left.isEmpty() ? [] : [{ peer, services: left }];
  }));
}

/** Services that the traffic does not admit for every one of the addresses. */
function servicesBeyond(addresses: AddressSet, services: ServiceSet, traffic: TrafficSet): ServiceSet {
  const open = TrafficSet.of(addresses, services).subtract(traffic);
  return ServiceSet.union(open.entries().map((entry) => entry.services)).intersect(services);
}
