import { Conversation } from './traffic';

/* Logs of sensors in the network: Zeek, Suricata, NetFlow and Argus. */

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(6);
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
const plain = (milliseconds: number): string => iso(milliseconds).replace('T', ' ').replace('Z', '');
/** What a rule drops looks the same on the wire as what nobody answers. */
const unanswered = ({ fate }: Conversation): boolean => fate === 'unanswered' || fate === 'denied';

/** Two sensors, the second of which saw the connection a little later. */
const SENSORS = ['sensor-a', 'sensor-b'];

const ZEEK_FIELDS = [
  '_node_name', 'ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'service', 'duration', 'orig_bytes', 'resp_bytes', 'conn_state',
  'history', 'orig_pkts', 'resp_pkts',
];

function zeekRows(conversations: readonly Conversation[]): (string | number)[][] {
  return conversations.flatMap((conversation, index) => SENSORS.map((sensor, late) => {
    const { client, server, clientPort, serverPort, protocol, start, end, bytes, replyBytes, packets, replyPackets, fate } = conversation;
    const [state, history] = fate === 'served' ? ['SF', 'ShADadFf'] : fate === 'refused' ? ['REJ', 'Sr'] : ['S0', protocol === 'udp' ? 'D' : 'S'];
    return [
      sensor, seconds(start + late), `C${index}x${late}`, client.address, clientPort, server.address, serverPort, protocol, '-',
      end > start ? seconds(end - start) : '-', bytes, replyBytes, state, history, packets, replyPackets,
    ];
  }));
}

export function zeekTsv(conversations: readonly Conversation[]): string {
  const rows = zeekRows(conversations).map((row) => row.join('\t'));
  const header = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\tconn', `#fields\t${ZEEK_FIELDS.join('\t')}`];
  return `${[...header, ...rows, '#close\t2026-10-10-00-00-00'].join('\n')}\n`;
}

export function zeekJson(conversations: readonly Conversation[]): string {
  return zeekRows(conversations).map((row) => {
    const object = Object.fromEntries(row.map((value, column) => [ZEEK_FIELDS[column], value]));
    const { ts, duration, ...others } = object;
    return `${JSON.stringify({ ...others, ts: Number(ts), ...(duration === '-' ? {} : { duration: Number(duration) }) })}\n`;
  }).join('');
}

export function suricata(conversations: readonly Conversation[]): string {
  return conversations.flatMap((conversation, index) => {
    const { client, server, clientPort, serverPort, protocol, start, end, packets, replyPackets, bytes, replyBytes, fate } = conversation;
    const common = {
      timestamp: iso(end).replace('Z', '000+0000'), flow_id: index, src_ip: client.address, src_port: clientPort, dest_ip: server.address, dest_port: serverPort,
      proto: protocol.toUpperCase(),
    };
    const state = unanswered(conversation) ? 'new' : 'closed';
    const flow = {
      pkts_toserver: packets, pkts_toclient: replyPackets, bytes_toserver: bytes, bytes_toclient: replyBytes, start: iso(start).replace('Z', '000+0000'),
      end: iso(end).replace('Z', '000+0000'), state, reason: 'timeout', alerted: false,
    };
    const flags = fate === 'refused' ? { tcp_flags_ts: '02', tcp_flags_tc: '14' } : { tcp_flags_ts: '1b', tcp_flags_tc: fate === 'served' ? '1b' : '00' };
    const event = { ...common, event_type: 'flow', app_proto: 'failed', flow, ...(protocol === 'tcp' ? { tcp: flags } : {}) };
    return [{ ...common, event_type: 'dns', dns: {} }, event].map((each) => `${JSON.stringify(each)}\n`);
  }).join('');
}

interface Row {
  readonly conversation: Conversation;
  readonly back: boolean;
}

function directions(conversations: readonly Conversation[]): Row[] {
  const rows = conversations.flatMap((conversation) => [{ conversation, back: false }, { conversation, back: true }]);
  return rows.filter(({ conversation, back }) => !back || conversation.replyPackets > 0);
}

function flagsOf({ conversation: { protocol, fate }, back }: Row): string {
  if (protocol !== 'tcp') return '........';
  if (back) return fate === 'served' ? '...AP.SF' : '...A.R..';
  return fate === 'served' ? '...AP.SF' : '......S.';
}

function endsOf({ conversation: { client, server, clientPort, serverPort }, back }: Row): [string, number, string, number] {
  return back ? [server.address, serverPort, client.address, clientPort] : [client.address, clientPort, server.address, serverPort];
}

export function nfdumpCsv(conversations: readonly Conversation[]): string {
  const rows = directions(conversations).map((row) => {
    const { conversation: { start, end, protocol, packets, bytes, replyPackets, replyBytes }, back } = row;
    const [from, fromPort, to, toPort] = endsOf(row);
    // The answer begins a little after the question.
    const begin = start + (back ? 1 : 0);
    const [sent, octets] = back ? [replyPackets, replyBytes] : [packets, bytes];
    const last = Math.max(end, begin);
    return [plain(begin), plain(last), (last - begin) / 1000, from, to, fromPort, toPort, protocol.toUpperCase(), flagsOf(row), 0, 0, sent, octets, 0, 0].join(',');
  });
  const summary = ['Summary', 'flows,bytes,packets,avg_bps,avg_pps,avg_bpp', `${rows.length},1,1,1,1,1`];
  return `${['ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt', ...rows, ...summary].join('\n')}\n`;
}

export function nfdumpJson(conversations: readonly Conversation[]): string {
  const rows = directions(conversations).map((row) => {
    const { conversation: { start, end, protocol, packets, bytes, replyPackets, replyBytes }, back } = row;
    const [from, fromPort, to, toPort] = endsOf(row);
    const family = from.includes(':') ? 6 : 4;
    return {
      type: 'FLOW', sampled: 0, export_sysid: 1, first: plain(start + (back ? 1 : 0)).replace(' ', 'T'), last: plain(Math.max(end, start + 1)).replace(' ', 'T'),
      in_packets: back ? replyPackets : packets, in_bytes: back ? replyBytes : bytes, proto: protocol === 'tcp' ? 6 : 17, tcp_flags: flagsOf(row),
      src_port: fromPort, dst_port: toPort, [`src${family}_addr`]: from, [`dst${family}_addr`]: to,
    };
  });
  return JSON.stringify(rows, undefined, 1);
}

export function argus(conversations: readonly Conversation[]): string {
  const header = 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcPkts,SrcBytes';
  const rows = conversations.map((conversation) => {
    const { client, server, clientPort, serverPort, protocol, start, end, packets, replyPackets, bytes, replyBytes, fate } = conversation;
    const state = protocol === 'udp' ? (replyPackets > 0 ? 'CON' : 'INT') : fate === 'served' ? 'FSPA_FSPA' : fate === 'refused' ? 'S_RA' : 'S_';
    const direction = protocol === 'udp' ? (replyPackets > 0 ? '<->' : '->') : '->';
    return [
      plain(start).replaceAll('-', '/'), (end - start) / 1000, protocol, client.address, clientPort, `   ${direction}`, server.address, serverPort, state, 0, 0,
      packets + replyPackets, bytes + replyBytes, packets, bytes,
    ].join(',');
  });
  return `${[header, ...rows].join('\n')}\n`;
}
