import * as fc from 'fast-check';
import { AddressSet } from '../../lib/algebra';
import { AddressIndex } from '../../lib/analysis/reach/address-index';
import { BitSet } from '../../lib/analysis/reach/bit-set';
import { bitsOf, closureOf, directReachOf } from '../../lib/analysis/reach/closure';
import { components } from '../../lib/analysis/reach/components';
import { ReachGraph } from '../../lib/analysis/reach/reach-graph';
import { runs, SEED } from '../properties/runs';

const SIZE = 9;
const ALL = Array.from({ length: SIZE }, (_, index) => index);
const place = fc.nat(SIZE - 1);
const places = fc.uniqueArray(place, { maxLength: 4 });
const graphs = fc.record({
  edges: fc.array(fc.tuple(place, place), { maxLength: 12 }),
  hubs: fc.array(fc.record({ clients: places, servers: places }), { maxLength: 3 }),
});
type Spec = typeof graphs extends fc.Arbitrary<infer T> ? T : never;

function graphOf({ edges, hubs }: Spec): ReachGraph {
  const direct = ALL.map((from) => [...new Set(edges.filter(([client]) => client === from).map(([, to]) => to))]);
  return new ReachGraph(direct, hubs);
}

function connected({ edges, hubs }: Spec, from: number, to: number): boolean {
  return edges.some(([a, b]) => a === from && b === to)
    || hubs.some(({ clients, servers }) => clients.includes(from) && servers.includes(to));
}

/** Hops of a shortest way, by Floyd and Warshall. */
function distances(spec: Spec): number[][] {
  const hops = ALL.map((from) => ALL.map((to) => (from === to ? 0 : connected(spec, from, to) ? 1 : Infinity)));
  for (const via of ALL) {
    for (const from of ALL) for (const to of ALL) hops[from][to] = Math.min(hops[from][to], hops[from][via] + hops[via][to]);
  }
  return hops;
}

const members = (bits: BitSet) => ALL.filter((index) => bits.has(index));

test('GIVEN any graph WHEN searched from a node THEN exactly what it reaches is found, each by a shortest way', () => {
  fc.assert(fc.property(graphs, place, (spec, start) => {
    const before = graphOf(spec).from(start);
    const hops = distances(spec)[start];
    expect([...before.keys()].sort()).toEqual(hops.flatMap((count, to) => (to !== start && count < Infinity ? [to] : [])));
    for (const [to, previous] of before) {
      expect(connected(spec, previous, to)).toBe(true);
      expect(hops[to]).toBe(hops[previous] + 1);
    }
  }), { seed: SEED, numRuns: runs(1, 200) });
});

test('GIVEN any graph WHEN closed THEN each set holds exactly what a search from its node finds, and the node', () => {
  fc.assert(fc.property(graphs, (spec) => {
    const graph = graphOf(spec);
    const hops = distances(spec);
    expect(closureOf(graph).map(members)).toEqual(hops.map((row) => ALL.filter((to) => row[to] < Infinity)));
    expect(directReachOf(graph).map(members)).toEqual(ALL.map((from) => ALL.filter((to) => connected(spec, from, to))));
  }), { seed: SEED, numRuns: runs(1, 200) });
});

test('GIVEN a chain of a hundred thousand nodes WHEN taken apart THEN each is a component, the last first', () => {
  const length = 100_000;
  const found = components(Array.from({ length }, (_, node) => (node + 1 < length ? [node + 1] : [])));
  expect([found.length, found[0], found[length - 1]]).toEqual([length, [length - 1], [0]]);
});

test('GIVEN sets over a word border WHEN counted THEN common members are counted once', () => {
  const [some, others] = [bitsOf(70, [0, 31, 32, 63, 64, 69]), bitsOf(70, [31, 32, 33, 69])];
  expect([some.common(some), some.common(others), others.has(33), some.has(33)]).toEqual([6, 3, true, false]);
});

test('GIVEN any blocks WHEN those that meet a block are looked for THEN they are found, and no others', () => {
  const block = fc.constantFrom(
    '10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3', '10.128.0.0/9', '192.168.0.0/16', '0.0.0.0/0', '::/0', '2001:db8::/32', '2001:db8::1',
  ).map((text) => AddressSet.cidr(text));
  const sets = fc.array(block, { maxLength: 3 }).map((blocks) => AddressSet.union(blocks));
  fc.assert(fc.property(fc.array(sets, { maxLength: 12 }), sets, (all, target) => {
    const index = new AddressIndex(all);
    const meeting = (part: (set: AddressSet) => AddressSet) => (
      [...all.keys()].filter((at) => !part(all[at]).intersect(part(target)).isEmpty()));
    expect(index.meeting(target, 4)).toEqual(meeting((set) => set.onlyIpv4()));
    expect(index.meeting(target, 6)).toEqual(meeting((set) => set.onlyIpv6()));
  }), { seed: SEED, numRuns: runs(1, 200) });
});
