import { createHash } from 'crypto';

/** Something to be dealt out, by what it is called and not by what a framework makes of it. */
export interface Keyed {
  readonly key: string;
}

/** Part of a list: `place` stays the same as long as the part is there. */
export interface Chunk<T> {
  readonly place: string;
  readonly items: T[];
}

/**
 * Parts of at most `limit` items, in the order of their places. What does not fit is halved by the next bit of a hash of
 * each key. So an item more either changes the one part that it belongs to, or splits that part in two; every other part
 * stays as it is, whatever the order and the number of items.
 */
export function chunksOf<T extends Keyed>(items: readonly T[], limit: number): Chunk<T>[] {
  return items.length === 0 ? [] : split(items.map((item) => ({ item, bits: bitsOf(item.key) })), limit, '');
}

/** An item with its hash in binary digits. */
interface Hashed<T> {
  readonly item: T;
  readonly bits: string;
}

function split<T>(items: readonly Hashed<T>[], limit: number, place: string): Chunk<T>[] {
  // Equal keys are never told apart; a hash has more bits than any list needs.
  if (items.length <= limit || place.length === HASH_BITS) return [{ place, items: items.map(({ item }) => item) }];
  return ['0', '1'].flatMap((bit) => {
    const half = items.filter(({ bits }) => bits[place.length] === bit);
    return half.length === 0 ? [] : split(half, limit, place + bit);
  });
}

const HASH_BITS = 256;

function bitsOf(key: string): string {
  return [...createHash('sha256').update(key).digest()].map((byte) => byte.toString(2).padStart(8, '0')).join('');
}
