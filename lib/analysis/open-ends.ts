import { AddressSet, ServiceSet, TrafficSet } from '../algebra';
import { blockOf, ManifestFlow, ManifestPeer, peerKey, servicesOf } from '../compiler';
import { PolicyGraph } from './policy-graph';

export type FlowEnd = 'ingress' | 'egress';

/** What one end of a managed workload admits. */
interface Opening {
  /** By peer, as the flows name it. */
  readonly peers: ReadonlyMap<string, ServiceSet>;
  /** By address: blocks, and workloads whose addresses are known. */
  readonly addresses: TrafficSet;
  /** By prefix list and token: who stands behind them only the platform knows. */
  readonly opaque: ServiceSet;
}

/** Questions to the ends of workloads. Each end is put together when it is first asked about. */
export class OpenEnds {
  private readonly flows = { ingress: new Map<string, ManifestFlow[]>(), egress: new Map<string, ManifestFlow[]>() };
  private readonly addresses: ReadonlyMap<string, AddressSet>;
  private readonly managed: ReadonlySet<string>;
  private readonly openings = new Map<string, Opening>();

  public constructor(policy: PolicyGraph) {
    this.addresses = new Map(policy.workloads.map((workload) => [workload.id, workload.addresses]));
    this.managed = new Set(policy.workloads.filter((workload) => workload.managed).map((workload) => workload.id));
    for (const flow of policy.flows) {
      if ('workload' in flow.client) note(this.flows.egress, flow.client.workload, flow);
      if ('workload' in flow.server) note(this.flows.ingress, flow.server.workload, flow);
    }
  }

  /** Services that the end admits for the whole of the peer. Whatever is not a managed workload holds nothing up. */
  public surely(own: ManifestPeer, end: FlowEnd, peer: ManifestPeer): ServiceSet {
    const opening = this.opening(own, end);
    if (opening === undefined) return ServiceSet.ALL;
    const named = opening.peers.get(peerKey(peer)) ?? ServiceSet.EMPTY;
    const where = this.addressesOf(peer);
    return where === undefined ? named : named.union(commonTo(where, opening.addresses));
  }

  /** Services that the end may admit for some of the peer. */
  public possibly(own: ManifestPeer, end: FlowEnd, peer: ManifestPeer): ServiceSet {
    const opening = this.opening(own, end);
    if (opening === undefined) return ServiceSet.ALL;
    const named = opening.peers.get(peerKey(peer)) ?? ServiceSet.EMPTY;
    const where = this.addressesOf(peer) ?? AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);
    return named.union(opening.opaque).union(servicesIn(opening.addresses.intersect(TrafficSet.of(where, ServiceSet.ALL))));
  }

  private opening(own: ManifestPeer, end: FlowEnd): Opening | undefined {
    if (!('workload' in own) || !this.managed.has(own.workload)) return undefined;
    const key = `${end} ${own.workload}`;
    if (!this.openings.has(key)) this.openings.set(key, this.open(end, this.flows[end].get(own.workload) ?? []));
    return this.openings.get(key)!;
  }

  private open(end: FlowEnd, flows: readonly ManifestFlow[]): Opening {
    const peers = new Map<string, ServiceSet>();
    const rectangles: [AddressSet, ServiceSet][] = [];
    let opaque = ServiceSet.EMPTY;
    for (const flow of flows) {
      const peer = end === 'ingress' ? flow.client : flow.server;
      const services = servicesOf(flow.services);
      peers.set(peerKey(peer), (peers.get(peerKey(peer)) ?? ServiceSet.EMPTY).union(services));
      const where = this.addressesOf(peer);
      if (where) rectangles.push([where, services]);
      if ('token' in peer || 'prefixList' in peer) opaque = opaque.union(services);
    }
    return { peers, addresses: TrafficSet.union(rectangles), opaque };
  }

  /** Undefined where the policy does not know them: opaque peers, and workloads that declare none. */
  private addressesOf(peer: ManifestPeer): AddressSet | undefined {
    if (!('workload' in peer)) return blockOf(peer);
    const known = this.addresses.get(peer.workload);
    return known?.isEmpty() ? undefined : known;
  }
}

/** Services that every one of the addresses has, in each family in which they exist. */
function commonTo(where: AddressSet, traffic: TrafficSet): ServiceSet {
  const parts = ([[4, where.onlyIpv4()], [6, where.onlyIpv6()]] as const).filter(([, part]) => !part.isEmpty());
  return parts.map(([family, part]) => {
    const shut = servicesIn(TrafficSet.of(part, ServiceSet.ALL).subtract(traffic));
    const possible = ServiceSet.ALL.withoutForeignIcmp(family);
    const elsewhere = parts.length > 1 ? ServiceSet.ALL.subtract(possible) : ServiceSet.EMPTY;
    return possible.subtract(shut).union(elsewhere);
  }).reduce((common, services) => common.intersect(services));
}

function servicesIn(traffic: TrafficSet): ServiceSet {
  return ServiceSet.union(traffic.entries().map((entry) => entry.services));
}

function note(flows: Map<string, ManifestFlow[]>, workload: string, flow: ManifestFlow): void {
  const known = flows.get(workload);
  if (known) known.push(flow);
  else flows.set(workload, [flow]);
}
