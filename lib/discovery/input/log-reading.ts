import { Problem } from '../../support/errors';
import { FlowRecord } from '../flow-record';
import { CoverageGap, LogSink } from '../readers/log-reader';
import { Gaps, Hours } from './coverage';
import { decompressed } from './decompress';
import { Log } from './logs';
import { LogText } from './text';

/** Records that are handed on at once, about. */
const BATCH = 10_000;
/** Rejected lines that are named; the others are counted. */
const NAMED = 10;

/** What became of one log. */
export interface LogReport {
  readonly path: string;
  readonly format: string;
  readonly records: number;
  readonly rejected: number;
  readonly gaps: readonly CoverageGap[];
  /** That it could not be read, or its first rejected lines, each with the file, the line and the reason. */
  readonly problems: readonly Problem[];
}

/**
 * Reads one log as fast as its records are taken. Damage is never fatal: what cannot be read is counted, and what stands before
 * and after it is used.
 */
export class LogReading {
  private records: FlowRecord[] = [];
  private count = 0;
  private rejected = 0;
  private line = 1;
  private readonly problems: Problem[] = [];
  private readonly told = new Gaps();
  private readonly hours = new Hours();

  public constructor(private readonly log: Log) {}

  /** Its records, in batches of about 10,000. To be called once. */
  public async *batches(size = BATCH): AsyncGenerator<FlowRecord[]> {
    const parser = this.log.reader?.parser(this.sink(), this.log.told);
    if (!parser) return;
    for await (const text of this.texts()) {
      parser.write(text);
      this.line += lineBreaks(text);
      if (this.records.length >= size) yield this.taken();
    }
    parser.end();
    if (this.records.length > 0) yield this.taken();
  }

  /** Complete when the last batch was taken. */
  public report(): LogReport {
    const { path, format } = this.log;
    const unread: CoverageGap[] = this.log.reader ? [] : [{ kind: 'missing', detail: 'the file is of no known format and was not read' }];
    const gaps = [...this.told.list(), ...this.hours.gaps(), ...this.log.gaps, ...unread];
    const problems: Problem[] = this.log.reader ? this.problems : [{ code: 'MSEG6102', where: path, message: 'nothing of it was used' }];
    return { path, format, records: this.count, rejected: this.rejected, gaps, problems };
  }

  private sink(): LogSink {
    return {
      writtenAt: this.log.writtenAt,
      record: (record) => {
        this.count += 1;
        this.hours.add(record.start);
        this.records.push(record);
      },
      reject: (line, reason) => this.reject(line, reason),
      gap: (gap) => this.told.add(gap),
    };
  }

  private async *texts(): AsyncGenerator<string> {
    const decoder = new LogText();
    const pieces = decompressed(this.log.bytesOf(), this.log.compression, (reason) => this.reject(this.line, reason));
    for await (const piece of pieces) yield decoder.decode(piece);
    yield decoder.end();
  }

  private reject(line: number, reason: string): void {
    this.rejected += 1;
    if (this.problems.length < NAMED) this.problems.push({ code: 'MSEG6101', where: `${this.log.path}:${line}`, message: reason });
  }

  private taken(): FlowRecord[] {
    const records = this.records;
    this.records = [];
    return records;
  }
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
