/** Questions to a policy, each from a manifest that was read: blast radius of all workloads, difference, lint. */
import { CaseName, measure, median, printTable, sizeText } from './measure';

const RUNS = 3;
const SIZES = [
  { workloads: 1_000, flows: 10_000 },
  { workloads: 3_000, flows: 30_000 },
  { workloads: 10_000, flows: 100_000 },
];
const CASES: readonly CaseName[] = ['blast-radius', 'diff', 'lint'];

for (const name of CASES) {
  const results = SIZES.map((size) => {
    const runs = Array.from({ length: RUNS }, () => measure(name, size));
    return { size, seconds: median(runs.map((run) => run.seconds)), megabytes: Math.max(...runs.map((run) => run.megabytes)) };
  });
  const [smallest] = results;
  console.log(`\n${name}`);
  printTable(['workloads / flows', 'seconds', 'µs per flow', 'peak MB', 'flows ×', 'time ×'], results.map(({ size, seconds, megabytes }) => [
    sizeText(size),
    seconds.toFixed(2),
    ((seconds / size.flows) * 1e6).toFixed(0),
    megabytes.toFixed(0),
    (size.flows / smallest.size.flows).toFixed(0),
    (seconds / smallest.seconds).toFixed(1),
  ]));
}
console.log('goal: each of the largest in less than 10 s and 2,000 MB');
