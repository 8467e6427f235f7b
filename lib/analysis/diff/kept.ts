import { AddressSet, ServiceSet, TrafficSet } from '../../algebra';
import { blockOf, ManifestFlow, ManifestPeer, ManifestService, peerKey, peersOf, servicesOf } from '../../compiler';
import { PolicyGraph } from '../policy-graph';

/** A client and a server that could connect before and can now, with other services. */
export interface ChangedConnection {
  readonly client: ManifestPeer;
  readonly server: ManifestPeer;
  readonly before: ManifestService[];
  readonly after: ManifestService[];
}

/** Connections that are in both versions. */
export interface Kept {
  readonly changed: ChangedConnection[];
  /** How many pairs of a client and a server connect by the same services as before; a block is as many peers as CIDR blocks make it up. */
  readonly unchanged: number;
}

/** @param moved what was opened and closed, in the names of both versions */
export function keptConnections(before: PolicyGraph, now: PolicyGraph, moved: readonly ManifestFlow[]): Kept {
  const [old, current, touched] = [new Connections(before.flows), new Connections(now.flows), new Connections(moved)];
  const changed: ChangedConnection[] = [];
  let unchanged = 0;
  for (const [key, { client, server, services }] of current.pairs) {
    const known = old.pairs.get(key);
    if (known === undefined) continue;
    if (touched.pairs.has(key)) changed.push({ client, server, before: known.services.ranges(), after: services.ranges() });
    else unchanged += 1;
  }
  for (const [key, end] of current.ends) {
    const known = old.ends.get(key);
    if (known === undefined) continue;
    const place = touched.ends.get(key)?.addresses ?? AddressSet.EMPTY;
    unchanged += peersIn(end.traffic.intersect(known.traffic).subtract(TrafficSet.of(place, ServiceSet.ALL)));
    changed.push(...changedBlocks(end, known.traffic, place));
  }
  return { changed, unchanged };
}

interface Pair {
  readonly client: ManifestPeer;
  readonly server: ManifestPeer;
  readonly services: ServiceSet;
}

/** Blocks that one end of a workload is open to. */
interface BlockEnd {
  readonly own: ManifestPeer;
  readonly isServer: boolean;
  readonly traffic: TrafficSet;
  readonly addresses: AddressSet;
}

/** Flows by pairs of names, and by the blocks of each end. */
class Connections {
  public readonly pairs = new Map<string, Pair>();
  public readonly ends = new Map<string, BlockEnd>();

  public constructor(flows: readonly ManifestFlow[]) {
    const blocks = new Map<string, { own: ManifestPeer; isServer: boolean; rectangles: [AddressSet, ServiceSet][] }>();
    for (const { client, server, services } of flows) {
      const [from, to] = [blockOf(client), blockOf(server)];
      const set = servicesOf(services);
      const key = JSON.stringify([from ? '' : peerKey(client), to ? '' : peerKey(server)]);
      if (from === undefined && to === undefined) {
        const known = this.pairs.get(key)?.services ?? ServiceSet.EMPTY;
        this.pairs.set(key, { client, server, services: known.union(set) });
      } else {
        const end = blocks.get(key) ?? { own: from ? server : client, isServer: from !== undefined, rectangles: [] };
        blocks.set(key, end);
        end.rectangles.push([(from ?? to)!, set]);
      }
    }
    for (const [key, { own, isServer, rectangles }] of blocks) {
      const addresses = AddressSet.union(rectangles.map(([block]) => block));
      this.ends.set(key, { own, isServer, traffic: TrafficSet.union(rectangles), addresses });
    }
  }
}

function changedBlocks({ own, isServer, traffic }: BlockEnd, before: TrafficSet, place: AddressSet): ChangedConnection[] {
  const within = (whole: TrafficSet, part: AddressSet) => whole.intersect(TrafficSet.of(part, ServiceSet.ALL)).entries();
  const ends = (peer: ManifestPeer) => (isServer ? { client: peer, server: own } : { client: own, server: peer });
  return within(traffic, place).flatMap(({ addresses, services }) => within(before, addresses).flatMap((known) => (
    peersOf(known.addresses).map((peer) => ({ ...ends(peer), before: known.services.ranges(), after: services.ranges() })))));
}

function peersIn(traffic: TrafficSet): number {
  return traffic.entries().reduce((sum, { addresses }) => sum + peersOf(addresses).length, 0);
}
