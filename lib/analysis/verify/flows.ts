import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../algebra';
import { ManifestPeer, peerKey, peersOf } from '../../compiler';
import { AdmittingRule } from '../../platforms/platform';
import { compareText } from '../../support/order';
import { End } from './expected';
import { PeerNames } from './peer-names';

/** Traffic that an artifact admits although nobody declared it, or does not admit although somebody did. */
export interface VerifiedFlow {
  readonly client: ManifestPeer;
  readonly server: ManifestPeer;
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  /** The workload's end that it was found at: the server's ingress or the client's egress. */
  readonly end: End;
  /** Where it was found: artifact file and address in it, sorted. Empty where nothing in the artifacts stands for the workload. */
  readonly carriers: string[];
  /** The resources whose rules admit it: artifact file and address, sorted. Empty for what is missing, and where nobody can tell. */
  readonly rules: string[];
  /** `file:line` where it is declared, or else where the workload at its end is; empty where that is not kept. */
  readonly sources: string[];
}

/** Up to how many parts each is compared with each. */
const MOST_PARTS = 64;

/** What each carrier of a workload deviates by at one end. */
export interface CarrierTraffic {
  readonly carrier: string | undefined;
  readonly traffic: PeerTraffic;
  /** The rules behind it, in the names of the policy; asked only where something was found. */
  readonly rules: () => readonly AdmittingRule[];
}

/** The flows that carriers of one workload deviate by, those of all carriers together. */
export function flowsOf(workload: string, end: End, found: readonly CarrierTraffic[], names: PeerNames): Omit<VerifiedFlow, 'sources'>[] {
  const own: ManifestPeer = { workload };
  const together = found.reduce((sum, { traffic }) => sum.union(traffic), PeerTraffic.EMPTY);
  return widened(together.entries()).flatMap((entry) => {
    const peers = entry.peer instanceof AddressSet ? peersOf(entry.peer) : [names.peer(entry.peer)];
    const carriers = carriersOf(entry, found);
    const rules = rulesOf(entry, found);
    return peers.flatMap((peer) => entry.services.ranges().map((range): Omit<VerifiedFlow, 'sources'> => (
      { ...(end === 'ingress' ? { client: peer, server: own } : { client: own, server: peer }), ...range, end, carriers, rules })));
  });
}

/** By end, client and server; services of one pair stay in their own order. */
export function sortFlows(flows: readonly VerifiedFlow[]): VerifiedFlow[] {
  return flows
    .map((flow) => ({ flow, key: JSON.stringify([flow.end, peerKey(flow.client), peerKey(flow.server)]) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ flow }) => flow);
}

/**
 * Traffic by address comes cut into parts with equal services. A block that has more services than others has theirs, too:
 * with it they are often one block in place of many. It is the same traffic, said in fewer flows.
 */
function widened(entries: readonly PeerEntry[]): PeerEntry[] {
  const parts = entries.filter((entry): entry is PeerEntry & { peer: AddressSet } => entry.peer instanceof AddressSet);
  if (parts.length > MOST_PARTS) return [...entries];
  const around = (services: ServiceSet) => (
    AddressSet.union(parts.filter((part) => services.isSubsetOf(part.services)).map(({ peer }) => peer)));
  return entries.map(({ peer, services }) => ({ peer: peer instanceof AddressSet ? around(services) : peer, services }));
}

function rulesOf(entry: PeerEntry, found: readonly CarrierTraffic[]): string[] {
  const one = PeerTraffic.of([entry]);
  const admitting = found.filter(({ traffic }) => !traffic.intersect(one).isEmpty())
    .flatMap(({ rules }) => rules().filter(({ traffic }) => !traffic.intersect(one).isEmpty()));
  return [...new Set(admitting.map(({ at }) => at))].sort(compareText);
}

function carriersOf(entry: PeerEntry, found: readonly CarrierTraffic[]): string[] {
  const one = PeerTraffic.of([entry]);
  const carriers = found.filter(({ carrier, traffic }) => carrier !== undefined && !traffic.intersect(one).isEmpty());
  return carriers.map(({ carrier }) => carrier!).sort(compareText);
}
