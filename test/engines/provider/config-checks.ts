import { parse, parseCIDR } from 'ipaddr.js';
import { ConfigCheck, Problem } from './platform';
import { Attributes, blocksIn, isSet, numberIn, stringIn, UNKNOWN } from './values';

/** Checks that both platforms make, each on other attributes and with other bounds. */

export const within = (attribute: string, least: number, most: number): ConfigCheck => (config) => {
  const value = numberIn(config, attribute);
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return [];
  return [invalid(attribute, `expected ${attribute} to be in the range (${least} - ${most}), got ${value}`)];
};

export const oneOf = (attribute: string, choices: readonly string[]): ConfigCheck => (config) => {
  const value = stringIn(config, attribute);
  return value === undefined || choices.includes(value) ? [] : [invalid(attribute, `expected ${attribute} to be one of ${choices.join(', ')}, got ${value}`)];
};

export const matches = (attribute: string, pattern: RegExp, rule: string): ConfigCheck => (config) => {
  const value = stringIn(config, attribute);
  return value === undefined || pattern.test(value) ? [] : [invalid(attribute, `${attribute} ${JSON.stringify(value)}: ${rule}`)];
};

export const longestText = (attribute: string, characters: number): ConfigCheck => (config) => {
  const value = stringIn(config, attribute) ?? '';
  return value.length <= characters ? [] : [invalid(attribute, `expected length of ${attribute} to be at most ${characters}, got ${value.length}`)];
};

export const mostItems = (attribute: string, items: number): ConfigCheck => (config) => {
  const value = config[attribute];
  if (!Array.isArray(value) || value.length <= items) return [];
  return [invalid(attribute, `${attribute} takes at most ${items}, got ${value.length}`)];
};

/** As Terraform's SDK counts: what is not known yet may still turn out to be unset. */
export const exactlyOne = (...attributes: string[]): ConfigCheck => (config) => {
  const given = attributes.filter((name) => isSet(config, name) && config[name] !== UNKNOWN);
  const open = attributes.some((name) => config[name] === UNKNOWN);
  if (given.length === 1 || (given.length === 0 && open)) return [];
  return [invalid(attributes[0], `exactly one of ${attributes.join(', ')} must be specified, got ${given.join(' and ') || 'none'}`)];
};

/** Attributes of which one rules out the others. */
export const conflicting = (attribute: string, ...others: string[]): ConfigCheck => (config) =>
  (known(config, attribute) ? others.filter((other) => known(config, other)).map((other) => invalid(attribute, `${attribute} conflicts with ${other}`)) : []);

/** Judges every block of a name by itself. */
export const inBlocks = (name: string, ...checks: readonly ConfigCheck[]): ConfigCheck => (config) =>
  blocksIn(config, name).flatMap((block) => checks.flatMap((check) => check(block))).map((problem) => ({ ...problem, attribute: name }));

const known = (config: Attributes, name: string) => isSet(config, name) && config[name] !== UNKNOWN;

/** What the provider itself refuses, before any API is asked. */
export const invalid = (attribute: string, detail: string): Problem => ({ summary: 'InvalidConfiguration', detail, attribute });

/** The family of an address or a network in CIDR notation; undefined for anything else. */
export function familyOf(text: string): 4 | 6 | undefined {
  const network = networkOf(text);
  return network && (network.bytes.length === 4 ? 4 : 6);
}

/** A network as its first address: no bit stands behind the prefix. */
export function hasHostBits(text: string): boolean {
  const { bytes, bits } = networkOf(text) ?? { bytes: [], bits: 0 };
  return bytes.some((byte, index) => (byte & (0xff >> prefixBitsIn(index, bits))) !== 0);
}

/** One holds the other, or they are the same. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [networkOf(a), networkOf(b)];
  if (!one || !other || one.bytes.length !== other.bytes.length) return false;
  const bits = Math.min(one.bits, other.bits);
  return one.bytes.every((byte, index) => (byte ^ other.bytes[index]) >> (8 - prefixBitsIn(index, bits)) === 0);
}

/** How many bits of a byte belong to a prefix. */
const prefixBitsIn = (byte: number, bits: number) => Math.min(8, Math.max(0, bits - 8 * byte));

function networkOf(text: string): { readonly bytes: number[]; readonly bits: number } | undefined {
  // The parser would take `10` and `0x0a000001` as addresses.
  if (!/^(\d+\.\d+\.\d+\.\d+|[\da-fA-F:.]*:[\da-fA-F:.]*)(\/\d+)?$/.test(text)) return undefined;
  try {
    const [address, bits] = text.includes('/') ? parseCIDR(text) : [parse(text), undefined];
    const bytes = address.toByteArray();
    return { bytes, bits: bits ?? 8 * bytes.length };
  } catch {
    return undefined;
  }
}

const PORT = 65535;

/** `443` or `1000-2000`, of ports from 0 to 65535. */
export function isPortRange(text: string): boolean {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  return first !== undefined && Number(first) <= Number(last) && Number(last) <= PORT;
}
