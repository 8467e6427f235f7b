import { argusReader } from '../../../lib/discovery/readers/argus';
import { nfdumpCsvReader, nfdumpJsonReader } from '../../../lib/discovery/readers/nfdump';
import { readText } from '../../support/flow-logs/read';

describe('nfdump as CSV', () => {
  const HEADER = 'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,ra';
  const row = (changes: { readonly [column: string]: string } = {}) => {
    const values: { readonly [column: string]: string } = {
      ts: '2026-11-23 10:00:05', te: '2026-11-23 10:00:07', td: '2.000', sa: '10.0.0.5', da: '10.0.0.9', sp: '40001', dp: '443', pr: 'TCP', flg: '...AP.SF', fwd: '0', stos: '0',
      ipkt: '6', ibyt: '500', opkt: '0', obyt: '0', in: '0', out: '0', ra: '192.0.2.1', ...changes,
    };
    return HEADER.split(',').map((column) => values[column]).join(',');
  };
  const read = (...rows: string[]) => readText(nfdumpCsvReader, [HEADER, ...rows, 'Summary', 'flows,bytes,packets,avg_bps,avg_pps,avg_bpp', '1,2,3,4,5,6'].join('\n'));

  test('a row is one direction, and a whole connection\'s flags do not say whose', () => {
    expect(read(row())).toEqual({
      records: [{
        start: Date.UTC(2026, 10, 23, 10, 0, 5), end: Date.UTC(2026, 10, 23, 10, 0, 7), source: '10.0.0.5', destination: '10.0.0.9', sourcePort: 40001, destinationPort: 443, protocol: 6,
        bytes: 500, packets: 6, replyBytes: 0, replyPackets: 0, outcome: 'unknown', sensor: 'nfdump/192.0.2.1',
      }],
      rejected: [],
      gaps: [],
    });
  });

  test('a lone question was not answered, and a refusal is no connection', () => {
    expect(read(row({ flg: '......S.' }), row({ flg: '...A.R..' })).records).toMatchObject([{ outcome: 'attempt', tcpFlags: 2 }, { outcome: 'attempt', tcpFlags: 20 }]);
  });

  test('counters that an exporter writes as outgoing count', () => {
    expect(read(row({ ipkt: '0', ibyt: '0', opkt: '9', obyt: '999' })).records).toMatchObject([{ packets: 9, bytes: 999 }]);
  });

  test('the port of ICMP is type and code', () => {
    expect(read(row({ pr: 'ICMP', sp: '0', dp: '8.0' })).records).toMatchObject([{ protocol: 1, destinationPort: 8 }]);
  });

  test('an end before the start, and a duration of centuries, are a clock\'s', () => {
    const [record] = read(row({ te: '2026-11-23 10:00:01', td: '18446744073709540.000' })).records;
    expect(record.end).toBe(record.start);
  });

  test('columns of newer versions have longer names', () => {
    const text = 'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes\n2026-11-23 10:00:05.250,2.000,UDP,10.0.0.5,40001,10.0.0.9,53,1,60\n';
    expect(nfdumpCsvReader.recognizes(text)).toBe(true);
    expect(readText(nfdumpCsvReader, text).records).toMatchObject([{ source: '10.0.0.5', destinationPort: 53, protocol: 17, bytes: 60, end: Date.UTC(2026, 10, 23, 10, 0, 7, 250) }]);
  });
});

test('nfdump as JSON', () => {
  const value = {
    type: 'FLOW', export_sysid: 1, first: '2026-11-23T10:00:05.250', last: '2026-11-23T10:00:07.250', in_packets: 6, in_bytes: 500, proto: 6, tcp_flags: '...AP.SF',
    src_port: 40001, dst_port: 443, src4_addr: '10.0.0.5', dst4_addr: '10.0.0.9',
  };
  const text = JSON.stringify([value, { type: 'STAT' }, { ...value, src4_addr: undefined, src6_addr: '2001:DB8::5', dst4_addr: undefined, dst6_addr: '2001:db8:0::9' }], null, 2);
  expect(nfdumpJsonReader.recognizes(text)).toBe(true);
  expect(readText(nfdumpJsonReader, text).records).toMatchObject([
    { source: '10.0.0.5', destinationPort: 443, bytes: 500, end: Date.UTC(2026, 10, 23, 10, 0, 7, 250) }, { source: '2001:db8::5', destination: '2001:db8::9' },
  ]);
});

describe('argus', () => {
  const HEADER = 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label';
  const read = (...rows: string[]) => readText(argusReader, [HEADER, ...rows].join('\n'));

  test('a flow has both directions', () => {
    expect(read('2026/11/23 10:00:05.250000,2.000,tcp,10.0.0.5,40001,   ->,10.0.0.9,443,FSPA_FSPA,0,0,14,4500,500,x').records).toEqual([{
      start: Date.UTC(2026, 10, 23, 10, 0, 5, 250), end: Date.UTC(2026, 10, 23, 10, 0, 7, 250), source: '10.0.0.5', destination: '10.0.0.9', sourcePort: 40001, destinationPort: 443,
      protocol: 6, bytes: 500, packets: 14, replyBytes: 4000, replyPackets: 0, connections: 1, initiator: 'source', outcome: 'allowed', sensor: 'argus',
    }]);
  });

  test('the arrow points to the server, unless it is a guess', () => {
    const row = (direction: string) => `2026/11/23 10:00:05.250000,0,udp,10.0.0.5,40001,${direction},10.0.0.9,53,CON,0,0,2,150,60,x`;
    expect(read(row('<->'), row('<-'), row('<?>'), row('who')).records.map(({ initiator }) => initiator)).toEqual(['source', 'destination', undefined, undefined]);
  });

  test('a question without an answer, and a refusal, are attempts', () => {
    const row = (state: string) => `2026/11/23 10:00:05.250000,0,tcp,10.0.0.5,40001,->,10.0.0.9,443,${state},0,0,2,120,60,x`;
    expect(read(row('S_'), row('S_RA'), row('REQ'), row('SRPA_SPA'), row('RST')).records.map(({ outcome }) => outcome)).toEqual(['attempt', 'attempt', 'attempt', 'allowed', 'unknown']);
  });

  test('the ports of ICMP are hexadecimal', () => {
    expect(read('2026/11/23 10:00:05.250000,0,icmp,10.0.0.5,0x0008,<->,10.0.0.9,0x0000,ECO,0,0,2,120,60,x').records).toMatchObject([{ protocol: 1, destinationPort: 8, outcome: 'allowed' }]);
  });

  test('tabs and epoch times are read, reports of argus itself are not flows', () => {
    const text = 'StartTime\tProto\tSrcAddr\tSport\tDir\tDstAddr\tDport\tState\n1795385105.25\tudp\t10.0.0.5\t40001\t->\t10.0.0.9\t53\tCON\n1795385105.25\tman\t0\t0\t\t0\t0\tSTA\n';
    expect(readText(argusReader, text)).toMatchObject({ records: [{ start: 1795385105250, destinationPort: 53 }], rejected: [] });
  });

  test('a clock at 1970 is reported', () => {
    expect(read('1970/01/01 01:00:05.250000,0,udp,10.0.0.5,40001,->,10.0.0.9,53,CON,0,0,2,150,60,x').rejected).toEqual([{ line: 2, reason: 'it has no time' }]);
  });
});
