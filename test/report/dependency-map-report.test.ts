import { DependencyMap } from '../../lib/discovery/dependency-map';
import { dependencyMapText } from '../../lib/report/dependency-map-report';
import { edge, mapOf, node } from '../discovery/suggest/maps';

const MAP = mapOf([node('web'), node('db')], [edge('web', 'db', 5432), edge('web', 'db', 22)]);

function lastLines(completeness: Partial<DependencyMap['completeness']>): string {
  const usual = { expectedUnseenEdges: 0, probabilityNewEdgePerDay: 0.25, newEdgesByDay: [1, 1] };
  return dependencyMapText({ ...MAP, completeness: { ...usual, ...completeness } }).trimEnd().split('\n').slice(-3).join('\n');
}

describe('what is missing', () => {
  test('GIVEN an estimate below what was seen THEN it stands there', () => {
    expect(lastLines({ expectedUnseenEdges: 1.6 })).toContain('not seen yet, as far as the logs can tell: 2 edges or more; chance of a new one tomorrow: 25%\n');
  });

  test('GIVEN an estimate above what was seen THEN it is not a number that anybody could count on', () => {
    expect(lastLines({ expectedUnseenEdges: 59_999_850_000 })).toContain('tell: more edges than were seen, so collect logs for longer;');
  });

  test('GIVEN one day of logs THEN that is said in place of an estimate', () => {
    expect(lastLines({ newEdgesByDay: [2] })).toMatch(/\none day of logs says little/);
  });

  test('GIVEN no edge THEN nothing can be said', () => {
    expect(dependencyMapText({ ...MAP, edges: [] })).toContain('nothing was seen, so nothing can be said of what is missing');
  });
});
