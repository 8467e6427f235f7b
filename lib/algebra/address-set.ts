import { AddressBlock, parseAddress, parseCidr, printAddress } from './cidr';
import { IntervalSet } from './interval-set';

/**
 * A canonical set of IPv4 and IPv6 addresses. Equality means the same addresses, however they were put together.
 *
 * The families never mix: nothing in one family ever adds to or takes from the other, and no operation turns an empty set
 * into a wider one. IPv4-mapped addresses (`::ffff:0:0/96`) are plain IPv6 addresses here, not the IPv4 addresses inside.
 */
export class AddressSet {
  /** No address. Never short for "any". */
  public static readonly EMPTY = new AddressSet(IntervalSet.empty(), IntervalSet.empty());
  /** Every IPv4 address. */
  public static readonly ANY_IPV4 = AddressSet.cidr('0.0.0.0/0');
  /** Every IPv6 address. */
  public static readonly ANY_IPV6 = AddressSet.cidr('::/0');

  /** The block or the single address. @throws RangeError as {@link parseCidr} does. */
  public static cidr(text: string): AddressSet {
    return AddressSet.block(parseCidr(text));
  }

  /** Every address between two of the same family, both included. @throws RangeError if they are no such pair. */
  public static range(fromText: string, toText: string): AddressSet {
    const [first, last] = [parseAddress(fromText), parseAddress(toText)];
    if (first.family !== last.family) throw new RangeError(`A range cannot go from ${fromText} to ${toText}: one is IPv4, the other IPv6.`);
    if (first.from > last.from) throw new RangeError(`A range cannot go from ${fromText} down to ${toText}.`);
    return AddressSet.block({ ...first, to: last.to } as AddressBlock);
  }

  /** Addresses in any of the sets, in n log n of their intervals. */
  public static union(sets: Iterable<AddressSet>): AddressSet {
    const all = [...sets];
    return AddressSet.of(IntervalSet.unionAll(all.map((set) => set.ipv4)), IntervalSet.unionAll(all.map((set) => set.ipv6)));
  }

  /** A set from the intervals of each family. */
  public static of(ipv4: IntervalSet<number>, ipv6: IntervalSet<bigint>): AddressSet {
    return ipv4.isEmpty() && ipv6.isEmpty() ? AddressSet.EMPTY : new AddressSet(ipv4, ipv6);
  }

  private static block(block: AddressBlock): AddressSet {
    return block.family === 4
      ? new AddressSet(IntervalSet.interval(block.from, block.to), IntervalSet.empty())
      : new AddressSet(IntervalSet.empty(), IntervalSet.interval(block.from, block.to));
  }

  private constructor(public readonly ipv4: IntervalSet<number>, public readonly ipv6: IntervalSet<bigint>) {}

  public union(other: AddressSet): AddressSet {
    return AddressSet.of(this.ipv4.union(other.ipv4), this.ipv6.union(other.ipv6));
  }

  public intersect(other: AddressSet): AddressSet {
    return AddressSet.of(this.ipv4.intersect(other.ipv4), this.ipv6.intersect(other.ipv6));
  }

  /** Addresses of this set that are not in the other one. */
  public subtract(other: AddressSet): AddressSet {
    return AddressSet.of(this.ipv4.subtract(other.ipv4), this.ipv6.subtract(other.ipv6));
  }

  public isSubsetOf(other: AddressSet): boolean {
    return this.ipv4.isSubsetOf(other.ipv4) && this.ipv6.isSubsetOf(other.ipv6);
  }

  public equals(other: AddressSet): boolean {
    return this.ipv4.equals(other.ipv4) && this.ipv6.equals(other.ipv6);
  }

  public isEmpty(): boolean {
    return this.ipv4.isEmpty() && this.ipv6.isEmpty();
  }

  public onlyIpv4(): AddressSet {
    return AddressSet.of(this.ipv4, IntervalSet.empty());
  }

  public onlyIpv6(): AddressSet {
    return AddressSet.of(IntervalSet.empty(), this.ipv6);
  }

  /** Whether the set holds the address. Text that is not one plain address is in no set. */
  public contains(addressText: string): boolean {
    let address: AddressBlock;
    try {
      address = parseAddress(addressText);
    } catch {
      return false;
    }
    return address.family === 4 ? this.ipv4.contains(address.from) : this.ipv6.contains(address.from);
  }

  /** How many addresses the set holds. */
  public get size(): bigint {
    return this.ipv4.size + this.ipv6.size;
  }

  /** The fewest blocks that make up the set: IPv4 first, each family in address order, in canonical text. */
  public cidrs(): string[] {
    return [
      ...this.ipv4.intervals().flatMap(({ from, to }) => ipv4Blocks(from, to + 1)),
      ...this.ipv6.intervals().flatMap(({ from, to }) => ipv6Blocks(from, to + 1n)),
    ];
  }

  /** The blocks, or `none`. */
  public toString(): string {
    return this.cidrs().join(', ') || 'none';
  }
}

/** Cuts an interval into blocks from its low end: each as large as the alignment and what is left allow. */
function ipv4Blocks(from: number, end: number): string[] {
  const blocks = [];
  for (let start = from; start < end;) {
    let bits = start === 0 ? 32 : 31 - Math.clz32(start & -start);
    while (start + 2 ** bits > end) bits -= 1;
    blocks.push(`${printAddress(4, start)}/${32 - bits}`);
    start += 2 ** bits;
  }
  return blocks;
}

function ipv6Blocks(from: bigint, end: bigint): string[] {
  const blocks = [];
  for (let start = from; start < end;) {
    const room = bitLength(end - start) - 1;
    const bits = start === 0n ? room : Math.min(room, bitLength(start & -start) - 1);
    blocks.push(`${printAddress(6, start)}/${128 - bits}`);
    start += 1n << BigInt(bits);
  }
  return blocks;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
