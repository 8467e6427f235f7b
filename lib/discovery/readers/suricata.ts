import { isObject } from '../../support/files';
import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, given, isoTime, portOf, protocolOf } from './fields';
import { damaged, isIcmp, jsonReader, Reading, RST, SYN, TCP, textOf } from './reading';

/*
 * Suricata's eve.json. Of its many events only `flow` tells of whole connections, client first, and `drop` of packets that a
 * rule stopped; `netflow` has one direction in each event. Source: Suricata user guide, "EVE JSON format".
 */

interface Event {
  readonly [key: string]: unknown;
}

export const suricataReader = jsonReader(
  'suricata', (beginning) => /"event_type"\s*:/.test(beginning) && /"(flow_id|src_ip|pcap_cnt|timestamp)"\s*:/.test(beginning), event);

function event(value: Event): Reading {
  const kind = value.event_type;
  if (kind === 'flow') return read(value, object(value.flow), true);
  if (kind === 'netflow') return read(value, object(value.netflow), false);
  if (kind === 'drop') return dropped(value);
  return typeof kind === 'string' ? undefined : damaged('it has no event_type');
}

function read(value: Event, flow: Event, whole: boolean): Reading {
  const ends = endsOf(value);
  if (!ends) return otherThanIp(value) ? undefined : damaged('it has no two addresses and a protocol');
  const start = given(flow.start, isoTime) ?? isoTime(value.timestamp);
  if (start === undefined) return damaged('it has no time');
  return {
    start,
    end: Math.max(start, given(flow.end, isoTime) ?? start),
    ...ends,
    bytes: countOf(whole ? flow.bytes_toserver : flow.bytes),
    packets: countOf(whole ? flow.pkts_toserver : flow.pkts),
    replyBytes: countOf(flow.bytes_toclient),
    replyPackets: countOf(flow.pkts_toclient),
    ...(whole ? { connections: 1, initiator: 'source' as const } : {}),
    outcome: whole ? outcome(value, flow, ends.protocol) : 'unknown',
    sensor: textOf(value.host) ?? 'suricata',
  };
}

function dropped(value: Event): Reading {
  const ends = endsOf(value);
  const start = isoTime(value.timestamp);
  if (!ends || start === undefined) return damaged('it has no two addresses, a protocol and a time');
  const { syn, ack } = object(value.drop);
  return {
    start,
    end: start,
    ...ends,
    bytes: 0,
    packets: 1,
    replyBytes: 0,
    replyPackets: 0,
    ...(syn === true && ack !== true ? { tcpFlags: SYN } : {}),
    outcome: 'denied',
    sensor: textOf(value.host) ?? 'suricata',
  };
}

type Ends = Pick<FlowRecord, 'source' | 'destination' | 'protocol' | 'sourcePort' | 'destinationPort'>;

function endsOf(value: Event): Ends | undefined {
  const [source, destination, protocol] = [addressOf(value.src_ip), addressOf(value.dest_ip), protocolOf(value.proto)];
  if (source === undefined || destination === undefined || protocol === undefined) return undefined;
  if (isIcmp(protocol)) return { source, destination, protocol, destinationPort: portOf(value.icmp_type) };
  return { source, destination, protocol, sourcePort: portOf(value.src_port), destinationPort: portOf(value.dest_port) };
}

/** Suricata follows flows of other layers too. */
function otherThanIp(value: Event): boolean {
  return value.src_ip === undefined && value.dest_ip === undefined;
}

/** `new` was never answered; an answer that was nothing but a reset is a refusal. */
function outcome(value: Event, flow: Event, protocol: number): Outcome {
  const { action } = object(value.verdict);
  if (action === 'drop' || flow.action === 'drop') return 'denied';
  if (protocol !== TCP) return countOf(flow.pkts_toclient) > 0 ? 'allowed' : 'unknown';
  if (flow.state === 'new' || countOf(flow.pkts_toclient) === 0) return 'attempt';
  const answered = hexFlags(object(value.tcp).tcp_flags_tc);
  return (answered & RST) !== 0 && (answered & SYN) === 0 ? 'attempt' : 'allowed';
}

function hexFlags(value: unknown): number {
  return typeof value === 'string' && /^[0-9a-fA-F]{1,2}$/.test(value) ? Number.parseInt(value, 16) : 0;
}

function object(value: unknown): Event {
  return isObject(value) ? value : {};
}
