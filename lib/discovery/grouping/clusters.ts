/** A group of things by their places, and how it stands out. */
export interface Cluster {
  readonly members: readonly number[];
}

/** Pairs below it are never put together. */
export const ALIKE = 0.5;

/**
 * Agglomerative clustering by average similarity: the two most similar groups are joined as long as they are alike. The result
 * depends on the similarities alone; of equal ones the first pair is joined.
 */
export function clusters(count: number, similarity: (a: number, b: number) => number): Cluster[] {
  // The sum of similarities between the members of two groups, kept up to date as groups are joined.
  const groups = new Map<number, number[]>(Array.from({ length: count }, (_, place) => [place, [place]]));
  const sums = Array.from({ length: count }, (_, a) => Float64Array.from({ length: count }, (__, b) => (a === b ? 0 : similarity(a, b))));
  for (;;) {
    const best = bestPair(groups, sums);
    if (!best) break;
    const [a, b] = best;
    groups.get(a)!.push(...groups.get(b)!);
    groups.delete(b);
    for (const other of groups.keys()) {
      sums[a][other] += sums[b][other];
      sums[other][a] = sums[a][other];
    }
  }
  return [...groups.values()].map((members) => ({ members: members.sort((a, b) => a - b) })).sort((a, b) => a.members[0] - b.members[0]);
}

function bestPair(groups: ReadonlyMap<number, readonly number[]>, sums: readonly Float64Array[]): [number, number] | undefined {
  let best: [number, number] | undefined;
  let highest = ALIKE;
  const places = [...groups.keys()];
  for (let i = 0; i < places.length; i += 1) {
    const size = groups.get(places[i])!.length;
    for (let j = i + 1; j < places.length; j += 1) {
      const average = sums[places[i]][places[j]] / (size * groups.get(places[j])!.length);
      if (average > highest || (average === highest && !best)) {
        highest = average;
        best = [places[i], places[j]];
      }
    }
  }
  return best;
}
