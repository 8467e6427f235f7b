import { AddressSet, ServiceSet } from '../../algebra';
import { blockOf, ManifestPeer, servicesOf } from '../../compiler';
import { addTo } from '../../support/groups';
import { PRIVATE } from '../networks';
import { GraphWorkload, PolicyGraph } from '../policy-graph';
import { AddressIndex } from './address-index';

/** Workloads, by their places in the policy, of which each client may reach each server by its address. */
export interface AddressAccess {
  readonly clients: readonly number[];
  readonly servers: readonly number[];
  readonly services: ServiceSet;
}

/** Ends of workloads that admit the same by address. */
interface EndClass {
  readonly managed: boolean;
  readonly addresses: AddressSet;
  readonly services: ServiceSet;
  /** Places of the workloads whose ends these are. */
  readonly owners: Set<number>;
}

const EVERYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);
const FAMILIES = [4, 6] as const;

/**
 * A workload that may go to 10.0.0.0/8 reaches one that lets 10.0.0.0/8 in, although no flow names them both; and nothing
 * but the other end holds up an unmanaged workload. Where the address of a workload is unknown it may be any private one
 * that no other workload has: reach is never counted too small.
 *
 * Ends that admit the same are taken together, so that thousands of workloads which may all go to one block make one
 * group of clients and not a million pairs.
 */
export function accessByAddress(graph: PolicyGraph): AddressAccess[] {
  const [outward, inward] = endClasses(graph);
  if (outward.length === 0 || inward.length === 0) return [];
  const hosts = new Hosts(graph);
  const outwardOf = byOwner(outward, graph.workloads.length);
  return inward.flatMap((into) => FAMILIES.flatMap((family) => {
    const clientsByClass = new Map<EndClass, number[]>();
    for (const client of hosts.in(into.addresses, family)) {
      for (const out of outwardOf[client]) addTo(clientsByClass, out, client);
    }
    return [...clientsByClass].flatMap(([out, clients]) => {
      const services = out.managed || into.managed ? out.services.intersect(into.services).withoutForeignIcmp(family) : ServiceSet.EMPTY;
      if (services.isEmpty()) return [];
      const servers = hosts.in(out.addresses, family).filter((host) => into.owners.has(host));
      return servers.length === 0 ? [] : [{ clients, servers, services }];
    });
  }));
}

/** Which workloads may stand in a block. */
class Hosts {
  private readonly residents: readonly (readonly number[])[];
  private readonly index: AddressIndex;
  private readonly known = new Map<string, number[]>();

  public constructor({ workloads }: PolicyGraph) {
    const elsewhere = PRIVATE.subtract(AddressSet.union(workloads.map(({ addresses }) => addresses)));
    const byPlace = new Map<AddressSet, number[]>();
    workloads.forEach(({ addresses }, place) => addTo(byPlace, addresses.isEmpty() ? elsewhere : addresses, place));
    this.residents = [...byPlace.values()];
    this.index = new AddressIndex([...byPlace.keys()]);
  }

  public in(addresses: AddressSet, family: 4 | 6): readonly number[] {
    const key = `${family} ${addressKey(addresses)}`;
    if (!this.known.has(key)) {
      const residents = this.index.meeting(addresses, family).flatMap((place) => this.residents[place]);
      this.known.set(key, residents.sort((a, b) => a - b));
    }
    return this.known.get(key)!;
  }
}

function endClasses({ workloads, flows }: PolicyGraph): [EndClass[], EndClass[]] {
  const places = new Map(workloads.map(({ id }, place) => [id, place]));
  const [outward, inward] = [new Map<string, EndClass>(), new Map<string, EndClass>()];
  const add = (classes: Map<string, EndClass>, owner: number, end: Omit<EndClass, 'owners'>) => {
    const key = [end.managed, end.services.key, addressKey(end.addresses)].join(' ');
    if (!classes.has(key)) classes.set(key, { ...end, owners: new Set() });
    classes.get(key)!.owners.add(owner);
  };
  const addEnd = (classes: Map<string, EndClass>, own: ManifestPeer, peer: ManifestPeer, services: () => ServiceSet) => {
    if (!('workload' in own)) return;
    const place = places.get(own.workload)!;
    const addresses = workloads[place].managed ? standingFor(peer, (id) => workloads[places.get(id)!]) : undefined;
    if (addresses) add(classes, place, { managed: true, addresses, services: services() });
  };
  for (const { client, server, services } of flows) {
    addEnd(outward, client, server, () => servicesOf(services));
    addEnd(inward, server, client, () => servicesOf(services));
  }
  // Unmanaged ends admit everything; where no other end admits anything by address, that leads nowhere.
  workloads.forEach(({ managed }, place) => {
    if (managed) return;
    for (const classes of [outward, inward]) add(classes, place, { managed: false, addresses: EVERYWHERE, services: ServiceSet.ALL });
  });
  return [[...outward.values()], [...inward.values()]];
}

/** What a managed workload has is its alone; an unmanaged one may be a whole network, with other workloads in it. */
function standingFor(peer: ManifestPeer, workload: (id: string) => GraphWorkload): AddressSet | undefined {
  if (!('workload' in peer)) return blockOf(peer);
  const { managed, addresses } = workload(peer.workload);
  return managed ? undefined : addresses;
}

function byOwner(classes: readonly EndClass[], workloads: number): EndClass[][] {
  const owned = Array.from({ length: workloads }, (): EndClass[] => []);
  for (const end of classes) for (const owner of end.owners) owned[owner].push(end);
  return owned;
}

function addressKey({ ipv4, ipv6 }: AddressSet): string {
  return `${ipv4.boundaries.join()}|${ipv6.boundaries.join()}`;
}
