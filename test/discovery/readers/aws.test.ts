import { awsColumns } from '../../../lib/discovery/readers/aws-fields';
import { readText, WRITTEN_AT } from '../../support/flow-logs/read';

const HEADER = 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const FLOW = '2 123456789012 eni-0a 10.0.0.1 10.0.0.2 40000 443 6 7 800 1790000000 1790000060 ACCEPT OK';

const read = (text: string) => readText('aws-vpc', text);

describe('a line of the default layout', () => {
  test('is a flow in one direction, as one interface saw it', () => {
    expect(read(FLOW).records).toEqual([{
      start: 1_790_000_000_000, end: 1_790_000_060_000, source: '10.0.0.1', destination: '10.0.0.2', sourcePort: 40_000, destinationPort: 443, protocol: 6,
      packets: 7, bytes: 800, replyPackets: 0, replyBytes: 0, outcome: 'allowed', sensor: 'eni-0a',
    }]);
  });

  test.each([
    ['with a header before it', `${HEADER}\n${FLOW}`],
    ['with several blanks between fields', FLOW.replace(/ /g, '   ')],
    ['after the time that an export of CloudWatch Logs puts before it', `2026-09-21T14:13:20.000Z ${FLOW}`],
    ['with carriage returns', `${HEADER}\r\n${FLOW}\r\n`],
  ])('is the same flow %s', (_, text) => {
    expect(read(text)).toEqual(read(FLOW));
  });

  test.each([
    ['REJECT', FLOW.replace('ACCEPT', 'REJECT'), { outcome: 'denied' }],
    ['ICMP, whose ports are 0', FLOW.replace('40000 443 6', '0 0 1'), { protocol: 1, sourcePort: undefined, destinationPort: undefined }],
    ['IPv6 in any spelling', FLOW.replace('10.0.0.1', '2001:DB8:0:0:0:0:0:1'), { source: '2001:db8::1' }],
  ])('may say %s', (_, text, expected) => {
    const [record] = read(text).records;
    expect({ ...record, ...expected }).toEqual(record);
  });
});

describe('a header', () => {
  test('puts the fields in any order, and counts for the lines after it', () => {
    const text = `${FLOW}\ndstaddr srcaddr bytes packets protocol start end log-status\n10.0.0.9 10.0.0.8 5 1 17 1790000000 1790000001 OK`;
    expect(read(text).records.map(({ source, packets, outcome }) => [source, packets, outcome])).toEqual([['10.0.0.1', 7, 'allowed'], ['10.0.0.8', 1, 'unknown']]);
  });

  test('may have commas, underscores and quotes', () => {
    const text = '"srcaddr","dstaddr","srcport","dstport","protocol","tcp_flags","log_status","start","end"\n"10.0.0.1","10.0.0.2","1","2","6","18","OK","1790000000","1790000000"';
    expect(read(text).records).toEqual([expect.objectContaining({ source: '10.0.0.1', destinationPort: 2, tcpFlags: 18 })]);
  });

  test('without a time gives records the time at which the log was written', () => {
    expect(read('srcaddr dstaddr protocol\n10.0.0.1 10.0.0.2 6').records).toEqual([expect.objectContaining({ start: WRITTEN_AT, end: WRITTEN_AT })]);
  });

  test('without a protocol makes every line useless, which is said', () => {
    const { records, rejected } = read('srcaddr dstaddr\n10.0.0.1 10.0.0.2');
    expect(records).toEqual([]);
    expect(rejected.map(({ line }) => line)).toEqual([1, 2]);
  });
});

test('behind gateways the true ends count, and the interface of the gateway is one more sensor', () => {
  const text = 'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr protocol\neni-nat 10.0.0.5 10.0.0.220 10.0.0.5 203.0.113.5 6\neni-nat 10.0.0.220 203.0.113.5 - - 6';
  expect(read(text).records.map(({ source, destination, sensor }) => [source, destination, sensor])).toEqual([
    ['10.0.0.5', '203.0.113.5', 'eni-nat'], ['10.0.0.220', '203.0.113.5', 'eni-nat'],
  ]);
});

describe('log-status', () => {
  const line = (status: string, flow = '- - - - - - - 1790000000 1790000060 -') => `2 123456789012 eni-0a ${flow} ${status}`;

  test('NODATA without addresses is no flow and nothing is missing', () => {
    expect(read(line('NODATA'))).toEqual({ records: [], rejected: [], gaps: [] });
  });

  test('NODATA with addresses is a flow all the same', () => {
    expect(read(line('NODATA', '10.0.0.1 10.0.0.2 1 2 6 1 40 1790000000 1790000060 REJECT')).records).toEqual([expect.objectContaining({ outcome: 'denied' })]);
  });

  test('SKIPDATA is a gap in what was seen', () => {
    expect(read(line('SKIPDATA')).gaps).toEqual([
      { kind: 'skipped', detail: 'AWS skipped records of eni-0a', from: '2026-09-21T14:13:20.000Z', to: '2026-09-21T14:14:20.000Z' },
    ]);
  });
});

test.each([
  ['a field too few', FLOW.replace(' OK', '')],
  ['a field too many', `${FLOW} OK`],
  ['a lost digit in its start', FLOW.replace('1790000000', '164000066')],
  ['an end before its start', FLOW.replace('1790000060', '1789999999')],
  ['a port above 65535', FLOW.replace('443', '70000')],
  ['a protocol above 255', FLOW.replace(' 6 7 ', ' 256 7 ')],
  ['half an address', FLOW.replace('10.0.0.2', '10.0.0.')],
  ['nothing but words', 'these are words and no flow log'],
])('a line with %s is rejected with its number, and the others are kept', (_, damaged) => {
  const { records, rejected } = read(`${HEADER}\n${FLOW}\n${damaged}\n${FLOW}\n`);
  expect(records).toHaveLength(2);
  expect(rejected).toEqual([{ line: 3, reason: expect.any(String) }]);
});

test('the columns are those of the file, in its own spelling', () => {
  expect(awsColumns(['Protocol', 'PKT_SRCADDR', 'srcaddr', 'dstaddr', 'log_status'])).toMatchObject({
    source: ['PKT_SRCADDR', 'srcaddr'], destination: ['dstaddr'], protocol: 'Protocol', status: 'log_status', start: undefined,
  });
});

describe('an envelope of CloudWatch Logs', () => {
  test('of another layout is rejected message by message', () => {
    const text = JSON.stringify({ messageType: 'DATA_MESSAGE', logStream: 'eni-0a', logEvents: [{ message: '2 eni-0a 10.0.0.1 10.0.0.2' }, { message: FLOW }] });
    const { records, rejected } = readText('aws-cloudwatch', text);
    expect(records).toHaveLength(1);
    expect(rejected).toEqual([{ line: 1, reason: expect.stringContaining('4 fields') }]);
  });

  test('that only asks whether the destination is there holds nothing', () => {
    const text = JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'CWL CONTROL MESSAGE: Checking health of destination.' }] });
    expect(readText('aws-cloudwatch', text)).toEqual({ records: [], rejected: [], gaps: [] });
  });

  test('whose data cannot be unpacked is rejected', () => {
    expect(readText('aws-cloudwatch', '{"awslogs":{"data":"H4sIAAAA"}}').rejected).toHaveLength(1);
  });

  test('as the command line prints events is read too', () => {
    const text = JSON.stringify({ events: [{ logStreamName: 'eni-0b-all', timestamp: 1, message: FLOW }] }, undefined, 2);
    expect(readText('aws-cloudwatch', text).records).toHaveLength(1);
  });
});

describe('network activity of OCSF', () => {
  const activity = (more: object) => JSON.stringify({
    class_uid: 4001, action_id: 1, time: 1_790_000_000_000, connection_info: { protocol_num: 6, tcp_flags: 2 }, status_code: 'OK', traffic: { bytes: 5, packets: 1 },
    src_endpoint: { ip: '10.0.0.1', port: 1000, interface_uid: 'eni-0a' }, dst_endpoint: { ip: '10.0.0.2', port: 443, intermediate_ips: ['10.0.0.220'] }, ...more,
  });

  test('is a flow between the true ends', () => {
    expect(readText('ocsf', activity({})).records).toEqual([expect.objectContaining({
      start: 1_790_000_000_000, end: 1_790_000_000_000, source: '10.0.0.1', destination: '10.0.0.2', tcpFlags: 2, outcome: 'allowed', sensor: 'eni-0a',
    })]);
  });

  test('is a gap where AWS skipped records, and nothing where the interface was idle', () => {
    expect(readText('ocsf', activity({ status_code: 'SKIPDATA' }))).toMatchObject({ records: [], gaps: [{ kind: 'skipped' }] });
    expect(readText('ocsf', activity({ status_code: 'NODATA', src_endpoint: { ip: '-' }, dst_endpoint: { ip: '-' } }))).toEqual({ records: [], rejected: [], gaps: [] });
  });

  test('of other classes is passed over', () => {
    expect(readText('ocsf', activity({ class_uid: 3002 }))).toEqual({ records: [], rejected: [], gaps: [] });
  });
});
