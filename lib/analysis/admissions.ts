import { AddressSet, ServiceSet } from '../algebra';
import { blockOf, ManifestFlow, ManifestPeer, peerKey, servicesOf } from '../compiler';
import { PRIVATE } from './networks';
import { FlowEnd } from './open-ends';
import { GraphWorkload, PolicyGraph } from './policy-graph';

const EVERYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/** A flow that opens an end to a peer. */
export interface Admission {
  readonly flow: ManifestFlow;
  /** What it admits over IPv4 to the peer, or to some of its addresses. */
  readonly ipv4: ServiceSet;
  /** The same over IPv6. */
  readonly ipv6: ServiceSet;
  /** Whether the flow names the peer, an address that the peer has or may have, or a list that may hold its address. */
  readonly by: 'name' | 'address' | 'list';
}

/** Finds the flows behind an open end. */
export class Admissions {
  private readonly workloads: ReadonlyMap<string, GraphWorkload>;
  private readonly flows = { ingress: new Map<string, ManifestFlow[]>(), egress: new Map<string, ManifestFlow[]>() };
  private readonly elsewhere: AddressSet;

  public constructor(graph: PolicyGraph) {
    this.workloads = new Map(graph.workloads.map((workload) => [workload.id, workload]));
    this.elsewhere = PRIVATE.subtract(AddressSet.union(graph.workloads.map(({ addresses }) => addresses)));
    for (const flow of graph.flows) {
      for (const [end, own] of [['egress', flow.client], ['ingress', flow.server]] as const) {
        const key = peerKey(own);
        const known = this.flows[end].get(key);
        if (known) known.push(flow);
        else this.flows[end].set(key, [flow]);
      }
    }
  }

  /** Flows that open the peer's own end to the other one. Undefined where the policy does not protect it. */
  public at(own: ManifestPeer, end: FlowEnd, peer: ManifestPeer): Admission[] | undefined {
    if (!('workload' in own) || !this.workloads.get(own.workload)!.managed) return undefined;
    return this.of(own, end).flatMap((flow) => this.admission(flow, end === 'ingress' ? flow.client : flow.server, peer) ?? []);
  }

  /** All flows of an end. */
  public of(own: ManifestPeer, end: FlowEnd): readonly ManifestFlow[] {
    return this.flows[end].get(peerKey(own)) ?? [];
  }

  private admission(flow: ManifestFlow, named: ManifestPeer, asked: ManifestPeer): Admission | undefined {
    const services = servicesOf(flow.services);
    if (peerKey(named) === peerKey(asked)) return { flow, ipv4: services, ipv6: services, by: 'name' };
    if (isOpaque(named)) return 'workload' in asked ? undefined : { flow, ipv4: services, ipv6: services, by: 'list' };
    const [there, place] = [this.addressesOf(named, asked), this.placeOf(asked)];
    const common = there && place && there.intersect(place);
    if (common === undefined || common.isEmpty()) return undefined;
    const ipv4 = common.ipv4.isEmpty() ? ServiceSet.EMPTY : services.withoutForeignIcmp(4);
    const ipv6 = common.ipv6.isEmpty() ? ServiceSet.EMPTY : services.withoutForeignIcmp(6);
    return ipv4.isEmpty() && ipv6.isEmpty() ? undefined : { flow, ipv4, ipv6, by: 'address' };
  }

  /** What a managed workload has is its alone: only who asks for an address finds it there. */
  private addressesOf(named: ManifestPeer, asked: ManifestPeer): AddressSet | undefined {
    if (!('workload' in named)) return blockOf(named);
    const { managed, addresses } = this.workloads.get(named.workload)!;
    return managed && 'workload' in asked ? undefined : addresses;
  }

  private placeOf(asked: ManifestPeer): AddressSet | undefined {
    if (!('workload' in asked)) return blockOf(asked) ?? EVERYWHERE;
    const { addresses } = this.workloads.get(asked.workload)!;
    return addresses.isEmpty() ? this.elsewhere : addresses;
  }
}

/** What gets through both ends in one family. Whatever the policy does not protect holds nothing up. */
export function throughBoth(egress: readonly Admission[] | undefined, ingress: readonly Admission[] | undefined): ServiceSet {
  const open = (admissions: readonly Admission[] | undefined, family: 'ipv4' | 'ipv6') => (
    admissions === undefined ? ServiceSet.ALL : ServiceSet.union(admissions.map((admission) => admission[family])));
  return open(egress, 'ipv4').intersect(open(ingress, 'ipv4')).union(open(egress, 'ipv6').intersect(open(ingress, 'ipv6')));
}

/** Its addresses are known to the platform only. */
function isOpaque(peer: ManifestPeer): boolean {
  return 'token' in peer || 'prefixList' in peer;
}
