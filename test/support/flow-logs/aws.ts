import { gzipSync } from 'zlib';
import { Conversation } from './traffic';

const IANA = { tcp: 6, udp: 17, icmp: 1 } as const;
const FIN = 1;
const SYN = 2;
const RST = 4;
const SYN_ACK = 18;

/** What one network interface saw of one direction. */
interface Sight {
  readonly interface: string;
  readonly from: string;
  readonly to: string;
  /** The ends behind gateways. */
  readonly realFrom: string;
  readonly realTo: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly egress: boolean;
  readonly packets: number;
  readonly bytes: number;
  readonly flags: number;
  readonly accepted: boolean;
  readonly conversation: Conversation;
}

/** Both directions, at the client's and at the server's interface. Security groups stop what is denied at the server's. */
function sightsOf(conversation: Conversation): Sight[] {
  const { client, server, clientPort, serverPort, protocol, fate, gateway } = conversation;
  const tcp = protocol === 'tcp';
  const asked = { ...sent(conversation), realFrom: client.address, realTo: server.address, fromPort: clientPort, toPort: serverPort };
  const back = { realFrom: server.address, realTo: client.address, fromPort: serverPort, toPort: clientPort };
  const answered = { ...sentBack(conversation), ...back };
  const flags = tcp ? (fate === 'served' ? SYN | FIN : SYN) : 0;
  const replyFlags = tcp ? (fate === 'served' ? SYN_ACK | FIN : RST) : 0;
  // Behind the gateway the server's interface sees the gateway's address, and logs the true one beside it.
  const seen = gateway ?? client.address;
  const [own, other] = [client, server].map(({ id }) => `eni-${Buffer.from(id).toString('hex').padStart(17, '0').slice(-17)}`);
  const there = [
    { ...asked, interface: own, from: client.address, to: server.address, egress: true, flags, accepted: true },
    { ...asked, interface: other, from: seen, to: server.address, egress: false, flags, accepted: fate !== 'denied' },
  ];
  if (conversation.replyPackets === 0) return there;
  return [
    ...there,
    { ...answered, interface: other, from: server.address, to: seen, egress: true, flags: replyFlags, accepted: true },
    { ...answered, interface: own, from: server.address, to: client.address, egress: false, flags: replyFlags, accepted: true },
  ];
}

function sent(conversation: Conversation): Pick<Sight, 'packets' | 'bytes' | 'conversation'> {
  return { packets: conversation.packets, bytes: conversation.bytes, conversation };
}

function sentBack(conversation: Conversation): Pick<Sight, 'packets' | 'bytes' | 'conversation'> {
  return { packets: conversation.replyPackets, bytes: conversation.replyBytes, conversation };
}

type Field = (sight: Sight) => string | number;

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

const FIELDS: { readonly [name: string]: Field } = {
  'version': () => 5,
  'account-id': () => 123456789012,
  'interface-id': (sight) => sight.interface,
  'srcaddr': ({ from }) => from,
  'dstaddr': ({ to }) => to,
  'srcport': ({ fromPort }) => fromPort,
  'dstport': ({ toPort }) => toPort,
  'protocol': ({ conversation }) => IANA[conversation.protocol],
  'packets': ({ packets }) => packets,
  'bytes': ({ bytes }) => bytes,
  'start': ({ conversation }) => seconds(conversation.start),
  'end': ({ conversation }) => seconds(conversation.end) + 1,
  'action': ({ accepted }) => (accepted ? 'ACCEPT' : 'REJECT'),
  'log-status': () => 'OK',
  'vpc-id': () => 'vpc-0123456789abcdef0',
  'tcp-flags': ({ flags }) => flags,
  'pkt-srcaddr': ({ realFrom }) => realFrom,
  'pkt-dstaddr': ({ realTo }) => realTo,
  'flow-direction': ({ egress }) => (egress ? 'egress' : 'ingress'),
  'traffic-path': ({ egress }) => (egress ? 1 : '-'),
  'reject-reason': () => '-',
};

export const DEFAULT_LAYOUT = [
  'version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', 'end', 'action',
  'log-status',
];
const CUSTOM_LAYOUT = [
  'interface-id', 'pkt-dstaddr', 'pkt-srcaddr', 'srcaddr', 'dstaddr', 'dstport', 'srcport', 'protocol', 'bytes', 'packets', 'tcp-flags', 'start', 'end', 'action',
  'flow-direction', 'traffic-path', 'reject-reason', 'vpc-id', 'log-status', 'version',
];

function lineOf(layout: readonly string[], sight: Sight, separator = ' '): string {
  return layout.map((name) => FIELDS[name](sight)).join(separator);
}

function lines(conversations: readonly Conversation[], layout: readonly string[]): string[] {
  return conversations.flatMap(sightsOf).map((sight) => lineOf(layout, sight));
}

export function awsDefault(conversations: readonly Conversation[]): string {
  const idle = '2 123456789012 eni-00000000000000001 - - - - - - - 1790000000 1790000060 - NODATA';
  return `${[DEFAULT_LAYOUT.join(' '), idle, ...lines(conversations, DEFAULT_LAYOUT)].join('\n')}\n`;
}

export function awsWithoutHeader(conversations: readonly Conversation[]): string {
  return `${lines(conversations, DEFAULT_LAYOUT).join('\n')}\n`;
}

export function awsCustom(conversations: readonly Conversation[]): string {
  return `${[CUSTOM_LAYOUT.join(' '), ...lines(conversations, CUSTOM_LAYOUT)].join('\n')}\n`;
}

/** As Security Lake and Athena write it: commas, underscores, in the order of the alphabet. */
export function awsCsv(conversations: readonly Conversation[]): string {
  const layout = [...CUSTOM_LAYOUT].sort();
  const rows = conversations.flatMap(sightsOf).map((sight) => lineOf(layout, sight, ','));
  return `${[layout.join(',').replaceAll('-', '_'), ...rows].join('\n')}\n`;
}

/** What a subscription delivers: every second message is compressed, as Lambda gets it. */
export function awsCloudwatch(conversations: readonly Conversation[]): string {
  return conversations.map((conversation, index) => {
    const sights = sightsOf(conversation);
    const envelope = {
      messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup: 'flows', logStream: `${sights[0].interface}-all`, subscriptionFilters: ['all'],
      logEvents: sights.map((sight, event) => ({ id: `${index}.${event}`, timestamp: conversation.end, message: lineOf(DEFAULT_LAYOUT, sight) })),
    };
    const data = (): string => gzipSync(JSON.stringify(envelope)).toString('base64');
    return `${JSON.stringify(index % 2 === 0 ? envelope : { awslogs: { data: data() } })}\n`;
  }).join('');
}

export function ocsf(conversations: readonly Conversation[]): string {
  return conversations.flatMap(sightsOf).map((sight) => `${JSON.stringify({
    action: sight.accepted ? 'Allowed' : 'Denied', action_id: sight.accepted ? 1 : 2, activity_id: 6, class_uid: 4001,
    connection_info: { direction_id: sight.egress ? 2 : 1, protocol_num: IANA[sight.conversation.protocol], tcp_flags: sight.flags },
    src_endpoint: { ip: sight.realFrom, port: sight.fromPort, interface_uid: sight.interface },
    dst_endpoint: { ip: sight.realTo, port: sight.toPort, ...(sight.to === sight.realTo ? {} : { intermediate_ips: [sight.to] }) },
    traffic: { bytes: sight.bytes, packets: sight.packets },
    start_time: sight.conversation.start, end_time: sight.conversation.end, time: sight.conversation.start, status_code: 'OK',
  })}\n`).join('');
}
