import { AddressSet, ServiceSet, TrafficSet } from '../../algebra';
import { blockOf, ManifestFlow, ManifestPeer, peersOf, servicesOf } from '../../compiler';
import { FlowEnd, namedAt, OpenEnds, Opening, openToAll } from '../open-ends';
import { GraphWorkload, PolicyGraph } from '../policy-graph';

/** One version of a policy, ready to be asked. */
export class Version {
  public readonly ends: OpenEnds;
  public readonly workloads: ReadonlyMap<string, GraphWorkload>;

  public constructor(public readonly graph: PolicyGraph) {
    this.ends = new OpenEnds(graph);
    this.workloads = new Map(graph.workloads.map((workload) => [workload.id, workload]));
  }

  /** What the end admits: nothing where the version lacks the workload, and undefined (everything) where it does not protect it. */
  public opening(own: ManifestPeer, end: FlowEnd): Opening | undefined {
    return 'workload' in own && !this.workloads.has(own.workload) ? Opening.SHUT : this.ends.opening(own, end);
  }
}

/** A flow seen from one of its ends. */
interface FlowView {
  readonly flow: ManifestFlow;
  readonly end: FlowEnd;
  readonly own: ManifestPeer;
  readonly peer: ManifestPeer;
}

/**
 * The flows of this version, cut down to what an end admits now and did not admit before. Compared is what ends admit, not
 * what is written: a range in two parts is the range, and a peer inside an open block is no news. A workload or opaque peer
 * is reported by its name; addresses that a known peer has gained are reported as blocks.
 */
export function openedFlows(now: Version, before: Version): ManifestFlow[] {
  const known = new Set(before.graph.flows.map(contentOf));
  const moved = new Set(now.graph.workloads.filter((workload) => !isAsBefore(workload, before)).map(({ id }) => id));
  const stays = (flow: ManifestFlow) => known.has(contentOf(flow))
    && [flow.client, flow.server].every((peer) => !('workload' in peer) || !moved.has(peer.workload));
  // Most flows are in both versions, between workloads that are as they were.
  const news = now.graph.flows.filter((flow) => !stays(flow));
  return [...news.flatMap((flow) => openedPart(flow, now, before)), ...unprotected(now, before)];
}

function contentOf({ client, server, services }: ManifestFlow): string {
  return JSON.stringify([client, server, services]);
}

function isAsBefore({ id, managed, addresses }: GraphWorkload, before: Version): boolean {
  const known = before.workloads.get(id);
  return known !== undefined && known.managed === managed && known.addresses.equals(addresses);
}

function openedPart(flow: ManifestFlow, now: Version, before: Version): ManifestFlow[] {
  const views = viewsOf(flow).filter(({ own }) => 'workload' in own && now.workloads.get(own.workload)!.managed);
  const services = servicesOf(flow.services);
  const named = ServiceSet.union(views.map((view) => openedByName(view, services, now, before)));
  const byAddress = views.flatMap((view) => withPeers(view, openedByAddress(view, services.subtract(named), now, before)));
  return named.isEmpty() ? byAddress : [{ ...flow, services: named.ranges() }, ...byAddress];
}

function viewsOf(flow: ManifestFlow): FlowView[] {
  return [{ flow, end: 'egress', own: flow.client, peer: flow.server }, { flow, end: 'ingress', own: flow.server, peer: flow.client }];
}

/** Blocks have no name: they are their addresses. */
function openedByName({ own, end, peer }: FlowView, services: ServiceSet, now: Version, before: Version): ServiceSet {
  const opening = before.opening(own, end);
  if (opening === undefined || blockOf(peer) !== undefined) return ServiceSet.EMPTY;
  const unnamed = services.subtract(namedAt(opening, peer));
  return unnamed.isEmpty() ? unnamed : unnamed.subtract(openToAll(opening, now.ends.placeOf(peer)));
}

function openedByAddress({ own, end, peer }: FlowView, services: ServiceSet, now: Version, before: Version): TrafficSet {
  const opening = before.opening(own, end);
  const addresses = now.ends.addressesOf(peer);
  if (opening === undefined || addresses === undefined || services.isEmpty()) return TrafficSet.EMPTY;
  const stayed = services.isSubsetOf(namedAt(opening, peer)) && (before.ends.addressesOf(peer)?.equals(addresses) ?? false);
  return stayed ? TrafficSet.EMPTY : TrafficSet.of(addresses, services).subtract(opening.addresses);
}

function withPeers({ flow, end }: FlowView, traffic: TrafficSet): ManifestFlow[] {
  return traffic.entries().flatMap(({ addresses, services }) => peersOf(addresses).map((peer): ManifestFlow => (
    { ...flow, ...(end === 'ingress' ? { client: peer } : { server: peer }), services: services.ranges() })));
}

/** A workload that the policy no longer protects admits everything that it did not admit before. */
function unprotected(now: Version, before: Version): ManifestFlow[] {
  return now.graph.workloads.filter(({ managed }) => !managed).flatMap(({ id, path }) => (['egress', 'ingress'] as const).flatMap((end) => {
    const own = { workload: id };
    const opening = before.workloads.has(id) ? before.ends.opening(own, end) : undefined;
    if (opening === undefined) return [];
    const everything = TrafficSet.of(AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6), ServiceSet.ALL);
    const flow: ManifestFlow = { id: `unprotected ${id}`, client: own, server: own, services: [], origins: [path] };
    return withPeers({ flow, end, own, peer: own }, everything.subtract(opening.addresses));
  }));
}
