import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, durationOf, given, hasPorts, isoTime, portOf, protocolOf } from './fields';
import { ACK, Columns, damaged, flagsOfLetters, isIcmp, jsonReader, lineReader, Reading, RST, sumOfFlags, SYN, TCP } from './reading';

/*
 * NetFlow and IPFIX as nfdump prints them: `-o csv` of any version, by its header, and `-o json`. One row a direction; who
 * asked is for later steps to tell. Times are local to the machine that ran nfdump, and are taken for UTC. Source: nfdump(1),
 * and files that nfdump 1.7.1 wrote.
 */

/** The same column in the header of nfdump before and after 1.7.3. */
const NAMES = {
  start: ['ts', 'firstSeen', 'first'],
  end: ['te', 'lastSeen', 'last'],
  duration: ['td', 'duration'],
  source: ['sa', 'srcAddr', 'srcaddr'],
  destination: ['da', 'dstAddr', 'dstaddr'],
  sourcePort: ['sp', 'srcPort', 'srcport'],
  destinationPort: ['dp', 'dstPort', 'dstport'],
  protocol: ['pr', 'proto'],
  flags: ['flg', 'flags', 'tcpFlags'],
  packets: ['ipkt', 'packets', 'inPkts', 'pkt'],
  bytes: ['ibyt', 'bytes', 'inBytes', 'byt'],
  otherPackets: ['opkt', 'outPkts'],
  otherBytes: ['obyt', 'outBytes'],
  exporter: ['ra', 'exid', 'ident'],
};

export const nfdumpCsvReader = lineReader(
  'nfdump-csv', (beginning) => /^\s*(ts,te,td|firstSeen,)/m.test(beginning), () => {
    let columns: Columns | undefined;
    let summary = false;
    return (line) => {
      // The rows of a second table follow, which are no flows.
      summary ||= line.startsWith('Summary');
      if (summary) return undefined;
      const row = line.split(',').map((cell) => cell.trim());
      if (/^(ts|firstSeen)$/.test(row[0])) columns = new Columns(row, ['']);
      else if (columns) return csvRow(columns, row);
      else return damaged('no header came before it');
      return undefined;
    };
  });

function csvRow(columns: Columns, row: readonly string[]): Reading {
  const value = (name: keyof typeof NAMES) => columns.value(row, ...NAMES[name]);
  const start = isoTime(value('start'));
  return flow({
    start,
    end: given(value('end'), isoTime) ?? (start === undefined ? undefined : start + durationOf(value('duration'))),
    source: value('source'),
    destination: value('destination'),
    sourcePort: value('sourcePort'),
    destinationPort: value('destinationPort'),
    protocol: value('protocol'),
    flags: value('flags'),
    // Some exporters fill the outgoing counters only.
    packets: Math.max(countOf(value('packets')), countOf(value('otherPackets'))),
    bytes: Math.max(countOf(value('bytes')), countOf(value('otherBytes'))),
    exporter: value('exporter'),
  });
}

export const nfdumpJsonReader = jsonReader(
  'nfdump-json', (beginning) => /"(src4_addr|src6_addr|export_sysid)"\s*:/.test(beginning), (value) => {
    if (typeof value.type === 'string' && value.type !== 'FLOW') return undefined;
    return flow({
      start: isoTime(value.first),
      end: given(value.last, isoTime),
      source: value.src4_addr ?? value.src6_addr,
      destination: value.dst4_addr ?? value.dst6_addr,
      sourcePort: value.src_port,
      destinationPort: value.dst_port,
      icmpType: value.icmp_type,
      protocol: value.proto,
      flags: value.tcp_flags,
      packets: Math.max(countOf(value.in_packets), countOf(value.out_packets)),
      bytes: Math.max(countOf(value.in_bytes), countOf(value.out_bytes)),
      exporter: value.export_sysid,
    });
  });

interface Row {
  readonly start?: number;
  readonly end?: number;
  readonly source: unknown;
  readonly destination: unknown;
  readonly sourcePort: unknown;
  readonly destinationPort: unknown;
  readonly icmpType?: unknown;
  readonly protocol: unknown;
  readonly flags: unknown;
  readonly packets: number;
  readonly bytes: number;
  readonly exporter: unknown;
}

function flow(row: Row): Reading {
  const [source, destination, protocol] = [addressOf(row.source), addressOf(row.destination), protocolOf(row.protocol)];
  if (source === undefined || destination === undefined || protocol === undefined) return damaged('it has no two addresses and a protocol');
  if (row.start === undefined) return damaged('it has no time');
  const flags = protocol === TCP && typeof row.flags === 'string' ? flagsOfLetters(row.flags) : 0;
  return {
    start: row.start,
    end: Math.max(row.start, row.end ?? row.start),
    source,
    destination,
    ...ports(protocol, row),
    protocol,
    bytes: row.bytes,
    packets: row.packets,
    replyBytes: 0,
    replyPackets: 0,
    ...(sumOfFlags(flags) === undefined ? {} : { tcpFlags: sumOfFlags(flags) }),
    outcome: outcome(flags),
    sensor: `nfdump/${String(row.exporter ?? '')}`,
  };
}

/** The destination "port" of ICMP is `type.code`, or type times 256 plus code. */
function ports(protocol: number, row: Row): Pick<FlowRecord, 'sourcePort' | 'destinationPort'> {
  if (hasPorts(protocol)) return { sourcePort: portOf(row.sourcePort), destinationPort: portOf(row.destinationPort) };
  if (!isIcmp(protocol)) return {};
  if (row.icmpType !== undefined) return { destinationPort: portOf(row.icmpType) };
  const [type, code] = String(row.destinationPort ?? '').split('.');
  const port = portOf(type);
  return { destinationPort: port === undefined || code !== undefined ? port : Math.floor(port / 256) };
}

/** A lone question was not answered, and a reset without any SYN was the answer to one. */
function outcome(flags: number): Outcome {
  const asked = (flags & SYN) !== 0;
  const answered = (flags & ACK) !== 0;
  if ((flags & RST) !== 0 && !asked) return 'attempt';
  return asked && !answered ? 'attempt' : 'unknown';
}
