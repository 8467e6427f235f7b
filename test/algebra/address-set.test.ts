import * as fc from 'fast-check';
import { AddressSet } from '../../lib/algebra';
import { itIsASetAlgebra, MASKS } from './laws';
import { ADDRESSES, addressesOf, addressMasks } from './universe';

const ipv4Text = fc.nat(0xffffffff).map((value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.'));
const ipv6Text = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => value.toString(16).padStart(32, '0').match(/.{4}/g)!.join(':'));

const blocks = (texts: string[]) => AddressSet.union(texts.map((text) => AddressSet.cidr(text)));

describe('an address set', () => {
  itIsASetAlgebra({ models: addressMasks, empty: AddressSet.EMPTY, make: addressesOf, ...MASKS });

  it('contains exactly the addresses it was made of', () => {
    fc.assert(fc.property(addressMasks, (mask) => {
      const set = addressesOf(mask);
      expect(ADDRESSES.map((address) => set.contains(address))).toEqual(ADDRESSES.map((_, bit) => (mask & (1 << bit)) !== 0));
    }));
  });

  it.each(['', 'any', '10.0.0.0/8', '10.0.0', '::1%lo', '::ffff:10.0.0.1'])('does not contain %j, which is no plain address', (text) => {
    expect(AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6).contains(text)).toBe(false);
  });

  it('is split by family without loss', () => {
    fc.assert(fc.property(addressMasks, (mask) => {
      const set = addressesOf(mask);
      expect(set.onlyIpv4().union(set.onlyIpv6()).equals(set)).toBe(true);
      expect(set.onlyIpv4().isSubsetOf(AddressSet.ANY_IPV4)).toBe(true);
      expect(set.onlyIpv6().isSubsetOf(AddressSet.ANY_IPV6)).toBe(true);
      expect(set.onlyIpv4().intersect(set.onlyIpv6()).isEmpty()).toBe(true);
    }));
  });

  it('stays empty when the other family is taken of one family', () => {
    expect(AddressSet.ANY_IPV4.onlyIpv6().cidrs()).toEqual([]);
    expect(AddressSet.ANY_IPV6.onlyIpv4().cidrs()).toEqual([]);
    expect(AddressSet.cidr('10.0.0.0/8').intersect(AddressSet.ANY_IPV6).isEmpty()).toBe(true);
  });

  it('takes IPv4-mapped addresses for plain IPv6', () => {
    const mapped = AddressSet.cidr('::ffff:0:0/96');
    expect(mapped.isSubsetOf(AddressSet.ANY_IPV6)).toBe(true);
    expect(mapped.intersect(AddressSet.ANY_IPV4).isEmpty()).toBe(true);
    expect(mapped.contains('10.0.0.1')).toBe(false);
  });
});

describe('the blocks of an address set', () => {
  it('make the same set again and are as few as can be', () => {
    const ordered = ([a, b]: [string, string]) => (order(a, b) ? AddressSet.range(a, b) : AddressSet.range(b, a));
    const range = (text: fc.Arbitrary<string>) => fc.tuple(text, text).map(ordered);
    fc.assert(fc.property(fc.array(fc.oneof(range(ipv4Text), range(ipv6Text)), { maxLength: 4 }), (ranges) => {
      const set = AddressSet.union(ranges);
      const cidrs = set.cidrs();
      expect(blocks(cidrs).equals(set)).toBe(true);
      expect(blocks(cidrs).cidrs()).toEqual(cidrs);
      // Of a minimal list no block can be made one bit wider without leaving the set.
      for (const cidr of cidrs.filter((text) => !text.endsWith('/0'))) expect(wider(cidr).isSubsetOf(set)).toBe(false);
    }), { numRuns: 60 });
  });

  it.each([
    [['10.0.0.0/9', '10.128.0.0/9'], ['10.0.0.0/8']],
    [['::/1', '8000::/1', '128.0.0.0/1', '0.0.0.0/1'], ['0.0.0.0/0', '::/0']],
    [['10.0.0.1', '10.0.0.2'], ['10.0.0.1/32', '10.0.0.2/32']],
    [['2001:DB8:0:0::/64'], ['2001:db8::/64']],
    [['0:0:1:1:0:0:1:1'], ['::1:1:0:0:1:1/128']],
    [['1:0:2:3:4:5:6:7'], ['1:0:2:3:4:5:6:7/128']],
    [['::ffff:a00:1'], ['::ffff:a00:1/128']],
    [['9.0.0.0/8', '::1', '10.0.0.0/8'], ['9.0.0.0/8', '10.0.0.0/8', '::1/128']],
  ])('of %j are %j', (texts, cidrs) => {
    expect(blocks(texts).cidrs()).toEqual(cidrs);
  });

  it('of a range follow its edges', () => {
    expect(AddressSet.range('10.0.0.1', '10.0.0.6').cidrs()).toEqual(['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']);
    expect(() => AddressSet.range('10.0.0.2', '10.0.0.1')).toThrow('down to');
    expect(() => AddressSet.range('10.0.0.2', '::1')).toThrow('IPv6');
  });
});

describe('a hundred thousand prefixes', () => {
  const count = 100_000;
  const ipv4 = Array.from({ length: count / 2 }, (_, i) => `${10 + (i >> 15)}.${(i >> 7) & 255}.${(i & 127) << 1}.0/24`);
  const ipv6 = Array.from({ length: count / 2 }, (_, i) => `2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}00::/57`);

  it('are joined, taken away and printed exactly', () => {
    const set = blocks([...ipv6, ...ipv4].reverse());
    expect(set.cidrs().join('\n')).toBe([...ipv4, ...ipv6].map(canonical).join('\n'));
    expect(set.size).toBe(BigInt(count / 2) * (2n ** 8n + 2n ** 71n));
    const rest = AddressSet.ANY_IPV4.subtract(set);
    expect(rest.size + set.onlyIpv4().size).toBe(2n ** 32n);
    expect(AddressSet.union([rest, set]).equals(AddressSet.ANY_IPV4.union(set))).toBe(true);
    expect(set.subtract(blocks(ipv4)).equals(blocks(ipv6))).toBe(true);
  });
});

/** Drops leading zeros and groups of zeros from the IPv6 blocks above. */
function canonical(text: string): string {
  return text.replace(/:0+(?=[0-9a-f])/g, ':').replace(/(:0)+::/, '::');
}

/** Compares addresses of one family by their padded text. */
function order(a: string, b: string): boolean {
  const padded = (text: string) => text.split(/[.:]/).map((part) => part.padStart(4, '0')).join();
  return padded(a) <= padded(b);
}

/** The block of one bit less that holds the block. */
function wider(cidr: string): AddressSet {
  const [address, length] = cidr.split('/');
  const text = `${address}/${Number(length) - 1}`;
  try {
    return AddressSet.cidr(text);
  } catch (error) {
    // The complaint about host bits names the block.
    return AddressSet.cidr(/is (\S+)\.$/.exec((error as Error).message)![1]);
  }
}
