import * as fc from 'fast-check';
import { IntervalSet } from '../../lib/algebra';
import { itIsASetAlgebra, MASKS } from './laws';

const WIDTH = 12;
const masks = fc.integer({ min: 0, max: 2 ** WIDTH - 1 });

function members(mask: number): number[] {
  return Array.from({ length: WIDTH }, (_, bit) => bit).filter((bit) => mask & (1 << bit));
}

describe('an interval set of numbers', () => {
  const make = (mask: number) => IntervalSet.of(members(mask).map((n) => [n, n] as const));
  itIsASetAlgebra({ models: masks, empty: IntervalSet.empty<number>(), make, ...MASKS });
});

describe('an interval set of big integers', () => {
  const make = (mask: number) => IntervalSet.of(members(mask).map((n) => [2n ** 127n + BigInt(n), 2n ** 127n + BigInt(n)] as const));
  itIsASetAlgebra({ models: masks, empty: IntervalSet.empty<bigint>(), make, ...MASKS });
});

describe('the intervals of a set', () => {
  it('are sorted, disjoint and not adjacent, whatever they were made of', () => {
    const intervals = fc.array(fc.tuple(fc.nat(40), fc.nat(8)).map(([from, length]) => [from, from + length] as const));
    fc.assert(fc.property(intervals, (parts) => {
      const set = IntervalSet.of(parts);
      set.intervals().forEach(({ from, to }, i, all) => {
        expect(from).toBeLessThanOrEqual(to);
        if (i > 0) expect(from).toBeGreaterThan(all[i - 1].to + 1);
      });
      for (let n = -1; n < 50; n += 1) expect(set.contains(n)).toBe(parts.some(([from, to]) => from <= n && n <= to));
      expect(set.size).toBe(BigInt(Array.from({ length: 50 }, (_, n) => n).filter((n) => set.contains(n)).length));
      expect(IntervalSet.of(set.intervals().map(({ from, to }) => [from, to] as const)).equals(set)).toBe(true);
    }));
  });

  it.each([[3, 2], [0.5, 1], [0, NaN], [0, Infinity]])('refuse to go from %p to %p', (from, to) => {
    expect(() => IntervalSet.interval(from, to)).toThrow(RangeError);
  });
});
