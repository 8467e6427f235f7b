import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, durationOf, epoch, hasPorts, isoTime, portOf, protocolOf } from './fields';
import { LogParser, LogReader, LogSink } from './log-reader';
import { Columns, damaged, isIcmp, jsonReader, lineReader, Reading, TCP } from './reading';

/*
 * Zeek's conn.log, as TSV with a header or as JSON lines. Connections are whole: both directions in one line, the originator
 * first. Source: zeek/scripts/base/protocols/conn/main.zeek.
 */

/** Names of one field: as Zeek writes it, and as exports that allow no dot write it. */
const IDS = {
  source: ['id.orig_h', 'id_orig_h'],
  sourcePort: ['id.orig_p', 'id_orig_p'],
  destination: ['id.resp_h', 'id_resp_h'],
  destinationPort: ['id.resp_p', 'id_resp_p'],
};

/** Nobody answered, the server refused, or it was no connection at all but packets of the middle of one. */
const ATTEMPTS = new Set(['S0', 'REJ', 'OTH', 'RSTOS0', 'RSTRH', 'SH', 'SHR']);

type Field = (...names: string[]) => unknown;

const json = jsonReader('zeek', (beginning) => /"id[._]orig_h"\s*:/.test(beginning), (value) => (
  connection((...names) => names.map((name) => value[name]).find((found) => found !== undefined))));

const tsv = lineReader('zeek', (beginning) => /^#fields\t.*\bid[._]orig_h\b/m.test(beginning), () => table());

export const zeekReader: LogReader = {
  format: 'zeek',
  recognizes: (beginning) => tsv.recognizes(beginning) || json.recognizes(beginning),
  parser: (sink) => new EitherLayout(sink),
};

/** Decides between the two layouts by the first character. */
class EitherLayout implements LogParser {
  private parser?: LogParser;
  private blank = '';

  public constructor(private readonly sink: LogSink) {}

  public write(text: string): void {
    if (this.parser) {
      this.parser.write(text);
      return;
    }
    this.blank += text;
    const first = /\S/.exec(this.blank)?.[0];
    if (first === undefined) return;
    this.parser = ('[{'.includes(first) ? json : tsv).parser(this.sink);
    this.parser.write(this.blank);
    this.blank = '';
  }

  public end(): void {
    this.parser?.end();
  }
}

function table(): (line: string) => Reading {
  let columns: Columns | undefined;
  return (line) => {
    if (line.startsWith('#fields')) columns = new Columns(line.split('\t').slice(1), ['-', '', '(empty)']);
    if (line.startsWith('#')) return undefined;
    if (!columns?.has('proto')) return damaged('no line with #fields came before it');
    const row = line.split('\t');
    return connection((...names) => columns!.value(row, ...names));
  };
}

function connection(field: Field): Reading {
  const source = addressOf(field(...IDS.source));
  const destination = addressOf(field(...IDS.destination));
  const protocol = protocolOf(field('proto')) ?? protocolOf(field('ip_proto'));
  const start = epoch(field('ts'), 1000) ?? isoTime(field('ts'));
  if (source === undefined || destination === undefined) return damaged('it has no two addresses');
  if (start === undefined) return damaged('it has no time');
  // Zeek writes unknown_transport for what has no ports; newer versions give the number beside it.
  if (protocol === undefined) return field('proto') === 'unknown_transport' ? undefined : damaged('its protocol is not known');
  const state = String(field('conn_state') ?? '');
  return {
    start,
    end: start + durationOf(field('duration')),
    source,
    destination,
    protocol,
    ...ports(protocol, portOf(field(...IDS.sourcePort)), portOf(field(...IDS.destinationPort))),
    bytes: countOf(field('orig_bytes')),
    packets: countOf(field('orig_pkts')),
    replyBytes: countOf(field('resp_bytes')),
    replyPackets: countOf(field('resp_pkts')),
    connections: 1,
    ...(flipped(field) || state === 'OTH' ? {} : { initiator: 'source' as const }),
    outcome: outcome(protocol, state),
    sensor: String(field('_node_name', '@system', 'peer') ?? 'zeek'),
  };
}

/** The "ports" of ICMP are its type and code. */
function ports(protocol: number, first: number | undefined, second: number | undefined): Pick<FlowRecord, 'sourcePort' | 'destinationPort'> {
  if (isIcmp(protocol)) return { destinationPort: first };
  return hasPorts(protocol) ? { sourcePort: first, destinationPort: second } : {};
}

/** Zeek did not see the beginning, and took the side with a well-known port for the server. */
function flipped(field: Field): boolean {
  return String(field('history') ?? '').startsWith('^');
}

/** One-way UDP (syslog, metrics) looks like a question without an answer, so for it the state says nothing. */
function outcome(protocol: number, state: string): Outcome {
  if (state === '') return 'unknown';
  if (!ATTEMPTS.has(state)) return 'allowed';
  return protocol === TCP ? 'attempt' : 'unknown';
}
