import * as ipaddr from 'ipaddr.js';
import { FlowRecord } from '../flow-record';

/*
 * What single fields of log lines say. Nothing here throws: text that is not what it should be gives undefined, and where a field
 * may be absent, so that undefined means something else, NaN; `damageOf` finds it in a record.
 */

const IPV4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/** The canonical text of an address. An IPv4 address inside IPv6 is that IPv4 address: both ends of a log write it either way. */
export function addressOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 64) return undefined;
  if (IPV4.test(text)) return text;
  return text.includes(':') ? ipv6Of(text.split('%', 1)[0]) : undefined;
}

function ipv6Of(text: string): string | undefined {
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** A port, or a type or code of ICMP; NaN for what is none. */
export function portOf(value: unknown): number | undefined {
  return numberOf(value, 65_535);
}

/** A count of bytes, packets or connections; 0 where there is none, NaN for what is none. */
export function countOf(value: unknown): number {
  return numberOf(value, Number.MAX_SAFE_INTEGER) ?? 0;
}

/** A number that may be absent; NaN for what is there and is no whole number up to the highest. */
export function numberOf(value: unknown, highest: number): number | undefined {
  return given(value, () => wholeNumber(value, highest));
}

/** What is made of a value that may be absent; NaN where nothing can be made of one that is there. */
export function given(value: unknown, read: (value: unknown) => number | undefined): number | undefined {
  return value === undefined || value === null || value === '' || value === '-' ? undefined : read(value) ?? NaN;
}

/** A clock that ran backwards shows as a duration of centuries: longer ones count as nothing. */
const LONGEST_SECONDS = 90 * 24 * 3600;

/** Milliseconds of a duration in seconds; 0 where there is none, NaN for what is none. */
export function durationOf(value: unknown): number {
  const seconds = given(value, () => Number(value)) ?? 0;
  return seconds < 0 ? NaN : seconds > LONGEST_SECONDS ? 0 : Math.round(seconds * 1000);
}

/** Which of its numbers is none; undefined where the record can be used. */
export function damageOf(record: FlowRecord): string | undefined {
  const { start, end, sourcePort = 0, destinationPort = 0, tcpFlags = 0 } = record;
  const { bytes, packets, replyBytes, replyPackets, connections = 0 } = record;
  if (Number.isNaN(start + end)) return 'a start, end or duration that is none';
  if (Number.isNaN(sourcePort + destinationPort)) return 'a port that is no number from 0 to 65535';
  if (Number.isNaN(bytes + packets + replyBytes + replyPackets + connections)) return 'a count of bytes, packets or connections that is no whole number';
  return Number.isNaN(tcpFlags) ? 'TCP flags that are no number from 0 to 255' : undefined;
}

export function wholeNumber(value: unknown, highest: number): number | undefined {
  const number = typeof value === 'string' ? decimal(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= highest ? number : undefined;
}

/** `443`, and what tables make of it on their way: `443.0`, `4.43e2`. */
const DECIMAL = /^\d{1,20}(\.\d{0,12})?(e\+?\d{1,2})?$/i;

function decimal(text: string): number {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : NaN;
}

const PROTOCOLS: ReadonlyMap<string, number> = new Map(Object.entries({
  'icmp': 1, 'icmpv4': 1, 'igmp': 2, 'ipip': 4, 'tcp': 6, 'udp': 17, 'ipv6': 41, 'rsvp': 46, 'gre': 47, 'esp': 50, 'ah': 51,
  'icmpv6': 58, 'icmp6': 58, 'ipv6-icmp': 58, 'eigrp': 88, 'ospf': 89, 'pim': 103, 'vrrp': 112, 'sctp': 132, 'udplite': 136,
}));

/** IANA number of a protocol that a log writes by name, in whatever case, or by number. */
export function protocolOf(value: unknown): number | undefined {
  const number = wholeNumber(value, 255);
  return number ?? (typeof value === 'string' ? PROTOCOLS.get(value.trim().toLowerCase()) : undefined);
}

const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** TCP, UDP, DCCP, SCTP and UDP-Lite: what a log writes as ports of others says something else, or nothing. */
export function hasPorts(protocol: number): boolean {
  return WITH_PORTS.has(protocol);
}

/** Moments between which a log can be, in milliseconds since 1970: anything outside is a broken clock or a lost digit. */
const LOGS_FROM = Date.UTC(1990, 0);
export const LOGS_BEFORE = Date.UTC(2100, 0);

/** Milliseconds since 1970 from a number in the given unit. */
export function epoch(value: unknown, unitMilliseconds: number): number | undefined {
  const number = typeof value === 'string' ? decimal(value) : value;
  return typeof number === 'number' ? plausible(Math.round(number * unitMilliseconds)) : undefined;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?$/;

/** Milliseconds since 1970 from `2026-11-23T10:00:00.123+0100` and its like; without a zone it is taken for UTC. */
export function isoTime(value: unknown): number | undefined {
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '0', zone = 'Z'] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  if (parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31 || parts[3] > 24 || parts[4] > 59 || parts[5] > 60) return undefined;
  const utc = Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4], parts[5], Math.floor(Number(`0.${fraction}`) * 1000));
  return plausible(utc - offsetOf(zone));
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(-2)].map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function plausible(time: number): number | undefined {
  return time >= LOGS_FROM && time < LOGS_BEFORE ? time : undefined;
}
