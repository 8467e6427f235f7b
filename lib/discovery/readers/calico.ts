import { isObject } from '../../support/files';
import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, countOf, epoch, given, isoTime, portOf, protocolOf } from './fields';
import { damaged, jsonReader, Reading, textOf } from './reading';

/*
 * Calico's flows as JSON: the flow logs of Enterprise and Cloud (flat), and those of Goldmane and Whisker (a key and
 * statistics). They are aggregated: no source port, often no address, and client first always.
 * Source: Calico flow log data types; projectcalico/calico goldmane/proto/api.proto.
 */

interface Event {
  readonly [key: string]: unknown;
}

export const calicoReader = jsonReader(
  'calico', (beginning) => /"reporter"\s*:/i.test(beginning) && /"(source|dest)_?(name|name_aggr|namespace)"\s*:/i.test(beginning), flow, ['flows', 'items']);

function flow(value: Event): Reading {
  const fields = flat(value);
  const protocol = protocolOf(fields.proto) ?? protocolOf(fields.protocol);
  const start = timeOf(fields.start_time);
  if (protocol === undefined) return damaged('its protocol is not known');
  if (start === undefined) return damaged('it has no time');
  const source = end(fields, 'source');
  const destination = end(fields, 'dest');
  if (!source || !destination) return damaged('it does not name both ends');
  const denied = String(fields.action).toLowerCase() === 'deny';
  const port = portOf(fields.dest_port);
  return {
    start,
    end: Math.max(start, given(fields.end_time, timeOf) ?? start),
    ...('address' in source ? { source: source.address } : {}),
    ...(source.name === undefined ? {} : { sourceName: source.name, sourceLabels: source.labels }),
    ...('address' in destination ? { destination: destination.address } : {}),
    ...(destination.name === undefined ? {} : { destinationName: destination.name, destinationLabels: destination.labels }),
    // Port 0 stands for "aggregated away".
    destinationPort: port === 0 ? undefined : port,
    protocol,
    // "In" and "out" are the reporting end's.
    ...(isDestination(fields.reporter) ? counters(fields, 'in', 'out') : counters(fields, 'out', 'in')),
    connections: countOf(fields.num_flows_started ?? fields.num_connections_started ?? fields.num_flows),
    initiator: 'source',
    outcome: outcome(fields, denied),
    sensor: String(fields.reporter ?? 'calico').toLowerCase(),
    ...(ruleOf(fields) === undefined ? {} : { rule: ruleOf(fields) }),
  };
}

/** Goldmane's key, and the camel case of JSON made from protocol buffers, as the flat names of the file format. */
function flat(value: Event): Event {
  const inner = ['Key', 'key', 'Flow', 'flow'].map((name) => value[name]).filter(isObject);
  const own = Object.entries(value).map(([name, member]) => [snakeCase(name), member] as const);
  return inner.reduce<Event>((all, part) => ({ ...all, ...flat(part) }), Object.fromEntries(own));
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

interface FlowEnd {
  readonly address?: string;
  readonly name?: string;
  readonly labels?: { readonly [key: string]: string };
}

function end(fields: Event, side: 'source' | 'dest'): FlowEnd | undefined {
  const address = addressOf(fields[`${side}_ip`]);
  const name = workloadOf(fields, side);
  if (address === undefined && name === undefined) return undefined;
  return { ...(address === undefined ? {} : { address }), ...(name === undefined ? {} : { name, labels: labelsOf(fields[`${side}_labels`]) }) };
}

/** `pub` and `pvt` stand for networks outside the cluster, when their addresses were aggregated away. */
const NETWORKS: ReadonlyMap<string, string> = new Map([['pub', 'internet'], ['pvt', 'private network']]);

/** A pod's generate name ends in -*, after the hash of the template, which changes with every roll-out: the rest is the workload. */
const GENERATED = /(-[bcdfghjklmnpqrstvwxz2456789]{8,10})?-\*$/;

function workloadOf(fields: Event, side: 'source' | 'dest'): string | undefined {
  const text = [fields[`${side}_name_aggr`], fields[`${side}_name`]].map(textOf).find((name) => name !== undefined && name !== '-');
  if (text === undefined) return undefined;
  const kind = String(fields[`${side}_type`] ?? '').toLowerCase();
  if (NETWORKS.has(text)) return addressOf(fields[`${side}_ip`]) === undefined ? NETWORKS.get(text) : undefined;
  const namespace = textOf(fields[`${side}_namespace`]);
  // A network set or a host endpoint has no namespace.
  const name = text.replace(GENERATED, '');
  return namespace === undefined || namespace === '-' || kind === 'hep' ? name : `${namespace}/${name}`;
}

function labelsOf(value: unknown): { [key: string]: string } {
  const labels: unknown = isObject(value) && Array.isArray(value.labels) ? value.labels : value;
  if (!Array.isArray(labels)) return {};
  return Object.fromEntries(labels.filter((label): label is string => typeof label === 'string' && label.includes('=')).map((label) => {
    const split = label.indexOf('=');
    return [label.slice(0, split), label.slice(split + 1)];
  }));
}

function timeOf(value: unknown): number | undefined {
  return isoTime(value) ?? epoch(value, 1000);
}

function isDestination(reporter: unknown): boolean {
  return /^(dst|dest|reporter_dst|2)$/i.test(String(reporter));
}

function counters(fields: Event, forward: string, back: string): Pick<FlowRecord, 'bytes' | 'packets' | 'replyBytes' | 'replyPackets'> {
  return {
    bytes: countOf(fields[`bytes_${forward}`]),
    packets: countOf(fields[`packets_${forward}`]),
    replyBytes: countOf(fields[`bytes_${back}`]),
    replyPackets: countOf(fields[`packets_${back}`]),
  };
}

function outcome(fields: Event, denied: boolean): Outcome {
  if (denied) return 'denied';
  return policies(fields, 'pending').some((policy) => policy.denies) ? 'wouldDeny' : 'allowed';
}

function ruleOf(fields: Event): string | undefined {
  const enforced = policies(fields, 'enforced');
  return enforced[enforced.length - 1]?.text;
}

interface PolicyHit {
  readonly text: string;
  readonly denies: boolean;
}

/** Hits as text (`index|tier|policy|action|rule`) or as objects. */
function policies(fields: Event, kind: 'enforced' | 'pending'): PolicyHit[] {
  const all = isObject(fields.policies) ? fields.policies : {};
  const camel = `${kind}Policies`;
  const hits = [all[`${kind}_policies`], all[camel], kind === 'enforced' ? all.all_policies : undefined].find((list) => Array.isArray(list)) as unknown[] | undefined;
  return (hits ?? []).flatMap((hit): PolicyHit[] => {
    if (typeof hit === 'string') return [{ text: hit, denies: /\|deny(\||$)/i.test(hit) }];
    if (!isObject(hit)) return [];
    const text = [hit.tier, hit.namespace, hit.name].filter((part) => typeof part === 'string' && part !== '').join('/');
    return [{ text, denies: /^(deny|2)$/i.test(String(hit.action)) }];
  });
}
