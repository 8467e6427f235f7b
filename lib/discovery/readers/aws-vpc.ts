import { Outcome } from '../flow-record';
import { AWS_ABSENT, AWS_DEFAULT_LAYOUT, AWS_EARLIEST_SECONDS, AWS_OUTCOMES, AWS_SKIPPED, AwsColumns, awsColumns, awsFieldName, isAwsLayout } from './aws-fields';
import { addressOf, countOf, epoch, hasPorts, numberOf, portOf, protocolOf, wholeNumber } from './fields';
import { LineParser } from './lines';
import { LogParser, LogReader, LogSink, ToldOfLog } from './log-reader';
import { damaged, put, Reading, TCP } from './reading';

/** Exports of CloudWatch Logs to S3 put the time of ingestion before each message. */
const EXPORT_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\s+/;
/** Where such a time has a T. */
const EXPORT_MARK = 10;
const LINES_LOOKED_AT = 5;

/** AWS VPC and transit gateway flow logs as text: in any layout with a header or with fields that are told, else in the default one. */
export const awsVpcReader: LogReader = {
  format: 'aws-vpc',
  recognizes: (beginning) => beginning.split('\n', LINES_LOOKED_AT).some((line) => isAwsLayout(columnsOf(line.trim())) || looksDefault(line)),
  parser: textParser,
};

function textParser(sink: LogSink, told?: ToldOfLog): LogParser {
  const lines = new AwsLines(sink, told);
  return new LineParser({
    line: (text, number) => lines.line(text, number),
    tooLong: (number) => sink.reject(number, 'the line is too long'),
  });
}

/** Lines of one log, each of which may be a flow, a notice of AWS, or a header that says what the following lines hold. */
export class AwsLines {
  private layout: Layout | undefined;

  /** @param sensor What saw the flows, for layouts without `interface-id`. */
  public constructor(private readonly sink: LogSink, told: ToldOfLog = {}, private readonly sensor = '') {
    const fields = told.fields ?? AWS_DEFAULT_LAYOUT;
    this.layout = layoutOf(fields, ' ', told.fields ? 'the fields that were named are' : 'the default layout (no header or --fields names another) has');
  }

  public line(text: string, number: number): void {
    const line = text[EXPORT_MARK] === 'T' ? text.replace(EXPORT_TIME, '') : text;
    if (line.trim() === '') return;
    if (/[a-z]addr/i.test(line) && this.header(line.trim(), number)) return;
    if (!this.layout) return this.sink.reject(number, 'the header names no addresses or no protocol, so no flow can be told');
    const values = valuesOf(line, this.layout);
    if (values.length !== this.layout.width) {
      return this.sink.reject(number, `${values.length} fields, where ${this.layout.source} ${this.layout.width}`);
    }
    put(this.flow(this.layout.columns, values), this.sink, number);
  }

  private header(line: string, number: number): boolean {
    const columns = columnsOf(line);
    if (!isAwsLayout(columns)) return false;
    this.layout = layoutOf(columns, line.includes(',') ? ',' : ' ', 'the header names');
    if (!this.layout) this.sink.reject(number, 'the layout has no protocol, so no line of it tells of a flow');
    return true;
  }

  /** A flow, nothing where the line tells of none, or what is wrong with it. Written out: tens of millions of lines come by here. */
  private flow(columns: Indices, values: readonly string[]): Reading {
    const sensor = firstOf(values, columns.sensor) ?? this.sensor;
    const status = at(values, columns.status);
    const start = this.time(at(values, columns.start) ?? at(values, columns.end));
    const end = this.time(at(values, columns.end) ?? at(values, columns.start));
    if (status === AWS_SKIPPED) return this.skipped(sensor, start, end);
    const [from, to] = [firstOf(values, columns.source), firstOf(values, columns.destination)];
    if (status !== undefined && from === undefined && to === undefined) return undefined;
    const [source, destination] = [addressOf(from), addressOf(to)];
    if (source === undefined || destination === undefined) return damaged('a source or destination that is no address');
    const protocol = protocolOf(at(values, columns.protocol));
    if (protocol === undefined) return damaged('a protocol that is no number from 0 to 255');
    if (start === undefined || end === undefined || end < start) return damaged('a start or end that is no time, or an end before the start');
    const withPorts = hasPorts(protocol);
    const outcome = outcomeOf(at(values, columns.action));
    return {
      start,
      end,
      source,
      destination,
      sourcePort: withPorts ? portOf(at(values, columns.sourcePort)) : undefined,
      destinationPort: withPorts ? portOf(at(values, columns.destinationPort)) : undefined,
      protocol,
      bytes: countOf(at(values, columns.bytes)),
      // Nothing depends on them, and the database does not look at them either.
      packets: wholeNumber(at(values, columns.packets), Number.MAX_SAFE_INTEGER) ?? 0,
      replyBytes: 0,
      replyPackets: 0,
      tcpFlags: protocol === TCP ? numberOf(at(values, columns.tcpFlags), 255) : undefined,
      outcome,
      sensor,
      rule: outcome === 'denied' ? at(values, columns.rejectReason) : undefined,
    };
  }

  private skipped(sensor: string, start: number | undefined, end: number | undefined): undefined {
    const [from, to] = [start, end].map((time) => (time === undefined ? undefined : new Date(time).toISOString()));
    this.sink.gap({ kind: 'skipped', detail: `AWS skipped records of ${sensor || 'an interface'}`, from, to });
  }

  private time(text: string | undefined): number | undefined {
    if (text === undefined) return this.sink.writtenAt;
    const time = epoch(text, 1000);
    return time !== undefined && time >= AWS_EARLIEST_SECONDS * 1000 ? time : undefined;
  }
}

function at(values: readonly string[], index: number | undefined): string | undefined {
  const value = index === undefined ? undefined : values[index];
  return value === AWS_ABSENT || value === '' ? undefined : value;
}

function firstOf(values: readonly string[], indices: readonly number[]): string | undefined {
  for (const index of indices) {
    const value = at(values, index);
    if (value !== undefined) return value;
  }
  return undefined;
}

function outcomeOf(action: string | undefined): Outcome {
  const known = action?.toUpperCase() ?? '';
  return Object.hasOwn(AWS_OUTCOMES, known) ? AWS_OUTCOMES[known] : 'unknown';
}

/** Where in a line the columns stand. */
type Place<T> = T extends readonly string[] ? readonly number[] : T extends string ? number : undefined;
type Indices = { readonly [K in keyof AwsColumns]: Place<AwsColumns[K]> };

interface Layout {
  readonly width: number;
  readonly separator: ',' | ' ';
  /** Who says so, in words before a number of fields. */
  readonly source: string;
  readonly columns: Indices;
}

function layoutOf(columns: readonly string[], separator: ',' | ' ', source: string): Layout | undefined {
  const named = awsColumns(columns);
  if (!named) return undefined;
  const index = (name: string): number => columns.indexOf(name);
  const place = (name: string | readonly string[] | undefined): unknown => (typeof name === 'string' ? index(name) : name?.map(index));
  const indices = Object.entries(named).map(([key, name]) => [key, place(name)]);
  return { width: columns.length, separator, source, columns: Object.fromEntries(indices) as Indices };
}

function columnsOf(line: string): string[] {
  return fieldsOf(line, line.includes(',') ? ',' : ' ').map(awsFieldName);
}

/** One blank stands between two values, so that none at all is an empty one; other lines have runs of blanks between them. */
function valuesOf(line: string, { separator, width }: Layout): readonly string[] {
  const values = line.split(separator);
  return values.length === width && !line.includes('"') ? values : fieldsOf(line.trim(), separator);
}

/** Values hold neither blanks nor commas; some tools quote them all the same. */
function fieldsOf(line: string, separator: ',' | ' '): string[] {
  const fields = separator === ',' ? line.split(',') : line.split(/\s+/);
  return line.includes('"') ? fields.map((field) => field.trim().replace(/^"(.*)"$/, '$1')) : fields;
}

/** Whether a line of the text has that many fields. */
export function fitsAwsFields(beginning: string, fields: readonly string[]): boolean {
  return beginning.split('\n', LINES_LOOKED_AT).some((line) => fieldsOf(line.replace(EXPORT_TIME, '').trim(), ' ').length === fields.length);
}

/** The names of fields in a text, as a flow log is given them: `${srcaddr} ${dstaddr} …`, or with blanks or commas alone. */
export function awsFieldsIn(text: string): string[] {
  return text.split(/[\s,]+/).map((name) => awsFieldName(name.replace(/^\$\{(.*)\}$/, '$1'))).filter((name) => name !== '');
}

function looksDefault(text: string): boolean {
  const fields = text.replace(EXPORT_TIME, '').trim().split(/\s+/);
  const [version, account, , source, destination] = fields;
  const addresses = [source, destination].every((address) => address === AWS_ABSENT || addressOf(address) !== undefined);
  return fields.length === AWS_DEFAULT_LAYOUT.length && /^\d{1,2}$/.test(version) && /^(\d{12}|unknown)$/.test(account) && addresses
    && ['OK', 'NODATA', AWS_SKIPPED].includes(fields[fields.length - 1]);
}
