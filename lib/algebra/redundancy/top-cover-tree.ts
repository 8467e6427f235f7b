import { IntHeap } from './int-heap';
import { Rectangle } from './rectangles';
import { ServiceTree } from './service-tree';

/** No rectangle: below all others. */
const NONE = 0x7fffffff;

/** Finds items that are the first, in the order of the rectangles, at some service. */
export class TopCoverTree extends ServiceTree {
  private readonly heaps: IntHeap[] = [];
  private readonly gone: Uint8Array;
  /** First rectangle at the node itself. */
  private readonly tops: Int32Array;
  /** What covers the worst covered service of the subtree. */
  private readonly worst: Int32Array;
  /** First of the not yet found rectangles that are on top at some service of the subtree. */
  private readonly news: Int32Array;

  public constructor(rectangles: readonly Rectangle[]) {
    super(rectangles);
    const nodes = 2 * this.leaves;
    this.gone = new Uint8Array(rectangles.length);
    [this.tops, this.worst, this.news] = [0, 1, 2].map(() => new Int32Array(nodes).fill(NONE));
  }

  protected enterNode(node: number, id: number): void {
    this.heaps[node] ??= new IntHeap();
    this.heaps[node].push(id);
    this.tops[node] = this.heaps[node].peek()!;
  }

  protected leaveNode(node: number, id: number): void {
    this.gone[id] = 1;
    const heap = this.heaps[node];
    let top = heap.peek();
    while (top !== undefined && this.gone[top]) {
      heap.pop();
      top = heap.peek();
    }
    this.tops[node] = top ?? NONE;
  }

  protected passNode(): void {
    // What changes is only whether the rectangles on top are new.
  }

  protected refresh(node: number): void {
    const leaf = node >= this.leaves;
    const top = this.tops[node];
    const worstBelow = leaf ? NONE : Math.max(this.worst[2 * node], this.worst[2 * node + 1]);
    const newBelow = leaf ? NONE : Math.min(this.news[2 * node], this.news[2 * node + 1]);
    const topIsNew = top < worstBelow && !this.found[this.rectangles[top].item];
    this.worst[node] = Math.min(top, worstBelow);
    // A rectangle of a child that comes after this node's own is hidden by it everywhere.
    this.news[node] = newBelow < top ? newBelow : topIsNew ? top : NONE;
  }

  protected findItem(): number | undefined {
    const id = this.news[1];
    return id === NONE ? undefined : this.rectangles[id].item;
  }
}
