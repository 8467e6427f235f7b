import { AddressSet, ServiceSet } from '../algebra';
import { blockOf, ManifestFlow, servicesOf } from '../compiler';
import { isPublic } from './networks';
import { PolicyGraph } from './policy-graph';
import { accessByAddress } from './reach/address-access';

const EVERYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/** Services that one workload can open a connection to another with, by client and server id. */
export type DirectAccess = ReadonlyMap<string, ReadonlyMap<string, ServiceSet>>;

/**
 * Who can open a connection to whom, directly and with what. A workload's access to itself counts. It names every pair,
 * which blocks that are open at both ends can make many of: whoever asks for reach alone asks `ReachGraph`.
 */
export function directAccess(graph: PolicyGraph): DirectAccess {
  const access = new Map(graph.workloads.map((workload) => [workload.id, new Map<string, ServiceSet>()]));
  for (const { client, server, services } of graph.flows) {
    if ('workload' in client && 'workload' in server) grant(access, client.workload, server.workload, servicesOf(services));
  }
  for (const { clients, servers, services } of accessByAddress(graph)) {
    for (const client of clients) {
      for (const server of servers) grant(access, graph.workloads[client].id, graph.workloads[server].id, services);
    }
  }
  return access;
}

/**
 * Flows through which a workload is reachable from outside: from public addresses, those of unmanaged workloads included,
 * or from what only the platform can see into.
 */
export function exposures(graph: PolicyGraph): ManifestFlow[] {
  const workloads = new Map(graph.workloads.map((workload) => [workload.id, workload]));
  return graph.flows.filter(({ client, server }) => {
    if (!('workload' in server)) return false;
    if (!('workload' in client)) return isPublic(blockOf(client) ?? EVERYWHERE);
    const { managed, addresses } = workloads.get(client.workload)!;
    return !managed && isPublic(addresses);
  });
}

function grant(access: ReadonlyMap<string, Map<string, ServiceSet>>, client: string, server: string, services: ServiceSet): void {
  const servers = access.get(client)!;
  const known = servers.get(server);
  servers.set(server, known ? known.union(services) : services);
}
