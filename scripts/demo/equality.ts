import { PeerTraffic } from '../../lib/algebra';
import { EnforcedWorkload } from '../../lib/platforms/platform';
import { Synthesized } from './synthesized';

/** Whether all examples let every workload do the same, in both directions. */
export function equalTraffic([first, ...others]: readonly Synthesized[]): boolean {
  const expected = trafficByWorkload(first);
  return expected.size > 0 && others.map(trafficByWorkload).every((traffic) => (
    traffic.size === expected.size && [...expected].every(([end, peers]) => traffic.get(end)?.equals(peers) ?? false)));
}

/** What all carriers of a workload may do, by workload and end. */
function trafficByWorkload({ enforced }: Synthesized): Map<string, PeerTraffic> {
  const traffic = new Map<string, PeerTraffic>();
  const add = ({ workload, ...ends }: EnforcedWorkload, end: 'ingress' | 'egress') => {
    const key = `${workload} ${end}`;
    traffic.set(key, (traffic.get(key) ?? PeerTraffic.EMPTY).union(ends[end]));
  };
  for (const carrier of enforced) {
    add(carrier, 'ingress');
    add(carrier, 'egress');
  }
  return traffic;
}
