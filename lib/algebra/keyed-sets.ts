import { compareText } from '../support/order';
import { SetAlgebra, unionByHalves } from './set-algebra';

/** Sets under text keys, sorted by key. A key with nothing under it and a missing key are the same. */
export class KeyedSets<S extends SetAlgebra<S>> implements SetAlgebra<KeyedSets<S>> {
  /** Gathers the sets of each key. Sets under the same key are united. */
  public static of<S extends SetAlgebra<S>>(entries: Iterable<readonly [string, S]>): KeyedSets<S> {
    const gathered = new Map<string, S[]>();
    for (const [key, set] of entries) {
      if (set.isEmpty()) continue;
      const known = gathered.get(key);
      if (known) known.push(set);
      else gathered.set(key, [set]);
    }
    const sorted = [...gathered].sort(([a], [b]) => compareText(a, b));
    return new KeyedSets(new Map(sorted.map(([key, sets]) => [key, unionByHalves(sets, sets[0])])));
  }

  private constructor(private readonly sets: ReadonlyMap<string, S>) {}

  /** The set under the key; undefined if there is none. */
  public get(key: string): S | undefined {
    return this.sets.get(key);
  }

  /** Keys and their sets, sorted by key; no set is empty. */
  public entries(): [string, S][] {
    return [...this.sets];
  }

  public union(other: KeyedSets<S>): KeyedSets<S> {
    if (other.isEmpty()) return this;
    return this.isEmpty() ? other : KeyedSets.of([...this.sets, ...other.sets]);
  }

  public intersect(other: KeyedSets<S>): KeyedSets<S> {
    return this.changed((key, set) => {
      const there = other.get(key);
      return there && set.intersect(there);
    });
  }

  /** What is under a key here and not under the same key there. */
  public subtract(other: KeyedSets<S>): KeyedSets<S> {
    return this.changed((key, set) => {
      const there = other.get(key);
      return there ? set.subtract(there) : set;
    });
  }

  public isSubsetOf(other: KeyedSets<S>): boolean {
    return this.entries().every(([key, set]) => other.get(key) !== undefined && set.isSubsetOf(other.get(key)!));
  }

  public equals(other: KeyedSets<S>): boolean {
    return this.sets.size === other.sets.size && this.entries().every(([key, set]) => other.get(key)?.equals(set) ?? false);
  }

  public isEmpty(): boolean {
    return this.sets.size === 0;
  }

  private changed(change: (key: string, set: S) => S | undefined): KeyedSets<S> {
    const sets = new Map<string, S>();
    for (const [key, set] of this.sets) {
      const next = change(key, set);
      if (next !== undefined && !next.isEmpty()) sets.set(key, next);
    }
    return new KeyedSets(sets);
  }
}
