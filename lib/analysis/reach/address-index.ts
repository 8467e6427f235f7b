import { AddressSet, IntervalSet } from '../../algebra';

/** Finds which of many address sets meet a given one, in one family, without looking at all of them. */
export class AddressIndex {
  private readonly ipv4: IntervalIndex<number>;
  private readonly ipv6: IntervalIndex<bigint>;

  public constructor(sets: readonly AddressSet[]) {
    this.ipv4 = new IntervalIndex(sets.map((set) => set.ipv4));
    this.ipv6 = new IntervalIndex(sets.map((set) => set.ipv6));
  }

  /** Places of the sets in the list that have an address of the family in common with this one, in order. */
  public meeting(addresses: AddressSet, family: 4 | 6): number[] {
    return family === 4 ? this.ipv4.meeting(addresses.ipv4) : this.ipv6.meeting(addresses.ipv6);
  }
}

/** Intervals sorted by where they start, under a tree that knows how far those of each part reach. */
class IntervalIndex<T extends number | bigint> {
  private readonly intervals: { readonly from: T; readonly to: T; readonly set: number }[];
  private readonly leaves: number;
  private readonly reach: (T | undefined)[];

  public constructor(sets: readonly IntervalSet<T>[]) {
    this.intervals = sets.flatMap((set, place) => set.intervals().map((interval) => ({ ...interval, set: place })));
    this.intervals.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
    this.leaves = 2 ** Math.ceil(Math.log2(Math.max(this.intervals.length, 1)));
    this.reach = new Array<T | undefined>(2 * this.leaves).fill(undefined);
    this.intervals.forEach(({ to }, slot) => { this.reach[this.leaves + slot] = to; });
    for (let node = this.leaves - 1; node > 0; node -= 1) this.reach[node] = farther(this.reach[2 * node], this.reach[2 * node + 1]);
  }

  public meeting(target: IntervalSet<T>): number[] {
    const found = new Set<number>();
    for (const { from, to } of target.intervals()) this.collect(1, 0, this.leaves, from, to, found);
    return [...found].sort((a, b) => a - b);
  }

  private collect(node: number, first: number, end: number, from: T, to: T, found: Set<number>): void {
    const reach = this.reach[node];
    if (reach === undefined || reach < from || this.intervals[first].from > to) return;
    if (end - first === 1) {
      found.add(this.intervals[first].set);
      return;
    }
    const middle = (first + end) / 2;
    this.collect(2 * node, first, middle, from, to, found);
    this.collect(2 * node + 1, middle, end, from, to, found);
  }
}

function farther<T extends number | bigint>(a: T | undefined, b: T | undefined): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
