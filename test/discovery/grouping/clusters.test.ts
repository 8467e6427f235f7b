import * as fc from 'fast-check';
import { ALIKE, clusters } from '../../../lib/discovery/grouping/clusters';
import { runs, SEED } from '../../properties/runs';

/** Few different values, so that many pairs are equally alike. */
const VALUES = fc.integer({ min: 0, max: 12 }).chain((count) => fc.tuple(
  fc.constant(count), fc.array(fc.constantFrom(0, 0.25, 0.5, 0.625, 0.75, 1), { minLength: count * count, maxLength: count * count }),
));

function tableOf([count, values]: [number, number[]]): Float64Array[] {
  const value = (a: number, b: number) => (a === b ? 0 : values[Math.min(a, b) * count + Math.max(a, b)]);
  return Array.from({ length: count }, (_, a) => Float64Array.from({ length: count }, (__, b) => value(a, b)));
}

/** The definition: of all pairs of groups, the first of the most similar ones is joined. */
function joinedByDefinition(similarities: readonly Float64Array[]): number[][] {
  let groups = similarities.map((_, place) => [place]);
  for (;;) {
    const pairs = groups.flatMap((a, at) => groups.slice(at + 1).map((b) => {
      const sum = a.flatMap((x) => b.map((y) => similarities[x][y])).reduce((total, value) => total + value, 0);
      return { a, b, average: sum / (a.length * b.length) };
    }));
    const highest = Math.max(ALIKE, ...pairs.map(({ average }) => average));
    const best = pairs.find(({ average }) => average === highest);
    if (!best) return groups;
    const joined = [...best.a, ...best.b].sort((x, y) => x - y);
    groups = groups.filter((group) => group !== best.b).map((group) => (group === best.a ? joined : group));
  }
}

test('GIVEN any similarities THEN the most similar groups are joined, as long as they are alike', () => {
  fc.assert(fc.property(VALUES.map(tableOf), (similarities) => {
    expect(clusters(similarities).map(({ members }) => members)).toEqual(joinedByDefinition(similarities));
  }), { seed: SEED, numRuns: runs(0.5, 300) });
});
