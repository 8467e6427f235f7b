import * as fc from 'fast-check';
import { mapOfPolicies } from '../../../lib/report/map/from-manifests';
import { flow, policy, tcp, workload } from '../../analysis/manifests';
import { runs, SEED } from '../../properties/runs';
import { layoutOf, Rectangle, stateOf, viewOf } from './page';
import { companyPolicy } from './policies';

const centred = ({ x, y, width, height }: Rectangle) => ({ x: x - width / 2, y: y - height / 2, width, height });
const apart = (a: Rectangle, b: Rectangle) => (
  a.x + a.width <= b.x + 0.1 || b.x + b.width <= a.x + 0.1 || a.y + a.height <= b.y + 0.1 || b.y + b.height <= a.y + 0.1);
const inside = (a: Rectangle, b: Rectangle) => (
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width + 0.1 && a.y + a.height <= b.y + b.height + 0.1);

function overlapping(all: readonly Rectangle[]): number {
  return all.reduce((count, a, i) => count + all.slice(0, i).filter((b) => !apart(a, b)).length, 0);
}

/** Policies of any shape, circles and flows to oneself included. */
const policies = fc.record({
  groups: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 22 }),
  flows: fc.array(fc.tuple(fc.nat(21), fc.nat(21), fc.integer({ min: 1, max: 65_535 })), { maxLength: 50 }),
  closed: fc.subarray(['a0', 'a1', 'a2', 'a3', 'a4']),
}).map(({ groups, flows, closed }) => {
  const id = (place: number) => `w${place % groups.length}`;
  const workloads = groups.map((group, place) => workload(id(place), { labels: { app: `a${group}` } }));
  const data = mapOfPolicies([policy(workloads, [
    ...flows.map(([client, server, port]) => flow(id(client), id(server), tcp(port))), flow({ any: 'ipv4' }, id(0), tcp(443)), flow(id(0), { cidr: '192.0.2.0/24' }, tcp(443)),
  ])]);
  return viewOf(data, stateOf(data, { toggled: new Set(closed) }));
});

test('GIVEN any policy THEN no item or label covers another one, boxes hold exactly their own, and lines are drawn from end to end', () => {
  fc.assert(fc.property(policies, (view) => {
    const { items, boxes, lines, width, height } = layoutOf(view);
    const whole = { x: 0, y: 0, width, height };
    const places = [...items].map(([id, item]) => [id, centred(item)] as const);
    const labels = lines.flatMap(({ labelAt }) => (labelAt ? [centred(labelAt)] : []));
    expect(overlapping([...places.map(([, place]) => place), ...labels])).toBe(0);
    expect(overlapping(boxes)).toBe(0);
    for (const [id, place] of places) {
      const home = view.groups.find(({ members, collapsed }) => !collapsed && members.some((member) => `n${member}` === id));
      expect(inside(place, whole)).toBe(true);
      for (const box of boxes) expect(box.id === home?.id ? inside(place, box) : apart(place, box)).toBe(true);
    }
    expect(lines).toHaveLength(view.lines.length);
    for (const { path } of lines) expect(path).toMatch(/^M[-\d.]+,[-\d.]+([LC][-\d., ]+)+$/);
  }), { seed: SEED, numRuns: runs(0.1, 20) });
});

test('GIVEN 500 workloads, some groups open THEN nothing overlaps either', () => {
  const data = mapOfPolicies([companyPolicy()]);
  const view = viewOf(data, stateOf(data, { toggled: new Set(['app-01', 'app-07', 'app-08', 'app-20']) }));
  const { items, boxes } = layoutOf(view);
  expect(items.size).toBe(21 + 4 * 20 + 1);
  expect(overlapping([...items.values()].map(centred))).toBe(0);
  expect(overlapping(boxes)).toBe(0);
});

test('GIVEN a group of hundreds, or nothing at all THEN it is laid out', () => {
  const many = Array.from({ length: 300 }, (_, place) => workload(`w${place}`, { labels: { app: 'a' } }));
  const data = mapOfPolicies([policy(many, many.slice(1).map(({ id }) => flow('w0', id, tcp(443))))]);
  const { items } = layoutOf(viewOf(data, stateOf(data, { toggled: new Set(['a']) })));
  expect([items.size, overlapping([...items.values()].map(centred))]).toEqual([300, 0]);
  const nothing = mapOfPolicies([policy([], [])]);
  expect(layoutOf(viewOf(nothing, stateOf(nothing))).items.size).toBe(0);
});
