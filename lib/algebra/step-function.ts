import { IntervalSet } from './interval-set';
import { ServiceSet } from './service-set';

type Combine = (here: ServiceSet, there: ServiceSet) => ServiceSet;

/**
 * A function from whole numbers to service sets that changes at a few places only: `values[i]` holds from `starts[i]` up to
 * the next start. Before the first start and from the last one on there is nothing. Neighbouring values differ, so that
 * equal functions have equal parts.
 */
export class StepFunction<T extends number | bigint> {
  /** Nothing anywhere. */
  public static empty<T extends number | bigint>(): StepFunction<T> {
    return new StepFunction<T>([], []);
  }

  /** The services everywhere on the domain. */
  public static on<T extends number | bigint>(domain: IntervalSet<T>, services: ServiceSet): StepFunction<T> {
    if (services.isEmpty()) return StepFunction.empty();
    return new StepFunction(domain.boundaries, domain.boundaries.map((_, i) => (i % 2 === 0 ? services : ServiceSet.EMPTY)));
  }

  private constructor(private readonly starts: readonly T[], private readonly values: readonly ServiceSet[]) {}

  /** Combines the values at each place. `combine` must make nothing out of nothing and nothing. */
  public combine(other: StepFunction<T>, combine: Combine): StepFunction<T> {
    const remembered = memoized(combine);
    const starts: T[] = [];
    const values: ServiceSet[] = [];
    let current = ServiceSet.EMPTY;
    for (let i = 0, j = 0; i < this.starts.length || j < other.starts.length;) {
      const here = j >= other.starts.length || (i < this.starts.length && this.starts[i] <= other.starts[j]);
      const start = here ? this.starts[i] : other.starts[j];
      if (this.starts[i] === start) i += 1;
      if (other.starts[j] === start) j += 1;
      const next = remembered(this.values[i - 1] ?? ServiceSet.EMPTY, other.values[j - 1] ?? ServiceSet.EMPTY);
      if (next === current || next.equals(current)) continue;
      current = next;
      starts.push(start);
      values.push(next);
    }
    return new StepFunction(starts, values);
  }

  public equals(other: StepFunction<T>): boolean {
    return this.starts.length === other.starts.length
      && this.starts.every((start, i) => start === other.starts[i] && this.values[i].equals(other.values[i]));
  }

  public isEmpty(): boolean {
    return this.starts.length === 0;
  }

  /** Where each value holds, one entry for each value but nothing. */
  public domains(): { services: ServiceSet; domain: IntervalSet<T> }[] {
    const boundaries = new Map<string, { services: ServiceSet; places: T[] }>();
    this.values.forEach((services, i) => {
      if (services.isEmpty()) return;
      const entry = boundaries.get(services.key) ?? { services, places: [] };
      entry.places.push(this.starts[i], this.starts[i + 1]);
      boundaries.set(services.key, entry);
    });
    return [...boundaries.values()].map(({ services, places }) => ({ services, domain: IntervalSet.fromBoundaries(places) }));
  }
}

/** A function of many steps has few different values: each pair of them is combined once. */
function memoized(combine: Combine): Combine {
  const known = new Map<ServiceSet, Map<ServiceSet, ServiceSet>>();
  return (here, there) => {
    let row = known.get(here);
    if (row === undefined) known.set(here, row = new Map());
    let result = row.get(there);
    if (result === undefined) row.set(there, result = combine(here, there));
    return result;
  };
}
