import { Rectangle } from './rectangles';

/**
 * A segment tree over the service axis at the address where a sweep stands. It looks for items with some property at some
 * service, names each of them once, and from then on looks past it.
 *
 * A rectangle sits at the O(log n) nodes that make up its services. Each node knows of its subtree what its subclass keeps
 * there (`refresh`); nothing is ever pushed down, because every rectangle that comes also goes, whole.
 */
export abstract class ServiceTree {
  protected readonly found: Uint8Array;
  protected readonly leaves: number;
  private readonly present = new Map<number, Set<number>>();

  public constructor(protected readonly rectangles: readonly Rectangle[]) {
    const width = rectangles.reduce((most, { endService }) => Math.max(most, endService), 1);
    this.leaves = 2 ** Math.ceil(Math.log2(width));
    this.found = new Uint8Array(rectangles.reduce((most, { item }) => Math.max(most, item + 1), 0));
  }

  /** The sweep comes to a rectangle. */
  public enter(id: number): void {
    const { item } = this.rectangles[id];
    const present = this.present.get(item);
    if (present) present.add(id);
    else this.present.set(item, new Set([id]));
    this.change(id, (node) => this.enterNode(node, id));
  }

  /** The sweep leaves a rectangle behind. */
  public leave(id: number): void {
    this.present.get(this.rectangles[id].item)!.delete(id);
    this.change(id, (node) => this.leaveNode(node, id));
  }

  /** Adds every item that has the property here to those found. */
  public search(): void {
    for (let item = this.findItem(); item !== undefined; item = this.findItem()) {
      this.found[item] = 1;
      for (const id of this.present.get(item)!) this.change(id, (node) => this.passNode(node));
    }
  }

  /** Whether the item was found anywhere. */
  public has(item: number): boolean {
    return this.found[item] === 1;
  }

  protected abstract enterNode(node: number, id: number): void;
  protected abstract leaveNode(node: number, id: number): void;
  /** An item at this node was found. */
  protected abstract passNode(node: number): void;
  /** Works out what the node knows of its subtree from its own rectangles and its children. */
  protected abstract refresh(node: number): void;
  protected abstract findItem(): number | undefined;

  private change(id: number, apply: (node: number) => void): void {
    const first = this.rectangles[id].fromService + this.leaves;
    const last = this.rectangles[id].endService + this.leaves - 1;
    for (let low = first, high = last + 1; low < high; low >>= 1, high >>= 1) {
      if (low & 1) this.applyTo(low++, apply);
      if (high & 1) this.applyTo(--high, apply);
    }
    // Every node that holds the rectangle lies just beside, or on, the way from its first or last leaf to the root.
    for (let low = first >> 1, high = last >> 1; high > 0; low >>= 1, high >>= 1) {
      this.refresh(low);
      if (high !== low) this.refresh(high);
    }
  }

  private applyTo(node: number, apply: (node: number) => void): void {
    apply(node);
    this.refresh(node);
  }
}
