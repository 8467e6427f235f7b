import { PeerEntry, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { blockOf, CompiledPeer, CompiledPolicy, servicesOf } from '../../lib/compiler';
import { End, TrafficByEnd } from './naive';

/** Whether rules at an end of a workload can name the peer as a workload. */
export type Named = (workload: string, peer: string, end: End) => boolean;

/**
 * What a compiled policy says of each managed workload's ends, flow by flow. A peer that cannot be named as a workload
 * (`isNamed`) stands as its addresses.
 */
export function compiledTraffic(policy: CompiledPolicy, isNamed: Named = () => true): TrafficByEnd {
  const addresses = new Map(policy.workloads.map((workload) => [workload.id, workload.addresses]));
  const managed = new Set(policy.workloads.filter((workload) => workload.managed).map((workload) => workload.id));
  const families = new Map(policy.opaquePeers.map(({ kind, name, family }) => [`${kind} ${name}`, family]));
  const entries = new Map<string, PeerEntry[]>();
  const add = (own: CompiledPeer, end: End, entry: PeerEntry) => {
    if (!('workload' in own) || !managed.has(own.workload)) return;
    const key = `${own.workload} ${end}`;
    if (!entries.has(key)) entries.set(key, []);
    entries.get(key)!.push(entry);
  };
  const standIn = (own: CompiledPeer, end: End, peer: CompiledPeer) => (
    'workload' in own && 'workload' in peer && !isNamed(own.workload, peer.workload, end) ? addresses.get(peer.workload)! : peerOf(peer)
  );
  for (const { client, server, services } of policy.flows) {
    add(client, 'egress', { peer: standIn(client, 'egress', server), services: within(servicesOf(services), server, families) });
    add(server, 'ingress', { peer: standIn(server, 'ingress', client), services: within(servicesOf(services), client, families) });
  }
  return new Map([...entries].map(([key, all]) => [key, PeerTraffic.of(all)]));
}

function peerOf(peer: CompiledPeer): PeerEntry['peer'] {
  if ('workload' in peer) return { kind: 'workload', id: peer.workload };
  if ('token' in peer) return { kind: 'token', id: peer.token };
  return 'prefixList' in peer ? { kind: 'prefixList', id: peer.prefixList } : blockOf(peer)!;
}

/** The other family's ICMP of an opaque peer cannot occur. */
function within(services: ServiceSet, peer: CompiledPeer, families: ReadonlyMap<string, 4 | 6>): ServiceSet {
  const family = 'token' in peer ? families.get(`token ${peer.token}`) : 'prefixList' in peer ? families.get(`prefixList ${peer.prefixList}`) : undefined;
  return family === undefined ? services : services.withoutForeignIcmp(family);
}

/** Ends at which the two differ, in words; none where they admit the same traffic. */
export function differences(expected: TrafficByEnd, actual: TrafficByEnd): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((key) => {
    const [wanted, got] = [expected.get(key) ?? PeerTraffic.EMPTY, actual.get(key) ?? PeerTraffic.EMPTY];
    return wanted.equals(got) ? [] : [`${key}: excess ${describe(got.subtract(wanted))}; missing ${describe(wanted.subtract(got))}`];
  });
}

function describe(traffic: PeerTraffic): string {
  return traffic.entries().map(({ peer, services }) => `${'kind' in peer ? `${peer.kind} ${peer.id}` : peer.toString()} ${services.toString()}`).join(' | ') || 'nothing';
}
