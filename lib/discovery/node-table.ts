import * as ipaddr from 'ipaddr.js';
import { parseAddress } from '../algebra/cidr';
import { compareText } from '../support/order';
import { MapNode, MapNodeKind } from './dependency-map';
import { NAMED, PLACED } from './engine/flow-columns';
import { KIND, MAYBE_BROADCAST } from './engine/traffic-tables';
import { Inventory, InventoryRow } from './inventory/inventory';
import { InventoryIndex } from './inventory/inventory-index';
import { Placements } from './placements';

/** Addresses by which machines reach their platform, whatever network they are in. */
const PLATFORM_ADDRESSES: { readonly [address: string]: string } = {
  '169.254.169.254': 'instance-metadata',
  'fd00:ec2::254': 'instance-metadata',
  '169.254.169.253': 'platform-dns',
  '169.254.169.123': 'platform-time',
  '168.63.129.16': 'azure-platform',
};

/** What is no public address; documentation and test networks stand for private ones. */
const INSIDE = new Set(['private', 'uniqueLocal', 'carrierGradeNat', 'linkLocal', 'loopback', 'reserved', 'benchmarking', 'rfc6145']);

export interface FoundNode {
  /** Place in `nodes`. */
  readonly node: number;
  /** One of KIND, MAYBE_BROADCAST, or 0. */
  readonly noise: number;
}

interface Gathered {
  readonly id: string;
  readonly kind: MapNodeKind;
  readonly labels: { readonly [key: string]: string };
  readonly addresses: Set<string>;
}

/**
 * Whose an end of a conversation is: a workload that the inventory or the log names, a platform's own service, a machine of the
 * inside that nobody knows (each address a node of its own), or the Internet, which is one node.
 */
export class NodeTable {
  public readonly nodes: Gathered[] = [];
  private readonly places = new Map<string, number>();
  private readonly ids = new Set<string>();
  private readonly index: InventoryIndex;
  private readonly ranges = new Map<string, string[]>();

  public constructor(inventory: Inventory, private readonly placements: Placements) {
    this.index = new InventoryIndex(inventory);
    for (const { id, address } of inventory.rows) {
      const ranges = this.ranges.get(id) ?? [];
      this.ranges.set(id, ranges);
      ranges.push(address.replace(/^([\d.]+)\/32$|^([\da-f:]+)\/128$/, '$1$2'));
    }
  }

  /** @param end as the database has it */
  public find(end: string): FoundNode {
    if (end.startsWith(NAMED)) return { node: this.named(end.slice(NAMED.length)), noise: 0 };
    const [address, place] = end.split(PLACED);
    if (place !== undefined) return { node: this.owned(this.placements.rows[Number(place)], address), noise: 0 };
    const row = this.index.find(address);
    if (row) return { node: this.owned(row, address), noise: 0 };
    const name = this.placements.nameOf(address);
    if (name !== undefined) return { node: this.named(name, address), noise: 0 };
    return this.unknown(address);
  }

  public isOutside(node: number): boolean {
    return this.nodes[node].kind === 'internet';
  }

  /** The node as a map has it. */
  public mapNode(node: number): MapNode {
    const { id, kind, labels, addresses } = this.nodes[node];
    return { id, addresses: [...addresses].sort(compareText), labels, kind };
  }

  private owned({ id, labels, kind }: InventoryRow, address: string): number {
    const node = this.place(id, kind, labels, this.ranges.get(id));
    // An address inside a range that the inventory gives is told by the range.
    if (!this.ranges.has(id)) this.nodes[node].addresses.add(address);
    return node;
  }

  private named(name: string, address?: string): number {
    // Where Calico aggregated addresses away, it says only from which side of the border they are.
    const kind = name === 'internet' ? 'internet' : name === 'private network' ? 'unmanaged' : 'workload';
    const node = this.place(name, kind, this.placements.labelsOf(name));
    if (address !== undefined) this.nodes[node].addresses.add(address);
    return node;
  }

  private unknown(address: string): FoundNode {
    const range = rangeOf(address);
    if (Object.hasOwn(PLATFORM_ADDRESSES, address)) return { node: this.place(PLATFORM_ADDRESSES[address], 'service', {}, [address]), noise: 0 };
    if (range === 'unicast') return { node: this.place('internet', 'internet', {}), noise: 0 };
    return { node: this.place(address, 'unmanaged', {}, [address]), noise: noiseOf(range, address) };
  }

  private place(id: string, kind: MapNodeKind, labels: { readonly [key: string]: string }, addresses: readonly string[] = []): number {
    const key = `${kind === 'workload' || kind === 'service' ? '' : kind} ${id}`;
    const known = this.places.get(key);
    if (known !== undefined) {
      for (const address of addresses) this.nodes[known].addresses.add(address);
      return known;
    }
    this.nodes.push({ id: this.freeId(id), kind, labels, addresses: new Set(addresses) });
    this.places.set(key, this.nodes.length - 1);
    return this.nodes.length - 1;
  }

  /** A workload may be called like an address, or `internet`. */
  private freeId(id: string): string {
    let free = id;
    while (this.ids.has(free)) free = `${free} (other)`;
    this.ids.add(free);
    return free;
  }
}

function rangeOf(address: string): string {
  try {
    parseAddress(address);
    const range = ipaddr.parse(address).range();
    return INSIDE.has(range) && range !== 'linkLocal' ? 'inside' : range;
  } catch {
    return 'inside';
  }
}

/** The last address of most networks is everybody's there, unless it is seen to answer. */
function noiseOf(range: string, address: string): number {
  if (range === 'multicast') return KIND.multicast;
  if (range === 'broadcast' || range === 'unspecified') return KIND.broadcast;
  if (range === 'linkLocal') return KIND.linkLocal;
  return address.endsWith('.255') ? MAYBE_BROADCAST : 0;
}
