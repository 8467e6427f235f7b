import { Outcome } from '../flow-record';
import { recordOf } from './conntrack';
import { addressOf, countOf, epoch, given, numberOf, portOf, protocolOf } from './fields';
import { ACK, damaged, FIN, isIcmp, jsonReader, Reading, RST, SYN, TCP, textOf } from './reading';

/*
 * What ulogd2 writes as JSON on Linux hosts, of connections (NFCT) and of packets that a rule logged (NFLOG): the two files of
 * a host agent. Source: measured with ulogd2 2.0.8.
 */

interface Event {
  readonly [key: string]: unknown;
}

export const ulogdReader = jsonReader(
  'ulogd', (beginning) => /"(orig\.ip\.protocol|oob\.prefix|oob\.family|oob\.hook)"\s*:/.test(beginning), (value) => (
    value['orig.ip.protocol'] === undefined ? packet(value) : connection(value)));

const DESTROYED = 4;

function connection(value: Event): Reading {
  const protocol = protocolOf(value['orig.ip.protocol']);
  const start = secondsAndMicroseconds(value, 'flow.start') ?? secondsAndMicroseconds(value, 'flow.end');
  if (protocol === undefined || start === undefined) return damaged('it has no protocol or no time');
  const packets = countOf(value['orig.raw.pktcount']);
  const record = recordOf({
    start,
    // The end can be microseconds before the start.
    end: secondsAndMicroseconds(value, 'flow.end') ?? start,
    protocol,
    original: {
      source: addressOf(value.src_ip ?? value['orig.ip.saddr.str']),
      destination: addressOf(value.dest_ip ?? value['orig.ip.daddr.str']),
      sourcePort: portOf(value['orig.l4.sport']),
      destinationPort: portOf(value[isIcmp(protocol) ? 'icmp.type' : 'orig.l4.dport']),
      packets,
      bytes: countOf(value['orig.raw.pktlen']),
    },
    reply: {
      source: addressOf(value['reply.ip.saddr.str']),
      destination: addressOf(value['reply.ip.daddr.str']),
      sourcePort: portOf(value['reply.l4.sport']),
      packets: countOf(value['reply.raw.pktcount']),
      bytes: countOf(value['reply.raw.pktlen']),
    },
    // Without accounting in the kernel all counters are 0, and nothing is known of answers.
    unanswered: packets > 0 ? countOf(value['reply.raw.pktcount']) === 0 : undefined,
    ended: value['ct.event'] === DESTROYED,
    sensor: textOf(value.dvc) ?? 'ulogd',
  });
  return record ?? damaged('it has no two addresses');
}

function packet(value: Event): Reading {
  const protocol = protocolOf(value['ip.protocol']) ?? protocolOf(value['ip6.nexthdr']);
  const start = secondsAndMicroseconds(value, 'oob.time');
  const [source, destination] = [addressOf(value.src_ip), addressOf(value.dest_ip)];
  if (source === undefined || destination === undefined) return damaged('it has no two addresses');
  if (protocol === undefined || start === undefined) return damaged('it has no protocol or no time');
  const prefix = (textOf(value['oob.prefix']) ?? '').trim();
  return {
    start,
    end: start,
    source,
    destination,
    ...(isIcmp(protocol) ? {} : { sourcePort: portOf(value.src_port) }),
    destinationPort: isIcmp(protocol) ? portOf(value['icmp.type'] ?? value['icmpv6.type']) : portOf(value.dest_port),
    protocol,
    bytes: countOf(value['raw.pktlen']),
    packets: 1,
    replyBytes: 0,
    replyPackets: 0,
    ...(protocol === TCP ? { tcpFlags: flagsOf(value) } : {}),
    // Our own rules log the first packet of connections only.
    ...(OURS.test(prefix) ? { initiator: 'source' as const } : {}),
    outcome: outcome(value, prefix),
    sensor: `${textOf(value.dvc) ?? 'ulogd'}/${String(value['oob.hook'] ?? '')}`,
    ...(prefix === '' ? {} : { rule: prefix }),
  };
}

/** The log prefix of the rule sets of LinuxHostAgents: what is told, at which end, of which policy and workload. */
const OURS = /^microseg:(undeclared|new):(ingress|egress):/;

/**
 * Rules of others say what they did in their prefix, if at all. Ours log undeclared traffic alike whether they drop it or, in
 * MONITOR, let it pass: what they would have done is all that a record tells.
 */
function outcome(value: Event, prefix: string): Outcome {
  const ours = OURS.exec(prefix);
  if (ours) return ours[1] === 'undeclared' ? 'wouldDeny' : 'unknown';
  if (/would/i.test(prefix)) return 'wouldDeny';
  if (value.action === 'blocked' || /drop|den[iy]|reject|block/i.test(prefix)) return 'denied';
  return value.action === 'allowed' || /accept|allow|pass/i.test(prefix) ? 'allowed' : 'unknown';
}

function flagsOf(value: Event): number {
  const bits = { 'tcp.fin': FIN, 'tcp.syn': SYN, 'tcp.rst': RST, 'tcp.ack': ACK };
  return Object.entries(bits).reduce((sum, [name, bit]) => (value[name] === 1 || value[name] === true ? sum | bit : sum), 0);
}

function secondsAndMicroseconds(value: Event, name: string): number | undefined {
  const seconds = given(value[`${name}.sec`], (text) => epoch(text, 1000));
  return seconds === undefined ? undefined : seconds + Math.floor((numberOf(value[`${name}.usec`], 999_999) ?? 0) / 1000);
}
