import { AddressSet, PeerEntry, PeerTraffic, ServiceSet, TrafficSet } from '../../lib/algebra';
import { VerifiedFlow } from '../../lib/analysis/verify';
import { readArtifacts } from '../../lib/cli/input';
import { blockOf, CompiledPolicy, ManifestPeer } from '../../lib/compiler';
import { Named } from './compiled-traffic';
import { End, ENDS, TrafficByEnd } from './naive';
import { readTraffic } from './read-back';

/** A synthesized app, as far as reading it needs. */
export interface ReadableApp {
  readonly directory: string;
  readonly names: ReadonlyMap<string, string>;
  readonly policies: readonly { readonly compiled: CompiledPolicy }[];
}

/** What all artifacts admit, or those of one platform, by policy, and by workload and end. */
export function trafficOf(app: ReadableApp, platform?: string): Map<string, TrafficByEnd> {
  const traffic = new Map(app.policies.map(({ compiled }) => [compiled.id, new Map() as TrafficByEnd]));
  const artifacts = readArtifacts(app.directory).filter((artifact) => platform === undefined || artifact.platform === platform);
  for (const found of artifacts.flatMap(({ workloads }) => workloads)) {
    for (const end of ENDS) {
      const ends = traffic.get(found.policy)!;
      const key = `${found.workload} ${end}`;
      ends.set(key, (ends.get(key) ?? PeerTraffic.EMPTY).union(readTraffic(app, found, end)));
    }
  }
  return traffic;
}

/** What the first has and the second lacks, end by end. */
export function surplus(first: TrafficByEnd, second: TrafficByEnd): TrafficByEnd {
  const rest = [...first].map(([key, traffic]) => [key, traffic.subtract(second.get(key) ?? PeerTraffic.EMPTY)] as const);
  return new Map(rest.filter(([, traffic]) => !traffic.isEmpty()));
}

/** Without what workloads and opaque peers may do by any address whatever: that is admitted for them as well. */
export function beyondEverybody(traffic: TrafficByEnd, admitted: TrafficByEnd): TrafficByEnd {
  const rest = [...traffic].map(([key, ends]) => {
    const closed = ServiceSet.union(EVERYBODY.map(({ family, addresses }) => {
      const shut = TrafficSet.of(addresses, ServiceSet.ALL).subtract(admitted.get(key)?.addresses ?? TrafficSet.EMPTY);
      return ServiceSet.union(shut.entries().map(({ services }) => services)).withoutForeignIcmp(family);
    }));
    const beyond = ({ peer, services }: PeerEntry) => ({ peer, services: 'kind' in peer ? services.intersect(closed) : services });
    return [key, PeerTraffic.of(ends.entries().map(beyond))] as const;
  });
  return new Map(rest.filter(([, ends]) => !ends.isEmpty()));
}

const EVERYBODY = [{ family: 4, addresses: AddressSet.ANY_IPV4 }, { family: 6, addresses: AddressSet.ANY_IPV6 }] as const;

/** The flows of a report as traffic. A workload that rules cannot name is known to them by its addresses alone. */
export function reported(policy: CompiledPolicy, flows: readonly VerifiedFlow[], isNamed: Named = () => true): TrafficByEnd {
  const entries = new Map<string, PeerEntry[]>();
  for (const { client, server, end, protocol, fromPort, toPort } of flows) {
    const [own, peer] = end === 'ingress' ? [server, client] : [client, server];
    const { workload } = own as { workload: string };
    const key = `${workload} ${end satisfies End}`;
    const family = 'token' in peer ? peer.token : 'prefixList' in peer ? peer.prefixList : '';
    const services = ServiceSet.fromRange({ protocol, fromPort, toPort });
    const possible = family === '' ? services : services.withoutForeignIcmp(family.endsWith('6') ? 6 : 4);
    if (!entries.has(key)) entries.set(key, []);
    entries.get(key)!.push({ peer: peerOf(policy, peer, (id) => isNamed(workload, id, end)), services: possible });
  }
  return new Map([...entries].map(([key, all]) => [key, PeerTraffic.of(all)]));
}

function peerOf(policy: CompiledPolicy, peer: ManifestPeer, isNamed: (workload: string) => boolean): PeerEntry['peer'] {
  if ('token' in peer) return { kind: 'token', id: peer.token };
  if ('prefixList' in peer) return { kind: 'prefixList', id: peer.prefixList };
  if (!('workload' in peer)) return blockOf(peer)!;
  const { managed, addresses } = policy.workloads.find(({ id }) => id === peer.workload)!;
  return managed && isNamed(peer.workload) ? { kind: 'workload', id: peer.workload } : addresses;
}

/** What is lost of peers that are named, less what is still admitted for all of their addresses. */
export function beyondAddresses(policy: CompiledPolicy, lost: TrafficByEnd, admitted: TrafficByEnd): TrafficByEnd {
  const addresses = new Map(policy.workloads.map((workload) => [workload.id, workload.addresses]));
  const rest = [...lost].map(([key, ends]) => [key, PeerTraffic.of(ends.entries().map(({ peer, services }) => {
    if (!('kind' in peer) || peer.kind !== 'workload' || addresses.get(peer.id)!.isEmpty()) return { peer, services };
    const open = TrafficSet.of(addresses.get(peer.id)!, services).subtract(admitted.get(key)?.addresses ?? TrafficSet.EMPTY);
    return { peer, services: ServiceSet.union(open.entries().map((entry) => entry.services)).intersect(services) };
  }))] as const);
  return new Map(rest.filter(([, ends]) => !ends.isEmpty()));
}
