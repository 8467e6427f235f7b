import { RectangleIndex } from './rectangle-index';
import { Rectangle } from './rectangles';
import { soleItems, topItems } from './sweep';

/** How many rectangles to try first; most covered ones lie in a single other. */
const FIRST_TRY = 4;

type Usable = (item: number) => boolean;

/** Whether items together cover all the rectangles. `usable` tells which items count. */
export function isCovered(rectangles: readonly Rectangle[], index: RectangleIndex, usable: Usable): boolean {
  return rectangles.every((rectangle) => partsCovering(rectangle, index, usable) !== undefined);
}

/**
 * Items that together cover all the rectangles, which must be covered. For each rectangle the items that come first are
 * taken, and of these only as many as it needs.
 */
export function coverOf(rectangles: readonly Rectangle[], index: RectangleIndex, usable: Usable): Set<number> {
  return new Set(rectangles.flatMap((rectangle) => {
    const parts = partsCovering(rectangle, index, usable) ?? [];
    return itemsOf(thinned(rectangle, parts));
  }));
}

/** Tries more and more rectangles, so that the work is in proportion to what the cover needs and not to all that overlaps. */
function partsCovering(target: Rectangle, index: RectangleIndex, usable: Usable): Rectangle[] | undefined {
  const parts: Rectangle[] = [];
  let next = FIRST_TRY;
  for (const part of index.meeting(target)) {
    if (!usable(part.item)) continue;
    if (isWhole(part, target)) return [part];
    parts.push(part);
    if (parts.length < next) continue;
    const covering = onTop(target, parts);
    if (covering) return covering;
    next *= 2;
  }
  return onTop(target, parts);
}

function isWhole(part: Rectangle, target: Rectangle): boolean {
  return part.fromAddress === target.fromAddress && part.endAddress === target.endAddress
    && part.fromService === target.fromService && part.endService === target.endService;
}

/** Parts of those items that are on top somewhere in the target; undefined unless the parts cover the whole of it. */
function onTop(target: Rectangle, parts: readonly Rectangle[]): Rectangle[] | undefined {
  const place = new Map(itemsOf(parts).map((item, i) => [item, i]));
  // The target comes last: it is on top somewhere only if the parts leave something open.
  const local = [...parts.map((part) => ({ ...part, item: place.get(part.item)! })), { ...target, item: place.size }];
  const tops = topItems(compacted(local));
  return tops.has(place.size) ? undefined : parts.filter((part) => tops.has(place.get(part.item)!));
}

/** Leaves out, from the last on, each item that the rest can do without. */
function thinned(target: Rectangle, parts: readonly Rectangle[]): readonly Rectangle[] {
  const items = itemsOf(parts);
  if (items.length < 3) return parts;
  const place = new Map(items.map((item, i) => [item, i]));
  const sole = soleItems(compacted(parts.map((part) => ({ ...part, item: place.get(part.item)! }))));
  let rest = parts;
  for (const item of items.filter((_, i) => !sole.has(i)).reverse()) {
    const others = rest.filter((part) => part.item !== item);
    if (onTop(target, others)) rest = others;
  }
  return rest;
}

function itemsOf(parts: readonly Rectangle[]): number[] {
  return [...new Set(parts.map((part) => part.item))];
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
