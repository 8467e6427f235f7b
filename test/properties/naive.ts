import { BlockList } from 'node:net';
import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { addressesOf, familyOf, serviceOf, workloadId } from './declare';
import { FlowSpec, PeerSpec, PolicySpec, ServiceSpec, WorkloadSpec } from './specs';

/** What workloads may do, by `workload end`. */
export type TrafficByEnd = Map<string, PeerTraffic>;

export const ENDS = ['ingress', 'egress'] as const;
export type End = typeof ENDS[number];

/** Where a packet comes from or goes to. */
export interface Place {
  readonly workload?: number;
  readonly address?: string;
}

/** One protocol with one port, or one ICMP message. */
export interface Point {
  readonly protocol: number;
  readonly port?: number;
  readonly type?: number;
  readonly code?: number;
}

/**
 * What the declarations mean, the long way: no folding, no sharing, nothing of the compiler. Each flow is looked at for
 * each pair of workloads.
 */
export function declaredTraffic(spec: PolicySpec): TrafficByEnd {
  const entries = new Map<string, PeerEntry[]>();
  const add = (workload: number, end: End, admitted: PeerEntry) => {
    if (!spec.workloads[workload].managed) return;
    const key = `${workloadId(workload)} ${end}`;
    entries.set(key, [...entries.get(key) ?? [], admitted]);
  };
  for (const flow of spec.flows) {
    for (const client of standFor(spec, flow.client)) {
      for (const server of standFor(spec, flow.server)) {
        const services = servicesOf(spec, flow, server);
        if (client.workload !== undefined) add(client.workload, 'egress', entry(server, services));
        if (server.workload !== undefined) add(server.workload, 'ingress', entry(client, services));
      }
    }
  }
  return new Map([...entries].map(([key, all]) => [key, PeerTraffic.of(all)]));
}

/** Whether a flow opens the end of a workload to the packet. */
export function opens(spec: PolicySpec, flow: FlowSpec, client: Place, server: Place, point: Point): boolean {
  return includes(spec, flow.client, client) && servers(spec, flow, server)
    // A ping is ICMPv6 where the flow says IPv6; what workloads offer is ICMP.
    .some((services) => services.some((service) => speaks(service, point, flow.services && familyOf(flow) === 6 ? 58 : 1)));
}

/** Services of a flow for each server that it names and that the packet goes to. */
function servers(spec: PolicySpec, flow: FlowSpec, place: Place): (readonly ServiceSpec[])[] {
  if (flow.services) return includes(spec, flow.server, place) ? [flow.services] : [];
  return members(spec, flow.server).filter((index) => isAt(spec, index, place)).map((index) => spec.workloads[index].services);
}

function includes(spec: PolicySpec, peer: PeerSpec, place: Place): boolean {
  if (peer.kind === 'token' || peer.kind === 'prefixList') return false;
  if (peer.kind === 'any') return place.address !== undefined && (peer.family === undefined || (peer.family === 6) === place.address.includes(':'));
  if (peer.kind === 'cidr') return inside(place.address, peer.cidr) && !peer.except.some((except) => inside(place.address, except));
  return members(spec, peer).some((index) => isAt(spec, index, place));
}

function isAt(spec: PolicySpec, index: number, place: Place): boolean {
  return place.workload === index || addressesOf(spec, index).some((block) => inside(place.address, block));
}

function inside(address: string | undefined, cidr: string): boolean {
  if (address === undefined) return false;
  const [network, length] = cidr.split('/');
  const blocks = new BlockList();
  const family = cidr.includes(':') ? 'ipv6' : 'ipv4';
  // Node takes no prefix of length 0.
  if (length === '0') return address.includes(':') === (family === 'ipv6');
  blocks.addSubnet(network, Number(length ?? (family === 'ipv6' ? 128 : 32)), family);
  return blocks.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

/** Workloads that a peer names, by their places. */
function members({ workloads, segments }: PolicySpec, peer: PeerSpec): number[] {
  const all = workloads.map((_, index) => index);
  if (peer.kind === 'workload') return [peer.index];
  if (peer.kind === 'segment') return all.filter((index) => workloads[index].labels.tier === segments[peer.index].tier);
  return peer.kind === 'labels' ? all.filter((index) => isChosen(workloads[index], peer)) : [];
}

function isChosen({ labels }: WorkloadSpec, { operator, key, value }: Extract<PeerSpec, { kind: 'labels' }>): boolean {
  switch (operator) {
    case 'is': return labels[key] === value;
    case 'isNot': return labels[key] !== value;
    case 'has': return labels[key] !== undefined;
    case 'hasNot': return labels[key] === undefined;
  }
}

const NUMBERS = { tcp: 6, udp: 17, sctp: 132 };

function speaks(service: ServiceSpec, point: Point, ping: number): boolean {
  switch (service.kind) {
    case 'any': return true;
    case 'protocol': return service.number === point.protocol;
    case 'ping': return point.protocol === ping && [undefined, point.type].includes(service.type) && [undefined, point.code].includes(service.code);
    default: return NUMBERS[service.kind] === point.protocol && service.from <= point.port! && point.port! <= service.to;
  }
}

interface SinglePeer {
  readonly workload?: number;
  readonly peer: PeerEntry['peer'];
  readonly family?: 4 | 6;
}

function standFor(spec: PolicySpec, peer: PeerSpec): SinglePeer[] {
  switch (peer.kind) {
    case 'any': return [{ peer: unionOf([...(peer.family === 6 ? [] : ['0.0.0.0/0']), ...(peer.family === 4 ? [] : ['::/0'])]) }];
    case 'cidr': return [{ peer: unionOf([peer.cidr]).subtract(unionOf(peer.except)) }];
    case 'token':
    case 'prefixList': return [{ peer: { kind: peer.kind, id: `${peer.kind[0]}${peer.family}` }, family: peer.family }];
    default: return members(spec, peer).map((workload) => ({ workload, peer: { kind: 'workload', id: workloadId(workload) } }));
  }
}

function unionOf(blocks: readonly string[]): AddressSet {
  return AddressSet.union(blocks.map((block) => AddressSet.cidr(block)));
}

function servicesOf(spec: PolicySpec, flow: FlowSpec, server: SinglePeer): ServiceSet {
  const ranges = flow.services
    ? flow.services.flatMap((service) => serviceOf(service, familyOf(flow))._ranges)
    : spec.workloads[server.workload!].services.flatMap((service) => serviceOf(service, 4)._ranges);
  return ServiceSet.union(ranges.map((range) => ServiceSet.fromRange(range)));
}

/** ICMP exists in one family only, and the family of an opaque peer is known. */
function entry({ peer, family }: SinglePeer, services: ServiceSet): PeerEntry {
  return { peer, services: family === undefined ? services : services.withoutForeignIcmp(family) };
}
