import { ok as holds } from 'node:assert';
import * as fc from 'fast-check';
import { SetAlgebra } from '../../lib/algebra/set-algebra';

/**
 * What holds for every kind of set, whatever is in it. `model` is the naive counterpart: the same arbitrary value, and
 * what each operation must make of it.
 */
export interface Kind<M, S> {
  readonly models: fc.Arbitrary<M>;
  readonly empty: S;
  make(model: M): S;
  union(a: M, b: M): M;
  intersect(a: M, b: M): M;
  subtract(a: M, b: M): M;
  isEmpty(model: M): boolean;
}

export function itIsASetAlgebra<M, S extends SetAlgebra<S>>(kind: Kind<M, S>): void {
  // Not `expect`: it takes longer than most of these operations, and they are many.
  const same = (a: S, b: S) => holds(a.equals(b) && b.equals(a));

  it('agrees with the naive reference on union, intersection, difference, subset and emptiness', () => {
    fc.assert(fc.property(kind.models, kind.models, (m, n) => {
      const [a, b] = [kind.make(m), kind.make(n)];
      same(a.union(b), kind.make(kind.union(m, n)));
      same(a.intersect(b), kind.make(kind.intersect(m, n)));
      same(a.subtract(b), kind.make(kind.subtract(m, n)));
      holds(a.isEmpty() === kind.isEmpty(m));
      holds(a.isSubsetOf(b) === kind.isEmpty(kind.subtract(m, n)));
      holds(a.equals(b) === (kind.isEmpty(kind.subtract(m, n)) && kind.isEmpty(kind.subtract(n, m))));
    }), { numRuns: 300 });
  });

  it('keeps the laws of sets', () => {
    fc.assert(fc.property(kind.models, kind.models, kind.models, (...models) => {
      const [a, b, c] = models.map((model) => kind.make(model));
      same(a.union(a), a);
      same(a.intersect(a), a);
      same(a.union(b), b.union(a));
      same(a.intersect(b), b.intersect(a));
      same(a.union(b).union(c), a.union(b.union(c)));
      same(a.union(a.intersect(b)), a);
      same(a.intersect(a.union(b)), a);
      same(a.intersect(b.union(c)), a.intersect(b).union(a.intersect(c)));
      same(a.subtract(b).union(a.intersect(b)), a);
      same(a.subtract(b.union(c)), a.subtract(b).subtract(c));
      holds(a.subtract(b).intersect(b).isEmpty());
      holds(a.isSubsetOf(b) === a.subtract(b).isEmpty());
    }), { numRuns: 150 });
  });

  it('never widens what is empty', () => {
    fc.assert(fc.property(kind.models, (model) => {
      const [a, empty] = [kind.make(model), kind.empty];
      same(a.union(empty), a);
      for (const nothing of [empty, a.intersect(empty), empty.intersect(a), empty.subtract(a), a.subtract(a)]) {
        holds(nothing.isEmpty());
        same(nothing, empty);
      }
      holds(empty.isSubsetOf(a));
    }), { numRuns: 100 });
  });
}

/** Bit masks as naive sets. */
export const MASKS = {
  union: (a: number, b: number) => a | b,
  intersect: (a: number, b: number) => a & b,
  subtract: (a: number, b: number) => a & ~b,
  isEmpty: (mask: number) => mask === 0,
};
