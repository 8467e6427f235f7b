import { ManifestFlow, ManifestPeer, ManifestService, servicesOf } from '../compiler';

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

/** A share as people read it. The last of ten thousand pairs must not vanish in "100%". */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  if (rounded === 100 && share < 1) return '>99.9%';
  return rounded === 0 && share > 0 ? '<0.1%' : `${rounded}%`;
}

/** A flow as it stands in JSON documents. */
export function flowJson({ client, server, services, justification, owner, expires, origins }: Omit<ManifestFlow, 'id'>): object {
  return { client, server, services, justification, owner, expires, origins };
}

/** A JSON document as it is printed. */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
