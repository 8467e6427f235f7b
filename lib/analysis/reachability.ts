import { AddressSet, ServiceSet } from '../algebra';
import { blockOf, CompiledFlow, CompiledPolicy, servicesOf } from '../compiler';

/** Address space that no workload of unknown address has: what is left may be where it stands. */
const PRIVATE = AddressSet.union(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']
  .map((block) => AddressSet.cidr(block)));

/** Whether a block holds addresses that the Internet can have. */
export function isPublic(addresses: AddressSet): boolean {
  return !addresses.isSubsetOf(PRIVATE);
}

/** Services that one workload can open a connection to another with, by client and server id. */
export type DirectAccess = ReadonlyMap<string, ReadonlyMap<string, ServiceSet>>;

/** Who can open a connection to whom, directly and with what. A workload's access to itself counts. */
export function directAccess(policy: CompiledPolicy): DirectAccess {
  const access = new Map(policy.workloads.map((workload) => [workload.id, new Map<string, ServiceSet>()]));
  for (const { client, server, services } of policy.flows) {
    if ('workload' in client && 'workload' in server) grant(access, client.workload, server.workload, servicesOf(services));
  }
  addAccessByAddress(policy, access);
  return access;
}

/** Everything that a breach of the workload reaches, in any number of hops, sorted; itself not counted. */
export function blastRadius(access: DirectAccess, workload: string): string[] {
  const reached = new Set([workload]);
  // A set takes additions while it is iterated over, which makes it the queue of a breadth-first search.
  for (const hop of reached) for (const next of access.get(hop)?.keys() ?? []) reached.add(next);
  reached.delete(workload);
  return [...reached].sort();
}

/** Flows through which a workload is reachable from outside: from public addresses, or from what only the platform can see into. */
export function exposures(policy: CompiledPolicy): CompiledFlow[] {
  return policy.flows.filter(({ client, server }) => {
    if (!('workload' in server) || 'workload' in client) return false;
    const block = blockOf(client);
    return block === undefined || isPublic(block);
  });
}

/** What one end of a workload admits by address. */
interface OpenEnd {
  readonly workload: string;
  readonly addresses: AddressSet;
  readonly services: ServiceSet;
}

/**
 * A workload that may go to 10.0.0.0/8 reaches one that lets 10.0.0.0/8 in, although no flow names them both. Where the
 * address of a workload is unknown it may be any private one: reach is never counted too small.
 */
function addAccessByAddress(policy: CompiledPolicy, access: Access): void {
  const places = new Map(policy.workloads.map(({ id, addresses }) => [id, addresses.isEmpty() ? PRIVATE : addresses]));
  const [outward, inward] = openEnds(policy);
  for (const out of outward) {
    for (const into of inward) {
      const services = out.services.intersect(into.services);
      if (services.isEmpty()) continue;
      const [from, to] = [places.get(out.workload)!, places.get(into.workload)!];
      const meets = !out.addresses.intersect(to).isEmpty() && !into.addresses.intersect(from).isEmpty();
      if (meets) grant(access, out.workload, into.workload, services);
    }
  }
}

function openEnds(policy: CompiledPolicy): [OpenEnd[], OpenEnd[]] {
  const outward: OpenEnd[] = [];
  const inward: OpenEnd[] = [];
  for (const { client, server, services: ranges } of policy.flows) {
    const services = servicesOf(ranges);
    const [from, to] = [blockOf(client), blockOf(server)];
    if ('workload' in client && to) outward.push({ workload: client.workload, addresses: to, services });
    if ('workload' in server && from) inward.push({ workload: server.workload, addresses: from, services });
  }
  return [outward, inward];
}

type Access = ReadonlyMap<string, Map<string, ServiceSet>>;

function grant(access: Access, client: string, server: string, services: ServiceSet): void {
  const servers = access.get(client)!;
  const known = servers.get(server);
  servers.set(server, known ? known.union(services) : services);
}
