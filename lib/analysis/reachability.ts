import { AddressSet, ServiceSet } from '../algebra';
import { blockOf, CompiledFlow, CompiledPeer, CompiledPolicy, servicesOf } from '../compiler';

/** Where a workload of unknown address may stand. */
const PRIVATE = AddressSet.union(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']
  .map((block) => AddressSet.cidr(block)));

const EVERYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

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

/**
 * Flows through which a workload is reachable from outside: from public addresses, those of unmanaged workloads included,
 * or from what only the platform can see into.
 */
export function exposures(policy: CompiledPolicy): CompiledFlow[] {
  const workloads = new Map(policy.workloads.map((workload) => [workload.id, workload]));
  return policy.flows.filter(({ client, server }) => {
    if (!('workload' in server)) return false;
    if (!('workload' in client)) return isPublic(blockOf(client) ?? EVERYWHERE);
    const { managed, addresses } = workloads.get(client.workload)!;
    return !managed && isPublic(addresses);
  });
}

/** What one end of a workload admits by address. */
interface OpenEnd {
  readonly workload: string;
  readonly managed: boolean;
  readonly addresses: AddressSet;
  readonly services: ServiceSet;
}

/**
 * A workload that may go to 10.0.0.0/8 reaches one that lets 10.0.0.0/8 in, although no flow names them both; and nothing
 * but the other end holds up an unmanaged workload. Where the address of a workload is unknown it may be any private one
 * that no other workload has: reach is never counted too small.
 */
function addAccessByAddress(policy: CompiledPolicy, access: Access): void {
  const taken = AddressSet.union(policy.workloads.map((workload) => workload.addresses));
  const unknown = PRIVATE.subtract(taken);
  const places = new Map(policy.workloads.map(({ id, addresses }) => [id, addresses.isEmpty() ? unknown : addresses]));
  const [outward, inward] = openEnds(policy);
  for (const out of outward) {
    for (const into of inward) {
      if (!out.managed && !into.managed) continue;
      const services = out.services.intersect(into.services);
      if (services.isEmpty()) continue;
      const there = out.addresses.intersect(places.get(into.workload)!);
      const here = into.addresses.intersect(places.get(out.workload)!);
      const possible = inCommonFamily(here, there, services);
      if (!possible.isEmpty()) grant(access, out.workload, into.workload, possible);
    }
  }
}

/** A connection has both of its ends in one family. */
function inCommonFamily(here: AddressSet, there: AddressSet, services: ServiceSet): ServiceSet {
  const ipv4 = here.ipv4.isEmpty() || there.ipv4.isEmpty() ? ServiceSet.EMPTY : services.withoutForeignIcmp(4);
  const ipv6 = here.ipv6.isEmpty() || there.ipv6.isEmpty() ? ServiceSet.EMPTY : services.withoutForeignIcmp(6);
  return ipv4.union(ipv6);
}

function openEnds(policy: CompiledPolicy): [OpenEnd[], OpenEnd[]] {
  const unmanaged = new Map(policy.workloads.filter(({ managed }) => !managed).map(({ id, addresses }) => [id, addresses]));
  const everything = { managed: false, addresses: EVERYWHERE, services: ServiceSet.ALL };
  const open = [...unmanaged.keys()].map((workload): OpenEnd => ({ workload, ...everything }));
  const [outward, inward] = [[...open], [...open]];
  const addEnd = (ends: OpenEnd[], own: CompiledPeer, peer: CompiledPeer, services: ServiceSet) => {
    if (!('workload' in own) || unmanaged.has(own.workload)) return;
    // What a managed workload has is its alone; an unmanaged one may be a whole network, with other workloads in it.
    const addresses = 'workload' in peer ? unmanaged.get(peer.workload) : blockOf(peer);
    if (addresses) ends.push({ workload: own.workload, managed: true, addresses, services });
  };
  for (const { client, server, services: ranges } of policy.flows) {
    const services = servicesOf(ranges);
    addEnd(outward, client, server, services);
    addEnd(inward, server, client, services);
  }
  return [outward, inward];
}

type Access = ReadonlyMap<string, Map<string, ServiceSet>>;

function grant(access: Access, client: string, server: string, services: ServiceSet): void {
  const servers = access.get(client)!;
  const known = servers.get(server);
  servers.set(server, known ? known.union(services) : services);
}
