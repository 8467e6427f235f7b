import { CoverageGap } from '../readers/log-reader';

const HOUR = 3_600_000;
/** More gaps than anybody reads. */
const MOST_GAPS = 1000;
/** A log with fewer records an hour may be silent for an hour by chance. */
const BUSY = 100;

/** Gaps that a log tells of: those that touch are one, and after the first 1000 they are only counted. */
export class Gaps {
  private readonly last = new Map<string, CoverageGap>();
  private readonly closed: CoverageGap[] = [];
  private more = 0;

  public add(gap: CoverageGap): void {
    const key = `${gap.kind} ${gap.detail}`;
    const before = this.last.get(key);
    const joined = before && joinedGap(before, gap);
    if (joined) {
      this.last.set(key, joined);
    } else if (this.closed.length + this.last.size >= MOST_GAPS) {
      this.more += 1;
    } else {
      if (before) this.closed.push(before);
      this.last.set(key, gap);
    }
  }

  public list(): CoverageGap[] {
    const gaps = [...this.closed, ...this.last.values()];
    return this.more === 0 ? gaps : [...gaps, { kind: 'skipped', detail: `${this.more} more gaps` }];
  }
}

function joinedGap(one: CoverageGap, other: CoverageGap): CoverageGap | undefined {
  if (one.from === undefined && other.from === undefined) return one;
  if (one.from === undefined || one.to === undefined || other.from === undefined || other.to === undefined) return undefined;
  if (other.from > one.to || other.to < one.from) return undefined;
  return { ...one, from: other.from < one.from ? other.from : one.from, to: other.to > one.to ? other.to : one.to };
}

/**
 * When the records of one log began, by the hour. Hours without any, in a log that has at least 100 an hour otherwise, are a
 * gap: nights are quiet, but not that quiet.
 */
export class Hours {
  private readonly counts = new Map<number, number>();

  public add(time: number, count = 1): void {
    const hour = Math.floor(time / HOUR);
    this.counts.set(hour, (this.counts.get(hour) ?? 0) + count);
  }

  public gaps(): CoverageGap[] {
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const usual = total / this.counts.size;
    if (this.counts.size < 3 || usual < BUSY) return [];
    // A record with a wrong clock lies far from the others, alone.
    const hours = [...this.counts].filter(([, count]) => count >= usual / 10).map(([hour]) => hour).sort((one, other) => one - other);
    return hours.slice(1).flatMap((hour, index) => {
      const from = hours[index] + 1;
      return hour > from && !this.any(from, hour) ? [{
        kind: 'missing' as const,
        detail: `no record for ${hour - from === 1 ? 'an hour' : `${hour - from} hours`}, where there are ${Math.round(usual)} an hour otherwise`,
        from: new Date(from * HOUR).toISOString(),
        to: new Date(hour * HOUR).toISOString(),
      }] : [];
    });
  }

  private any(from: number, to: number): boolean {
    for (let hour = from; hour < to; hour += 1) if (this.counts.has(hour)) return true;
    return false;
  }
}
