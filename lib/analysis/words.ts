import { ManifestPeer, ManifestService, servicesOf } from '../compiler';

/** How a peer reads in a sentence. */
export function peerWords(peer: ManifestPeer): string {
  if ('workload' in peer) return peer.workload;
  if ('cidr' in peer) return peer.cidr;
  if ('any' in peer) return peer.any === 'ipv4' ? 'any IPv4 address' : 'any IPv6 address';
  return 'prefixList' in peer ? `prefix list ${peer.prefixList}` : peer.token;
}

/** How services read in a sentence. What is left of "everything" reads better by what it lacks. */
export function servicesWords(ranges: readonly ManifestService[]): string {
  const services = servicesOf(ranges);
  const everything = servicesOf([{ protocol: 'all' }]);
  if (services.equals(everything)) return 'all protocols';
  const rest = everything.subtract(services);
  return rest.ranges().length < services.ranges().length ? `all protocols but ${rest.toString()}` : services.toString();
}
