import { isObject } from '../../support/files';
import { FlowRecord, Outcome } from '../flow-record';
import { AWS_ABSENT, AWS_SKIPPED, OCSF_COLUMNS, OCSF_OUTCOMES } from './aws-fields';
import { addressOf, countOf, epoch, hasPorts, numberOf, portOf, protocolOf } from './fields';
import { LogSink } from './log-reader';
import { damaged, jsonReader, Reading } from './reading';

interface Event {
  readonly [key: string]: unknown;
}

/** A path below the event, or several of which the first that is there counts. */
type Place = string | readonly string[];

/** Network activity of the Open Cybersecurity Schema Framework (class 4001), in which Security Lake stores VPC flow logs. */
export const ocsfReader = jsonReader('ocsf', (beginning) => /"class_uid"\s*:\s*4001\b/.test(beginning), activity, ['events']);

function activity(event: Event, sink: LogSink): Reading {
  if (event.class_uid !== 4001) return undefined;
  const at = (place: Place): unknown => [place].flat().map((path) => valueAt(event, path)).find((value) => value !== undefined);
  const [start, end] = [OCSF_COLUMNS.start, OCSF_COLUMNS.end].map((path) => epoch(at(path), 1));
  const sensor = String(at(OCSF_COLUMNS.sensor) ?? '').slice(0, 200);
  if (at(OCSF_COLUMNS.status) === AWS_SKIPPED) return skipped(sink, sensor, start, end);
  const ends = [at(OCSF_COLUMNS.source), at(OCSF_COLUMNS.destination)];
  if (ends.every((value) => value === undefined) && at(OCSF_COLUMNS.status) !== undefined) return undefined;
  const [source, destination] = ends.map(addressOf);
  if (source === undefined || destination === undefined) return damaged('a source or destination that is no address');
  const protocol = protocolOf(at(OCSF_COLUMNS.protocol));
  if (protocol === undefined) return damaged('a protocol that is no number from 0 to 255');
  if (start === undefined || end === undefined || end < start) return damaged('a start or end that is no time, or an end before the start');
  return {
    start, end, source, destination, protocol,
    ...(hasPorts(protocol) ? portsOf(at) : {}),
    bytes: countOf(at(OCSF_COLUMNS.bytes)), packets: countOf(at(OCSF_COLUMNS.packets)), replyBytes: 0, replyPackets: 0,
    tcpFlags: protocol === 6 ? numberOf(at(OCSF_COLUMNS.tcpFlags), 255) : undefined,
    outcome: outcomeOf(at(OCSF_COLUMNS.actionId)), sensor,
  } satisfies FlowRecord;
}

function portsOf(at: (place: Place) => unknown): Pick<FlowRecord, 'sourcePort' | 'destinationPort'> {
  return { sourcePort: portOf(at(OCSF_COLUMNS.sourcePort)), destinationPort: portOf(at(OCSF_COLUMNS.destinationPort)) };
}

function outcomeOf(actionId: unknown): Outcome {
  return OCSF_OUTCOMES[Number(actionId)] ?? 'unknown';
}

function skipped(sink: LogSink, sensor: string, start: number | undefined, end: number | undefined): undefined {
  const [from, to] = [start, end].map((time) => (time === undefined ? undefined : new Date(time).toISOString()));
  sink.gap({ kind: 'skipped', detail: `AWS skipped records of ${sensor || 'an interface'}`, from, to });
}

/** A value deep in the event, where the platform gave one. */
function valueAt(event: Event, path: string): unknown {
  const member = (object: unknown, key: string): unknown => (isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined);
  const value = path.split('.').reduce<unknown>(member, event);
  return value === AWS_ABSENT || value === null || value === '' ? undefined : value;
}
