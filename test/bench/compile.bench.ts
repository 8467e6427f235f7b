/** Compilation alone: does it grow with the policy, or faster? */
import { measure, median, printTable, sizeText } from './measure';

const RUNS = 3;
const SIZES = [
  { workloads: 1_000, flows: 1_000 },
  { workloads: 1_000, flows: 5_000 },
  { workloads: 3_000, flows: 30_000 },
  { workloads: 10_000, flows: 100_000 },
];

const results = SIZES.map((size) => {
  const runs = Array.from({ length: RUNS }, () => measure('compile', size));
  return { size, seconds: median(runs.map((run) => run.seconds)), megabytes: Math.max(...runs.map((run) => run.megabytes)) };
});

const [smallest] = results;
printTable(['workloads / flows', 'seconds', 'µs per flow', 'peak MB', 'flows ×', 'time ×'], results.map(({ size, seconds, megabytes }) => [
  sizeText(size),
  seconds.toFixed(2),
  ((seconds / size.flows) * 1e6).toFixed(0),
  megabytes.toFixed(0),
  (size.flows / smallest.size.flows).toFixed(0),
  (seconds / smallest.seconds).toFixed(1),
]));
console.log('goal: the largest in less than 5 s and 1,500 MB, and time growing no faster than flows');
