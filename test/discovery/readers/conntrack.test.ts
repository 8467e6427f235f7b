import { conntrackReader } from '../../../lib/discovery/readers/conntrack';
import { ulogdReader } from '../../../lib/discovery/readers/ulogd';
import { readText, WRITTEN_AT } from '../../support/flow-logs/read';

describe('text of conntrack', () => {
  const ENDS = 'src=10.0.0.5 dst=10.0.0.9 sport=40001 dport=443';
  const REPLY = 'src=10.0.0.9 dst=10.0.0.5 sport=443 dport=40001';
  const read = (...lines: string[]) => readText(conntrackReader, lines.join('\n'));

  test('an event has its time, client first', () => {
    expect(read(`[1795385105.256461]\t [UPDATE] ipv4     2 tcp      6 432000 ESTABLISHED ${ENDS} ${REPLY} [ASSURED]`).records).toEqual([{
      start: 1795385105256, end: 1795385105256, source: '10.0.0.5', destination: '10.0.0.9', sourcePort: 40001, destinationPort: 443, protocol: 6,
      bytes: 0, packets: 0, replyBytes: 0, replyPackets: 0, initiator: 'source', outcome: 'allowed', sensor: 'conntrack',
    }]);
  });

  test('a table has no times, so the file\'s counts', () => {
    const { records } = read('ipv4     2 udp      17 3 src=10.0.0.5 dst=10.0.0.9 sport=40001 dport=53 packets=1 bytes=60 src=10.0.0.9 dst=10.0.0.5 sport=53 dport=40001 packets=1 bytes=90');
    expect(records).toMatchObject([{ start: WRITTEN_AT, protocol: 17, bytes: 60, replyBytes: 90, outcome: 'allowed' }]);
  });

  test('the server of a translated connection is the one who answers', () => {
    const { records } = read('[1795385105.2] [NEW] ipv4 2 tcp 6 120 SYN_SENT src=10.0.0.5 dst=10.96.0.1 sport=40001 dport=443 [UNREPLIED] src=10.0.0.9 dst=10.0.0.5 sport=8443 dport=40001');
    expect(records).toMatchObject([{ source: '10.0.0.5', destination: '10.0.0.9', destinationPort: 8443 }]);
  });

  test('what ended without ever being established was an attempt', () => {
    expect(read(`[1795385105.2] [DESTROY] ipv4 2 tcp 6 10 CLOSE ${ENDS} ${REPLY}`).records).toMatchObject([{ outcome: 'attempt' }]);
  });

  test('a connection that ends is told once, whatever states it goes through', () => {
    expect(read(`[1795385105.2] [UPDATE] ipv4 2 tcp 6 120 FIN_WAIT ${ENDS} ${REPLY}`)).toEqual({ records: [], rejected: [], gaps: [] });
  });

  test('a ping has a type', () => {
    expect(read('ipv4 2 icmp 1 29 src=10.0.0.5 dst=10.0.0.9 type=8 code=0 id=7 packets=2 bytes=168 src=10.0.0.9 dst=10.0.0.5 type=0 code=0 id=7 packets=2 bytes=168').records)
      .toMatchObject([{ protocol: 1, destinationPort: 8, outcome: 'allowed' }]);
  });

  test('a cut line is reported, the command\'s own last line is not', () => {
    const { records, rejected } = read('ipv4 2 tcp 6 1 TIME_WAIT src=10.0.0.5 dst=10.', 'conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.');
    expect(records).toEqual([]);
    expect(rejected).toEqual([{ line: 1, reason: 'it has no two addresses' }]);
  });
});

describe('connections of ulogd', () => {
  const connection = (changes: object = {}) => ({
    'timestamp': '2026-11-23T10:00:05', 'dvc': 'Netfilter', 'orig.ip.protocol': 6, 'orig.l4.sport': 40001, 'orig.l4.dport': 443, 'orig.raw.pktlen': 500, 'orig.raw.pktcount': 6,
    'reply.l4.sport': 443, 'reply.l4.dport': 40001, 'reply.raw.pktlen': 4000, 'reply.raw.pktcount': 8, 'ct.event': 4, 'flow.start.sec': 1795385109, 'flow.start.usec': 247977,
    'flow.end.sec': 1795385109, 'flow.end.usec': 247949, 'src_ip': '10.0.0.5', 'dest_ip': '10.0.0.9', 'reply.ip.saddr.str': '10.0.0.9', 'reply.ip.daddr.str': '10.0.0.5', ...changes,
  });
  const outcomes = (...changes: object[]) => readText(ulogdReader, changes.map((change) => JSON.stringify(connection(change))).join('\n')).records.map(({ outcome }) => outcome);

  test('end before it start, and are whole', () => {
    expect(readText(ulogdReader, JSON.stringify(connection())).records).toEqual([{
      start: 1795385109247, end: 1795385109247, source: '10.0.0.5', destination: '10.0.0.9', sourcePort: 40001, destinationPort: 443, protocol: 6,
      bytes: 500, packets: 6, replyBytes: 4000, replyPackets: 8, initiator: 'source', outcome: 'allowed', sensor: 'Netfilter',
    }]);
  });

  test('without an answer, or with a reset for an answer, they are attempts', () => {
    expect(outcomes(
      { 'reply.raw.pktcount': 0 }, { 'orig.raw.pktcount': 1, 'reply.raw.pktcount': 1 }, { 'orig.ip.protocol': 17, 'reply.raw.pktcount': 0 },
    )).toEqual(['attempt', 'attempt', 'unknown']);
  });

  test('without counters nothing is known of answers', () => {
    expect(outcomes({ 'orig.raw.pktcount': 0, 'reply.raw.pktcount': 0 })).toEqual(['unknown']);
  });
});

describe('packets that a rule logged through ulogd', () => {
  const packet = (prefix: string, changes: object = {}) => ({
    'dvc': 'Netfilter', 'raw.pktlen': 60, 'oob.prefix': prefix, 'oob.time.sec': 1795385107, 'oob.time.usec': 183910, 'oob.hook': 1, 'ip.protocol': 6,
    'src_port': 40001, 'dest_port': 6379, 'tcp.syn': 1, 'tcp.ack': 0, 'src_ip': '10.0.0.5', 'dest_ip': '10.0.0.9', ...changes,
  });
  const read = (...packets: object[]) => readText(ulogdReader, packets.map((one) => JSON.stringify(one)).join('\n'));

  test('are what their prefix says', () => {
    const outcomes = read(packet('drop: '), packet('would-deny '), packet('accept'), packet('x'), packet('x', { action: 'blocked' })).records.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['denied', 'wouldDeny', 'allowed', 'unknown', 'denied']);
  });

  test('of a host agent come from the client, and name their rule', () => {
    expect(read(packet('microseg:undeclared:ingress:Payments/Cache ')).records).toMatchObject([{
      initiator: 'source', outcome: 'wouldDeny', tcpFlags: 2, rule: 'microseg:undeclared:ingress:Payments/Cache', sensor: 'Netfilter/1', destinationPort: 6379,
    }]);
    expect(read(packet('microseg:new:egress:Payments/Cache')).records).toMatchObject([{ outcome: 'unknown' }]);
  });

  test('without an address are reported', () => {
    expect(read(packet('drop', { src_ip: '' })).rejected).toEqual([{ line: 1, reason: 'it has no two addresses' }]);
  });
});
