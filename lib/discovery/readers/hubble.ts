import { isObject } from '../../support/files';
import { FlowRecord, Outcome } from '../flow-record';
import { addressOf, isoTime, portOf } from './fields';
import { ACK, damaged, FIN, ICMP, ICMPV6, jsonReader, Reading, RST, SYN, TCP, textOf, UDP } from './reading';

/*
 * `hubble observe -o jsonpb` and `-o json`: what Cilium saw of single packets, with workloads instead of addresses where it
 * knows them. Source: cilium/cilium api/v1/flow/flow.proto.
 */

interface Event {
  readonly [key: string]: unknown;
}

export const hubbleReader = jsonReader(
  'hubble',
  (beginning) => /"verdict"\s*:/.test(beginning) && /"(event_type|traffic_direction|IP)"\s*:/.test(beginning),
  (value) => packet(isObject(value.flow) ? value.flow : value, textOf(value.node_name)),
);

function packet(flow: Event, node: string | undefined): Reading {
  if (typeof flow.verdict !== 'string') return damaged('it has no verdict');
  // Layer 7 events repeat what the packets below them said, and SOCK events show addresses before a service is resolved.
  if (flow.Type === 'L7' || flow.Type === 'SOCK' || flow.l7 !== undefined) return undefined;
  const ip = object(flow.IP);
  const [source, destination] = [addressOf(ip.source), addressOf(ip.destination)];
  const start = isoTime(flow.time);
  const transport = transportOf(object(flow.l4));
  if (source === undefined || destination === undefined) return flow.IP === undefined ? undefined : damaged('it has no two addresses');
  if (start === undefined) return damaged('it has no time');
  if (!transport) return damaged('it has no protocol of layer 4');
  return {
    start,
    end: start,
    source,
    destination,
    ...named('source', object(flow.source)),
    ...named('destination', object(flow.destination)),
    ...transport,
    bytes: 0,
    packets: 1,
    replyBytes: 0,
    replyPackets: 0,
    ...(typeof flow.is_reply === 'boolean' ? { initiator: flow.is_reply ? 'destination' as const : 'source' as const } : {}),
    outcome: outcome(flow),
    sensor: `${node ?? textOf(flow.node_name) ?? 'hubble'}/${textOf(flow.traffic_direction) ?? ''}`,
    ...(ruleOf(flow) === undefined ? {} : { rule: ruleOf(flow) }),
  };
}

type Transport = Pick<FlowRecord, 'protocol' | 'sourcePort' | 'destinationPort' | 'tcpFlags'>;

function transportOf(l4: Event): Transport | undefined {
  if (isObject(l4.TCP)) return { protocol: TCP, ...portsOf(l4.TCP), ...flagsOf(l4.TCP.flags) };
  if (isObject(l4.UDP)) return { protocol: UDP, ...portsOf(l4.UDP) };
  if (isObject(l4.SCTP)) return { protocol: 132, ...portsOf(l4.SCTP) };
  // Absent members have the value 0: type 0 is an echo reply.
  if (isObject(l4.ICMPv4)) return { protocol: ICMP, destinationPort: portOf(l4.ICMPv4.type) ?? 0 };
  if (isObject(l4.ICMPv6)) return { protocol: ICMPV6, destinationPort: portOf(l4.ICMPv6.type) ?? 0 };
  return undefined;
}

function portsOf(l4: Event): Pick<FlowRecord, 'sourcePort' | 'destinationPort'> {
  return { sourcePort: portOf(l4.source_port), destinationPort: portOf(l4.destination_port) };
}

function flagsOf(value: unknown): Pick<FlowRecord, 'tcpFlags'> {
  if (!isObject(value)) return {};
  return { tcpFlags: Object.entries({ FIN, SYN, RST, ACK }).reduce((sum, [name, bit]) => (value[name] === true ? sum | bit : sum), 0) };
}

/** `namespace/workload`, or the identity that Cilium reserves for everything of a kind; the world is known by its addresses. */
function named(end: 'source' | 'destination', endpoint: Event): Partial<FlowRecord> {
  const labels = Array.isArray(endpoint.labels) ? endpoint.labels.filter((label): label is string => typeof label === 'string') : [];
  const name = nameOf(endpoint) ?? labels.find((label) => label.startsWith('reserved:') && !label.startsWith('reserved:world'));
  return name === undefined ? {} : { [`${end}Name`]: name, [`${end}Labels`]: ownLabels(labels) };
}

function nameOf({ namespace, workloads, pod_name: pod }: Event): string | undefined {
  const first = Array.isArray(workloads) && isObject(workloads[0]) ? textOf(workloads[0].name) : undefined;
  const name = first ?? textOf(pod);
  return name === undefined ? undefined : `${textOf(namespace) ?? 'default'}/${name}`;
}

/** Labels that people put on pods, without those that Cilium and Kubernetes derive. */
function ownLabels(labels: readonly string[]): { [key: string]: string } {
  const own = labels.filter((label) => label.startsWith('k8s:') && !label.startsWith('k8s:io.')).map((label) => label.slice('k8s:'.length));
  return Object.fromEntries(own.map((label) => {
    const split = label.indexOf('=');
    return split < 0 ? [label, ''] : [label.slice(0, split), label.slice(split + 1)];
  }));
}

/** Only a policy's drop is a denial; other drops are packets that nothing could be done with. */
function outcome(flow: Event): Outcome {
  switch (flow.verdict) {
    case 'AUDIT': return 'wouldDeny';
    case 'DROPPED': return isPolicy(flow) ? 'denied' : 'attempt';
    case 'ERROR': return 'attempt';
    default: return 'allowed';
  }
}

function isPolicy({ drop_reason: number, drop_reason_desc: text }: Event): boolean {
  return text === 'POLICY_DENIED' || text === 'POLICY_DENY' || number === 133 || number === 181;
}

const DECIDED = ['egress_denied_by', 'ingress_denied_by', 'egress_allowed_by', 'ingress_allowed_by'];

function ruleOf(flow: Event): string | undefined {
  const policies = DECIDED.flatMap((name) => (Array.isArray(flow[name]) ? flow[name] as unknown[] : [])).filter(isObject);
  const [first] = policies;
  if (!first) return undefined;
  return [textOf(first.namespace), textOf(first.name)].filter((part) => part !== undefined).join('/') || undefined;
}

function object(value: unknown): Event {
  return isObject(value) ? value : {};
}
