import * as fc from 'fast-check';
import { ServiceRange, ServiceSet } from '../../lib/algebra';
import { itIsASetAlgebra, MASKS } from './laws';
import { SERVICES, serviceMasks, servicesOf } from './universe';

const byte = fc.nat(255);
const port = fc.nat(65535);
const ports = fc.tuple(port, port).map(([a, b]) => ({ fromPort: Math.min(a, b), toPort: Math.max(a, b) }));

/** Every canonical way to write a range. */
const ranges: fc.Arbitrary<ServiceRange> = fc.oneof(
  fc.tuple(fc.constantFrom('tcp', 'udp', 'sctp'), ports).map(([protocol, range]) => ({ protocol, ...range })),
  fc.tuple(fc.constantFrom('icmp', 'icmpv6'), byte, byte).map(([protocol, fromPort, toPort]) => ({ protocol, fromPort, toPort })),
  fc.tuple(fc.constantFrom('icmp', 'icmpv6'), byte).map(([protocol, fromPort]) => ({ protocol, fromPort })),
  fc.constantFrom({ protocol: 'icmp' }, { protocol: 'icmpv6' }, { protocol: 'all' }),
  byte.filter((number) => ![1, 6, 17, 58, 132].includes(number)).map((number) => ({ protocol: String(number) })),
);

const unite = (parts: readonly ServiceRange[]) => ServiceSet.union(parts.map((range) => ServiceSet.fromRange(range)));

describe('a service set', () => {
  itIsASetAlgebra({ models: serviceMasks, empty: ServiceSet.EMPTY, make: servicesOf, ...MASKS });

  it('drops the ICMP of the other family and nothing else', () => {
    fc.assert(fc.property(serviceMasks, (mask) => {
      const set = servicesOf(mask);
      expect(set.withoutForeignIcmp(4).equals(set.subtract(ServiceSet.protocol(58)))).toBe(true);
      expect(set.withoutForeignIcmp(6).equals(set.subtract(ServiceSet.protocol(1)))).toBe(true);
    }));
  });

  it('has a key that is equal for equal sets only', () => {
    fc.assert(fc.property(serviceMasks, serviceMasks, (m, n) => {
      expect(servicesOf(m).key === servicesOf(n).key).toBe(m === n);
    }));
  });

  it('counts ports, messages and whole protocols', () => {
    expect(ServiceSet.EMPTY.size).toBe(0);
    expect(ServiceSet.tcp(80, 89).union(ServiceSet.icmp(8)).size).toBe(10 + 256);
    expect(ServiceSet.protocol(50).size).toBe(65536);
    expect(ServiceSet.ALL.size).toBe(2 ** 24);
  });
});

describe('the ranges of a service set', () => {
  it('of one range are that range', () => {
    fc.assert(fc.property(ranges, (range) => {
      expect(ServiceSet.fromRange(range).ranges()).toEqual([range]);
    }), { numRuns: 500 });
  });

  it('make the same set again, whatever overlaps', () => {
    fc.assert(fc.property(fc.array(ranges, { maxLength: 8 }), fc.array(ranges, { maxLength: 3 }), (added, removed) => {
      const set = unite(added).subtract(unite(removed));
      const list = set.ranges();
      expect(unite(list).equals(set)).toBe(true);
      expect(unite(list).ranges()).toEqual(list);
      // No range overlaps with another one.
      expect(list.reduce((sum, range) => sum + ServiceSet.fromRange(range).size, 0)).toBe(set.size);
    }), { numRuns: 60 });
  });

  it.each<[string, ServiceSet, ServiceRange[]]>([
    ['nothing', ServiceSet.EMPTY, []],
    ['neighbouring ports', ServiceSet.tcp(80).union(ServiceSet.tcp(81, 90)), [{ protocol: 'tcp', fromPort: 80, toPort: 90 }]],
    ['every TCP port', ServiceSet.protocol(6), [{ protocol: 'tcp', fromPort: 0, toPort: 65535 }]],
    ['neighbouring protocols', ServiceSet.tcp(9, 65535).union(ServiceSet.protocol(7)), [{ protocol: 'tcp', fromPort: 9, toPort: 65535 }, { protocol: '7' }]],
    ['all of ICMP', ServiceSet.icmp(), [{ protocol: 'icmp' }]],
    ['an ICMP type and a code', ServiceSet.icmp(8).union(ServiceSet.icmp(9, 0)), [
      { protocol: 'icmp', fromPort: 8 }, { protocol: 'icmp', fromPort: 9, toPort: 0 },
    ]],
  ])('of %s are as short as rules can be', (_, set, expected) => {
    expect(set.ranges()).toEqual(expected);
  });

  it('of all but one protocol name every other protocol', () => {
    const list = ServiceSet.ALL.subtract(ServiceSet.protocol(58)).ranges();
    expect(list).toHaveLength(255);
    expect(list.map((range) => range.protocol)).not.toContain('icmpv6');
  });

  it('read well', () => {
    expect(String(ServiceSet.union([...SERVICES, ServiceSet.tcp(2)])))
      .toBe('0, icmp/0/0, icmp/8/0, icmp/8/1, tcp/0-2, tcp/65535, 7, udp/65535, icmpv6/128/0, icmpv6/255/255, sctp/0, 255');
    expect([ServiceSet.EMPTY, ServiceSet.ALL, ServiceSet.icmp(), ServiceSet.icmp(3)].map(String)).toEqual(['none', 'all', 'icmp', 'icmp/3']);
  });
});

describe('a service range', () => {
  it.each([['6', 'tcp'], ['17', 'udp'], ['132', 'sctp'], ['1', 'icmp'], ['58', 'icmpv6']])('of protocol %s is %s', (number, name) => {
    expect(ServiceSet.fromRange({ protocol: number }).equals(ServiceSet.fromRange({ protocol: name }))).toBe(true);
    expect(ServiceSet.fromRange({ protocol: number }).equals(ServiceSet.protocol(Number(number)))).toBe(true);
    const narrow = { fromPort: 3, toPort: 4 };
    expect(ServiceSet.fromRange({ protocol: number, ...narrow }).ranges()).toEqual([{ protocol: name, ...narrow }]);
  });

  it.each<[ServiceRange, string]>([
    [{ protocol: 'tcp', fromPort: 80 }, 'both its first and its last port'],
    [{ protocol: 'tcp', toPort: 80 }, 'both its first and its last port'],
    [{ protocol: 'tcp', fromPort: 81, toPort: 80 }, 'from 81 down to 80'],
    [{ protocol: 'udp', fromPort: 0, toPort: 65536 }, 'Port 65536'],
    [{ protocol: 'udp', fromPort: -1, toPort: 1 }, 'Port -1'],
    [{ protocol: 'udp', fromPort: 1.5, toPort: 2 }, 'Port 1.5'],
    [{ protocol: 'udp', fromPort: NaN, toPort: 2 }, 'Port NaN'],
    [{ protocol: 'udp', fromPort: null as unknown as number, toPort: 2 }, 'Port null'],
    [{ protocol: 'icmp', toPort: 0 }, 'needs a type'],
    [{ protocol: 'icmp', fromPort: -1, toPort: -1 }, 'ICMP type -1'],
    [{ protocol: 'icmpv6', fromPort: 256 }, 'ICMP type 256'],
    [{ protocol: 'icmpv6', fromPort: 1, toPort: 256 }, 'ICMP code 256'],
    [{ protocol: 'all', fromPort: 0, toPort: 65535 }, 'has no ports'],
    [{ protocol: '50', fromPort: 0, toPort: 65535 }, 'has no ports'],
    [{ protocol: '256' }, 'Protocol "256" is none of'],
    [{ protocol: '-1' }, 'Protocol "-1" is none of'],
    [{ protocol: '06' }, 'Protocol "06" is none of'],
    [{ protocol: 'TCP' }, 'Protocol "TCP" is none of'],
    [{ protocol: 'constructor' }, 'Protocol "constructor" is none of'],
    [{ protocol: '' }, 'Protocol "" is none of'],
  ])('%j is refused', (range, why) => {
    expect(() => ServiceSet.fromRange(range)).toThrow(RangeError);
    expect(() => ServiceSet.fromRange(range)).toThrow(why);
  });

  it('is never every port because a port is missing', () => {
    const missing = undefined as unknown as number;
    expect(() => ServiceSet.tcp(missing)).toThrow('needs a port');
    expect(() => ServiceSet.udp(missing, 80)).toThrow('needs a port');
    expect(() => ServiceSet.protocol(missing)).toThrow(RangeError);
    expect(() => ServiceSet.protocol(1.5)).toThrow(RangeError);
  });
});
