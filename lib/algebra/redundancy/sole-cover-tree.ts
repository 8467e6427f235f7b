import { Rectangle } from './rectangles';
import { ServiceTree } from './service-tree';

/** What may be found below a node, of what sits at or below it: a service without a rectangle, a service with exactly one. */
const UNCOVERED = 1;
const COVERED_ONCE = 2;

/** Finds items that are alone at some service. An item that was found counts twice from then on, so its services hide. */
export class SoleCoverTree extends ServiceTree {
  private readonly counts: Int32Array;
  /** Sum of the items at a node: the item itself where there is one. */
  private readonly itemSums: Float64Array;
  private readonly kinds: Uint8Array;

  public constructor(rectangles: readonly Rectangle[]) {
    super(rectangles);
    this.counts = new Int32Array(2 * this.leaves);
    this.itemSums = new Float64Array(2 * this.leaves);
    this.kinds = new Uint8Array(2 * this.leaves).fill(UNCOVERED);
  }

  protected enterNode(node: number, id: number): void {
    this.counts[node] += this.weight(id);
    this.itemSums[node] += this.rectangles[id].item;
  }

  protected leaveNode(node: number, id: number): void {
    this.counts[node] -= this.weight(id);
    this.itemSums[node] -= this.rectangles[id].item;
  }

  protected passNode(node: number): void {
    this.counts[node] += 1;
  }

  protected refresh(node: number): void {
    const below = node >= this.leaves ? UNCOVERED : this.kinds[2 * node] | this.kinds[2 * node + 1];
    const count = this.counts[node];
    if (count === 0) this.kinds[node] = below;
    else this.kinds[node] = count === 1 && (below & UNCOVERED) ? COVERED_ONCE : 0;
  }

  protected findItem(): number | undefined {
    if (!(this.kinds[1] & COVERED_ONCE)) return undefined;
    let node = 1;
    while (this.counts[node] === 0) node = this.kinds[2 * node] & COVERED_ONCE ? 2 * node : 2 * node + 1;
    return this.itemSums[node];
  }

  private weight(id: number): number {
    return this.found[this.rectangles[id].item] ? 2 : 1;
  }
}
