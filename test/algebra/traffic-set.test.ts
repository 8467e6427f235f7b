import * as fc from 'fast-check';
import { AddressSet, ServiceSet, TrafficSet } from '../../lib/algebra';
import { itIsASetAlgebra } from './laws';
import { pairsOf, Rectangles, rectangles, trafficOf, trafficOfPairs } from './universe';

/** A model is either rectangles or, once an operation made it, pairs. */
type Model = Rectangles | Set<string>;

const pairs = (model: Model) => (model instanceof Set ? model : pairsOf(model));

function split(a: Model, b: Model, shared: boolean): Set<string> {
  const others = pairs(b);
  return new Set([...pairs(a)].filter((pair) => others.has(pair) === shared));
}

describe('a traffic set', () => {
  itIsASetAlgebra<Model, TrafficSet>({
    models: rectangles,
    empty: TrafficSet.EMPTY,
    make: (model) => (model instanceof Set ? trafficOfPairs(model) : trafficOf(model)),
    union: (a, b) => new Set([...pairs(a), ...pairs(b)]),
    intersect: (a, b) => split(a, b, true),
    subtract: (a, b) => split(a, b, false),
    isEmpty: (model) => pairs(model).size === 0,
  });

  it('is the union of its entries, which have different services and do not overlap', () => {
    fc.assert(fc.property(rectangles, (parts) => {
      const set = trafficOf(parts);
      const entries = set.entries();
      expect(TrafficSet.union(entries.map(({ addresses, services }) => [addresses, services] as const)).equals(set)).toBe(true);
      expect(new Set(entries.map(({ services }) => services.key)).size).toBe(entries.length);
      entries.forEach(({ addresses }, i) => entries.slice(i + 1).forEach((other) => {
        expect(addresses.intersect(other.addresses).isEmpty()).toBe(true);
      }));
    }));
  });

  it('lists the same entries whatever it was made of', () => {
    fc.assert(fc.property(rectangles, (parts) => {
      expect(printed(trafficOf([...parts].reverse()))).toEqual(printed(trafficOf(parts)));
      expect(printed(trafficOfPairs(pairsOf(parts)))).toEqual(printed(trafficOf(parts)));
    }));
  });

  it('reads as all services where a family carries everything it can', () => {
    const any = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);
    expect(printed(TrafficSet.of(any, ServiceSet.ALL))).toEqual(['0.0.0.0/0, ::/0: all']);
    const withoutForeign = ServiceSet.ALL.subtract(ServiceSet.protocol(58));
    expect(TrafficSet.of(AddressSet.ANY_IPV4, withoutForeign).equals(TrafficSet.of(AddressSet.ANY_IPV4, ServiceSet.ALL))).toBe(true);
    expect(printed(TrafficSet.of(AddressSet.ANY_IPV6, withoutForeign))).not.toEqual(['::/0: all']);
  });

  it('holds no ICMP of the other family', () => {
    expect(TrafficSet.of(AddressSet.ANY_IPV4, ServiceSet.icmpv6()).isEmpty()).toBe(true);
    expect(TrafficSet.of(AddressSet.ANY_IPV6, ServiceSet.icmp(8)).isEmpty()).toBe(true);
    expect(TrafficSet.of(AddressSet.EMPTY, ServiceSet.ALL).isEmpty()).toBe(true);
    expect(TrafficSet.of(AddressSet.ANY_IPV4, ServiceSet.EMPTY).isEmpty()).toBe(true);
  });
});

describe('a hundred thousand rectangles', () => {
  it('are joined exactly', () => {
    const count = 100_000;
    const block = (i: number) => AddressSet.cidr(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    // GIVEN single addresses, the first half with one port each out of ten, all of them with a second port
    const parts = Array.from({ length: count }, (_, i) => [block(i), i < count / 2 ? ServiceSet.tcp(i % 10) : ServiceSet.udp(53)] as const);
    const set = TrafficSet.union([...parts, [AddressSet.range('10.0.0.0', '10.1.134.159'), ServiceSet.udp(53)]]);
    // THEN there are ten sets with a TCP port and one without
    const entries = set.entries();
    expect(entries.map(({ addresses }) => Number(addresses.size))).toEqual([...new Array(10).fill(count / 20), count / 2]);
    expect(entries.map(({ services }) => String(services))).toEqual([...Array.from({ length: 10 }, (_, i) => `tcp/${i}, udp/53`), 'udp/53']);
  });
});

function printed(set: TrafficSet): string[] {
  return set.entries().map(({ addresses, services }) => `${addresses}: ${services}`);
}
