import { AddressSet, ServiceSet, TrafficSet } from '../algebra';
import { blockOf, ManifestFlow, ManifestPeer, peerKey, servicesOf } from '../compiler';
import { PolicyGraph } from './policy-graph';

export type FlowEnd = 'ingress' | 'egress';

const EVERYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/** What one end of a managed workload admits. */
export class Opening {
  /** The end of a workload that admits nothing. */
  public static readonly SHUT = new Opening(new Map(), [], ServiceSet.EMPTY);

  private together?: TrafficSet;

  /**
   * @param peers by peer, as the flows name it
   * @param rectangles by address: blocks, and workloads whose addresses are known
   * @param opaque by prefix list and token: who stands behind them only the platform knows
   */
  public constructor(
    public readonly peers: ReadonlyMap<string, ServiceSet>,
    private readonly rectangles: readonly (readonly [AddressSet, ServiceSet])[],
    public readonly opaque: ServiceSet,
  ) {}

  /** Put together when it is first asked for: most questions are answered by names. */
  public get addresses(): TrafficSet {
    return this.together ??= TrafficSet.union(this.rectangles);
  }
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
    return namedAt(opening, peer).union(openToAll(opening, this.placeOf(peer)));
  }

  /** Services that the end may admit for some of the peer. */
  public possibly(own: ManifestPeer, end: FlowEnd, peer: ManifestPeer): ServiceSet {
    const opening = this.opening(own, end);
    if (opening === undefined) return ServiceSet.ALL;
    const where = this.addressesOf(peer) ?? EVERYWHERE;
    const there = servicesIn(opening.addresses.intersect(TrafficSet.of(where, ServiceSet.ALL)));
    return namedAt(opening, peer).union(opening.opaque).union(there);
  }

  /** What the end admits. Undefined where the policy does not protect it. */
  public opening(own: ManifestPeer, end: FlowEnd): Opening | undefined {
    if (!('workload' in own) || !this.managed.has(own.workload)) return undefined;
    const key = `${end} ${own.workload}`;
    if (!this.openings.has(key)) this.openings.set(key, this.open(end, this.flows[end].get(own.workload) ?? []));
    return this.openings.get(key)!;
  }

  /** Where the whole of a peer surely is: what only the platform can see into is somewhere among all addresses. */
  public placeOf(peer: ManifestPeer): AddressSet | undefined {
    return 'token' in peer || 'prefixList' in peer ? EVERYWHERE : this.addressesOf(peer);
  }

  /** Undefined where the policy does not know them: opaque peers, and workloads that declare none. */
  public addressesOf(peer: ManifestPeer): AddressSet | undefined {
    if (!('workload' in peer)) return blockOf(peer);
    const known = this.addresses.get(peer.workload);
    return known?.isEmpty() ? undefined : known;
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
    return new Opening(peers, rectangles, opaque);
  }
}

/** What the end admits for a peer that flows name. */
export function namedAt(opening: Opening, peer: ManifestPeer): ServiceSet {
  return opening.peers.get(peerKey(peer)) ?? ServiceSet.EMPTY;
}

/** Services that the end admits by address for every one of these, in each family in which they exist; none where they are unknown. */
export function openToAll(opening: Opening, where: AddressSet | undefined): ServiceSet {
  if (where === undefined || opening.addresses.isEmpty()) return ServiceSet.EMPTY;
  const parts = ([[4, where.onlyIpv4()], [6, where.onlyIpv6()]] as const).filter(([, part]) => !part.isEmpty());
  return parts.map(([family, part]) => {
    const shut = servicesIn(TrafficSet.of(part, ServiceSet.ALL).subtract(opening.addresses));
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
