import { FlowRecord, Outcome } from '../flow-record';
import { ColumnTypes, SqlRow } from './sql-engine';

/*
 * Flow records as the database has them: one row each, from `s` to `d`. What either end was seen to do is one number of bits,
 * so that a conversation's is the bitwise sum of its records'.
 */
export const FLOW_COLUMNS: ColumnTypes = {
  /** Ends: canonical addresses, or names behind NAMED. */
  s: 'text',
  d: 'text',
  /** Ports, NO_PORT where there is none. */
  sp: 'integer',
  dp: 'integer',
  pr: 'integer',
  /** Bytes of both directions. */
  b: 'integer',
  /** First and last moment, milliseconds since 1970. */
  st: 'integer',
  en: 'integer',
  /** Who saw it. */
  se: 'text',
  /** Connections that the log counts; 0 where it does not. */
  cn: 'integer',
  /** What the source and the destination were seen to do: bits below. */
  sb: 'integer',
  db: 'integer',
};

/** Flow records that an engine reads by itself: queries. */
export interface FlowSource {
  /** Rows of FLOW_COLUMNS. Those with SKIPPED_PROTOCOL tell of records that were lost. */
  readonly flows: string;
  /** What those tell: start and end (milliseconds since 1970) and sensor. Holds once the flows could be read. */
  readonly skipped: string;
  /** All that may stand in `s` and `d`, in the column `addr`, where it can be listed in a fraction of the time that the flows take. */
  readonly ends?: string;
}

/** Above every protocol. */
export const SKIPPED_PROTOCOL = 256;

/** Above every port: the other end then has the lower one. */
export const NO_PORT = 65_536;

/** Stands before the name of an end that has no address; no address begins with it. */
export const NAMED = '\u001e';
/** Stands between an address that moves and the number of the workload that had it then. */
export const PLACED = '\u001f';

/** Bits of one end. The lowest eight are the TCP flags that it sent. */
export const SYN_FLAG = 2;
export const RST_FLAG = 4;
export const ACK_FLAG = 16;
export const OUTCOME_BITS: { readonly [outcome in Outcome]: number } = {
  allowed: 256, attempt: 512, denied: 1024, wouldDeny: 2048, unknown: 4096,
};
/** The log says that this end opened the connection. */
export const OPENED = 8192;
/** Something that this end sent was seen. */
export const SENT = 16_384;

/** ICMP requests and the replies to them. Whatever else is no connection: errors, neighbours, routers. */
const ICMP_REPLIES: { readonly [protocol: number]: { readonly [reply: number]: number } } = {
  1: { 0: 8, 14: 13, 16: 15, 18: 17 },
  58: { 129: 128, 140: 139 },
};

/** The row of a record; nothing for ICMP messages that are no conversation. */
export function rowOf(record: FlowRecord): SqlRow | undefined {
  const replies = ICMP_REPLIES[record.protocol];
  const type = record.destinationPort;
  if (replies && type !== undefined) {
    if (Object.values(replies).includes(type)) return row({ ...record, sourcePort: undefined, initiator: 'source' });
    return Object.hasOwn(replies, type) ? row(turned(record, replies[type])) : undefined;
  }
  return row(record);
}

/** A reply seen on its own, as a part of the conversation that was asked for. */
function turned(record: FlowRecord, port: number): FlowRecord {
  return {
    ...record,
    source: record.destination, sourceName: record.destinationName,
    destination: record.source, destinationName: record.sourceName,
    sourcePort: undefined, destinationPort: port,
    bytes: record.replyBytes, replyBytes: record.bytes,
    packets: record.replyPackets, replyPackets: Math.max(1, record.packets),
    initiator: 'source',
  };
}

function row(record: FlowRecord): SqlRow {
  const { initiator, outcome, protocol, replyBytes, replyPackets } = record;
  const answered = replyBytes > 0 || replyPackets > 0;
  const flags = protocol === 6 ? (record.tcpFlags ?? 0) & 255 : 0;
  return [
    endText(record.source, record.sourceName), endText(record.destination, record.destinationName),
    record.sourcePort ?? NO_PORT, record.destinationPort ?? NO_PORT, protocol,
    record.bytes + replyBytes, record.start, record.end, record.sensor, record.connections ?? 0,
    flags | OUTCOME_BITS[outcome] | SENT | (initiator === 'source' ? OPENED : 0),
    (answered ? SENT | OUTCOME_BITS[outcome] : 0) | (initiator === 'destination' ? OPENED : 0),
  ];
}

function endText(address: string | undefined, name: string | undefined): string {
  return address ?? `${NAMED}${name ?? 'unknown'}`;
}
