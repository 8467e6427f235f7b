import { compareText } from '../support/order';
import { coverOf, isCovered } from './redundancy/cover';
import { RectangleIndex } from './redundancy/rectangle-index';
import { Rectangle, rectanglesOf } from './redundancy/rectangles';
import { soleItems, topItems } from './redundancy/sweep';
import { TrafficEntry } from './traffic-set';

/** Something that admits traffic, under a key that is its own. */
export interface RedundancyItem extends TrafficEntry {
  readonly key: string;
}

/** An item that adds nothing to others. */
export interface Redundancy {
  readonly key: string;
  /** Keys of others that together admit all that the item admits, sorted. None if it admits nothing. */
  readonly coveredBy: string[];
}

/**
 * Every item that the union of all others covers, sorted by key. Two /9 cover their /8, and the /8 covers each of them: all
 * three are found, for each is redundant as long as the others stay. Of items with the same traffic the one with the smallest
 * key stands for all; the others are covered by it.
 *
 * Exact, also for covers that need several items along addresses and services at once. For n rectangles (address intervals
 * times service intervals, summed over the items) the search takes O(n log^2 n); naming the covers takes time in proportion
 * to the rectangles that the covers need. @throws RangeError if two items have the same key.
 */
export function findRedundant(items: readonly RedundancyItem[]): Redundancy[] {
  return new Analysis(items).redundant();
}

/**
 * Keys of a subset that admits the same traffic and of which no item is redundant, sorted. Going from the narrowest item to
 * the widest, and from the greatest key to the smallest, each item goes that the rest still covers: wide items and small keys
 * stay where there is a choice.
 *
 * O(n log^2 n) where overlaps are nested or covered by one wider item, as blocks of addresses are; what then is still
 * redundant (a mesh of ranges that partly overlap) costs time in proportion to its overlaps.
 */
export function minimalSubset(items: readonly RedundancyItem[]): string[] {
  return new Analysis(items).minimal().map((item) => item.key).sort(compareText);
}

class Analysis {
  /** One item for each different traffic, the widest first, then by key. Items are called by their place here. */
  private readonly distinct: RedundancyItem[];
  /** Redundancies that can be told at a glance. */
  private readonly obvious: Redundancy[] = [];
  private readonly rectangles: Rectangle[];
  private readonly rectanglesByItem: Rectangle[][];

  public constructor(items: readonly RedundancyItem[]) {
    this.distinct = widestFirst(this.withoutDuplicates(items));
    this.rectangles = rectanglesOf(this.distinct);
    this.rectanglesByItem = this.distinct.map(() => []);
    for (const rectangle of this.rectangles) this.rectanglesByItem[rectangle.item].push(rectangle);
  }

  public redundant(): Redundancy[] {
    const sole = soleItems(this.rectangles);
    const candidates = this.all().filter((item) => !sole.has(item));
    const kept = this.kept();
    const keptIndex = this.indexOf((item) => kept.has(item));
    const wholeIndex = candidates.some((item) => kept.has(item)) ? this.indexOf(() => true) : keptIndex;
    const found = candidates.map((item) => {
      // Those that stay explain best why one goes. One that stays itself is covered only with the help of some that go.
      const index = kept.has(item) ? wholeIndex : keptIndex;
      const cover = coverOf(this.rectanglesByItem[item], index, (other) => other !== item);
      return { key: this.distinct[item].key, coveredBy: [...cover].map((other) => this.distinct[other].key).sort(compareText) };
    });
    return [...this.obvious, ...found].sort((a, b) => compareText(a.key, b.key));
  }

  public minimal(): RedundancyItem[] {
    return [...this.kept()].map((item) => this.distinct[item]);
  }

  /**
   * An item is kept exactly if at some place it is the widest and all narrower ones there have gone. So what is nowhere the
   * widest goes at once, and what is alone somewhere stays; the few others are decided one by one, from the narrowest.
   */
  private kept(): Set<number> {
    const tops = topItems(this.rectangles);
    const kept = new Set(this.all().filter((item) => tops.has(item)));
    const sole = soleItems(this.rectangles.filter(({ item }) => kept.has(item)));
    const undecided = [...kept].filter((item) => !sole.has(item)).reverse();
    if (undecided.length === 0) return kept;
    const index = this.indexOf((item) => kept.has(item));
    for (const item of undecided) {
      if (isCovered(this.rectanglesByItem[item], index, (other) => other !== item && kept.has(other))) kept.delete(item);
    }
    return kept;
  }

  private all(): number[] {
    return this.distinct.map((_, item) => item);
  }

  private indexOf(includes: (item: number) => boolean): RectangleIndex {
    return new RectangleIndex(this.rectangles.filter(({ item }) => includes(item)));
  }

  private withoutDuplicates(items: readonly RedundancyItem[]): RedundancyItem[] {
    const byTraffic = new Map<string, RedundancyItem>();
    const sorted = [...items].sort((a, b) => compareText(a.key, b.key));
    sorted.forEach((item, i) => {
      if (i > 0 && item.key === sorted[i - 1].key) throw new RangeError(`Two items have the key ${JSON.stringify(item.key)}.`);
      const traffic = trafficKey(item);
      const same = byTraffic.get(traffic);
      if (traffic === NO_TRAFFIC) this.obvious.push({ key: item.key, coveredBy: [] });
      else if (same) this.obvious.push({ key: item.key, coveredBy: [same.key] });
      else byTraffic.set(traffic, item);
    });
    return [...byTraffic.values()];
  }
}

const NO_TRAFFIC = '|';

/** Equal for items with the same traffic only. */
function trafficKey({ addresses, services }: TrafficEntry): string {
  const ipv4 = [addresses.ipv4.boundaries.join(), services.withoutForeignIcmp(4).key];
  const ipv6 = [addresses.ipv6.boundaries.join(), services.withoutForeignIcmp(6).key];
  return [ipv4, ipv6].map((parts) => (parts.includes('') ? '' : parts.join(' '))).join(NO_TRAFFIC);
}

function widestFirst(items: readonly RedundancyItem[]): RedundancyItem[] {
  return items
    .map((item) => ({ item, width: widthOf(item) }))
    .sort((a, b) => (a.width > b.width ? -1 : a.width < b.width ? 1 : compareText(a.item.key, b.item.key)))
    .map(({ item }) => item);
}

/** How many pairs of an address and a service the item admits. */
function widthOf({ addresses, services }: TrafficEntry): bigint {
  const [ipv4, ipv6] = [services.withoutForeignIcmp(4), services.withoutForeignIcmp(6)];
  return addresses.ipv4.size * BigInt(ipv4.size) + addresses.ipv6.size * BigInt(ipv6.size);
}
