import { AddressSet } from '../../algebra';
import { blockOf } from '../../compiler';
import { GraphWorkload, PolicyGraph } from '../policy-graph';
import { Hub, ReachGraph } from '../reach/reach-graph';

/** Agents on hosts filter for a machine and say nothing of the network that it stands in. */
const HOST_PLATFORMS: readonly string[] = ['linux'];
/** Networks of workloads that no enforcement point protects. */
const UNPROTECTED = 'unprotected';

/**
 * The network before segmentation. All workloads of one network reach each other on what they serve, and every declared
 * flow was possible as well: a policy closes what was open, it opens nothing.
 *
 * - A network is what an enforcement point covers: a VPC or a VNet. Workloads that only agents on hosts protect share the
 *   network of their agents' enforcement point; networks that have a workload in common are one.
 * - An unmanaged workload is in a network if all of its addresses are in the ranges of that one and no other; else it stands alone.
 * - Workloads that nothing protects share one network, which is all there is before enforcement points are known.
 * - A workload serves what it offers, and what a flow opens at it by its name. One that serves nothing cannot be reached.
 */
export function flatNetwork(graph: PolicyGraph, policy: ReachGraph): ReachGraph {
  const serves = new Set(graph.workloads.filter(({ services }) => services.length > 0).map(({ id }) => id));
  for (const { server } of graph.flows) if ('workload' in server) serves.add(server.workload);
  const ranges = rangesOf(graph);
  const hubs = new Map<string, { clients: number[]; servers: number[] }>();
  graph.workloads.forEach((workload, place) => {
    for (const network of networksOf(workload, ranges)) {
      if (!hubs.has(network)) hubs.set(network, { clients: [], servers: [] });
      hubs.get(network)!.clients.push(place);
      if (serves.has(workload.id)) hubs.get(network)!.servers.push(place);
    }
  });
  return policy.with(joined(hubs.values()));
}

/** Where each network is, as far as that is known at synthesis. */
interface Ranges {
  readonly network: string;
  readonly addresses: AddressSet;
}

function rangesOf({ enforcementPoints = [] }: PolicyGraph): Ranges[] {
  return enforcementPoints.map(({ path, monitorScope }) => (
    { network: path, addresses: AddressSet.union(monitorScope.map((peer) => blockOf(peer) ?? AddressSet.EMPTY)) }));
}

function networksOf({ managed, addresses, enforcementPoints = [] }: GraphWorkload, ranges: readonly Ranges[]): string[] {
  const networks = enforcementPoints.filter(({ platform }) => !HOST_PLATFORMS.includes(platform));
  const own = (networks.length > 0 ? networks : enforcementPoints).map(({ path }) => path);
  if (own.length > 0) return own;
  if (managed) return [UNPROTECTED];
  const around = addresses.isEmpty() ? [] : ranges.filter((candidate) => addresses.isSubsetOf(candidate.addresses));
  return around.length === 1 ? [around[0].network] : [];
}

/** Networks that a workload connects are one for whoever hops. */
function joined(networks: Iterable<Hub>): Hub[] {
  let separate: { clients: Set<number>; servers: Set<number> }[] = [];
  for (const network of networks) {
    const whole = { clients: new Set(network.clients), servers: new Set(network.servers) };
    const touching = separate.filter(({ clients }) => network.clients.some((client) => clients.has(client)));
    for (const { clients, servers } of touching) {
      for (const client of clients) whole.clients.add(client);
      for (const server of servers) whole.servers.add(server);
    }
    separate = [...separate.filter((other) => !touching.includes(other)), whole];
  }
  return separate.map(({ clients, servers }) => ({ clients: [...clients], servers: [...servers] }));
}
