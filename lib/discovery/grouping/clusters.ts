/** A group of things by their places. */
export interface Cluster {
  readonly members: readonly number[];
}

/** Pairs below it are never put together. */
export const ALIKE = 0.5;

/**
 * Agglomerative clustering by average similarity: the two most similar groups are joined as long as they are alike. The result
 * depends on the similarities alone; of equal ones the first pair is joined.
 *
 * @param similarities of each thing to each, symmetric, from 0 to 1
 */
export function clusters(similarities: readonly Float64Array[]): Cluster[] {
  return new Groups(similarities).joined();
}

/** The group above a place to which its group is most similar, of equal ones the first. */
interface Nearest {
  readonly place: number;
  readonly average: number;
}

const NOBODY: Nearest = { place: Infinity, average: -Infinity };

/** Groups stand at the place of their first member; the others' places are empty. */
class Groups {
  private readonly members: (number[] | undefined)[];
  /** Sums of similarities between the members of two groups. */
  private readonly sums: readonly Float64Array[];
  private readonly nearest: Nearest[];

  public constructor(similarities: readonly Float64Array[]) {
    this.members = similarities.map((_, place) => [place]);
    this.sums = similarities.map((row) => row.slice());
    this.nearest = similarities.map((_, place) => this.nearestAbove(place));
  }

  public joined(): Cluster[] {
    for (;;) {
      const first = this.nearest.reduce((best, { average }, place) => (average > this.nearest[best].average ? place : best), 0);
      if (this.nearest.length === 0 || this.nearest[first].average < ALIKE) break;
      this.join(first, this.nearest[first].place);
    }
    return this.members.flatMap((members) => (members ? [{ members: members.sort((a, b) => a - b) }] : []));
  }

  private join(into: number, from: number): void {
    this.members[into] = [...this.members[into]!, ...this.members[from]!];
    this.members[from] = undefined;
    this.nearest[from] = NOBODY;
    for (let other = 0; other < this.members.length; other += 1) {
      this.sums[into][other] += this.sums[from][other];
      this.sums[other][into] = this.sums[into][other];
    }
    this.nearest[into] = this.nearestAbove(into);
    for (let place = 0; place < from; place += 1) if (this.members[place] && place !== into) this.refresh(place, into, from);
  }

  /** After two groups became one: most groups have the same nearest one as before. */
  private refresh(place: number, into: number, from: number): void {
    const { place: near, average } = this.nearest[place];
    if (near === into || near === from) {this.nearest[place] = this.nearestAbove(place);} else if (into > place) {
      const joined = this.average(place, into);
      if (joined > average || (joined === average && into < near)) this.nearest[place] = { place: into, average: joined };
    }
  }

  private nearestAbove(place: number): Nearest {
    let best = NOBODY;
    for (let other = place + 1; other < this.members.length; other += 1) {
      if (!this.members[other]) continue;
      const average = this.average(place, other);
      if (average > best.average) best = { place: other, average };
    }
    return best;
  }

  private average(a: number, b: number): number {
    return this.sums[a][b] / (this.members[a]!.length * this.members[b]!.length);
  }
}
