import { FlowRecord } from '../flow-record';
import { damageOf } from './fields';
import { JsonObjects } from './json-values';
import { LineParser } from './lines';
import { LogParser, LogReader, LogSink } from './log-reader';

/** What one line or object of a log is: a flow, something else that belongs there (nothing is said of it), or damaged. */
export type Reading = FlowRecord | undefined | Damaged;

export interface Damaged {
  readonly damaged: string;
}

export function damaged(reason: string): Damaged {
  return { damaged: reason };
}

/** A format of JSON objects, each of which is read by itself. */
export function jsonReader(
  format: string,
  recognizes: (beginning: string) => boolean,
  read: (value: { readonly [key: string]: unknown }, sink: LogSink) => Reading,
  lists: readonly string[] = [],
): LogReader {
  return {
    format,
    recognizes,
    parser: (sink) => new JsonObjects({
      object: (value, line) => put(read(value, sink), sink, line),
      reject: (line, reason) => sink.reject(line, reason),
    }, lists),
  };
}

/** A format of lines. `start` makes the function that reads the lines of one file, which may keep what a header told it. */
export function lineReader(
  format: string,
  recognizes: (beginning: string) => boolean,
  start: (sink: LogSink) => (line: string) => Reading,
): LogReader {
  return { format, recognizes, parser: (sink) => parserOf(start(sink), sink) };
}

function parserOf(read: (line: string) => Reading, sink: LogSink): LogParser {
  return new LineParser({
    line: (text, number) => {
      if (text.trim() !== '') put(read(text), sink, number);
    },
    tooLong: (number) => sink.reject(number, 'the line is too long'),
  });
}

/** Hands a reading on, if there is one and all of its numbers are. */
export function put(reading: Reading, sink: LogSink, line: number): void {
  if (reading === undefined) return;
  const damage = 'damaged' in reading ? reading.damaged : damageOf(reading);
  if (damage !== undefined) sink.reject(line, damage);
  else sink.record(reading as FlowRecord);
}

/** The columns of a table whose header named them, by name. A value that stands for "absent" is absent. */
export class Columns {
  private readonly at: ReadonlyMap<string, number>;

  public constructor(names: readonly string[], private readonly absent: readonly string[] = ['-', '']) {
    this.at = new Map(names.map((name, index) => [name.trim(), index]));
  }

  public has(...names: readonly string[]): boolean {
    return names.every((name) => this.at.has(name));
  }

  /** The first of these columns that the table has and the row fills. */
  public value(row: readonly string[], ...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = row[this.at.get(name) ?? -1]?.trim();
      if (value !== undefined && !this.absent.includes(value)) return value;
    }
    return undefined;
  }
}

/** The text of a member that may be missing or of another type. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ICMPV6 = 58;

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

export function isIcmp(protocol: number): boolean {
  return protocol === ICMP || protocol === ICMPV6;
}

/** Flags of one direction of a whole connection, added up: only a lone question or a refusal says who asked. */
export function sumOfFlags(flags: number): number | undefined {
  if ((flags & SYN) !== 0) return (flags & ACK) === 0 ? flags : undefined;
  return flags === 0 ? undefined : flags;
}

/** `.AP.SF` and its like: the letters of the flags in whatever order, any other character for those not set. */
export function flagsOfLetters(text: string): number {
  const value: { readonly [letter: string]: number } = { F: FIN, S: SYN, R: RST, A: ACK };
  return [...text.toUpperCase()].reduce((sum, letter) => sum | (value[letter] ?? 0), 0);
}
