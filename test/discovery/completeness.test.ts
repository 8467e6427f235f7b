import * as fc from 'fast-check';
import { completenessOf } from '../../lib/discovery/completeness';
import { runs, SEED } from '../properties/runs';
import { exchange, mapOf, NOON } from './traffic-of';

const seenOn = (...days: number[]) => ({ days: new Set(days), connections: days.length });

describe('what has not been seen yet', () => {
  test('GIVEN edges that were all seen day after day THEN nothing is expected', () => {
    const found = completenessOf([seenOn(0, 1, 2), seenOn(0, 1, 2)], 3);
    expect(found).toEqual({ expectedUnseenEdges: 0, probabilityNewEdgePerDay: 0, newEdgesByDay: [2, 0, 0] });
  });

  test('GIVEN edges seen once THEN Chao and Good-Turing say how many more there are', () => {
    const edges = [seenOn(0), seenOn(1), seenOn(1), seenOn(3), seenOn(0, 1), seenOn(2, 3)];
    // 3/4 * 4² / (2 * 2) edges; 4/4 new ones tomorrow.
    expect(completenessOf(edges, 4)).toEqual({ expectedUnseenEdges: 3, probabilityNewEdgePerDay: 0.632, newEdgesByDay: [2, 2, 1, 1] });
  });

  test('GIVEN one day THEN single connections are the samples, and tomorrow is sure to bring something', () => {
    expect(completenessOf([{ days: new Set([0]), connections: 1 }, { days: new Set([0]), connections: 1 }], 1)).toMatchObject(
      { expectedUnseenEdges: 1, probabilityNewEdgePerDay: 1 });
  });

  test('GIVEN nothing THEN nothing is said', () => {
    expect(completenessOf([], 0)).toEqual({ expectedUnseenEdges: 0, probabilityNewEdgePerDay: 1, newEdgesByDay: [] });
  });

  test('GIVEN edges of any days of a year THEN the map tells of just those days', async () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 365 }), { minLength: 1, maxLength: 12 });
    await fc.assert(fc.asyncProperty(fc.array(days, { minLength: 1, maxLength: 4 }), async (edges) => {
      const records = edges.flatMap((seen, index) => seen.flatMap((day) => {
        const start = NOON + day * 86_400_000;
        return exchange(`10.0.0.${index + 1}:40000`, '10.0.1.1:443', { start, end: start + 1000 });
      }));
      const first = Math.min(...edges.flat());
      const map = await mapOf(records);
      const expected = edges.map((seen) => seenOn(...seen.map((day) => day - first)));
      expect(map.completeness).toEqual(completenessOf(expected, Math.max(...edges.flat()) - first + 1));
      expect(map.edges.map(({ connections }) => connections).sort()).toEqual(edges.map(({ length }) => length).sort());
    }), { numRuns: runs(0.02, 15), seed: SEED });
  }, 600_000);
});
