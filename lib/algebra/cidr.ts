import * as ipaddr from 'ipaddr.js';

/** A block of addresses, both ends included. IPv4 addresses are numbers, IPv6 addresses are big integers. */
export type AddressBlock =
  | { readonly family: 4; readonly from: number; readonly to: number }
  | { readonly family: 6; readonly from: bigint; readonly to: bigint };

/**
 * Reads `a.b.c.d`, `a.b.c.d/n` and the same for IPv6. There is one way to read each accepted text: whatever another tool
 * might take for a different block (octal or short IPv4, host bits, IPv4 inside IPv6, a zone) is refused.
 *
 * @throws RangeError that says which of these it is.
 */
export function parseCidr(text: string): AddressBlock {
  if (typeof text !== 'string') throw new TypeError(`An address block must be text, not ${typeof text}.`);
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const width = address.family === 4 ? 32 : 128;
  const length = slash < 0 ? width : prefixLength(text, text.slice(slash + 1), width);
  const block = blockOf(address, width - length);
  if (block.from !== address.from) {
    throw new RangeError(`${quoted(text)} has bits set after its prefix; the block of that length is ${printAddress(block.family, block.from)}/${length}.`);
  }
  return block;
}

/** Reads one address as a block of one. @throws RangeError if it is not exactly one address in plain spelling. */
export function parseAddress(text: string): AddressBlock {
  if (text.includes('%')) throw new RangeError(`${quoted(text)} has a zone id, which means something on one host only.`);
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** An address in dotted decimal or in the canonical text of RFC 5952, always without an embedded IPv4 part. */
export function printAddress(family: 4 | 6, address: number | bigint): string {
  if (family === 4) return new ipaddr.IPv4(bytesOf(Number(address))).toString();
  const parts = Array.from({ length: 8 }, (_, i) => Number((BigInt(address) >> BigInt(112 - 16 * i)) & 0xffffn));
  return new ipaddr.IPv6(parts).toRFC5952String();
}

function parseIpv4(text: string): AddressBlock {
  const octets = text.split('.');
  if (text === '' || !octets.every((octet) => /^[0-9]+$/.test(octet))) throw new RangeError(`${quoted(text)} is not an IP address.`);
  if (octets.length !== 4) throw new RangeError(`${quoted(text)} does not have four octets; the short forms of IPv4 addresses are ambiguous.`);
  if (octets.some((octet) => octet.length > 1 && octet.startsWith('0'))) {
    throw new RangeError(`${quoted(text)} has an octet with a leading zero, which some tools read as octal.`);
  }
  if (octets.some((octet) => Number(octet) > 255)) throw new RangeError(`${quoted(text)} has an octet above 255.`);
  const value = octets.reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { family: 4, from: value, to: value };
}

function parseIpv6(text: string): AddressBlock {
  if (text.includes('.')) throw new RangeError(`${quoted(text)} spells a part of an IPv6 address as IPv4; write it in hexadecimal groups.`);
  const plausible = /^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,8}$/i.test(text);
  const parts = plausible ? partsOfIpv6(text) : undefined;
  if (!parts) throw new RangeError(`${quoted(text)} is not an IPv6 address.`);
  const hex = parts.map((part) => part.toString(16).padStart(4, '0')).join('');
  const value = BigInt(`0x${hex}`);
  return { family: 6, from: value, to: value };
}

function partsOfIpv6(text: string): number[] | undefined {
  try {
    return ipaddr.IPv6.parse(text).parts;
  } catch {
    return undefined;
  }
}

function prefixLength(text: string, digits: string, width: number): number {
  if (digits.includes('.')) throw new RangeError(`${quoted(text)} has a netmask; write the prefix length instead.`);
  if (!/^(0|[1-9][0-9]*)$/.test(digits)) throw new RangeError(`${quoted(text)} has no valid prefix length after the slash.`);
  if (Number(digits) > width) throw new RangeError(`${quoted(text)} has a prefix longer than ${width} bits.`);
  return Number(digits);
}

function blockOf(address: AddressBlock, hostBits: number): AddressBlock {
  if (address.family === 4) {
    const size = 2 ** hostBits;
    const from = address.from - (address.from % size);
    return { family: 4, from, to: from + size - 1 };
  }
  const size = 1n << BigInt(hostBits);
  const from = address.from - (address.from % size);
  return { family: 6, from, to: from + size - 1n };
}

function bytesOf(address: number): number[] {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
}

/** Hostile text must neither flood a message nor break its line. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
