import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { Size } from './synth-policy';

export interface Measurement {
  readonly seconds: number;
  /** Peak resident memory of the whole process, packages included. */
  readonly megabytes: number;
}

export type CaseName = 'compile' | 'aws-cdk' | 'connections' | 'cdktf' | 'blast-radius' | 'diff' | 'lint';

/** Runs one case in a process of its own. `environment` is added to that of this process. */
export function measure(name: CaseName, { workloads, flows }: Size, environment: { [name: string]: string } = {}): Measurement {
  return measureWith(name, [String(workloads), String(flows)], environment);
}

/** The same for a case that takes something else than a size, such as files. */
export function measureWith<T extends Measurement>(name: string, args: readonly string[], environment: { [name: string]: string } = {}): T {
  const program = join(__dirname, 'cases', `${name}.ts`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath, [require.resolve('tsx/cli'), '--tsconfig', join(__dirname, '..', 'tsconfig.json'), program, ...args],
    { encoding: 'utf8', env: { ...process.env, JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1', ...environment } },
  );
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

/** The median of several runs: the machine may be busy with other things. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

export function printTable(head: string[], rows: string[][]): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  console.log(table.toString());
}

export function sizeText({ workloads, flows }: Size): string {
  return `${workloads.toLocaleString('en')} / ${flows.toLocaleString('en')}`;
}
