import { Conversation } from './traffic';

/* Logs of hosts and clusters: Hubble, Calico, ulogd2, conntrack and Windows. */

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
const plain = (milliseconds: number): string => iso(milliseconds).slice(0, 19).replace('T', ' ');
const family = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4);
/** Broadcasts never leave the network, and logs of a cluster or of connections hold none. */
const isUnicast = ({ server }: Conversation): boolean => server.id !== 'everybody';

/** Of the template of a pod, which Kubernetes puts into its name. */
const HASH = '6d4b75cb6d';

function podOf(id: string): object {
  return { identity: 1000, namespace: 'shop', labels: [`k8s:app=${id}`, 'k8s:io.kubernetes.pod.namespace=shop'], pod_name: `${id}-${HASH}-x1xpz`, workloads: [{ name: id, kind: 'Deployment' }] };
}

/** Question and answer, as the client's node and the server's node saw them; what is denied, at each of two points. */
export function hubble(conversations: readonly Conversation[]): string {
  return conversations.filter(isUnicast).flatMap((conversation) => {
    const { client, server, clientPort, serverPort, protocol, start, fate, replyPackets } = conversation;
    const event = (reply: boolean, direction: string, more: object): object => {
      const [from, to, fromPort, toPort] = reply ? [server, client, serverPort, clientPort] : [client, server, clientPort, serverPort];
      const flags = reply ? (fate === 'refused' ? { RST: true, ACK: true } : { SYN: true, ACK: true }) : { SYN: true };
      const l4 = protocol === 'tcp' ? { TCP: { source_port: fromPort, destination_port: toPort, flags } } : { UDP: { source_port: fromPort, destination_port: toPort } };
      const flow = {
        time: iso(start + (reply ? 1 : 0)).replace('Z', '123456Z'), verdict: 'FORWARDED', IP: { source: from.address, destination: to.address, ipVersion: `IPv${family(from.address)}` },
        l4, source: podOf(from.id), destination: podOf(to.id), Type: 'L3_L4', node_name: 'node', event_type: { type: 4 }, traffic_direction: direction, is_reply: reply, ...more,
      };
      return { flow, node_name: `node-${direction}`, time: flow.time };
    };
    const denied = { verdict: 'DROPPED', drop_reason: 133, drop_reason_desc: 'POLICY_DENIED', is_reply: undefined };
    const there = fate === 'denied'
      ? [event(false, 'INGRESS', { ...denied, event_type: { type: 5 } }), event(false, 'INGRESS', { ...denied, event_type: { type: 1 } })]
      : ['EGRESS', 'INGRESS'].map((direction) => event(false, direction, {}));
    const back = replyPackets > 0 ? ['EGRESS', 'INGRESS'].map((direction) => event(true, direction, {})) : [];
    return [...there, ...back].map((each) => `${JSON.stringify(each)}\n`);
  }).join('');
}

/** The flow logs of Enterprise, aggregated over the source port, by both reporters. */
export function calico(conversations: readonly Conversation[]): string {
  return conversations.filter(isUnicast).flatMap((conversation) => ['src', 'dst'].map((reporter) => {
    const { client, server, serverPort, protocol, start, end, packets, bytes, replyPackets, replyBytes, fate } = conversation;
    const denied = fate === 'denied';
    const own = reporter === 'src';
    return `${JSON.stringify({
      start_time: Math.floor(start / 1000), end_time: Math.floor(end / 1000) + 1, source_ip: client.address, source_name: `${client.id}-${HASH}-x1xpz`, source_name_aggr: `${client.id}-${HASH}-*`,
      source_namespace: 'shop', source_port: null, source_type: 'wep', source_labels: { labels: [`app=${client.id}`] }, dest_ip: server.address, dest_name: `${server.id}-${HASH}-x1xpz`,
      dest_name_aggr: `${server.id}-${HASH}-*`, dest_namespace: 'shop', dest_port: serverPort, dest_type: 'wep', dest_labels: { labels: [`app=${server.id}`] }, proto: protocol,
      action: denied ? 'deny' : 'allow', reporter, policies: { all_policies: [`0|default|shop/default.flows|${denied ? 'deny' : 'allow'}|0`] }, num_flows: 1, num_flows_started: 1, num_flows_completed: 1,
      packets_out: own ? packets : replyPackets, packets_in: own ? replyPackets : packets,
      bytes_out: own ? bytes : replyBytes, bytes_in: own ? replyBytes : bytes,
    })}\n`;
  })).join('');
}

/** Connections when they end, and what a rule dropped: the two files of a host, one after the other. */
export function ulogd(conversations: readonly Conversation[]): string {
  return conversations.filter(isUnicast).map((conversation) => `${JSON.stringify(conversation.fate === 'denied' ? packetOf(conversation) : connectionOf(conversation))}\n`).join('');
}

function connectionOf(conversation: Conversation): object {
  const { client, server, clientPort, serverPort, protocol, start, end, packets, bytes, replyPackets, replyBytes, gateway } = conversation;
  const number = protocol === 'tcp' ? 6 : 17;
  return {
    'timestamp': iso(end).slice(0, 19), 'dvc': 'Netfilter', 'orig.ip.protocol': number, 'orig.l4.sport': clientPort, 'orig.l4.dport': serverPort, 'orig.raw.pktlen': bytes,
    'orig.raw.pktcount': packets, 'reply.ip.protocol': number, 'reply.l4.sport': serverPort, 'reply.l4.dport': clientPort, 'reply.raw.pktlen': replyBytes,
    'reply.raw.pktcount': replyPackets, 'ct.mark': 0, 'ct.event': 4, 'flow.start.sec': Math.floor(start / 1000), 'flow.start.usec': (start % 1000) * 1000,
    'flow.end.sec': Math.floor(end / 1000), 'flow.end.usec': (end % 1000) * 1000, 'oob.family': family(client.address) === 4 ? 2 : 10, 'src_ip': client.address,
    'dest_ip': server.address, 'reply.ip.saddr.str': server.address, 'reply.ip.daddr.str': gateway ?? client.address,
  };
}

function packetOf({ client, server, clientPort, serverPort, start }: Conversation): object {
  return {
    'timestamp': iso(start).replace('Z', ''), 'dvc': 'Netfilter', 'raw.pktlen': 60, 'raw.pktcount': 1, 'oob.prefix': 'drop: ', 'oob.time.sec': Math.floor(start / 1000),
    'oob.time.usec': (start % 1000) * 1000, 'oob.hook': 1, 'oob.family': 2, 'ip.protocol': 6, 'tcp.syn': 1, 'tcp.ack': 0, 'src_port': clientPort, 'dest_port': serverPort,
    'src_ip': client.address, 'dest_ip': server.address,
  };
}

/** Every event of every connection. What is denied never becomes one. */
export function conntrack(conversations: readonly Conversation[]): string {
  return conversations.filter((each) => isUnicast(each) && each.fate !== 'denied').flatMap((conversation) => {
    const { client, server, clientPort, serverPort, protocol, start, end, fate, gateway } = conversation;
    const { packets, bytes, replyPackets, replyBytes } = conversation;
    const name = `ipv${family(client.address)}     ${family(client.address) === 4 ? 2 : 10} ${protocol === 'tcp' ? 'tcp      6' : 'udp      17'}`;
    const original = `src=${client.address} dst=${server.address} sport=${clientPort} dport=${serverPort}`;
    const reply = `src=${server.address} dst=${gateway ?? client.address} sport=${serverPort} dport=${clientPort}`;
    const at = (time: number): string => `[${(time / 1000).toFixed(6)}]`;
    const tcp = protocol === 'tcp';
    const unreplied = fate === 'unanswered' ? ' [UNREPLIED]' : '';
    const counted = `${original} packets=${packets} bytes=${bytes}${unreplied} ${reply} packets=${replyPackets} bytes=${replyBytes}`;
    const begun = `${at(start)}\t    [NEW] ${name} 120 ${tcp ? 'SYN_SENT ' : ''}${original} [UNREPLIED] ${reply}`;
    const ended = `${at(end)}\t[DESTROY] ${name} ${counted}${fate === 'served' && tcp ? ' [ASSURED]' : ''}`;
    const established = `${at(start + 1)}\t [UPDATE] ${name} 432000 ${tcp ? 'ESTABLISHED ' : ''}${original} ${reply}${tcp ? ' [ASSURED]' : ''}`;
    return [begun, ...(fate === 'served' ? [established] : []), ended];
  }).map((line) => `${line}\n`).join('');
}

/** The firewall of the server: it names no direction but its own. */
export function windowsFirewall(conversations: readonly Conversation[]): string {
  const header = [
    '#Version: 1.5', '#Software: Microsoft Windows Firewall', '#Time Format: Local',
    '#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path',
  ];
  const lines = conversations.map(({ client, server, clientPort, serverPort, protocol, start, fate }) => (
    `${plain(start)} ${fate === 'denied' ? 'DROP' : 'ALLOW'} ${protocol.toUpperCase()} ${client.address} ${server.address} ${clientPort} ${serverPort} `
    + `${protocol === 'tcp' && fate === 'denied' ? '52 S 1 0 8192' : '0 - 0 0 0'} - - - RECEIVE`));
  return `${[...header, '', ...lines].join('\r\n')}\r\n`;
}

/** Security events of both ends: the server's name its own end first. */
export function windowsEvents(conversations: readonly Conversation[]): string {
  return conversations.filter(isUnicast).flatMap(({ client, server, clientPort, serverPort, protocol, start, fate }) => ['client', 'server'].map((end) => {
    const inbound = end === 'server';
    const [own, ownPort, other, otherPort] = inbound ? [server, serverPort, client, clientPort] : [client, clientPort, server, serverPort];
    return `${JSON.stringify({
      EventID: inbound && fate === 'denied' ? 5157 : 5156, TimeCreated: iso(start), Computer: own.id,
      EventData: {
        ProcessID: '4', Application: 'System', Direction: inbound ? '%%14592' : '%%14593', SourceAddress: own.address, SourcePort: String(ownPort), DestAddress: other.address,
        DestPort: String(otherPort), Protocol: protocol === 'tcp' ? '6' : '17', FilterRTID: '70001', LayerName: '%%14610', LayerRTID: '44',
      },
    })}\n`;
  })).join('');
}
