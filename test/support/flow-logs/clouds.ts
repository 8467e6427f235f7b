import { Conversation } from './traffic';

const NUMBER = { tcp: 6, udp: 17, icmp: 1 } as const;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The letters of a conversation's tuples, each with its share of the counters: begin, and end if it came to that. */
function statesOf({ fate }: Conversation): ('B' | 'E')[] {
  return fate === 'denied' ? ['B'] : ['B', 'E'];
}

function counters({ packets, bytes, replyPackets, replyBytes }: Conversation, state: string, none: string): string {
  return state === 'B' ? [none, none, none, none].join(',') : [packets, bytes, replyPackets, replyBytes].join(',');
}

/** Conversations in groups, as a log of minutes and rules has them. */
function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

const MACS = ['000D3AF87856', '002248AABBCC'];

/** Version 2, written by the groups of both ends. ICMP is not logged. */
export function azureNsg(conversations: readonly Conversation[]): string {
  const records = chunks(conversations.filter(({ protocol }) => protocol !== 'icmp'), 20).flatMap((group) => MACS.map((mac) => ({
    time: iso(group[0].start), systemId: '00000000-0000-0000-0000-000000000000', macAddress: mac, category: 'NetworkSecurityGroupFlowEvent',
    resourceId: '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/N', operationName: 'NetworkSecurityGroupFlowEvents',
    properties: {
      Version: 2,
      flows: (['UserRule_flows', 'DefaultRule_DenyAllInBound'] as const).map((rule, denied) => ({
        rule,
        flows: [{ mac, flowTuples: group.filter(({ fate }) => (fate === 'denied') === (denied === 1)).flatMap(nsgTuples) }],
      })),
    },
  })));
  return JSON.stringify({ records }, undefined, 1);
}

function nsgTuples(conversation: Conversation): string[] {
  const { client, server, clientPort, serverPort, protocol, fate } = conversation;
  return statesOf(conversation).map((state) => [
    Math.floor((state === 'B' ? conversation.start : conversation.end) / 1000), client.address, server.address, clientPort, serverPort,
    protocol === 'tcp' ? 'T' : 'U', 'I', fate === 'denied' ? 'D' : 'A', state, counters(conversation, state, ''),
  ].join(','));
}

/** Version 4, one record a line. */
export function azureVnet(conversations: readonly Conversation[]): string {
  return chunks(conversations, 20).map((group) => `${JSON.stringify({
    time: iso(group[0].start), flowLogVersion: 4, flowLogGUID: '00000000-0000-0000-0000-000000000001', macAddress: MACS[0], category: 'FlowLogFlowEvent',
    flowLogResourceID: '/SUBSCRIPTIONS/S/F', targetResourceID: '/subscriptions/s/v', operationName: 'FlowLogFlowEvent',
    flowRecords: { flows: [{ aclID: '00000000-0000-0000-0000-000000000002', flowGroups: [{ rule: 'flows', flowTuples: group.flatMap(vnetTuples) }] }] },
  })}\n`).join('');
}

function vnetTuples(conversation: Conversation): string[] {
  const { client, server, clientPort, serverPort, protocol, fate } = conversation;
  return statesOf(conversation).map((state) => [
    state === 'B' ? conversation.start : conversation.end, client.address, server.address, clientPort, serverPort, NUMBER[protocol], 'I',
    fate === 'denied' ? 'D' : state, 'NX', counters(conversation, state, '0'),
  ].join(','));
}

/** Each direction, reported by both ends: a pretty-printed array, as the console gives it. Flow logs hold nothing of what was denied. */
export function gcpFlows(conversations: readonly Conversation[]): string {
  const entries = conversations.filter(({ fate }) => fate !== 'denied').flatMap((conversation) => {
    const { replyPackets, protocol } = conversation;
    const reports = replyPackets > 0 ? ['there', 'back'] as const : ['there'] as const;
    return reports.flatMap((direction) => ['SRC', 'DEST'].map((reporter) => ({
      insertId: `${conversation.start}`, logName: 'projects/p/logs/compute.googleapis.com%2Fvpc_flows', timestamp: iso(conversation.end),
      jsonPayload: {
        connection: connectionOf(conversation, direction, NUMBER[protocol]), reporter,
        start_time: iso(conversation.start).replace('Z', '123456Z'), end_time: iso(conversation.end).replace('Z', '999999Z'),
        bytes_sent: String(direction === 'there' ? conversation.bytes : conversation.replyBytes),
        packets_sent: String(direction === 'there' ? conversation.packets : replyPackets),
      },
    })));
  });
  return JSON.stringify(entries, undefined, 2);
}

/** One entry for each decision, at the server. TCP and UDP only. */
export function gcpFirewall(conversations: readonly Conversation[]): string {
  return conversations.filter(({ protocol }) => protocol !== 'icmp').map((conversation) => `${JSON.stringify({
    insertId: `${conversation.start}`, logName: 'projects/p/logs/compute.googleapis.com%2Ffirewall', timestamp: iso(conversation.start),
    jsonPayload: {
      connection: connectionOf(conversation, 'there', NUMBER[conversation.protocol]),
      disposition: conversation.fate === 'denied' ? 'DENIED' : 'ALLOWED',
      rule_details: { reference: 'network:main/firewall:flows', priority: 1000, action: conversation.fate === 'denied' ? 'DENY' : 'ALLOW', direction: 'INGRESS' },
    },
  })}\n`).join('');
}

function connectionOf({ client, server, clientPort, serverPort }: Conversation, direction: 'there' | 'back', protocol: number): object {
  const [from, to] = [{ ...client, port: clientPort }, { ...server, port: serverPort }];
  const [source, destination] = direction === 'there' ? [from, to] : [to, from];
  return { src_ip: source.address, src_port: source.port, dest_ip: destination.address, dest_port: destination.port, protocol };
}
