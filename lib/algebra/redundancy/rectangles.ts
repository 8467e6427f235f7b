import { IntervalSet } from '../interval-set';
import { TrafficEntry } from '../traffic-set';

/**
 * A part of an item: one address interval with one service interval, in places of the two sorted lists of boundaries
 * that occur. Ends are excluded.
 */
export interface Rectangle {
  readonly item: number;
  readonly fromAddress: number;
  readonly endAddress: number;
  readonly fromService: number;
  readonly endService: number;
}

/**
 * Rectangles of the items, in the items' order; those of one item do not overlap. IPv6 lies beyond IPv4 on the same axis.
 * ICMP of the other family is no traffic and makes no rectangle.
 */
export function rectanglesOf(items: readonly TrafficEntry[]): Rectangle[] {
  const services = items.map((item) => ({ 4: item.services.withoutForeignIcmp(4).points, 6: item.services.withoutForeignIcmp(6).points }));
  const ipv4 = places(items.map((item) => item.addresses.ipv4));
  const ipv6 = places(items.map((item) => item.addresses.ipv6));
  const selectors = places(services.flatMap((byFamily) => [byFamily[4], byFamily[6]]));
  return items.flatMap((item, index) => {
    const selectorSpans = (family: 4 | 6) => spans(services[index][family], selectors, 0);
    return [
      ...product(index, spans(item.addresses.ipv4, ipv4, 0), selectorSpans(4)),
      ...product(index, spans(item.addresses.ipv6, ipv6, ipv4.size), selectorSpans(6)),
    ];
  });
}

/** The part of a rectangle that lies in another one; undefined if they do not meet. */
export function clipped(rectangle: Rectangle, to: Rectangle): Rectangle | undefined {
  const part = {
    item: rectangle.item,
    fromAddress: Math.max(rectangle.fromAddress, to.fromAddress),
    endAddress: Math.min(rectangle.endAddress, to.endAddress),
    fromService: Math.max(rectangle.fromService, to.fromService),
    endService: Math.min(rectangle.endService, to.endService),
  };
  return part.fromAddress < part.endAddress && part.fromService < part.endService ? part : undefined;
}

/** Each value that occurs and its place among them. */
export function places<T extends number | bigint>(sets: readonly { readonly boundaries: readonly T[] }[]): Map<T, number> {
  const values = new Set<T>();
  for (const { boundaries } of sets) for (const boundary of boundaries) values.add(boundary);
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return new Map(sorted.map((value, place) => [value, place]));
}

type Span = readonly [from: number, end: number];

function spans<T extends number | bigint>({ boundaries }: IntervalSet<T>, place: ReadonlyMap<T, number>, offset: number): Span[] {
  const result: Span[] = [];
  for (let i = 0; i < boundaries.length; i += 2) result.push([place.get(boundaries[i])! + offset, place.get(boundaries[i + 1])! + offset]);
  return result;
}

function product(item: number, addresses: readonly Span[], services: readonly Span[]): Rectangle[] {
  return addresses.flatMap(([fromAddress, endAddress]) =>
    services.map(([fromService, endService]) => ({ item, fromAddress, endAddress, fromService, endService })));
}
