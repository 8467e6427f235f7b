import { AddressSet, ServiceSet, TrafficSet } from '../../algebra';
import { printAddress } from '../../algebra/cidr';
import { compareText } from '../../support/order';
import { PlannedElement } from './plan-types';

const SELECTORS = 65_536;

type Range = readonly [number, number];

/** Elements for traffic whose addresses are known: disjoint, because the parts of a traffic set are. */
export function trafficElements(traffic: TrafficSet, family: 4 | 6, seconds?: Range): PlannedElement[] {
  return traffic.entries().flatMap(({ addresses, services }) => {
    const blocks = addressTexts(addresses, family);
    const rectangles = services.points.intervals().flatMap(({ from, to }) => rectanglesOf(from, to));
    return blocks.flatMap((address) => rectangles.map((rectangle) => ({ address, ...rectangle, ...(seconds && { seconds }) })));
  });
}

/** What one deploy-time value may do, and in a set with deadlines until when (seconds since the epoch, included). */
export interface ValueServices {
  readonly variable: string;
  readonly services: ServiceSet;
  readonly until?: number;
}

/**
 * Elements for values that nobody knows yet. Two of them may turn out to be one address: services, and seconds, are cut at
 * every place where those of any value are, so that elements of equal values are equal, which the kernel takes for one, or
 * disjoint; never do they merely overlap, which it refuses.
 */
export function valueElements(values: readonly ValueServices[]): PlannedElement[] {
  const cuts = sorted(values.flatMap(({ services }) => [...services.points.boundaries]));
  const deadlines = sorted(values.flatMap(({ until }) => until ?? []));
  const elements = new Map<string, PlannedElement>();
  for (const { variable, services, until } of values) {
    const pieces = services.points.intervals().flatMap(({ from, to }) => cut(from, to, cuts));
    const rectangles = pieces.flatMap(([from, to]) => rectanglesOf(from, to));
    for (const rectangle of rectangles) {
      for (const seconds of slots(deadlines, until)) {
        const element = { address: `$${variable}`, ...rectangle, ...(seconds && { seconds }) };
        elements.set(JSON.stringify(element), element);
      }
    }
  }
  return [...elements.values()].sort(compareElements);
}

/** Whether the element is a single address, protocol and selector, for ever. */
export function isExact({ address, protocols, selectors, seconds }: PlannedElement): boolean {
  return /^[0-9a-f.:]+$/.test(address) && protocols[0] === protocols[1] && selectors[0] === selectors[1] && seconds === undefined;
}

/** Each interval of one family as nft reads it: an address, a block, or `first-last`. */
export function addressTexts(addresses: AddressSet, family: 4 | 6): string[] {
  const intervals: readonly { from: number | bigint; to: number | bigint }[] = addresses[`ipv${family}`].intervals();
  return intervals.map(({ from, to }) => {
    const [first, last] = [printAddress(family, from), printAddress(family, to)];
    if (first === last) return first;
    const blocks = AddressSet.range(first, last).cidrs();
    return blocks.length === 1 ? blocks[0] : `${first}-${last}`;
  });
}

/** An interval of the service axis as at most three rectangles: a part of the first protocol, whole ones, a part of the last. */
function rectanglesOf(from: number, to: number): Pick<PlannedElement, 'protocols' | 'selectors'>[] {
  const rectangles: { protocols: Range; selectors: Range }[] = [];
  for (let start = from; start <= to;) {
    const protocol = Math.floor(start / SELECTORS);
    const selector = start % SELECTORS;
    const wholes = selector === 0 ? Math.floor((to + 1 - start) / SELECTORS) : 0;
    const end = wholes > 0 ? start + wholes * SELECTORS - 1 : Math.min(to, (protocol + 1) * SELECTORS - 1);
    rectangles.push({ protocols: [protocol, Math.floor(end / SELECTORS)], selectors: [selector, end % SELECTORS] });
    start = end + 1;
  }
  return rectangles;
}

/** The interval in pieces that begin at the cuts. */
function cut(from: number, to: number, cuts: readonly number[]): Range[] {
  const starts = [from, ...cuts.filter((place) => place > from && place <= to)];
  return starts.map((start, index) => [start, (starts[index + 1] ?? to + 1) - 1]);
}

/** Time up to a deadline, in pieces that end at the earlier ones; one piece without any where there are no deadlines. */
function slots(deadlines: readonly number[], until: number | undefined): (Range | undefined)[] {
  if (until === undefined) return [undefined];
  const ends = deadlines.filter((deadline) => deadline <= until);
  return ends.map((end, index) => [index === 0 ? 0 : ends[index - 1] + 1, end]);
}

function sorted(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function compareElements(a: PlannedElement, b: PlannedElement): number {
  return compareText(a.address, b.address) || a.protocols[0] - b.protocols[0] || a.selectors[0] - b.selectors[0]
    || (a.seconds?.[0] ?? 0) - (b.seconds?.[0] ?? 0);
}
