import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, epoch, portOf, protocolOf } from './fields';
import { damaged, isIcmp, lineReader, Reading, TCP } from './reading';

/*
 * The kernel's connection tracking: the text of `conntrack -E` and `conntrack -L`, and what both layouts of it share. A dropped
 * packet never becomes a connection, so nothing here is denied. Source: conntrack(8), of conntrack-tools.
 */

/** One connection as tracked: the original direction and the reply, which shows the addresses behind NAT. */
export interface TrackedConnection {
  readonly start: number;
  readonly end: number;
  readonly protocol: number;
  readonly original: TrackedDirection;
  readonly reply: TrackedDirection;
  /** The kernel says that nobody answered. Undefined where the log does not tell. */
  readonly unanswered?: boolean;
  /** The kernel says that the connection carried traffic both ways. Undefined where the log does not tell. */
  readonly assured?: boolean;
  readonly ended: boolean;
  readonly sensor: string;
}

export interface TrackedDirection {
  readonly source?: string;
  readonly destination?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly packets: number;
  readonly bytes: number;
}

/** The client is where the connection came from, the server where the answer came from: each before its own NAT. */
export function recordOf(connection: TrackedConnection): FlowRecord | undefined {
  const { original, reply, protocol } = connection;
  const translated = reply.source !== undefined;
  const [source, destination] = [original.source, reply.source ?? original.destination];
  if (source === undefined || destination === undefined) return undefined;
  const serverPort = translated && !isIcmp(protocol) ? reply.sourcePort ?? original.destinationPort : original.destinationPort;
  return {
    start: connection.start,
    end: Math.max(connection.start, connection.end),
    source,
    destination,
    ...(isIcmp(protocol) ? {} : { sourcePort: original.sourcePort }),
    destinationPort: serverPort,
    protocol,
    bytes: original.bytes,
    packets: original.packets,
    replyBytes: reply.bytes,
    replyPackets: reply.packets,
    initiator: 'source',
    outcome: outcomeOf(connection),
    sensor: connection.sensor,
  };
}

/** A TCP connection takes the client two packets at least; a single one that was answered by a single one was refused. */
function outcomeOf({ original, reply, protocol, unanswered, assured, ended }: TrackedConnection): Outcome {
  if (assured) return 'allowed';
  if (protocol !== TCP) return reply.packets > 0 || unanswered === false ? 'allowed' : 'unknown';
  // A TCP connection that was established is assured; the counters say less, and are 0 where the kernel does not count.
  if (ended && assured === false) return 'attempt';
  if (original.packets === 0) return unanswered === false ? 'allowed' : 'unknown';
  if (reply.packets === 0 || unanswered) return 'attempt';
  return original.packets === 1 && reply.packets <= 1 ? 'attempt' : 'allowed';
}

const EVENT = /^(?:\[(\d+\.\d+)\]\s*)?(?:\[(NEW|UPDATE|DESTROY)\]\s*)?(?:(?:ipv4|ipv6)\s+\d+\s+)?([a-z0-9-]+)\s+(\d{1,3})\s/;

export const conntrackReader = lineReader(
  'conntrack',
  (beginning) => beginning.split('\n', 5).some((line) => EVENT.test(line.trim()) && /\bsrc=\S+ dst=\S+/.test(line)),
  ({ writtenAt }) => (line) => event(line.trim(), writtenAt),
);

function event(line: string, writtenAt: number): Reading {
  const match = EVENT.exec(line);
  if (!match) return /^conntrack v|flow entries/.test(line) ? undefined : damaged('it is no line of conntrack');
  const [, time, kind, name, number] = match;
  const protocol = protocolOf(number) ?? protocolOf(name);
  const [original, reply] = directions(line);
  const at = time === undefined ? writtenAt : epoch(time, 1000);
  if (protocol === undefined || at === undefined || !original) return damaged('it has no protocol, time or pair of addresses');
  // Every other state of an update tells the same connection again.
  if (kind === 'UPDATE' && !/\b(ESTABLISHED|SYN_RECV)\b|\[ASSURED\]/.test(line) && protocol === TCP) return undefined;
  const record = recordOf({
    start: at,
    end: at,
    protocol,
    original,
    reply: reply ?? { packets: 0, bytes: 0 },
    unanswered: line.includes('[UNREPLIED]'),
    assured: line.includes('[ASSURED]'),
    ended: kind === 'DESTROY',
    sensor: 'conntrack',
  });
  return record ?? damaged('it has no two addresses');
}

/** The members of a line come twice: as the connection began, and as the answer comes back. */
function directions(line: string): TrackedDirection[] {
  const parts = line.split(/(?=\bsrc=)/).slice(1, 3);
  return parts.map((part) => {
    const member = (name: string) => new RegExp(`\\b${name}=(\\S+)`).exec(part)?.[1];
    return {
      source: addressOf(member('src')),
      destination: addressOf(member('dst')),
      sourcePort: portOf(member('sport')),
      destinationPort: portOf(member('dport') ?? member('type')),
      packets: countOf(member('packets')),
      bytes: countOf(member('bytes')),
    };
  });
}
