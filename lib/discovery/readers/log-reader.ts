import { FlowRecord } from '../flow-record';

/** A log format: how it is recognised and how its text becomes flow records. */
export interface LogReader {
  /** The name in maps, reports and `--format`. */
  readonly format: string;
  /** Whether a file that begins with this text is of this format. The beginning holds at least one whole line, if the file has one. */
  recognizes(beginning: string): boolean;
  /** A parser for one file; it keeps what a header told it. */
  parser(sink: LogSink, told?: ToldOfLog): LogParser;
}

/** What the user says of logs, because they do not say it themselves. */
export interface ToldOfLog {
  /** The fields of AWS flow logs in their order, for lines without a header; by default those of the default layout. */
  readonly fields?: readonly string[];
}

/** Takes a file's text as it comes, in pieces that may end anywhere, and never throws for what stands in it. */
export interface LogParser {
  write(text: string): void;
  end(): void;
}

/** Where a parser puts what it finds. */
export interface LogSink {
  /** When the file was written last, in milliseconds since 1970: the time of records whose log gives none (a table of connections). */
  readonly writtenAt: number;
  record(record: FlowRecord): void;
  /** A line, or a part of a document, that is no flow of this format though it should be. `line` counts from 1. */
  reject(line: number, reason: string): void;
  /** Traffic that the log itself says is missing: records skipped by the platform, sampling, hours without a file. */
  gap(gap: CoverageGap): void;
}

export interface CoverageGap {
  readonly kind: 'skipped' | 'sampled' | 'missing';
  /** What is missing, in words for people. */
  readonly detail: string;
  /** ISO 8601 in UTC, where known. */
  readonly from?: string;
  readonly to?: string;
}
