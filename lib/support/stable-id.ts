import { createHash } from 'crypto';

/** Digits and consonants only, so that an id never spells anything and survives every platform's character set. */
const ALPHABET = '0123456789bcdfghjkmnpqrstvwxyz';

/** A short id that depends on nothing but the parts: equal content gives an equal id, on every machine, in every order of declaration. */
export function stableId(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  // The length goes in front of each part, so that ('ab', 'c') and ('a', 'bc') differ.
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return [...hash.digest().subarray(0, 12)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
