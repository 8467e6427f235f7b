import { AddressSet } from '../algebra';
import { CompiledFlow, CompiledPolicy, peerName } from '../compiler';
import { NetworkRange } from '../platforms/network-range';
import { Problem } from '../support/errors';

/** An enforcement point as part of a network. Enforcement points of one network are one site. */
export interface Site {
  /** Construct path of the enforcement point. */
  readonly path: string;
  /** Text that is equal for enforcement points of one network, and for no others. */
  readonly network: string;
  readonly ranges: readonly NetworkRange[];
  /** Ids of the workloads protected here. */
  readonly workloads: readonly string[];
}

/**
 * Flows of this site's workloads whose other end, protected at another site, is known by an address that a machine elsewhere
 * has, too: one of this site's own network, or a workload of a third site. A rule for it would admit both, so the address
 * says too little. Workloads that nobody protects may be anywhere, also within one of the networks.
 */
export function overlappingSites(policy: CompiledPolicy, site: Site, sites: readonly Site[]): Problem[] {
  const survey = new Survey(policy, site, sites);
  return policy.flows.flatMap((flow) => [
    ...('workload' in flow.client ? survey.across(flow, flow.client.workload, flow.server) : []),
    ...('workload' in flow.server ? survey.across(flow, flow.server.workload, flow.client) : []),
  ]);
}

class Survey {
  private readonly own: ReadonlySet<string>;
  /** The networks in which each workload is protected. */
  private readonly networks = new Map<string, Set<string>>();
  private readonly range: AddressSet;
  private readonly addresses: ReadonlyMap<string, AddressSet>;
  /** Addresses that several workloads have. */
  private readonly shared: AddressSet;
  private readonly known = new Map<string, string | undefined>();

  public constructor(policy: CompiledPolicy, private readonly site: Site, sites: readonly Site[]) {
    this.own = new Set(site.workloads);
    for (const { network, workloads } of sites) {
      for (const id of workloads) this.networks.set(id, (this.networks.get(id) ?? new Set()).add(network));
    }
    const together = sites.filter(({ network }) => network === site.network);
    this.range = AddressSet.union(together.flatMap(({ ranges }) => ranges.flatMap(knownBlock)));
    this.addresses = new Map(policy.workloads.map(({ id, addresses }) => [id, addresses]));
    this.shared = count([...this.addresses.values()]).several;
  }

  public across(flow: CompiledFlow, here: string, peer: CompiledFlow['client']): Problem[] {
    if (!this.own.has(here) || !('workload' in peer) || !this.isElsewhere(peer.workload)) return [];
    const sharing = this.sharing(peer.workload);
    if (sharing === undefined) return [];
    const between = `the flow from ${peerName(flow.client)} to ${peerName(flow.server)}`;
    return [{ code: 'MSEG3402', where: flow.origins[0], message: `${between}: at ${this.site.path} the address of ${peer.workload} ${sharing}` }];
  }

  private isElsewhere(workload: string): boolean {
    const networks = this.networks.get(workload);
    return networks !== undefined && !networks.has(this.site.network);
  }

  /** Whether both are protected, and in no network both. */
  private isApart(one: string, other: string): boolean {
    const [networks, others] = [this.networks.get(one), this.networks.get(other)];
    return networks !== undefined && others !== undefined && [...networks].every((network) => !others.has(network));
  }

  /** With whom the workload of another site shares an address; undefined if with nobody. */
  private sharing(workload: string): string | undefined {
    if (!this.known.has(workload)) this.known.set(workload, this.findSharing(workload));
    return this.known.get(workload);
  }

  private findSharing(workload: string): string | undefined {
    const addresses = this.addresses.get(workload)!;
    const inside = addresses.intersect(this.range);
    if (!inside.isEmpty()) return `lies in the network of this enforcement point (${inside.cidrs()[0]})`;
    const common = addresses.intersect(this.shared);
    if (common.isEmpty()) return undefined;
    const others = [...this.addresses].filter(([id, own]) => this.isApart(id, workload) && !common.intersect(own).isEmpty());
    return others.length === 0 ? undefined : `is one of ${others[0][0]}, too (${common.intersect(others[0][1]).cidrs()[0]})`;
  }
}

/** Addresses in any of the sets, and in at least two of them. Halves first: one set after the other would take its square. */
function count(sets: readonly AddressSet[]): { any: AddressSet; several: AddressSet } {
  if (sets.length < 2) return { any: sets[0] ?? AddressSet.EMPTY, several: AddressSet.EMPTY };
  const middle = sets.length >> 1;
  const [left, right] = [count(sets.slice(0, middle)), count(sets.slice(middle))];
  return { any: left.any.union(right.any), several: AddressSet.union([left.several, right.several, left.any.intersect(right.any)]) };
}

function knownBlock(range: NetworkRange): AddressSet[] {
  return range.kind === 'token' ? [] : [AddressSet.cidr(range.cidr)];
}
