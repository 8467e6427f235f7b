import { EnforcementMode, IPeer, IpFamily, Peer, SegmentationPolicy, Segment, Selector, Service, Workload } from '../../lib/model';
import { CDK_TOKEN } from '../model/policies';
import { FlowSpec, ModeSpec, PeerSpec, PolicySpec, ServiceSpec } from './specs';

const MODES: Record<ModeSpec, EnforcementMode> = {
  visibility: EnforcementMode.VISIBILITY, monitor: EnforcementMode.MONITOR, enforce: EnforcementMode.ENFORCE,
};

/** Prefix lists and tokens by kind and family; a framework puts its own values here. */
export interface Opaque {
  readonly token: { readonly 4: string; readonly 6: string };
  readonly prefixList: { readonly 4: string; readonly 6: string };
}

export const OPAQUE: Opaque = {
  token: { 4: CDK_TOKEN, 6: CDK_TOKEN.replace('7', '8') },
  prefixList: { 4: 'pl-4444', 6: CDK_TOKEN.replace('7', '9') },
};

/** Entries that the generated prefix lists may hold. */
export const LIST_ENTRIES = { 4: 3, 6: 2 };

/** The order in which things are declared, by their places in the specification. */
export interface Order {
  readonly workloads?: readonly number[];
  readonly segments?: readonly number[];
  readonly flows?: readonly number[];
}

/** Workloads, segments and flows of a specification as constructs, in any order. */
export class Declared {
  public readonly workloads: Workload[] = [];
  private readonly segments: Segment[] = [];

  public constructor(
    public readonly policy: SegmentationPolicy,
    public readonly spec: PolicySpec,
    private readonly opaque: Opaque = OPAQUE,
    order: Order = {},
  ) {
    const inOrder = (items: readonly unknown[], given?: readonly number[]) => given ?? items.map((_, index) => index);
    // Segments first: workloads that are added later belong to them as well.
    for (const index of inOrder(spec.segments, order.segments)) this.addSegment(index);
    for (const index of inOrder(spec.workloads, order.workloads)) this.addWorkload(index);
    for (const index of inOrder(spec.flows, order.flows)) this.addFlow(spec.flows[index]);
  }

  public addFlow(flow: FlowSpec): void {
    const services = flow.services?.map((service) => serviceOf(service, familyOf(flow)));
    const options = { services, justification: flow.justification, owner: flow.owner, expires: flow.expires, crossesRingfence: true };
    this.policy.allow(this.peerOf(flow.client), this.peerOf(flow.server), options);
  }

  private addSegment(index: number): void {
    const { tier, mode, ringfence } = this.spec.segments[index];
    const props = { members: Selector.matching({ tier }), mode: mode && MODES[mode] };
    this.segments[index] = ringfence ? this.policy.addRingfence(`Tier${index}`, props) : this.policy.addSegment(`Tier${index}`, props);
  }

  private addWorkload(index: number): void {
    const { labels, services, managed, mode } = this.spec.workloads[index];
    const props = { labels, services: services.map((service) => serviceOf(service, 4)), addresses: addressesOf(this.spec, index) };
    const id = workloadId(index);
    this.workloads[index] = managed
      ? this.policy.addWorkload(id, { ...props, mode: mode && MODES[mode] })
      : this.policy.addUnmanagedWorkload(id, props);
  }

  private peerOf(peer: PeerSpec): IPeer {
    switch (peer.kind) {
      case 'workload': return this.workloads[peer.index];
      case 'segment': return this.segments[peer.index];
      case 'labels': return Peer.selected(selectorOf(peer));
      case 'any': return peer.family === undefined ? Peer.any() : peer.family === 4 ? Peer.anyIpv4() : Peer.anyIpv6();
      case 'cidr': return Peer.cidr(peer.cidr, [...peer.except]);
      case 'token': return Peer.token(`t${peer.family}`, this.opaque.token[peer.family], ipFamily(peer.family));
      case 'prefixList': return Peer.prefixList(this.opaque.prefixList[peer.family], {
        name: `p${peer.family}`, maxEntries: LIST_ENTRIES[peer.family], family: ipFamily(peer.family),
      });
    }
  }
}

export function workloadId(index: number): string {
  return `W${index}`;
}

/** What the workload is known to have. One that a second enforcement point protects must have something. */
export function addressesOf({ workloads, split }: PolicySpec, index: number): string[] {
  if (!workloads[index].managed) return [...workloads[index].addresses];
  return split ? [`10.200.${index}.0/28`, ...(index % 2 ? [`2001:db8:200:${index}::/64`] : [])] : [];
}

export function modeOf(mode: ModeSpec): EnforcementMode {
  return MODES[mode];
}

function ipFamily(family: 4 | 6): IpFamily {
  return family === 4 ? IpFamily.IPV4 : IpFamily.IPV6;
}

function selectorOf({ operator, key, value }: Extract<PeerSpec, { kind: 'labels' }>): Selector {
  switch (operator) {
    case 'is': return Selector.oneOf(key, value);
    case 'isNot': return Selector.noneOf(key, value);
    case 'has': return Selector.labeled(key);
    case 'hasNot': return Selector.unlabeled(key);
  }
}

/** A ping to an IPv6 block is ICMPv6. */
export function familyOf({ client, server }: FlowSpec): 4 | 6 {
  const isIpv6 = (peer: PeerSpec) => ('family' in peer && peer.family === 6) || (peer.kind === 'cidr' && peer.cidr.includes(':'));
  return isIpv6(client) || isIpv6(server) ? 6 : 4;
}

export function serviceOf(service: ServiceSpec, family: 4 | 6): Service {
  switch (service.kind) {
    case 'tcp': return Service.tcpRange(service.from, service.to);
    case 'udp': return Service.udpRange(service.from, service.to);
    case 'sctp': return Service.sctpRange(service.from, service.to);
    case 'protocol': return Service.protocol(service.number);
    case 'ping': return family === 4 ? Service.icmp(service.type, service.code) : Service.icmpv6(service.type, service.code);
    case 'any': return Service.any();
  }
}
