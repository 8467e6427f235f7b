import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { CompiledPolicy } from '../../lib/compiler';
import { EnforcedWorkload } from '../../lib/platforms/platform';
import { MONITOR_SCOPE, Synthesized, SynthesizedPolicy } from './apps';
import { compiledTraffic } from './compiled-traffic';
import { End, TrafficByEnd } from './naive';

/** What a carrier admits, with deploy-time values under their names; what has no name stays as it is read. */
export function readTraffic({ names }: Pick<Synthesized, 'names'>, workload: EnforcedWorkload, end: End): PeerTraffic {
  return PeerTraffic.of(workload[end].entries().map(({ peer, services }): PeerEntry => {
    if (!('kind' in peer) || peer.kind === 'workload') return { peer, services };
    const name = names.get(peer.id);
    if (name === undefined) return { peer, services };
    return { peer: { kind: peer.kind, id: name }, services: services.withoutForeignIcmp(name.endsWith('6') ? 6 : 4) };
  }));
}

/** What the groups of a role must admit: the flows, and in force, while a workload is watched only, what monitoring adds. */
export function expectedTraffic({ compiled, points }: SynthesizedPolicy, role: EnforcedWorkload['role']): TrafficByEnd {
  const together = (a: string, b: string) => points.some((point) => point.includes(a) && point.includes(b));
  const traffic = compiledTraffic(compiled, together);
  return role === 'review' ? traffic : withMonitoring(compiled, traffic);
}

/** What is in force while workloads are watched only: the traffic, everything from the network's own ranges, and everything outbound. */
export function withMonitoring({ workloads }: CompiledPolicy, declared: TrafficByEnd): TrafficByEnd {
  const traffic = new Map(declared);
  for (const { id } of workloads.filter(({ managed, mode }) => managed && mode !== 'enforce')) {
    const add = (end: End, blocks: string[]) => {
      const peer = AddressSet.union(blocks.map((block) => AddressSet.cidr(block)));
      const key = `${id} ${end}`;
      traffic.set(key, (traffic.get(key) ?? PeerTraffic.EMPTY).union(PeerTraffic.of([{ peer, services: ServiceSet.ALL }])));
    };
    add('ingress', MONITOR_SCOPE);
    add('egress', ['0.0.0.0/0', '::/0']);
  }
  return traffic;
}

/** Which workloads must be found in which role, as text. */
export function expectedWorkloads({ compiled, points }: SynthesizedPolicy): string[] {
  const modes = new Map(compiled.workloads.map(({ id, mode }) => [id, mode]));
  return points.flat().flatMap((id) => (modes.get(id) === 'enforce' ? [`${id} attached`] : [`${id} attached`, `${id} review`])).sort();
}
