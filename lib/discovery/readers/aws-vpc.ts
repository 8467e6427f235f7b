import { FlowRecord, Outcome } from '../flow-record';
import { AWS_ABSENT, AWS_DEFAULT_LAYOUT, AWS_EARLIEST_SECONDS, AWS_OUTCOMES, AWS_SKIPPED, AwsColumns, awsColumns, awsFieldName, isAwsLayout } from './aws-fields';
import { addressOf, countOf, epoch, hasPorts, portOf, protocolOf, wholeNumber } from './fields';
import { LineParser } from './lines';
import { LogParser, LogReader, LogSink } from './log-reader';

/** Exports of CloudWatch Logs to S3 put the time of ingestion before each message. */
const EXPORT_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\s+/;
const LINES_LOOKED_AT = 5;

/** AWS VPC and transit gateway flow logs as text: with a header line in any layout, or without one in the default layout. */
export const awsVpcReader: LogReader = {
  format: 'aws-vpc',
  recognizes: (beginning) => beginning.split('\n', LINES_LOOKED_AT).some((line) => isAwsLayout(columnsOf(line.trim())) || looksDefault(line)),
  parser: textParser,
};

function textParser(sink: LogSink): LogParser {
  const lines = new AwsLines(sink);
  return new LineParser({
    line: (text, number) => lines.line(text, number),
    tooLong: (number) => sink.reject(number, 'the line is too long'),
  });
}

/** Lines of one log, each of which may be a flow, a notice of AWS, or a header that says what the following lines hold. */
export class AwsLines {
  private layout: Layout | undefined = layoutOf(AWS_DEFAULT_LAYOUT);

  /** @param sensor What saw the flows, for layouts without `interface-id`. */
  public constructor(private readonly sink: LogSink, private readonly sensor = '') {}

  public line(text: string, number: number): void {
    const line = text.replace(EXPORT_TIME, '').trim();
    if (line === '') return;
    if (line.length < 4_000 && /srcaddr/i.test(line) && this.header(line, number)) return;
    if (!this.layout) return this.sink.reject(number, 'the header names no addresses or no protocol, so no flow can be told');
    const values = fieldsOf(line, this.layout.separator);
    if (values.length !== this.layout.width) {
      return this.sink.reject(number, `${values.length} fields, where the layout has ${this.layout.width}`);
    }
    const flow = this.flow(this.layout.columns, values);
    if (typeof flow === 'string') this.sink.reject(number, flow);
    else if (flow) this.sink.record(flow);
  }

  private header(line: string, number: number): boolean {
    const columns = columnsOf(line);
    if (!isAwsLayout(columns)) return false;
    this.layout = layoutOf(columns, line.includes(',') ? ',' : ' ');
    if (!this.layout) this.sink.reject(number, 'the layout has no protocol, so no line of it tells of a flow');
    return true;
  }

  /** A flow, nothing where the line tells of none, or what is wrong with it. */
  private flow(columns: Indices, values: readonly string[]): FlowRecord | string | undefined {
    const line = new Values(values);
    const sensor = line.first(columns.sensor) ?? this.sensor;
    const times = this.times(line.at(columns.start), line.at(columns.end));
    const status = line.at(columns.status);
    if (status === AWS_SKIPPED) return this.skipped(sensor, times);
    const ends = [line.first(columns.source), line.first(columns.destination)];
    if (status !== undefined && ends.every((end) => end === undefined)) return undefined;
    const [source, destination] = ends.map(addressOf);
    if (source === undefined || destination === undefined) return 'a source or destination that is no address';
    const protocol = protocolOf(line.at(columns.protocol));
    if (protocol === undefined) return 'a protocol that is no number from 0 to 255';
    if (!times) return 'a start or end that is no time, or an end before the start';
    const ports = hasPorts(protocol) ? line.ports(columns) : {};
    if (!ports) return 'a port that is no number from 0 to 65535';
    const outcome = outcomeOf(line.at(columns.action));
    return {
      ...times, source, destination, ...ports, protocol,
      bytes: countOf(line.at(columns.bytes)), packets: countOf(line.at(columns.packets)), replyBytes: 0, replyPackets: 0,
      tcpFlags: protocol === 6 ? wholeNumber(line.at(columns.tcpFlags), 255) : undefined,
      outcome, sensor, rule: outcome === 'denied' ? line.at(columns.rejectReason) : undefined,
    };
  }

  private skipped(sensor: string, times: Times | undefined): undefined {
    const [from, to] = times ? [times.start, times.end].map((time) => new Date(time).toISOString()) : [];
    this.sink.gap({ kind: 'skipped', detail: `AWS skipped records of ${sensor || 'an interface'}`, from, to });
  }

  private times(start: string | undefined, end: string | undefined): Times | undefined {
    if (start === undefined && end === undefined) return { start: this.sink.writtenAt, end: this.sink.writtenAt };
    const [first, last] = [start ?? end, end ?? start].map((text) => epoch(text, 1000));
    if (first === undefined || last === undefined || first < AWS_EARLIEST_SECONDS * 1000 || last < first) return undefined;
    return { start: first, end: last };
  }
}

/** The values of a line, `-` being none. */
class Values {
  public constructor(private readonly values: readonly string[]) {}

  public at(index: number | undefined): string | undefined {
    const value = index === undefined ? undefined : this.values[index];
    return value === AWS_ABSENT || value === '' ? undefined : value;
  }

  public first(indices: readonly number[]): string | undefined {
    return indices.map((index) => this.at(index)).find((value) => value !== undefined);
  }

  /** @returns undefined if one is there and is no port. */
  public ports(columns: Indices): { sourcePort?: number; destinationPort?: number } | undefined {
    const texts = [this.at(columns.sourcePort), this.at(columns.destinationPort)];
    const [sourcePort, destinationPort] = texts.map(portOf);
    const damaged = (sourcePort === undefined && texts[0] !== undefined) || (destinationPort === undefined && texts[1] !== undefined);
    return damaged ? undefined : { sourcePort, destinationPort };
  }
}

function outcomeOf(action: string | undefined): Outcome {
  const known = action?.toUpperCase() ?? '';
  return Object.hasOwn(AWS_OUTCOMES, known) ? AWS_OUTCOMES[known] : 'unknown';
}

interface Times { readonly start: number; readonly end: number }

/** Where in a line the columns stand. */
type Place<T> = T extends readonly string[] ? readonly number[] : T extends string ? number : undefined;
type Indices = { readonly [K in keyof AwsColumns]: Place<AwsColumns[K]> };

interface Layout {
  readonly width: number;
  readonly separator: ',' | ' ';
  readonly columns: Indices;
}

function layoutOf(columns: readonly string[], separator: ',' | ' ' = ' '): Layout | undefined {
  const named = awsColumns(columns);
  if (!named) return undefined;
  const index = (name: string): number => columns.indexOf(name);
  const place = (name: string | readonly string[] | undefined): unknown => (typeof name === 'string' ? index(name) : name?.map(index));
  const indices = Object.entries(named).map(([key, name]) => [key, place(name)]);
  return { width: columns.length, separator, columns: Object.fromEntries(indices) as Indices };
}

function columnsOf(line: string): string[] {
  return fieldsOf(line, line.includes(',') ? ',' : ' ').map(awsFieldName);
}

/** Values hold neither blanks nor commas; some tools quote them all the same. */
function fieldsOf(line: string, separator: ',' | ' '): string[] {
  const fields = separator === ',' ? line.split(',') : line.split(/\s+/);
  return line.includes('"') ? fields.map((field) => field.trim().replace(/^"(.*)"$/, '$1')) : fields;
}

function looksDefault(text: string): boolean {
  const fields = text.replace(EXPORT_TIME, '').trim().split(/\s+/);
  const [version, account, , source, destination] = fields;
  const addresses = [source, destination].every((address) => address === AWS_ABSENT || addressOf(address) !== undefined);
  return fields.length === AWS_DEFAULT_LAYOUT.length && /^\d{1,2}$/.test(version) && /^(\d{12}|unknown)$/.test(account) && addresses
    && ['OK', 'NODATA', AWS_SKIPPED].includes(fields[fields.length - 1]);
}
