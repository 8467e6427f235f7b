import { gunzipSync } from 'zlib';
import { isObject } from '../../support/files';
import { AwsLines } from './aws-vpc';
import { JsonObjects } from './json-values';
import { LogReader, LogSink, ToldOfLog } from './log-reader';

interface Envelope {
  readonly [key: string]: unknown;
}

/** A subscription's message is at most 6 MB long before Lambda refuses it; more than this is not one. */
const LONGEST_MESSAGE = 64_000_000;

/**
 * VPC flow logs out of CloudWatch Logs: what subscriptions deliver (with `logEvents`; to Lambda and Kinesis as compressed data in
 * base64), and what `aws logs filter-log-events` and `get-log-events` print (with `events`). The messages have no header: they
 * are of the default layout, or of the one that is told, or rejected.
 */
export const awsCloudwatchReader: LogReader = {
  format: 'aws-cloudwatch',
  recognizes: (beginning) => /^\s*[[{]/.test(beginning) && (/"logEvents"\s*:/.test(beginning) || /"awslogs"\s*:\s*\{\s*"data"/.test(beginning)
    || /"kinesis"\s*:\s*\{/.test(beginning) || (/"events"\s*:\s*\[/.test(beginning) && /"message"\s*:/.test(beginning))),
  parser: (sink, told) => {
    const messages = new Messages(sink, told);
    return new JsonObjects({
      object: (value, line) => messages.take(value, line),
      reject: (line, reason) => sink.reject(line, reason),
    }, ['events', 'Records']);
  },
};

class Messages {
  /** By log stream, which is named after the network interface. */
  private readonly lines = new Map<string, AwsLines>();

  public constructor(private readonly sink: LogSink, private readonly told?: ToldOfLog) {}

  public take(envelope: Envelope, line: number): void {
    const data = compressedData(envelope);
    if (data !== undefined) return this.compressed(data, line);
    if (envelope.messageType === 'CONTROL_MESSAGE') return;
    const stream = typeof envelope.logStream === 'string' ? envelope.logStream : envelope.logStreamName;
    if (Array.isArray(envelope.logEvents)) envelope.logEvents.forEach((event) => this.event(event, stream, line));
    else this.event(envelope, stream, line);
  }

  private compressed(data: string, line: number): void {
    const envelope = unpacked(data);
    if (envelope) this.take(envelope, line);
    else this.sink.reject(line, 'its data is no compressed envelope of CloudWatch Logs');
  }

  private event(event: unknown, stream: unknown, line: number): void {
    if (!isObject(event) || typeof event.message !== 'string') return this.sink.reject(line, 'a log event without a message');
    this.linesOf(typeof stream === 'string' ? stream : '').line(event.message, line);
  }

  private linesOf(stream: string): AwsLines {
    const sensor = /^eni-[0-9a-z]{1,40}/.exec(stream)?.[0] ?? '';
    const lines = this.lines.get(sensor) ?? new AwsLines(this.sink, this.told, sensor);
    this.lines.set(sensor, lines);
    return lines;
  }
}

/** What Lambda and Kinesis hand on. */
function compressedData(envelope: Envelope): string | undefined {
  const carrier = isObject(envelope.awslogs) ? envelope.awslogs : envelope.kinesis;
  return isObject(carrier) && typeof carrier.data === 'string' ? carrier.data : undefined;
}

function unpacked(data: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: LONGEST_MESSAGE }).toString('utf8'));
    return isObject(value) && Array.isArray(value.logEvents) ? value : undefined;
  } catch {
    return undefined;
  }
}
