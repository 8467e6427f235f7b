import { FlowRecord } from '../../../lib/discovery/flow-record';
import { addressOf } from '../../../lib/discovery/readers/fields';
import { CoverageGap, LogReader } from '../../../lib/discovery/readers/log-reader';
import { readerOf } from '../../../lib/discovery/readers/registry';

export interface ReadLog {
  readonly records: FlowRecord[];
  readonly rejected: { readonly line: number; readonly reason: string }[];
  readonly gaps: CoverageGap[];
}

export const WRITTEN_AT = Date.UTC(2026, 10, 1);

/** Reads text as a log of the format, in pieces of the given size. */
export function readText(format: string | LogReader, text: string, piece = 65_536): ReadLog {
  const reader = typeof format === 'string' ? readerOf(format)! : format;
  const result: ReadLog = { records: [], rejected: [], gaps: [] };
  const parser = reader.parser({
    writtenAt: WRITTEN_AT,
    record: (record) => result.records.push(record),
    reject: (line, reason) => result.rejected.push({ line, reason }),
    gap: (gap) => result.gaps.push(gap),
  });
  for (let from = 0; from < text.length; from += piece) parser.write(text.slice(from, from + piece));
  parser.end();
  return result;
}

const OUTCOMES = ['allowed', 'attempt', 'denied', 'wouldDeny', 'unknown'];
const COUNTS = ['bytes', 'packets', 'replyBytes', 'replyPackets'] as const;

/** What is wrong with a record, whatever line it was read from; nothing, if it is one. */
export function flawOf(record: FlowRecord): string | undefined {
  const whole = (value: unknown, highest: number): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= highest;
  const optional = (value: unknown, highest: number): boolean => value === undefined || whole(value, highest);
  const canonical = (address: string | undefined): boolean => address === undefined || addressOf(address) === address;
  const named = (address: string | undefined, name: unknown): boolean => address !== undefined || (typeof name === 'string' && name !== '');
  if (!whole(record.start, 8.64e15) || !whole(record.end, 8.64e15) || record.end < record.start) return `time ${record.start} to ${record.end}`;
  if (!canonical(record.source) || !canonical(record.destination)) return `address ${record.source} or ${record.destination}`;
  if (!named(record.source, record.sourceName) || !named(record.destination, record.destinationName)) return 'an end without address and name';
  if (!whole(record.protocol, 255)) return `protocol ${record.protocol}`;
  if (!optional(record.sourcePort, 65_535) || !optional(record.destinationPort, 65_535)) return 'port';
  const count = COUNTS.find((name) => !whole(record[name], Number.MAX_SAFE_INTEGER));
  if (count !== undefined) return `${count} ${record[count]}`;
  if (!optional(record.connections, Number.MAX_SAFE_INTEGER) || !optional(record.tcpFlags, 255)) return 'connections or flags';
  if (!OUTCOMES.includes(record.outcome)) return `outcome ${record.outcome}`;
  if (![undefined, 'source', 'destination'].includes(record.initiator)) return `initiator ${record.initiator}`;
  return typeof record.sensor === 'string' && ['string', 'undefined'].includes(typeof record.rule) ? undefined : 'sensor or rule';
}
