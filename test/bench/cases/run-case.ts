import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Size } from '../synth-policy';

/**
 * Runs what is measured once and prints `{"seconds","megabytes"}`. A case is a program of its own, so that packages are
 * loaded before the clock starts and memory is its own: `CASE.ts WORKLOADS FLOWS`.
 *
 * @param prepare what is not measured; gives what is. `outdir` is a directory that goes away afterwards.
 */
export function runCase(prepare: (size: Size, outdir: string) => () => unknown): void {
  const [workloads, flows] = process.argv.slice(2).map(Number);
  const directory = mkdtempSync(join(tmpdir(), 'microseg-bench-'));
  try {
    const work = prepare({ workloads, flows }, join(directory, 'out'));
    const start = process.hrtime.bigint();
    work();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
