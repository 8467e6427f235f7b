import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { blockOf, CompiledPeer, CompiledPolicy, compilePolicy, servicesOf } from '../../../lib/compiler';
import { SegmentationPolicy } from '../../../lib/model';
import { DEFAULT_NETFILTER_LOG, LINUX_DEFAULT_LIMITS } from '../../../lib/platforms/linux/limits';
import { planLinuxHosts } from '../../../lib/platforms/linux/plan';
import { LinuxHostPlan, LinuxHostsRequest, PeerAddress } from '../../../lib/platforms/linux/plan-types';
import { End, TrafficByEnd } from '../../properties/naive';

/** A request that protects every managed workload. */
export function requestFor(policy: SegmentationPolicy, wishes: Partial<LinuxHostsRequest> = {}): LinuxHostsRequest {
  const compiled = compilePolicy(policy);
  return {
    policy: compiled,
    enforcementPoint: 'App/Hosts',
    protects: compiled.workloads.filter(({ managed }) => managed).map(({ id }) => ({ workload: id })),
    management: [],
    log: DEFAULT_NETFILTER_LOG,
    limits: LINUX_DEFAULT_LIMITS,
    ...wishes,
  };
}

export function hostsOf(policy: SegmentationPolicy, wishes: Partial<LinuxHostsRequest> = {}): readonly LinuxHostPlan[] {
  return planLinuxHosts(requestFor(policy, wishes)).hosts;
}

export const ANYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/** Everything, as hosts admit it that only watch. */
export const EVERYTHING = PeerTraffic.of([{ peer: ANYWHERE, services: ServiceSet.ALL }]);

/** Addresses of a workload beyond the declared ones, or what stands for a deploy-time value: both are given by the test. */
export type Whereabouts = (address: PeerAddress) => PeerEntry['peer'];

/** What hosts must admit, flow by flow and the long way: peers by address, and the whole world where they only watch. */
export function expectedTraffic({ policy, peerAddresses = {} }: LinuxHostsRequest, whereIs: Whereabouts): TrafficByEnd {
  const entries = new Map<string, PeerEntry[]>();
  const add = (own: CompiledPeer, end: End, peer: CompiledPeer, services: ServiceSet) => {
    const workload = policy.workloads.find(({ id }) => 'workload' in own && id === own.workload);
    if (!workload?.managed) return;
    const key = `${workload.id} ${end}`;
    if (!entries.has(key)) entries.set(key, []);
    for (const [place, family] of placesOf(policy, peerAddresses, peer, whereIs)) {
      entries.get(key)!.push({ peer: place, services: family ? services.withoutForeignIcmp(family) : services });
    }
  };
  for (const { client, server, services } of policy.flows) {
    add(client, 'egress', server, servicesOf(services));
    add(server, 'ingress', client, servicesOf(services));
  }
  return new Map([...entries].map(([key, all]) => [key, PeerTraffic.of(all)]));
}

type Place = [PeerEntry['peer'], (4 | 6)?];

function placesOf(policy: CompiledPolicy, given: LinuxHostsRequest['peerAddresses'], peer: CompiledPeer, whereIs: Whereabouts): Place[] {
  if ('token' in peer) {
    const { value, family } = policy.opaquePeers.find(({ kind, name }) => kind === 'token' && name === peer.token)!;
    return [[whereIs({ value, family, opaque: true }), family]];
  }
  if (!('workload' in peer)) return [[blockOf(peer)!]];
  const declared = policy.workloads.find(({ id }) => id === peer.workload)!.addresses;
  return [[declared], ...(given?.[peer.workload] ?? []).map((address): Place => [whereIs(address), address.family])];
}
