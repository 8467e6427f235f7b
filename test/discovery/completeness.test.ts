import { completenessOf } from '../../lib/discovery/completeness';

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
});
