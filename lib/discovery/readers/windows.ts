import { isObject } from '../../support/files';
import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, epoch, isoTime, portOf, protocolOf } from './fields';
import { LogSink } from './log-reader';
import { Columns, damaged, flagsOfLetters, isIcmp, jsonReader, lineReader, Reading, SYN, sumOfFlags, textOf } from './reading';

/*
 * What the Windows firewall tells: pfirewall.log, and the security events 5156 (connection permitted) and 5157 (blocked) as
 * JSON of any collector. Source: Microsoft Learn, "Event 5156", "Event 5157" and "Configure the Windows Firewall log".
 */

const FIREWALL_COLUMNS = ['date', 'time', 'action', 'protocol', 'src-ip', 'dst-ip', 'src-port', 'dst-port', 'size', 'tcpflags', 'tcpsyn', 'tcpack', 'tcpwin', 'icmptype', 'icmpcode', 'info', 'path'];
const FIREWALL_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (ALLOW|DROP|INFO-EVENTS-LOST) /m;

export const windowsFirewallReader = lineReader(
  'windows-firewall', (beginning) => /^#Software:.*Firewall/im.test(beginning) || FIREWALL_LINE.test(beginning), (sink) => {
    let columns = new Columns(FIREWALL_COLUMNS);
    return (line) => {
      const header = /^#Fields:\s*(.+)$/i.exec(line);
      if (header) columns = new Columns(header[1].split(/\s+/));
      return line.startsWith('#') ? undefined : firewallLine(columns, line.trim().split(/\s+/), sink);
    };
  });

/** Times are local to the host unless it was told otherwise, and the log does not say which zone: they are taken for UTC. */
function firewallLine(columns: Columns, row: readonly string[], sink: LogSink): Reading {
  const value = (name: string) => columns.value(row, name);
  const start = isoTime(`${value('date')} ${value('time')}`);
  const action = value('action');
  if (start === undefined) return damaged('it has no date and time');
  if (action === 'INFO-EVENTS-LOST') {
    const from = new Date(start).toISOString();
    sink.gap({ kind: 'skipped', detail: 'Windows says that it lost records of its firewall log', from, to: from });
    return undefined;
  }
  const protocol = protocolOf(value('protocol'));
  const [source, destination] = [addressOf(value('src-ip')), addressOf(value('dst-ip'))];
  if (source === undefined || destination === undefined || protocol === undefined) return damaged('it has no two addresses and a protocol');
  const flags = sumOfFlags(flagsOfLetters(value('tcpflags') ?? ''));
  return {
    start,
    end: start,
    source,
    destination,
    ...(isIcmp(protocol) ? {} : { sourcePort: portOf(value('src-port')) }),
    destinationPort: isIcmp(protocol) ? portOf(value('icmptype')) : portOf(value('dst-port')),
    protocol,
    bytes: countOf(value('size')),
    packets: 1,
    replyBytes: 0,
    replyPackets: 0,
    ...(flags === undefined ? {} : { tcpFlags: flags }),
    // What is allowed is logged when the connection is, in its direction; what is dropped may be any packet.
    ...(action === 'ALLOW' || flags === SYN ? { initiator: 'source' as const } : {}),
    outcome: action === 'ALLOW' ? 'allowed' : action === 'DROP' ? 'denied' : 'unknown',
    sensor: value('path') ?? 'windows',
  };
}

interface Event {
  readonly [key: string]: unknown;
}

const OUTCOMES: ReadonlyMap<number, Outcome> = new Map([[5156, 'allowed'], [5157, 'denied']]);

export const windowsEventReader = jsonReader(
  'windows-events', (beginning) => /"(FilterRTID|LayerRTID)"/.test(beginning) || /"(EventID|event_id|EventId|Id|code)"\s*:\s*"?515[67]\b/.test(beginning), event);

function event(value: Event): Reading {
  const outcome = OUTCOMES.get(idOf(value));
  if (outcome === undefined) return idOf(value) > 0 ? undefined : damaged('it has no event id');
  const data = eventData(value);
  const start = timeOf(value);
  const protocol = protocolOf(data.Protocol);
  const [local, remote] = [end(data, 'Source'), end(data, 'Dest')];
  if (!local || !remote || protocol === undefined) return damaged('it has no two addresses and a protocol');
  if (start === undefined) return damaged('it has no time');
  // The "source" of an inbound connection is the local end.
  const [client, server] = isInbound(data.Direction) ? [remote, local] : [local, remote];
  return {
    start,
    end: start,
    source: client.address,
    destination: server.address,
    ...(isIcmp(protocol) ? {} : { sourcePort: client.port, destinationPort: server.port }),
    protocol,
    bytes: 0,
    packets: 1,
    replyBytes: 0,
    replyPackets: 0,
    initiator: 'source',
    outcome,
    sensor: hostOf(value),
    ...ruleOf(data),
  };
}

function idOf(value: Event): number {
  const { System: system, winlog, event: ecs } = value;
  const given = [value.EventID, value.event_id, value.EventId, value.Id, member(system, 'EventID'), member(winlog, 'event_id'), member(ecs, 'code')];
  const found = given.map((id) => (isObject(id) ? id['#text'] : id)).find((id) => id !== undefined);
  return countOf(found);
}

/** The fields of the event, wherever a collector puts them: beside the rest, in a member, or as a list of names and values. */
function eventData(value: Event): Event {
  const data = [value.EventData, value.event_data, member(value.winlog, 'event_data'), member(value.Event, 'EventData')].find(isObject);
  const listed = data === undefined ? undefined : data.Data;
  if (!Array.isArray(listed)) return data ?? value;
  return Object.fromEntries(listed.filter(isObject).map((item) => [String(item['@Name'] ?? item.Name), item['#text'] ?? item.Value]));
}

function end(data: Event, side: 'Source' | 'Dest'): { readonly address: string; readonly port?: number } | undefined {
  const address = addressOf(data[`${side}Address`]);
  return address === undefined ? undefined : { address, port: portOf(data[`${side}Port`]) };
}

function isInbound(direction: unknown): boolean {
  return direction === '%%14592' || /^inbound$/i.test(String(direction));
}

/** The newest serializer of PowerShell writes ISO 8601, older ones `/Date(milliseconds)/`. */
function timeOf(value: Event): number | undefined {
  const created = member(value.System, 'TimeCreated');
  const times = [
    value['@timestamp'], value.TimeCreated, value.EventTime, value.Timestamp, member(created, '@SystemTime'), member(created, 'SystemTime'),
    member(member(created, '#attributes'), 'SystemTime'),
  ];
  return times.map((time) => isoTime(time) ?? epoch(/^\/Date\((\d+)\)\/$/.exec(String(time))?.[1], 1)).find((time) => time !== undefined);
}

function hostOf(value: Event): string {
  const names = [value.Computer, value.MachineName, value.Hostname, member(value.System, 'Computer'), member(value.winlog, 'computer_name')];
  return names.map(textOf).find((name) => name !== undefined) ?? 'windows';
}

function ruleOf({ FilterRTID: filter }: Event): Pick<FlowRecord, 'rule'> {
  return typeof filter === 'string' || typeof filter === 'number' ? { rule: `filter ${filter}` } : {};
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}
