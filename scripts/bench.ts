/**
 * Runs every `test/bench/*.bench.ts`, or those whose name contains an argument: `npm run bench -- synth`.
 * Each in a process of its own, so that one measurement does not warm or fill the memory of the next.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', 'test', 'bench');
const wanted = process.argv.slice(2);
const benches = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((part) => file.includes(part))))
  .sort();
if (benches.length === 0) throw new Error(`no test/bench/*.bench.ts matches ${wanted.join(', ') || 'anything'}`);

for (const file of benches) {
  console.log(`\n== ${file} ==`);
  const { status } = spawnSync(process.execPath, [require.resolve('tsx/cli'), join(FOLDER, file)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
