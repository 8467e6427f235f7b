import { closeSync, createReadStream, openSync, readSync } from 'fs';
import { fail, Problem, SegmentationError } from '../../support/errors';
import { reasonOf } from '../../support/files';
import { awsColumns } from '../readers/aws-fields';
import { awsFieldsIn, awsVpcReader, fitsAwsFields } from '../readers/aws-vpc';
import { LONGEST_LINE } from '../readers/lines';
import { CoverageGap, LogReader, ToldOfLog } from '../readers/log-reader';
import { LOG_READERS, readerOf, recognize } from '../readers/registry';
import { Compression, compressionOf, decompressed } from './decompress';
import { LogFile, logFiles, STANDARD_INPUT } from './log-files';
import { missingHours } from './missing-hours';
import { LogText } from './text';

/** Columnar files, which the database reads by itself. */
export const PARQUET = 'parquet';
/** A log without content, of whatever format. */
const EMPTY: LogReader = { ...LOG_READERS[0], format: 'empty' };
/** What a directory holds beside logs. */
export const UNKNOWN = 'unknown';

/** How much of a file is looked at to tell its format: the least that holds a block of every compression. */
const LOOKED_AT = 256 * 1024;

/** A log whose format is known, before it is read. */
export interface Log {
  readonly path: string;
  /** The user named this very file, and so takes it for a log. */
  readonly named: boolean;
  /** The name of a reader, `parquet`, `empty`, or `unknown`. */
  readonly format: string;
  readonly compression: Compression;
  /** On the disk; 0 for standard input. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  /** The first part of its text, with at least one whole line if it has one. */
  readonly beginning: string;
  /** Hours of its series without a file, after this one. */
  readonly gaps: readonly CoverageGap[];
  /** Absent for `parquet` and `unknown`. */
  readonly reader?: LogReader;
  readonly told: ToldOfLog;
  /** Its bytes as they are stored. Standard input can be taken once. */
  bytesOf(): AsyncIterable<Uint8Array>;
}

export interface LogOptions {
  /** The format of all files. By default it is told from the content of each. */
  readonly format?: string;
  /** The fields of AWS flow logs without a header, as `create-flow-logs --log-format` takes them. By default the default layout. */
  readonly fields?: string;
  /** What `-` stands for. By default the standard input of the process. */
  readonly standardInput?: AsyncIterable<Uint8Array>;
}

/**
 * Finds logs and tells their formats. A file without content is a log without records; a file of no known format that was only
 * found in a directory is listed as `unknown`.
 *
 * @throws MSEG6001 if an argument stands for no file.
 * @throws MSEG6002 if a file that was named is of no known format.
 * @throws MSEG6003 if there is no format of the given name.
 * @throws MSEG6080 if lines of the given fields tell of no flow.
 */
export async function openLogs(paths: readonly string[], options: LogOptions = {}): Promise<Log[]> {
  const reader = options.format === undefined ? undefined : readerNamed(options.format);
  const told = options.fields === undefined ? {} : { fields: fieldsNamed(options.fields) };
  const files = logFiles(paths);
  const gaps = missingHours(files.map(({ path }) => path));
  const problems: Problem[] = [];
  const logs: Log[] = [];
  for (const file of files) {
    const log = await openLog(file, { reader, told, gaps: gaps.get(file.path) ?? [], standardInput: options.standardInput });
    if (log.format === UNKNOWN && file.named) problems.push(unknown(file));
    logs.push(log);
  }
  if (problems.length > 0) throw new SegmentationError(problems);
  return logs;
}

/** Names of all formats that are read from text. */
export function formatNames(): string[] {
  return LOG_READERS.map(({ format }) => format).sort();
}

function readerNamed(format: string): LogReader {
  return readerOf(format) ?? fail('MSEG6003', '--format', `${JSON.stringify(format)} is none of ${formatNames().join(', ')}`);
}

function fieldsNamed(text: string): string[] {
  const fields = awsFieldsIn(text);
  return awsColumns(fields) ? fields : fail('MSEG6080', '--fields', `${JSON.stringify(text)} has no addresses or no protocol, or few names of AWS`);
}

function unknown({ path }: LogFile): Problem {
  return { code: 'MSEG6002', where: path, message: `its beginning is of none of the formats ${formatNames().join(', ')}, ${PARQUET}` };
}

interface Given {
  readonly reader?: LogReader;
  readonly told: ToldOfLog;
  readonly gaps: readonly CoverageGap[];
  readonly standardInput?: AsyncIterable<Uint8Array>;
}

async function openLog(file: LogFile, given: Given): Promise<Log> {
  const input = file.path === STANDARD_INPUT ? await Replayed.from(given.standardInput ?? process.stdin) : undefined;
  const first = input?.beginning ?? readable(file.path);
  const compression = compressionOf(first);
  const beginning = await textOf(first, compression);
  const reader = isParquet(first) ? undefined : given.reader ?? recognized(beginning, given.told);
  return {
    path: file.path,
    named: file.named,
    format: isParquet(first) && !input ? PARQUET : reader?.format ?? UNKNOWN,
    compression,
    bytes: file.bytes,
    writtenAt: file.writtenAt,
    beginning,
    gaps: given.gaps,
    reader,
    told: given.told,
    bytesOf: () => input ?? createReadStream(file.path, { highWaterMark: LOOKED_AT }),
  };
}

function recognized(beginning: string, { fields }: ToldOfLog): LogReader | undefined {
  if (beginning.trim() === '') return EMPTY;
  return recognize(beginning) ?? (fields && fitsAwsFields(beginning, fields) ? awsVpcReader : undefined);
}

function isParquet(beginning: Uint8Array): boolean {
  return Buffer.from(beginning.subarray(0, 4)).toString('latin1') === 'PAR1';
}

function readable(path: string): Uint8Array {
  try {
    return beginningOf(path);
  } catch (error) {
    return fail('MSEG6001', path, reasonOf(error));
  }
}

function beginningOf(path: string): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(LOOKED_AT);
    const length = readSync(descriptor, buffer, 0, LOOKED_AT, 0);
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** The beginning is cut somewhere, which is no damage. */
async function textOf(beginning: Uint8Array, compression: Compression): Promise<string> {
  const decoder = new LogText();
  let text = '';
  for await (const piece of decompressed([beginning], compression, () => undefined)) {
    text += decoder.decode(piece);
    if (text.length >= LONGEST_LINE) break;
  }
  return text;
}

/** A stream of which the beginning was looked at before it is read whole. */
class Replayed implements AsyncIterable<Uint8Array> {
  public static async from(stream: AsyncIterable<Uint8Array>): Promise<Replayed> {
    const iterator = stream[Symbol.asyncIterator]();
    const pieces: Uint8Array[] = [];
    for (let length = 0; length < LOOKED_AT;) {
      const { value, done } = await iterator.next();
      if (done) break;
      pieces.push(value);
      length += value.length;
    }
    return new Replayed(Buffer.concat(pieces), iterator);
  }

  private constructor(public readonly beginning: Uint8Array, private readonly rest: AsyncIterator<Uint8Array>) {}

  public async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield this.beginning;
    for (let next = await this.rest.next(); !next.done; next = await this.rest.next()) yield next.value;
  }
}
