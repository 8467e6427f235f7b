import { zeekReader } from '../../../lib/discovery/readers/zeek';
import { readText } from '../../support/flow-logs/read';

const HEADER = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'duration', 'orig_bytes', 'resp_bytes', 'conn_state', 'history', 'orig_pkts', 'resp_pkts'];
const tsv = (...rows: (readonly (string | number)[])[]) => [
  '#separator \\x09', '#unset_field\t-', `#fields\t${HEADER.join('\t')}`, '#types\ttime\tstring', ...rows.map((row) => row.join('\t')), '#close\t2026-11-23-10-00-00',
].join('\n');
const https = [1795385105.25, 'C1', '10.0.0.5', 40001, '10.0.0.9', 443, 'tcp', 1.5, 120, 4000, 'SF', 'ShADadFf', 6, 8];

describe('conn.log as TSV', () => {
  test('a connection is whole, with the originator as the client', () => {
    expect(readText(zeekReader, tsv(https)).records).toEqual([{
      start: 1795385105250, end: 1795385106750, source: '10.0.0.5', destination: '10.0.0.9', sourcePort: 40001, destinationPort: 443, protocol: 6,
      bytes: 120, packets: 6, replyBytes: 4000, replyPackets: 8, connections: 1, initiator: 'source', outcome: 'allowed', sensor: 'zeek',
    }]);
  });

  test('columns are found by the header, whatever their order', () => {
    const text = '#fields\tid.resp_h\tid.resp_p\tproto\tts\tid.orig_h\tconn_state\n10.0.0.9\t53\tudp\t1795385105.0\tfe80::1\tSF\n';
    expect(readText(zeekReader, text).records).toMatchObject([{ source: 'fe80::1', destination: '10.0.0.9', destinationPort: 53, protocol: 17 }]);
  });

  test.each(['S0', 'REJ', 'RSTOS0'])('nobody answered a TCP connection in state %s', (state) => {
    expect(readText(zeekReader, tsv(https.map((cell) => (cell === 'SF' ? state : cell)))).records).toMatchObject([{ outcome: 'attempt' }]);
  });

  test('one-way UDP is no failed attempt', () => {
    const syslog = https.map((cell, i) => ({ 5: 514, 6: 'udp', 10: 'S0' } as { [i: number]: string | number })[i] ?? cell);
    expect(readText(zeekReader, tsv(syslog)).records).toMatchObject([{ protocol: 17, destinationPort: 514, outcome: 'unknown' }]);
  });

  test('who opened a connection is left open where Zeek guessed it by the port', () => {
    const [record] = readText(zeekReader, tsv(https.map((cell) => (cell === 'ShADadFf' ? '^hADafF' : cell)))).records;
    expect(record).not.toHaveProperty('initiator');
  });

  test('the ports of ICMP are type and code', () => {
    const ping = https.map((cell, i) => ({ 3: 8, 5: 0, 6: 'icmp', 10: 'OTH' } as { [i: number]: string | number })[i] ?? cell);
    const [record] = readText(zeekReader, tsv(ping)).records;
    expect(record).toMatchObject({ protocol: 1, destinationPort: 8 });
    expect(record).not.toHaveProperty('sourcePort');
  });

  test('a cut line is reported with its number, and the others are kept', () => {
    const { records, rejected } = readText(zeekReader, tsv(https, [1795385105.9, 'C2', '10.0.'], https));
    expect(records).toHaveLength(2);
    expect(rejected).toEqual([{ line: 6, reason: 'it has no two addresses' }]);
  });

  test('rows that no header explains are reported', () => {
    expect(readText(zeekReader, `${https.join('\t')}\n`)).toEqual({ records: [], rejected: [{ line: 1, reason: 'no line with #fields came before it' }], gaps: [] });
  });
});

describe('conn.log as JSON', () => {
  const value = { ts: 1795385105.25, 'id.orig_h': '10.0.0.5', 'id.orig_p': 40001, 'id.resp_h': '10.0.0.9', 'id.resp_p': 443, proto: 'tcp', conn_state: 'SF', history: 'ShADadFf' };

  test('says the same as TSV', () => {
    expect(readText(zeekReader, JSON.stringify(value)).records).toMatchObject([{ source: '10.0.0.5', destinationPort: 443, initiator: 'source', outcome: 'allowed' }]);
  });

  test('is read under the names that exports without dots use', () => {
    const renamed = JSON.stringify(value).replaceAll('id.', 'id_');
    expect(zeekReader.recognizes(renamed)).toBe(true);
    expect(readText(zeekReader, renamed).records).toHaveLength(1);
  });

  test('a damaged line costs itself alone', () => {
    const { records, rejected } = readText(zeekReader, `${JSON.stringify(value)}\n${JSON.stringify(value).slice(0, 80)}\n${JSON.stringify(value)}\n`);
    expect(records).toHaveLength(2);
    expect(rejected).toEqual([{ line: 2, reason: 'it is no JSON object' }]);
  });
});
