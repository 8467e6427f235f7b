import { Completeness } from './dependency-map';

/** On which days an edge was seen, and how often in all. */
export interface Sightings {
  readonly days: ReadonlySet<number>;
  readonly connections: number;
}

/**
 * What has not been seen yet, estimated from how much was seen only once: a team whose edges were all seen on many days will
 * hardly meet a new one; one that met ten of them only today will meet more.
 *
 * Unseen edges: Chao's estimate for days as samples (Chao2), `(T-1)/T * Q1² / 2 Q2` with Q1 and Q2 the edges seen on exactly
 * one and two days of T, or its bias-corrected form where Q2 is 0. A new edge tomorrow: Good and Turing's estimate, Q1 / T new
 * edges expected, as the chance of at least one. A window of one day has no second sample, so there single connections are the
 * samples, and a new edge tomorrow counts as certain.
 *
 * Both tell of edges like those that were seen, in a time like the window. What runs monthly or yearly, at a failover or a
 * restore, is not in a fortnight of logs and not in this estimate: take it for the least that is missing, not for the most.
 *
 * @param length of the window in days, 1 or more; 0 without any record
 * @param firstDay of the window, as days of edges are counted. By default 0
 */
export function completenessOf(edges: readonly Sightings[], length: number, firstDay = 0): Completeness {
  const newEdgesByDay = Array.from({ length }, () => 0);
  for (const { days } of edges) newEdgesByDay[[...days].reduce((a, b) => Math.min(a, b)) - firstDay] += 1;
  const seen = (times: number) => edges.filter(({ days, connections }) => (length > 1 ? days.size : connections) === times).length;
  const [once, twice] = [seen(1), seen(2)];
  const share = length > 1 ? (length - 1) / length : 1;
  return {
    expectedUnseenEdges: rounded(share * (twice > 0 ? once ** 2 / (2 * twice) : once * (once - 1) / 2)),
    probabilityNewEdgePerDay: length > 1 ? rounded(1 - Math.exp(-once / length)) : 1,
    newEdgesByDay,
  };
}

function rounded(value: number): number {
  // Not -0, which no edge at all would give.
  return Math.max(0, Math.round(value * 1000) / 1000);
}
