import { Gaps, Hours } from '../input/coverage';
import { CoverageGap } from '../readers/log-reader';
import { SKIPPED, SKIPPED_PROTOCOL } from './aws-query';
import { DAY, HOUR } from './conversations';
import { allRows, SqlEngine } from './sql-engine';

/** How much the rows of the table `links` stand for, and what they say is missing. */
export interface Coverage {
  readonly records: number;
  readonly gaps: CoverageGap[];
}

export async function readCoverage(engine: SqlEngine): Promise<Coverage> {
  const links = engine.table('links');
  const days = await allRows(engine, `SELECT dy, CAST(sum(records) AS BIGINT) AS total, groupBitOr(hours) AS hours FROM ${links} WHERE pr < ${SKIPPED_PROTOCOL} GROUP BY dy ORDER BY dy`);
  const hours = new Hours();
  for (const [day, records, bits] of days.map((row) => row.map(Number))) {
    const seen = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => (bits & (1 << hour)) !== 0);
    for (const hour of seen) hours.add(day * DAY + hour * HOUR, records / seen.length);
  }
  const records = days.reduce((sum, [, count]) => sum + Number(count), 0);
  return { records, gaps: [...await skipped(engine, links), ...hours.gaps()] };
}

async function skipped(engine: SqlEngine, links: string): Promise<CoverageGap[]> {
  const rows = await allRows(engine, `SELECT DISTINCT CASE WHEN length(c) > 1 THEN c ELSE v END AS skip FROM ${links} WHERE pr = ${SKIPPED_PROTOCOL} ORDER BY skip`);
  const gaps = new Gaps();
  for (const [text] of rows) {
    const [from, to, ...sensor] = String(text).slice(SKIPPED.length).split(' ');
    const [start, end] = [from, to].map((time) => new Date(Number(time)).toISOString());
    gaps.add({ kind: 'skipped', detail: `AWS skipped records of ${sensor.join(' ') || 'an interface'}`, from: start, to: end });
  }
  return gaps.list();
}
