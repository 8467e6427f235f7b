import { Gaps, Hours } from '../input/coverage';
import { CoverageGap } from '../readers/log-reader';
import { DAY, HOUR } from './conversations';
import { FlowSource, SKIPPED_PROTOCOL } from './flow-columns';
import { allRows, SqlEngine } from './sql-engine';

/** How much the rows of the table `links` stand for, and what they say is missing. */
export interface Coverage {
  readonly records: number;
  readonly gaps: CoverageGap[];
}

/** @param sources what the links are of, beside records that were added */
export async function readCoverage(engine: SqlEngine, sources: readonly FlowSource[]): Promise<Coverage> {
  const query = `SELECT dy, CAST(sum(records) AS BIGINT) AS total, groupBitOr(hours) AS hours, countIf(pr = ${SKIPPED_PROTOCOL}) AS skips
    FROM ${engine.table('links')} GROUP BY dy, pr = ${SKIPPED_PROTOCOL} ORDER BY dy`;
  const days = (await allRows(engine, query)).map((row) => row.map(Number));
  const seen = days.filter(([, , , skips]) => skips === 0);
  const records = seen.reduce((sum, [, count]) => sum + count, 0);
  return { records, gaps: [...seen.length < days.length ? await skipped(engine, sources) : [], ...missingHours(seen)] };
}

function missingHours(days: readonly number[][]): CoverageGap[] {
  const hours = new Hours();
  for (const [day, records, bits] of days) {
    const seen = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => (bits & (1 << hour)) !== 0);
    for (const hour of seen) hours.add(day * DAY + hour * HOUR, records / seen.length);
  }
  return hours.gaps();
}

async function skipped(engine: SqlEngine, sources: readonly FlowSource[]): Promise<CoverageGap[]> {
  const gaps = new Gaps();
  const all = sources.map((source) => source.skipped).join(' UNION ALL ');
  for await (const batch of engine.rows(`SELECT DISTINCT st, en, se FROM (${all}) ORDER BY st, en, se`)) {
    for (const [start, end, sensor] of batch) {
      const [from, to] = [start, end].map((time) => new Date(Number(time)).toISOString());
      gaps.add({ kind: 'skipped', detail: `AWS skipped records of ${sensor || 'an interface'}`, from, to });
    }
  }
  return gaps.list();
}
