import { isObject } from '../../support/files';
import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, hasPorts, isoTime, portOf, protocolOf } from './fields';
import { JsonObjects } from './json-values';
import { LogReader, LogSink } from './log-reader';
import { damaged, put, Reading, textOf } from './reading';

/*
 * Entries of Cloud Logging: VPC flow logs and firewall rules logs, which may stand in one file. Sources: "VPC Flow Logs record
 * format" and "VPC firewall rules logging format" of Google Cloud.
 */

const TCP = 6;
/** What IPv4 and TCP put before data, in bytes. */
const TCP_HEADERS = 40;

interface Json {
  readonly [key: string]: unknown;
}

export const gcpReader: LogReader = {
  format: 'gcp',
  recognizes: (beginning) => /^\s*[[{]/.test(beginning) && /"connection"\s*:/.test(beginning) && /"(dest_ip|src_ip)"\s*:/.test(beginning),
  parser: (sink) => {
    const sampling = new SamplingNotice(sink);
    return new JsonObjects({
      object: (entry, line) => put(entryOf(entry, sampling), sink, line),
      reject: (line, reason) => sink.reject(line, reason),
    }, ['entries']);
  },
};

/** Flow logs never hold every connection; that is said once a file. Firewall rules logs do. */
class SamplingNotice {
  private given = false;

  public constructor(private readonly sink: LogSink) {}

  public give(): void {
    if (this.given) return;
    this.given = true;
    this.sink.gap({ kind: 'sampled', detail: 'Google Cloud samples packets: counts are estimates, and connections may be missing' });
  }
}

/** Entries of other logs are nothing that we know of. */
function entryOf(entry: Json, sampling: SamplingNotice): Reading {
  const payload = object(entry.jsonPayload ?? entry);
  const ends = endsOf(object(payload.connection));
  if (typeof ends === 'string') return damaged(ends);
  if (payload.disposition !== undefined || payload.rule_details !== undefined) return decisionOf(payload, entry, ends);
  sampling.give();
  return flowOf(payload, ends);
}

type Ends = Pick<FlowRecord, 'source' | 'destination' | 'sourcePort' | 'destinationPort' | 'protocol'>;

function endsOf(connection: Json): Ends | string {
  const [source, destination] = [addressOf(connection.src_ip), addressOf(connection.dest_ip)];
  if (source === undefined || destination === undefined) return 'an entry whose connection has no two addresses';
  const protocol = protocolOf(connection.protocol);
  if (protocol === undefined) return 'an entry whose connection has no protocol';
  if (!hasPorts(protocol)) return { source, destination, protocol };
  return { source, destination, sourcePort: portOf(connection.src_port), destinationPort: portOf(connection.dest_port), protocol };
}

/** One direction of a conversation, as one of its two ends reports it. */
function flowOf(payload: Json, ends: Ends): Reading {
  const [start, end] = [isoTime(payload.start_time), isoTime(payload.end_time)];
  if (start === undefined || end === undefined || end < start) return damaged('an entry without start and end');
  const reporter = textOf(payload.reporter) ?? '';
  return {
    start, end, ...ends,
    ...named('source', payload.src_instance, payload.src_gke_details),
    ...named('destination', payload.dest_instance, payload.dest_gke_details),
    ...sizeOf(payload, ends.protocol), replyBytes: 0, replyPackets: 0,
    outcome: 'allowed',
    sensor: reporter,
  };
}

/** Google counts what packets carry: refused connections have packets, and no bytes. Elsewhere packets count as a whole. */
function sizeOf(payload: Json, protocol: number): Pick<FlowRecord, 'bytes' | 'packets'> {
  const [bytes, packets] = [countOf(payload.bytes_sent), countOf(payload.packets_sent)];
  return { bytes: protocol === TCP ? Math.max(bytes, packets * TCP_HEADERS) : bytes, packets };
}

/** A connection that a rule decided on, from the client to the server. */
function decisionOf(payload: Json, entry: Json, ends: Ends): Reading {
  const time = isoTime(entry.timestamp);
  const outcome = outcomeOf(payload.disposition);
  if (time === undefined) return damaged('an entry without a time');
  if (outcome === undefined) return damaged('an entry without a disposition');
  const rule = object(payload.rule_details);
  const [own, other] = rule.direction === 'EGRESS' ? ['source', 'destination'] as const : ['destination', 'source'] as const;
  return {
    start: time, end: time, ...ends,
    ...named(own, payload.instance, undefined),
    ...named(other, payload.remote_instance, undefined),
    bytes: 0, packets: 0, replyBytes: 0, replyPackets: 0, connections: 1, initiator: 'source',
    outcome, sensor: textOf(object(payload.instance).vm_name) ?? textOf(rule.direction) ?? '',
    ...(textOf(rule.reference) === undefined ? {} : { rule: textOf(rule.reference) }),
  };
}

/** `INTERCEPTED` went through an inspection, which let it pass or not. */
function outcomeOf(disposition: unknown): Outcome | undefined {
  switch (disposition) {
    case 'ALLOWED': return 'allowed';
    case 'DENIED': return 'denied';
    case 'INTERCEPTED': return 'unknown';
    default: return undefined;
  }
}

/** A pod by its workload, else the machine: one machine may have several addresses. */
function named(end: 'source' | 'destination', instance: unknown, gke: unknown): Partial<FlowRecord> {
  const name = podOf(object(gke)) ?? machineOf(object(instance));
  return name === undefined ? {} : { [`${end}Name`]: name };
}

function podOf(gke: Json): string | undefined {
  const pod = object(gke.pod);
  const workload = textOf(object(pod.pod_workload ?? pod.workload).workload_name) ?? textOf(pod.pod_name);
  return workload === undefined ? undefined : `${textOf(pod.pod_namespace) ?? 'default'}/${workload}`;
}

/** Members of a managed group come and go; the group is who they are. */
function machineOf(instance: Json): string | undefined {
  const name = textOf(object(instance.managed_instance_group).name) ?? textOf(instance.vm_name);
  const project = textOf(instance.project_id);
  return name === undefined || project === undefined ? name : `${project}/${name}`;
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}
