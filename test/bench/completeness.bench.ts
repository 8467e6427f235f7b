/**
 * Back-test of what discovery says of edges it has not seen: from the first days of generated traffic, the edges that are
 * expected on the next day and in all, against those that the days after really bring.
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

const rows = Object.entries(USES).flatMap(([name, useOf]) => {
  const random = new Random(61);
  const edges = Array.from({ length: EDGES }, () => {
    const use = useOf(random);
    return Array.from({ length: DAYS }, (_, day) => day).filter(() => random.chance(use));
  });
  return LEARNT.map((learnt) => {
    const seen = edges.map((days) => days.filter((day) => day < learnt)).filter((days) => days.length > 0);
    const sightings = seen.map((days): Sightings => ({ days: new Set(days), connections: days.length }));
    const { expectedUnseenEdges, newEdgesByDay } = completenessOf(sightings, learnt);
    const expectedTomorrow = sightings.filter(({ days }) => days.size === 1).length / learnt;
    const firstDays = edges.map(([first = DAYS]) => first);
    const really = firstDays.filter((first) => first === learnt).length;
    const unseen = firstDays.filter((first) => first >= learnt && first < DAYS).length;
    const known = newEdgesByDay.reduce((sum, count) => sum + count, 0);
    const estimates = [expectedTomorrow.toFixed(1), String(really), expectedUnseenEdges.toFixed(0), String(unseen)];
    return [name, String(learnt), String(known), ...estimates];
  });
});
printTable(['traffic', 'days learnt', 'edges known', 'expected tomorrow', 'really', 'expected unseen', `really, by day ${DAYS}`], rows);
console.log('the estimate of unseen edges is a lower bound: it says little of edges rarer than once in the window');
