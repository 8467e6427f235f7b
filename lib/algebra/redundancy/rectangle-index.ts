import { IntHeap } from './int-heap';
import { clipped, Rectangle } from './rectangles';

/** Finds the rectangles that meet a given one, in the order in which they were given, without looking at all of them. */
export class RectangleIndex {
  private readonly leaves: number;
  /** Bounding box of each node of a complete binary tree, and the first rectangle in it. */
  private readonly boxes: (Rectangle | undefined)[];
  private readonly first: Float64Array;

  public constructor(private readonly rectangles: readonly Rectangle[]) {
    this.leaves = 2 ** Math.ceil(Math.log2(Math.max(rectangles.length, 1)));
    this.boxes = new Array<Rectangle | undefined>(2 * this.leaves).fill(undefined);
    this.first = new Float64Array(2 * this.leaves).fill(Infinity);
    const codes = rectangles.map(nearness);
    const byPlace = rectangles.map((_, id) => id).sort((a, b) => codes[a] - codes[b]);
    byPlace.forEach((id, slot) => {
      this.boxes[this.leaves + slot] = rectangles[id];
      this.first[this.leaves + slot] = id;
    });
    for (let node = this.leaves - 1; node > 0; node -= 1) {
      this.boxes[node] = around(this.boxes[2 * node], this.boxes[2 * node + 1]);
      this.first[node] = Math.min(this.first[2 * node], this.first[2 * node + 1]);
    }
  }

  /** The parts of rectangles that lie in the given one. Stopping early saves the rest of the search. */
  public *meeting(target: Rectangle): Generator<Rectangle> {
    const queue = new IntHeap();
    // A node waits under its first rectangle, so that they come out in order.
    const wait = (node: number) => {
      const box = this.boxes[node];
      if (box && clipped(box, target)) queue.push(this.first[node] * this.boxes.length + node);
    };
    wait(1);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const node = next % this.boxes.length;
      if (node >= this.leaves) {
        yield clipped(this.rectangles[this.first[node]], target)!;
      } else {
        wait(2 * node);
        wait(2 * node + 1);
      }
    }
  }
}

/** Interleaves the bits of the middle's coordinates: rectangles with near codes are near each other. */
function nearness({ fromAddress, endAddress, fromService, endService }: Rectangle): number {
  let [x, y] = [fromAddress + endAddress, fromService + endService];
  let code = 0;
  for (let weight = 1; x > 0 || y > 0; weight *= 4) {
    code += weight * (2 * (x & 1) + (y & 1));
    x >>>= 1;
    y >>>= 1;
  }
  return code;
}

function around(a: Rectangle | undefined, b: Rectangle | undefined): Rectangle | undefined {
  if (!a || !b) return a ?? b;
  return {
    item: -1,
    fromAddress: Math.min(a.fromAddress, b.fromAddress),
    endAddress: Math.max(a.endAddress, b.endAddress),
    fromService: Math.min(a.fromService, b.fromService),
    endService: Math.max(a.endService, b.endService),
  };
}
