/**
 * Discovery of VPC flow logs, against a bare GROUP BY of DuckDB and against awk over the same files. MICROSEG_BENCH_RECORDS says
 * how many records there are, as numbers with commas between them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Form, megabytesOf, writeFlowRecords } from './flow-records';
import { measureWith, median, printTable } from './measure';

const RUNS = Number(process.env.MICROSEG_BENCH_RUNS ?? 3);
const SIZES = process.env.MICROSEG_BENCH_RECORDS?.split(',').map(Number) ?? [1_000_000, 10_000_000];
const FORMS: readonly Form[] = ['text', 'gz', 'files', 'parquet'];

/** The same grouping by awk, which knows no directions, roles or evidence either. */
function awkSeconds(file: string): number {
  const start = performance.now();
  execFileSync('awk', ['NR > 1 { key = $4 " " $5 " " $6 " " $7 " " $8; n[key]++; b[key] += $10; p[key] += $9 } END { for (key in n) c++; print c }', file]);
  return (performance.now() - start) / 1000;
}

async function bench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-bench-'));
  try {
    const rows: string[][] = [];
    for (const records of SIZES) {
      const files = await writeFlowRecords(join(directory, `flows-${records}`), records);
      const awk = records === SIZES.at(-1) ? awkSeconds(files.text) : undefined;
      for (const form of FORMS) {
        // In turns, so that what else the machine does falls on both.
        const runs = Array.from({ length: RUNS }, () => ({ ours: measureWith('discover', [files[form]]), bare: measureWith('group-by', [files[form]]) }));
        const [ours, bare] = [median(runs.map((run) => run.ours.seconds)), median(runs.map((run) => run.bare.seconds))];
        rows.push([
          records.toLocaleString('en'), form, megabytesOf(files[form]).toFixed(0), ours.toFixed(2), bare.toFixed(2), (ours / bare).toFixed(2),
          form === 'text' && awk !== undefined ? awk.toFixed(1) : '', Math.max(...runs.map((run) => run.ours.megabytes)).toFixed(0),
          Math.max(...runs.map((run) => run.bare.megabytes)).toFixed(0),
        ]);
      }
      for (const file of Object.values(files)) rmSync(file, { recursive: true });
    }
    printTable(['records', 'form', 'MB', 'discover s', 'GROUP BY s', '×', 'awk s', 'peak MB', 'its peak MB'], rows);
    console.log('goal: at most 1.3 × of GROUP BY, and 1,500 MB');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

void bench();
