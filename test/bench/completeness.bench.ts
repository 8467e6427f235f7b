/**
 * Back-test of what discovery says of edges it has not seen: from the first days of generated traffic, the edges that are
 * expected on the next day and in all, against those that the days after really bring, and against those that there are at all.
 */
import { completenessOf, Sightings } from '../../lib/discovery/completeness';
import { Random } from '../support/flow-logs/random';
import { printTable } from './measure';

const DAYS = 60;
const EDGES = 2000;
const LEARNT = [3, 7, 14, 30];

/** How often an edge is used, as a chance a day: most daily, some weekly, a few once in months. */
const USES = {
  'daily and weekly': (random: Random) => (random.chance(0.8) ? 0.95 : 0.15),
  'long tail': (random: Random) => Math.min(1, 0.01 / Math.max(0.002, random.next() ** 2)),
  'with monthly jobs': (random: Random) => (random.chance(0.7) ? 0.9 : random.chance(0.5) ? 0.15 : 1 / 30),
} as const;

interface Tested {
  readonly learnt: number;
  readonly expected: number;
  readonly unseen: number;
  readonly row: string[];
}

const tested = Object.entries(USES).flatMap(([name, useOf]) => {
  const random = new Random(61);
  const edges = Array.from({ length: EDGES }, () => {
    const use = useOf(random);
    return Array.from({ length: DAYS }, (_, day) => day).filter(() => random.chance(use));
  });
  return LEARNT.map((learnt): Tested => {
    const seen = edges.map((days) => days.filter((day) => day < learnt)).filter((days) => days.length > 0);
    const sightings = seen.map((days): Sightings => ({ days: new Set(days), connections: days.length }));
    const { expectedUnseenEdges } = completenessOf(sightings, learnt);
    const expectedTomorrow = sightings.filter(({ days }) => days.size === 1).length / learnt;
    const firstDays = edges.map(([first = DAYS]) => first);
    const really = firstDays.filter((first) => first === learnt).length;
    const met = firstDays.filter((first) => first >= learnt && first < DAYS).length;
    const unseen = EDGES - sightings.length;
    const estimates = [expectedTomorrow.toFixed(1), String(really), expectedUnseenEdges.toFixed(0), String(met), String(unseen)];
    return { learnt, expected: expectedUnseenEdges, unseen, row: [name, String(learnt), String(sightings.length), ...estimates] };
  });
});
const head = ['traffic', 'days learnt', 'edges known', 'expected tomorrow', 'really', 'expected unseen', `met by day ${DAYS}`, 'unseen in truth'];
printTable(head, tested.map(({ row }) => row));

for (const learnt of LEARNT) {
  const shares = tested.filter((each) => each.learnt === learnt).map(({ expected, unseen }) => expected / unseen);
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => `${(share * 100).toFixed(0)} %`);
  console.log(`from ${learnt} days, the estimate is ${least} to ${most} of the edges that are unseen in truth`);
}
console.log(`It is of all that is unseen, however rare, and so may be above what is met by day ${DAYS}. It is too low where many edges are rarer than the window is long.`);
