import { AddressBlock, parseCidr } from '../../algebra';

/** Blocks of one prefix length, by their first address. */
interface Level<K, T> {
  /** How many addresses a block has. */
  readonly size: K;
  readonly blocks: Map<K, T[]>;
}

/**
 * Values under address blocks, found by address: one look-up for each prefix length that occurs, however many blocks there are.
 */
export class PrefixTable<T> {
  /** From the longest prefix to the shortest. */
  private readonly ipv4: (Level<number, T> | undefined)[] = [];
  private readonly ipv6: (Level<bigint, T> | undefined)[] = [];

  /** @throws RangeError if the text is no address or block */
  public add(block: string, value: T): void {
    const { family, from, to } = parseCidr(block);
    if (family === 4) put(this.ipv4, 32 - Math.clz32(to - from), to - from + 1, from, value);
    else put(this.ipv6, (to - from).toString(2).replace(/^0$/, '').length, to - from + 1n, from, value);
  }

  /** What is under the blocks that hold the address, the longest prefix first. Text that is no address is in no block. */
  public find(address: string): T[] {
    const point = pointOf(address);
    return point ? this.at(point) : [];
  }

  /** The same for an address that was read already. */
  public at({ family, from }: AddressBlock): T[] {
    const found: T[] = [];
    if (family === 4) {
      for (const level of this.ipv4) if (level) take(level.blocks.get(from - (from % level.size)), found);
    } else {
      for (const level of this.ipv6) if (level) take(level.blocks.get(from - (from % level.size)), found);
    }
    return found;
  }
}

/** One address; undefined for blocks and for text that is none. */
export function pointOf(address: string): AddressBlock | undefined {
  try {
    const block = parseCidr(address);
    return block.from === block.to ? block : undefined;
  } catch {
    return undefined;
  }
}

function put<K, T>(levels: (Level<K, T> | undefined)[], hostBits: number, size: K, first: K, value: T): void {
  const level = levels[hostBits] ??= { size, blocks: new Map() };
  const known = level.blocks.get(first);
  if (known) known.push(value);
  else level.blocks.set(first, [value]);
}

function take<T>(values: readonly T[] | undefined, into: T[]): void {
  if (values) into.push(...values);
}
