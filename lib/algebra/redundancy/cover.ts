import { RectangleIndex } from './rectangle-index';
import { Rectangle } from './rectangles';
import { topItems } from './sweep';

/** How many rectangles to try first; most covered ones lie in a single other. */
const FIRST_TRY = 4;

type Usable = (item: number) => boolean;

/**
 * Items that together cover all the rectangles; undefined if no choice of items does. A rectangle is left to one item where
 * that is enough, and else each place of it to the first item that has it. `usable` tells which items may be taken.
 */
export function coverOf(rectangles: readonly Rectangle[], index: RectangleIndex, usable: Usable): Set<number> | undefined {
  const cover = new Set<number>();
  for (const rectangle of rectangles) {
    const items = coverOfOne(rectangle, index, usable);
    if (items === undefined) return undefined;
    for (const item of items) cover.add(item);
  }
  return cover;
}

/** Tries more and more rectangles, so that the work is in proportion to what the cover needs and not to all that overlaps. */
function coverOfOne(target: Rectangle, index: RectangleIndex, usable: Usable): number[] | undefined {
  const parts: Rectangle[] = [];
  let next = FIRST_TRY;
  for (const part of index.meeting(target)) {
    if (!usable(part.item)) continue;
    if (isWhole(part, target)) return [part.item];
    parts.push(part);
    if (parts.length < next) continue;
    const items = itemsCovering(target, parts);
    if (items) return items;
    next *= 2;
  }
  return itemsCovering(target, parts);
}

function isWhole(part: Rectangle, target: Rectangle): boolean {
  return part.fromAddress === target.fromAddress && part.endAddress === target.endAddress
    && part.fromService === target.fromService && part.endService === target.endService;
}

/** Undefined unless the parts cover the whole target. */
function itemsCovering(target: Rectangle, parts: readonly Rectangle[]): number[] | undefined {
  const items = [...new Set(parts.map((part) => part.item))];
  const number = new Map(items.map((item, i) => [item, i]));
  // The target comes last: it is on top somewhere only if the parts leave something open.
  const local = [...parts.map((part) => ({ ...part, item: number.get(part.item)! })), { ...target, item: items.length }];
  const tops = topItems(compacted(local));
  return tops.has(items.length) ? undefined : items.filter((_, i) => tops.has(i));
}

/** The same picture on a grid of only those lines that occur. */
function compacted(rectangles: readonly Rectangle[]): Rectangle[] {
  const address = lines(rectangles.flatMap((rectangle) => [rectangle.fromAddress, rectangle.endAddress]));
  const service = lines(rectangles.flatMap((rectangle) => [rectangle.fromService, rectangle.endService]));
  return rectangles.map(({ item, fromAddress, endAddress, fromService, endService }) => ({
    item,
    fromAddress: address.get(fromAddress)!,
    endAddress: address.get(endAddress)!,
    fromService: service.get(fromService)!,
    endService: service.get(endService)!,
  }));
}

function lines(values: readonly number[]): Map<number, number> {
  return new Map([...new Set(values)].sort((a, b) => a - b).map((value, line) => [value, line]));
}
