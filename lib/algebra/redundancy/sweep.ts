import { Rectangle } from './rectangles';
import { ServiceTree } from './service-tree';
import { SoleCoverTree } from './sole-cover-tree';
import { TopCoverTree } from './top-cover-tree';

/**
 * Items that are alone at some place: without them less would be covered. O(n log n) for n rectangles.
 * Items are small numbers; the rectangles of one item must not overlap.
 */
export function soleItems(rectangles: readonly Rectangle[]): { has(item: number): boolean } {
  return swept(rectangles, new SoleCoverTree(rectangles));
}

/** Items that come first, in the order of the rectangles, at some place; together they cover all. O(n log^2 n). */
export function topItems(rectangles: readonly Rectangle[]): { has(item: number): boolean } {
  return swept(rectangles, new TopCoverTree(rectangles));
}

/** Walks along the addresses and looks at all services at once wherever rectangles begin or end. */
function swept(rectangles: readonly Rectangle[], tree: ServiceTree): ServiceTree {
  const width = rectangles.reduce((most, { endAddress }) => Math.max(most, endAddress), 0);
  const starts = grouped(rectangles, width, (rectangle) => rectangle.fromAddress);
  const ends = grouped(rectangles, width, (rectangle) => rectangle.endAddress);
  for (let address = 0; address <= width; address += 1) {
    for (let i = ends.offsets[address]; i < ends.offsets[address + 1]; i += 1) tree.leave(ends.ids[i]);
    for (let i = starts.offsets[address]; i < starts.offsets[address + 1]; i += 1) tree.enter(starts.ids[i]);
    tree.search();
  }
  return tree;
}

/** Rectangles by place: those of place p are `ids` from `offsets[p]` up to `offsets[p + 1]`. */
function grouped(rectangles: readonly Rectangle[], width: number, place: (rectangle: Rectangle) => number) {
  const offsets = new Int32Array(width + 3);
  for (const rectangle of rectangles) offsets[place(rectangle) + 2] += 1;
  for (let i = 2; i < offsets.length; i += 1) offsets[i] += offsets[i - 1];
  const ids = new Int32Array(rectangles.length);
  // One place ahead, so that filling in moves each offset to where its own place begins.
  rectangles.forEach((rectangle, id) => { ids[offsets[place(rectangle) + 1]++] = id; });
  return { ids, offsets };
}
