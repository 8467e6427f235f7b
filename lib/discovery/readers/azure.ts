import { isObject } from '../../support/files';
import { Outcome } from '../flow-record';
import { addressOf, countOf, epoch, hasPorts, portOf, protocolOf } from './fields';
import { JsonObjects } from './json-values';
import { LogReader } from './log-reader';
import { damaged, put, Reading, textOf } from './reading';

/*
 * Flow logs of Azure: of network security groups (versions 1 and 2) and of virtual networks (version 4). Both are documents of
 * records, each of which holds tuples by rule. Source: "NSG flow logs overview" and "Virtual network flow logs" of Network Watcher.
 */

interface Json {
  readonly [key: string]: unknown;
}

/** Where the fields of a tuple stand, and in what unit. The first five are alike: time, addresses, ports. */
interface TupleLayout {
  readonly unitMilliseconds: number;
  readonly fields: readonly number[];
  readonly state: number;
  readonly counters: number;
  /** By the letter after the direction. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

const NSG: TupleLayout = {
  unitMilliseconds: 1000,
  // Version 1 ends with the decision.
  fields: [8, 13],
  state: 8,
  counters: 9,
  outcomes: new Map([['A', 'allowed'], ['D', 'denied']]),
};

/** A denial is a state here. */
const VNET: TupleLayout = {
  unitMilliseconds: 1,
  fields: [13],
  state: 7,
  counters: 9,
  outcomes: new Map([['B', 'allowed'], ['C', 'allowed'], ['E', 'allowed'], ['D', 'denied']]),
};

const LETTERS: ReadonlyMap<string, number> = new Map([['T', 6], ['U', 17]]);

/** Rules of this library that admit, while a workload is monitored, what enforcing will block. */
const SCOPE_RULE = /^(UserRule_)?scope-(inbound-ipv[46]|outbound)$/;

export const azureNsgReader = reader('azure-nsg', /"flowTuples"\s*:|NetworkSecurityGroupFlowEvent/, /"flowRecords"\s*:|FlowLogFlowEvent/, (record) => {
  const { flows: groups } = object(record.properties);
  if (!Array.isArray(groups)) return [damaged('a record without flows')];
  return objects(groups).flatMap(({ rule, flows }) => objects(flows).flatMap((flow) => (
    flowsOf(NSG, flow.flowTuples, textOf(rule), textOf(flow.mac) ?? textOf(record.macAddress)))));
});

export const azureVnetReader = reader('azure-vnet', /"flowRecords"\s*:|FlowLogFlowEvent/, undefined, (record) => {
  const { flows: acls } = object(record.flowRecords);
  if (!Array.isArray(acls)) return [damaged('a record without flows')];
  return objects(acls).flatMap(({ flowGroups }) => objects(flowGroups).flatMap((group) => (
    flowsOf(VNET, group.flowTuples, textOf(group.rule), textOf(record.macAddress)))));
});

function reader(format: string, marks: RegExp, others: RegExp | undefined, read: (record: Json) => Reading[]): LogReader {
  return {
    format,
    recognizes: (beginning) => /^\s*[[{]/.test(beginning) && marks.test(beginning) && !others?.test(beginning),
    parser: (sink) => new JsonObjects({
      object: (record, line) => read(record).forEach((reading) => put(reading, sink, line)),
      reject: (line, reason) => sink.reject(line, reason),
    }, ['records']),
  };
}

function flowsOf(layout: TupleLayout, tuples: unknown, rule: string | undefined, mac: string | undefined): Reading[] {
  if (!Array.isArray(tuples)) return [damaged('a flow without tuples')];
  return tuples.map((tuple) => (typeof tuple === 'string' ? flowOf(layout, tuple.split(','), rule, mac ?? '') : damaged('a tuple that is no text')));
}

/** Tuples go from the client to the server, whoever sent the packet, and their counters are of the time since the tuple before. */
function flowOf(layout: TupleLayout, fields: readonly string[], rule: string | undefined, sensor: string): Reading {
  if (!layout.fields.includes(fields.length)) return damaged(`a tuple of ${fields.length} fields`);
  const time = epoch(fields[0], layout.unitMilliseconds);
  if (time === undefined) return damaged('a tuple whose time is none');
  const [source, destination] = [addressOf(fields[1]), addressOf(fields[2])];
  if (source === undefined || destination === undefined) return damaged('a tuple with a source or destination that is no address');
  const protocol = protocolOf(LETTERS.get(fields[5]) ?? fields[5]);
  if (protocol === undefined) return damaged('a tuple with an unknown protocol');
  const decided = layout.outcomes.get(fields[7]);
  if (decided === undefined) return damaged('a tuple without a decision');
  const ports = hasPorts(protocol) ? { sourcePort: portOf(fields[3]), destinationPort: portOf(fields[4]) } : {};
  if (hasPorts(protocol) && (ports.sourcePort === undefined || ports.destinationPort === undefined)) return damaged('a tuple without ports');
  const [packets, bytes, replyPackets, replyBytes] = [0, 1, 2, 3].map((counter) => countOf(fields[layout.counters + counter]));
  return {
    start: time, end: time, source, destination, ...ports, protocol, packets, bytes, replyPackets, replyBytes,
    connections: ['C', 'E'].includes(fields[layout.state]) ? 0 : 1,
    initiator: 'source',
    outcome: decided === 'allowed' && rule !== undefined && SCOPE_RULE.test(rule) ? 'wouldDeny' : decided,
    sensor,
    ...(rule === undefined ? {} : { rule }),
  };
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
