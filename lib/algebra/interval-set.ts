/**
 * A set of whole numbers, kept as a canonical list of closed intervals: sorted, disjoint and not adjacent, so that two
 * sets are equal exactly when their lists are.
 *
 * Inside, the list is one flat array of boundaries `[from, after, from, after, ...]` in strictly increasing order.
 * Membership flips at every boundary, which makes each operation one merge of two arrays, without any arithmetic.
 */
export class IntervalSet<T extends number | bigint> {
  /** The set without members. */
  public static empty<T extends number | bigint>(): IntervalSet<T> {
    return IntervalSet.nothing as IntervalSet<never> as IntervalSet<T>;
  }

  /** Every number from `from` to `to`, both included. @throws RangeError if they are not whole numbers in order. */
  public static interval<T extends number | bigint>(from: T, to: T): IntervalSet<T> {
    if (!isWhole(from) || !isWhole(to)) throw new RangeError(`An interval needs whole numbers, not ${from} and ${to}.`);
    if (from > to) throw new RangeError(`An interval cannot go from ${from} down to ${to}.`);
    return new IntervalSet<T>([from, after(to)]);
  }

  /** Numbers in any of the closed intervals, which may overlap and come in any order. */
  public static of<T extends number | bigint>(intervals: Iterable<readonly [T, T]>): IntervalSet<T> {
    return IntervalSet.unionAll([...intervals].map(([from, to]) => IntervalSet.interval(from, to)));
  }

  /** Numbers in any of the sets. Sorts once: n log n in the number of intervals, however many sets they come in. */
  public static unionAll<T extends number | bigint>(sets: readonly IntervalSet<T>[]): IntervalSet<T> {
    if (sets.length < 2) return sets[0] ?? IntervalSet.empty<T>();
    const spans: [T, T][] = [];
    for (const { boundaries } of sets) {
      for (let i = 0; i < boundaries.length; i += 2) spans.push([boundaries[i], boundaries[i + 1]]);
    }
    spans.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    return new IntervalSet(joined(spans));
  }

  /** A set from boundaries that are known to be strictly increasing and even in number. */
  public static fromBoundaries<T extends number | bigint>(boundaries: readonly T[]): IntervalSet<T> {
    return boundaries.length === 0 ? IntervalSet.empty() : new IntervalSet(boundaries);
  }

  private static readonly nothing = new IntervalSet<never>([]);

  /** Where membership changes: at even places a number that is in while its predecessor is out, at odd places the reverse. */
  public readonly boundaries: readonly T[];

  private constructor(boundaries: readonly T[]) {
    this.boundaries = boundaries;
  }

  public union(other: IntervalSet<T>): IntervalSet<T> {
    if (other.isEmpty() || this === other) return this;
    return this.isEmpty() ? other : this.merge(other, (here, there) => here || there);
  }

  public intersect(other: IntervalSet<T>): IntervalSet<T> {
    if (this.isEmpty() || this === other) return this;
    return other.isEmpty() ? other : this.merge(other, (here, there) => here && there);
  }

  /** Numbers of this set that are not in the other one. */
  public subtract(other: IntervalSet<T>): IntervalSet<T> {
    if (this === other) return IntervalSet.empty();
    return this.isEmpty() || other.isEmpty() ? this : this.merge(other, (here, there) => here && !there);
  }

  public isSubsetOf(other: IntervalSet<T>): boolean {
    if (this === other) return true;
    for (let i = 0; i < this.boundaries.length; i += 2) {
      // The other set is canonical: an interval lies within one of its intervals or is not covered.
      const around = other.boundariesUpTo(this.boundaries[i]);
      if (around % 2 === 0 || other.boundaries[around] < this.boundaries[i + 1]) return false;
    }
    return true;
  }

  public equals(other: IntervalSet<T>): boolean {
    return this === other
      || (this.boundaries.length === other.boundaries.length && this.boundaries.every((boundary, i) => boundary === other.boundaries[i]));
  }

  public isEmpty(): boolean {
    return this.boundaries.length === 0;
  }

  public contains(member: T): boolean {
    return this.boundariesUpTo(member) % 2 === 1;
  }

  /** The closed intervals, in order. */
  public intervals(): { from: T; to: T }[] {
    const intervals = [];
    for (let i = 0; i < this.boundaries.length; i += 2) intervals.push({ from: this.boundaries[i], to: before(this.boundaries[i + 1]) });
    return intervals;
  }

  /** How many numbers the set holds. */
  public get size(): bigint {
    return this.boundaries.reduce((sum: bigint, boundary, i) => (i % 2 === 0 ? sum - BigInt(boundary) : sum + BigInt(boundary)), 0n);
  }

  private merge(other: IntervalSet<T>, keep: (here: boolean, there: boolean) => boolean): IntervalSet<T> {
    const [a, b] = [this.boundaries, other.boundaries];
    const result: T[] = [];
    let [i, j] = [0, 0];
    let inside = false;
    while (i < a.length || j < b.length) {
      const boundary = j >= b.length || (i < a.length && a[i] <= b[j]) ? a[i] : b[j];
      if (a[i] === boundary) i += 1;
      if (b[j] === boundary) j += 1;
      if (keep(i % 2 === 1, j % 2 === 1) !== inside) {
        inside = !inside;
        result.push(boundary);
      }
    }
    return IntervalSet.fromBoundaries(result);
  }

  /** How many boundaries are at or below the number; an odd count means that it is a member. */
  private boundariesUpTo(member: T): number {
    let [low, high] = [0, this.boundaries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.boundaries[middle] <= member) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function joined<T extends number | bigint>(sorted: readonly (readonly [T, T])[]): T[] {
  const boundaries: T[] = [];
  for (const [from, end] of sorted) {
    const last = boundaries.length - 1;
    if (last < 0 || from > boundaries[last]) boundaries.push(from, end);
    else if (end > boundaries[last]) boundaries[last] = end;
  }
  return boundaries;
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

function after<T extends number | bigint>(value: T): T {
  return (typeof value === 'bigint' ? value + 1n : (value as number) + 1) as T;
}

function before<T extends number | bigint>(value: T): T {
  return (typeof value === 'bigint' ? value - 1n : (value as number) - 1) as T;
}
