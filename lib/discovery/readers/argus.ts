import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, durationOf, epoch, hasPorts, isoTime, numberOf, portOf, protocolOf } from './fields';
import { Columns, damaged, isIcmp, lineReader, Reading, TCP, UDP } from './reading';

/*
 * Argus' `ra -c` output and the binetflow files made of it: bidirectional flows by a header, with commas or tabs. Source:
 * ra(1) of argus-clients.
 */

const HEADER = /^(?=.*\bStartTime\b)(?=.*\bSrcAddr\b)(?=.*\bDstAddr\b).*$/im;

export const argusReader = lineReader('argus', (beginning) => HEADER.test(beginning.split('\n', 3).join('\n')), () => {
  let columns: Columns | undefined;
  let delimiter = ',';
  return (line) => {
    if (HEADER.test(line)) {
      delimiter = line.includes('\t') ? '\t' : ',';
      columns = new Columns(line.split(delimiter).map((name) => name.trim().toLowerCase()), ['', '*']);
      return undefined;
    }
    return columns ? flow(columns, line.split(delimiter)) : damaged('no header came before it');
  };
});

function flow(columns: Columns, row: readonly string[]): Reading {
  const value = (...names: string[]) => columns.value(row, ...names);
  const name = value('proto')?.toLowerCase();
  // Reports of argus itself, and of layers below IP.
  if (name === 'man' || name === 'arp' || name === 'llc' || name === 'ipx/spx' || name === 'lldp') return undefined;
  const protocol = APPLICATIONS.has(name ?? '') ? UDP : protocolOf(name);
  const [source, destination] = [addressOf(value('srcaddr')), addressOf(value('dstaddr'))];
  const start = isoTime(value('starttime')?.replaceAll('/', '-')) ?? epoch(value('starttime'), 1000);
  if (source === undefined || destination === undefined || protocol === undefined) return damaged('it has no two addresses and a protocol');
  if (start === undefined) return damaged('it has no time');
  return {
    start,
    end: start + durationOf(value('dur')),
    source,
    destination,
    ...ports(protocol, value('sport'), value('dport')),
    protocol,
    ...counters((column) => value(column)),
    connections: 1,
    ...initiator(value('dir') ?? ''),
    outcome: outcome(protocol, value('state') ?? ''),
    sensor: 'argus',
  };
}

/** Argus names what it found inside UDP. */
const APPLICATIONS = new Set(['rtp', 'rtcp', 'udt']);

/** An arrow with a question mark is a guess, and some files have other words in its place. */
function initiator(direction: string): Pick<FlowRecord, 'initiator'> {
  switch (direction.trim()) {
    case '->': case '<->': return { initiator: 'source' };
    case '<-': return { initiator: 'destination' };
    default: return {};
  }
}

/** The "ports" of ICMP are type and code, in hexadecimal. */
function ports(protocol: number, source?: string, destination?: string): Pick<FlowRecord, 'sourcePort' | 'destinationPort'> {
  if (isIcmp(protocol)) return { destinationPort: numbered(source) };
  return hasPorts(protocol) ? { sourcePort: numbered(source), destinationPort: numbered(destination) } : {};
}

function numbered(text: string | undefined): number | undefined {
  return portOf(/^0x[0-9a-f]{1,4}$/i.test(text ?? '') ? Number.parseInt(text!, 16) : text);
}

type Counters = Pick<FlowRecord, 'bytes' | 'packets' | 'replyBytes' | 'replyPackets'>;

/** Totals of both directions, and the source's share where the file has it; without it all counts as the source's. */
function counters(value: (column: string) => string | undefined): Counters {
  const [totalBytes, totalPackets] = [countOf(value('totbytes')), countOf(value('totpkts'))];
  const bytes = numberOf(value('srcbytes'), totalBytes) ?? totalBytes;
  const packets = numberOf(value('srcpkts'), totalPackets) ?? totalPackets;
  return { bytes, packets, replyBytes: totalBytes - bytes, replyPackets: totalPackets - packets };
}

/**
 * `S_` and `S_RA` are the flags of either side: a question without an answer, and a refusal. Other files give a word: REQ for a
 * question, CON, EST, FIN and CLO for connections; RST may be the end of either.
 */
function outcome(protocol: number, state: string): Outcome {
  if (protocol !== TCP) return state === 'CON' || state === 'ECO' ? 'allowed' : 'unknown';
  const sides = /^([A-Z]*)_([A-Z]*)$/.exec(state);
  if (sides) {
    const [, asked, answered] = sides;
    if (asked === '') return 'unknown';
    return answered.includes('S') || (answered !== '' && !/^R/.test(answered)) ? 'allowed' : 'attempt';
  }
  if (state === 'REQ') return 'attempt';
  return ['CON', 'EST', 'FIN', 'CLO', 'ACC'].includes(state) ? 'allowed' : 'unknown';
}
