import { ManifestFlow, ManifestPeer } from '../../../compiler';
import { aboutFlow, Found, LintCheck } from '../check';

/** A /8 of IPv4 is a whole private range; a /32 of IPv6 is what a provider gets for all of its customers. */
const WIDEST_PREFIX = { 4: 8, 6: 32 };

/** Flows from or to everybody, or to a block so wide that it names nobody in particular. */
export const broadPeer: LintCheck = {
  code: 'MSEG5103',
  find: ({ graph }) => graph.flows.flatMap(broadEnds),
};

function broadEnds(flow: ManifestFlow): Found[] {
  const [from, to] = [breadth(flow.client), breadth(flow.server)];
  if (from !== undefined) return [aboutFlow(flow, `admits ${from} as clients`)];
  return to === undefined ? [] : [aboutFlow(flow, `admits ${to} as servers`)];
}

function breadth(peer: ManifestPeer): string | undefined {
  if ('any' in peer) return 'everybody';
  if (!('cidr' in peer)) return undefined;
  const [address, prefix] = peer.cidr.split('/');
  const family = address.includes(':') ? 6 : 4;
  return prefix !== undefined && Number(prefix) <= WIDEST_PREFIX[family] ? `the whole of a /${prefix}` : undefined;
}
