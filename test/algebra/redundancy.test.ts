import * as fc from 'fast-check';
import { AddressSet, findRedundant, minimalSubset, RedundancyItem, ServiceSet, TrafficSet } from '../../lib/algebra';
import { runs } from '../properties/runs';

const ADDRESSES = ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '::', '::1', '::2'];
const BLOCKS = new Map(ADDRESSES.map((address) => [address, AddressSet.cidr(address)]));
const SERVICES = [1, 2, 3, 4].map((port) => ServiceSet.tcp(port)).concat(ServiceSet.icmp(8, 0), ServiceSet.icmpv6(128, 0));

interface NaiveItem {
  readonly key: string;
  readonly points: ReadonlySet<string>;
}

/** Intervals give much overlap; scattered members give items of several rectangles. */
function members<T>(all: readonly T[]): fc.Arbitrary<T[]> {
  const place = fc.nat(all.length - 1);
  const interval = fc.tuple(place, place).map(([a, b]) => all.slice(Math.min(a, b), Math.max(a, b) + 1));
  return fc.oneof({ arbitrary: interval, weight: 3 }, fc.subarray([...all]));
}

const shapes = fc.tuple(members(ADDRESSES), members(SERVICES));
const itemLists = fc.array(shapes, { maxLength: 9 }).chain((list) => {
  // Keys must not follow the order of the items.
  const keys = fc.shuffledSubarray(list.map((_, i) => `k${i}`), { minLength: list.length, maxLength: list.length });
  return keys.map((shuffled) => list.map(([addresses, services], i) => item(shuffled[i], addresses, services)));
});

function item(key: string, addresses: readonly string[], services: readonly ServiceSet[]) {
  const points = addresses.flatMap((address) => services
    .filter((service) => !(address.includes(':') ? /^icmp\// : /^icmpv6\//).test(String(service)))
    .map((service) => `${address} ${service}`));
  const blocks = addresses.map((address) => BLOCKS.get(address)!);
  return { key, points: new Set(points), set: { key, addresses: AddressSet.union(blocks), services: ServiceSet.union(services) } };
}

const covers = (others: readonly NaiveItem[], { points }: NaiveItem) =>
  [...points].every((point) => others.some((other) => other.points.has(point)));
const sameTraffic = (a: NaiveItem, b: NaiveItem) => covers([a], b) && covers([b], a);

/** One item for each traffic, the one with the smallest key; none without traffic. */
function distinct<T extends NaiveItem>(items: readonly T[]): T[] {
  return items.filter((one) => one.points.size > 0 && !items.some((other) => sameTraffic(one, other) && other.key < one.key));
}

function naiveRedundant(items: readonly NaiveItem[]): string[] {
  const representatives = distinct(items);
  return items
    .filter((one) => !representatives.includes(one) || covers(representatives.filter((other) => other !== one), one))
    .map(({ key }) => key)
    .sort();
}

function naiveMinimal(items: readonly NaiveItem[]): string[] {
  let kept = distinct(items);
  const narrowestFirst = [...kept].sort((a, b) => a.points.size - b.points.size || (a.key > b.key ? -1 : 1));
  for (const one of narrowestFirst) {
    const others = kept.filter((other) => other !== one);
    if (covers(others, one)) kept = others;
  }
  return kept.map(({ key }) => key).sort();
}

function tcp(key: string, cidr: string, from: number, to = from): RedundancyItem {
  return { key, addresses: AddressSet.cidr(cidr), services: ServiceSet.tcp(from, to) };
}

function trafficOf(items: readonly RedundancyItem[]): TrafficSet {
  return TrafficSet.union(items.map(({ addresses, services }) => [addresses, services] as const));
}

describe('redundant items', () => {
  it('are exactly those that all others cover, and their covers do cover them', () => {
    fc.assert(fc.property(itemLists, (items) => {
      const found = findRedundant(items.map(({ set }) => set));
      expect(found.map(({ key }) => key)).toEqual(naiveRedundant(items));
      for (const { key, coveredBy } of found) {
        expect(coveredBy).not.toContain(key);
        const cover = coveredBy.map((other) => items.find((one) => one.key === other)!);
        expect(covers(cover, items.find((one) => one.key === key)!)).toBe(true);
      }
    }), { numRuns: runs(0.6, 150) });
  });

  it('are gone from the minimal subset, which prefers wide items and then small keys', () => {
    fc.assert(fc.property(itemLists, (items) => {
      const kept = minimalSubset(items.map(({ set }) => set));
      expect(kept).toEqual(naiveMinimal(items));
      expect(minimalSubset([...items].reverse().map(({ set }) => set))).toEqual(kept);
      const keptItems = items.filter(({ key }) => kept.includes(key));
      expect(trafficOf(keptItems.map(({ set }) => set)).equals(trafficOf(items.map(({ set }) => set)))).toBe(true);
    }), { numRuns: runs(0.6, 150) });
  });

  it('are found where two /9 cover a /8', () => {
    const items = [tcp('whole', '10.0.0.0/8', 443), tcp('low', '10.0.0.0/9', 443), tcp('high', '10.128.0.0/9', 443)];
    expect(findRedundant(items)).toEqual([
      { key: 'high', coveredBy: ['whole'] }, { key: 'low', coveredBy: ['whole'] }, { key: 'whole', coveredBy: ['high', 'low'] },
    ]);
    expect(minimalSubset(items)).toEqual(['whole']);
  });

  it('are found where wider port ranges cover a block together', () => {
    const items = [tcp('a', '10.0.0.0/8', 1, 60), tcp('b', '10.0.0.0/9', 50, 150), tcp('c', '10.128.0.0/9', 50, 150), tcp('d', '10.2.0.0/15', 40, 100)];
    items.push({ key: 'e', addresses: AddressSet.cidr('10.127.0.0/16').union(AddressSet.cidr('10.128.0.0/16')), services: ServiceSet.tcp(55, 140) });
    expect(findRedundant(items)).toEqual([{ key: 'd', coveredBy: ['a', 'b'] }, { key: 'e', coveredBy: ['b', 'c'] }]);
    expect(minimalSubset(items)).toEqual(['a', 'b', 'c']);
  });

  it('keep the smallest key of equal items', () => {
    const items = [tcp('z', '10.0.0.0/8', 1), tcp('a', '10.0.0.0/8', 1), tcp('m', '10.0.0.0/8', 1)];
    expect(findRedundant(items)).toEqual([{ key: 'm', coveredBy: ['a'] }, { key: 'z', coveredBy: ['a'] }]);
    expect(minimalSubset(items)).toEqual(['a']);
  });

  it('include those that admit nothing', () => {
    const items = [
      { key: 'empty', addresses: AddressSet.EMPTY, services: ServiceSet.ALL },
      { key: 'impossible', addresses: AddressSet.ANY_IPV6, services: ServiceSet.icmp() },
    ];
    expect(findRedundant(items)).toEqual([{ key: 'empty', coveredBy: [] }, { key: 'impossible', coveredBy: [] }]);
    expect(minimalSubset(items)).toEqual([]);
    expect(findRedundant([])).toEqual([]);
  });

  it('never mix the families', () => {
    const items = [tcp('four', '0.0.0.0/0', 1), tcp('six', '::/0', 1), tcp('mapped', '::ffff:0:0/96', 2)];
    expect(findRedundant(items)).toEqual([]);
  });

  it('need keys of their own', () => {
    expect(() => findRedundant([tcp('a', '10.0.0.0/8', 1), tcp('a', '10.0.0.0/9', 2)])).toThrow(RangeError);
  });
});

describe('very many items', () => {
  const address = (i: number) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;

  it('in one wide block are all covered by it', () => {
    const count = 30_000;
    const items = Array.from({ length: count }, (_, i) => tcp(`k${i}`, address(i), 443));
    items.push(tcp('wide', '10.0.0.0/8', 400, 500));
    const found = findRedundant(items);
    expect(found).toHaveLength(count);
    expect(found.every(({ coveredBy }) => coveredBy.join() === 'wide')).toBe(true);
  });

  it('that overlap in a chain are thinned to the same traffic', () => {
    // GIVEN port ranges of three, each one port on from the last, in blocks that do not meet
    const items = Array.from({ length: 5_000 }, (_, i) => tcp(`k${i}`, `10.${i % 50}.0.0/16`, Math.floor(i / 50), Math.floor(i / 50) + 2));
    const kept = new Set(minimalSubset(items));
    expect(trafficOf(items.filter(({ key }) => kept.has(key))).equals(trafficOf(items))).toBe(true);
    // THEN the 102 ports of each block need 34 ranges at least, and none of those kept can go
    expect(kept.size).toBeGreaterThanOrEqual(50 * 34);
    expect(findRedundant(items.filter(({ key }) => kept.has(key)))).toEqual([]);
  });
});
