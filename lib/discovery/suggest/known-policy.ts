import { ManifestPolicy } from '../../compiler';
import { MapEdge, MapNode } from '../dependency-map';
import { AddressEdge, EdgeEnd } from '../replay/address-edge';
import { Judge } from '../replay/judge';
import { PolicyIndex } from '../replay/policy-index';
import { Family, familiesFor, familyOf } from './blocks';

/** What a policy that is there already says to the edges of a map. */
export class KnownPolicy {
  private readonly index: PolicyIndex;
  private readonly judge: Judge;
  private readonly used = new Set<string>();
  private readonly places = new Map<string, string | undefined>();

  public constructor(public readonly policy: ManifestPolicy) {
    this.index = new PolicyIndex(policy);
    this.judge = new Judge([policy]);
  }

  /** The workload of the policy that a node is: by its name, or because all its addresses are that workload's. */
  public workloadOf({ id, addresses }: MapNode): string | undefined {
    if (!this.places.has(id)) this.places.set(id, this.look(id, addresses));
    return this.places.get(id);
  }

  /** Notes which flows an edge uses, and tells whether they admit all of it. */
  public admits(edge: MapEdge, client: MapNode, server: MapNode): 'allowed' | 'undecided' | 'missing' {
    const found = new Set(this.spelledOut(edge, client, server).map((each) => this.verdictOf(each)));
    if (found.has('missing')) return 'missing';
    return found.has('undecided') ? 'undecided' : 'allowed';
  }

  /** Ids of flows that no edge used. */
  public unused(): string[] {
    return [...new Set(this.policy.flows.map(({ id }) => id))].filter((id) => !this.used.has(id)).sort();
  }

  private look(id: string, addresses: readonly string[]): string | undefined {
    const place = this.judge.placeOf({ node: id });
    if (place.stands[0].own) return place.name;
    const holders = new Set(addresses.map((address) => this.index.workloadAt(address.split('/')[0])));
    return holders.size === 1 ? [...holders][0] : undefined;
  }

  private verdictOf(edge: AddressEdge): 'allowed' | 'undecided' | 'missing' {
    const { verdict, admitting, possible } = this.judge.judge(edge, this.judge.placeOf(edge.client), this.judge.placeOf(edge.server));
    for (const { id } of [...possible, ...(verdict === 'allowed' ? admitting : [])]) this.used.add(id);
    if (verdict === 'allowed' || verdict === 'undecided') return verdict;
    return 'missing';
  }

  /** The edge with each address of what is no workload of the policy: flows to blocks are asked about addresses. */
  private spelledOut(edge: MapEdge, client: MapNode, server: MapNode): AddressEdge[] {
    const facts = { protocol: edge.protocol, port: edge.port, connections: 1, firstSeen: 0, lastSeen: 0, denied: false };
    const [clients, servers] = [this.endsOf(client, server, edge.protocol), this.endsOf(server, client, edge.protocol)];
    return clients.flatMap((from) => servers.filter((to) => canMeet(from, to)).map((to) => ({ client: from, server: to, ...facts })));
  }

  private endsOf(node: MapNode, other: MapNode, protocol: string): EdgeEnd[] {
    const workload = this.workloadOf(node);
    if (workload !== undefined) return [{ node: workload }];
    const families = familiesFor(other.addresses, protocol);
    const everywhere = node.kind === 'internet' && node.addresses.length === 0;
    const possible = node.addresses.filter((address) => families.includes(familyOf(address)));
    const addresses = everywhere ? families.flatMap((family) => ANYWHERE[family]) : possible.length > 0 ? possible : node.addresses;
    return addresses.length === 0 ? [{ node: node.id }] : addresses.map((address) => ({ node: node.id, address: address.split('/')[0] }));
  }
}

function canMeet({ address: a }: EdgeEnd, { address: b }: EdgeEnd): boolean {
  return a === undefined || b === undefined || familyOf(a) === familyOf(b);
}

/** Far apart, so that only a flow with every address admits them all. */
const ANYWHERE: { readonly [family in Family]: readonly string[] } = {
  ipv4: ['1.0.0.1', '99.99.99.99', '223.255.255.254'],
  ipv6: ['2001::1', '2606::1', '3ffe:ffff::1'],
};
