import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { Readable } from 'stream';
import { gzipSync } from 'zlib';
import { FlowRecord } from '../../../lib/discovery/flow-record';
import { LogReading, LogReport } from '../../../lib/discovery/input/log-reading';
import { LogOptions, openLogs } from '../../../lib/discovery/input/logs';
import { SegmentationError } from '../../../lib/support/errors';

const FLOW = '2 123456789012 eni-0a 10.0.0.1 10.0.0.2 40000 443 6 7 800 1790000000 1790000060 ACCEPT OK\n';
/** 5000 times FLOW, compressed by zstd: Node 20 cannot write it. */
const ZSTD = Buffer.from([
  'KLUv/QRoNAIAcsQNEZDPAa/rSwD9dsOMiCpm8n10wD1H2Bhb/vn/K7T+k5GPSSn+/+Kx4uLia/lA6/TYq4SOKWSsRwMAo/9dyB+X6ORbnFQAAAABAP3/4/+5',
  'BgJEAAAAAQD9/zkAAkUAAAABAM1dHQABnCRokA==',
].join(''), 'base64');

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'logs-')); });
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function read(paths: string[], options?: LogOptions): Promise<{ records: FlowRecord[]; reports: LogReport[] }> {
  const records: FlowRecord[] = [];
  const reports: LogReport[] = [];
  for (const log of await openLogs(paths, options)) {
    const reading = new LogReading(log);
    for await (const batch of reading.batches()) records.push(...batch);
    reports.push(reading.report());
  }
  return { records, reports };
}

describe('logs are found', () => {
  const names = ({ reports }: { reports: LogReport[] }) => reports.map(({ path }) => path.slice(folder.length + 1));
  beforeEach(() => ['b/2.log', 'b/c/3.log', 'a.log', 'a.txt', '.hidden'].forEach((name) => file(name, FLOW)));

  test.each([
    ['a directory', '', ['a.log', 'a.txt', 'b/2.log', 'b/c/3.log']],
    ['a pattern', '*.log', ['a.log']],
    ['a pattern through all directories', '**/*.log', ['a.log', 'b/2.log', 'b/c/3.log']],
    ['a pattern of one character', 'b/?.log', ['b/2.log']],
  ])('by %s', async (_, pattern, expected) => {
    expect(names(await read([join(folder, pattern)]))).toEqual(expected);
  });

  test('once each, in the order of the arguments', async () => {
    expect(names(await read([join(folder, 'b'), join(folder, 'a.log'), folder]))).toEqual(['b/2.log', 'b/c/3.log', 'a.log', 'a.txt']);
  });

  test('once, by whatever names', async () => {
    const other = `${folder}/b/../a.log`;
    const { reports } = await read([join(folder, 'a.log'), other]);
    expect(reports.map(({ path }) => path)).toEqual([join(folder, 'a.log')]);
  });

  test('through links to files and directories, without end in none, and not where they lead nowhere', async () => {
    mkdirSync(join(folder, 'far'));
    file('elsewhere/asset.4/5.log', FLOW);
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'far/linked'));
    symlinkSync(join(folder, 'b/2.log'), join(folder, 'far/newest.log'));
    symlinkSync('..', join(folder, 'far/up'));
    symlinkSync('gone.log', join(folder, 'far/gone.log'));
    expect(names(await read([join(folder, 'far')]))).toEqual([
      'far/linked/asset.4/5.log', 'far/newest.log', 'far/up/a.log', 'far/up/a.txt', 'far/up/b/c/3.log',
    ]);
  });

  test('or MSEG6001 names a link that cannot be followed', async () => {
    symlinkSync('x'.repeat(300), join(folder, 'b/linked.log'));
    const problem = { code: 'MSEG6001', where: join(folder, 'b/linked.log'), message: 'its name is too long' };
    await expect(read([folder])).rejects.toMatchObject({ problems: [problem] });
  });

  test.each(['nothing', 'nothing/*.log', '*.nothing'])('or MSEG6001 is thrown (%s)', async (pattern) => {
    await expect(read([join(folder, pattern)])).rejects.toMatchObject({ codes: ['MSEG6001'] });
  });

  test('on standard input', async () => {
    const { records, reports } = await read(['-'], { standardInput: Readable.from([gzipSync(FLOW.repeat(3))]) });
    expect(records).toHaveLength(3);
    expect(reports).toMatchObject([{ path: '-', format: 'aws-vpc', records: 3 }]);
  });
});

describe('a log is read whole', () => {
  test.each<[string, Buffer]>([
    ['plain', Buffer.from(FLOW + FLOW)],
    ['without a last line break', Buffer.from((FLOW + FLOW).trimEnd())],
    ['with a byte order mark', Buffer.from(`\ufeff${FLOW}${FLOW}`)],
    ['in UTF-16, as Windows writes it', Buffer.from(`\ufeff${FLOW}${FLOW}`, 'utf16le')],
    ['in UTF-16 of the other byte order', Buffer.from(`\ufeff${FLOW}${FLOW}`, 'utf16le').swap16()],
    ['in UTF-16 without a mark', Buffer.from(FLOW + FLOW, 'utf16le')],
    ['with carriage returns', Buffer.from((FLOW + FLOW).replace(/\n/g, '\r\n'))],
    ['compressed by gzip', gzipSync(FLOW + FLOW)],
    ['compressed by gzip in two members', Buffer.concat([gzipSync(FLOW), gzipSync(FLOW)])],
  ])('when it is %s', async (_, content) => {
    const { records, reports } = await read([file('log', content)]);
    expect(reports).toMatchObject([{ format: 'aws-vpc', records: 2, rejected: 0, gaps: [] }]);
    expect(records[0]).toMatchObject({ source: '10.0.0.1', destination: '10.0.0.2', outcome: 'allowed' });
  });

  test('when it is compressed by zstd, in one frame or several', async () => {
    expect((await read([file('one', ZSTD)])).reports).toMatchObject([{ records: 5000, rejected: 0 }]);
    expect((await read([file('two', Buffer.concat([ZSTD, ZSTD]))])).reports).toMatchObject([{ records: 10_000, rejected: 0 }]);
  });

  test('up to where zstd data breaks off', async () => {
    const [report] = (await read([file('cut', ZSTD.subarray(0, ZSTD.length - 20))])).reports;
    expect(report.records).toBeGreaterThan(1000);
    expect(report.records).toBeLessThan(5000);
    expect(report.problems.map(({ message }) => message)).toContain('the compressed data breaks off here');
  });
});

describe('a gzip file', () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => FLOW.replace('40000', String((index * 7919) % 65_536)));
  const whole = gzipSync(lines.join(''));

  test('that is cut keeps what came before, and tells where it breaks off', async () => {
    const path = file('cut.gz', whole.subarray(0, whole.length / 2));
    const [report] = (await read([path])).reports;
    expect(report.records).toBeGreaterThan(10_000);
    const last = report.problems[report.problems.length - 1];
    expect(report.problems).toContainEqual({ code: 'MSEG6101', where: expect.stringMatching(/cut\.gz:\d{5}$/), message: 'the compressed data breaks off here' });
    expect(last.where.startsWith(path)).toBe(true);
  });

  test('with damaged data keeps what came before', async () => {
    const broken = Buffer.from(whole);
    broken.fill(0xff, whole.length >> 1, (whole.length >> 1) + 200);
    const [report] = (await read([file('broken.gz', broken)])).reports;
    expect(report.records).toBeGreaterThan(10_000);
    expect(report.rejected).toBeGreaterThanOrEqual(1);
  });

  test('of very many lines is read in batches', async () => {
    const [log] = await openLogs([file('many.gz', gzipSync(FLOW.repeat(30_000)))]);
    const reading = new LogReading(log);
    let largest = 0;
    for await (const batch of reading.batches(1000)) largest = Math.max(largest, batch.length);
    expect(reading.report().records).toBe(30_000);
    expect(largest).toBeLessThan(10_000);
  });
});

describe('the format', () => {
  test('is told from the content, file by file', async () => {
    file('a', FLOW);
    file('b', '{"class_uid":4001,"action_id":1,"time":1790000000000,"connection_info":{"protocol_num":6},"src_endpoint":{"ip":"10.0.0.1"},"dst_endpoint":{"ip":"10.0.0.2"}}\n');
    expect((await read([folder])).reports.map(({ format }) => format)).toEqual(['aws-vpc', 'ocsf']);
  });

  test('of a named file has to be known', async () => {
    const prose = file('prose.txt', 'The quick brown fox jumps over the lazy dog.\n');
    const other = file('other.txt', 'Nothing to see here.\n');
    const error: unknown = await read([prose, other]).catch((reason: unknown) => reason);
    expect((error as SegmentationError).problems).toEqual([prose, other].map((where) => ({ code: 'MSEG6002', where, message: expect.stringContaining('aws-vpc, azure-nsg') })));
  });

  test('of a file in a directory need not be, which is told', async () => {
    file('a.log', FLOW);
    file('README', 'These are our logs.\n');
    expect((await read([folder])).reports).toMatchObject([
      { format: 'unknown', records: 0, gaps: [{ kind: 'missing' }], problems: [{ code: 'MSEG6102', where: join(folder, 'README') }] },
      { format: 'aws-vpc', records: 1, problems: [] },
    ]);
  });

  test('may be given, and then whatever is of another is rejected line by line', async () => {
    const { reports } = await read([file('a.log', FLOW + FLOW)], { format: 'zeek' });
    expect(reports).toMatchObject([{ format: 'zeek', records: 0, rejected: 2, problems: [{ code: 'MSEG6101', where: join(folder, 'a.log:1') }, {}] }]);
  });

  test('that is given has to exist', async () => {
    await expect(read([file('a.log', FLOW)], { format: 'constructor' })).rejects.toMatchObject({ codes: ['MSEG6003'] });
  });

  test('of an empty file does not matter', async () => {
    expect((await read([file('empty.log', '')])).reports).toMatchObject([{ records: 0, rejected: 0, gaps: [] }]);
  });

  test('is parquet for what the database reads', async () => {
    expect(await openLogs([file('a.parquet', Buffer.from('PAR1\0\0\0\0PAR1'))])).toMatchObject([{ format: 'parquet', compression: 'none' }]);
  });
});

test('lines are rejected with their numbers, and the first ten are named', async () => {
  const path = file('a.log', FLOW + 'damaged\n'.repeat(20) + FLOW);
  const { reports: [{ records, rejected, problems }] } = await read([path]);
  expect([records, rejected, problems.length]).toEqual([2, 20, 10]);
  expect(problems[9].where).toBe(`${path}:11`);
});

test('records of a log without times are of the whole millisecond in which it was written', async () => {
  const { records } = await read([file('a.log', 'srcaddr dstaddr protocol\n10.0.0.1 10.0.0.2 6\n')]);
  expect(Date.now() - records[0].start).toBeLessThan(60_000);
  expect(Number.isInteger(records[0].start)).toBe(true);
});

test('a line of many megabytes is rejected and not kept', async () => {
  const { reports } = await read([file('a.log', `${FLOW}${'x'.repeat(30_000_000)}\n\0\0\0\0\n${FLOW}`)]);
  expect(reports).toMatchObject([{ records: 2, rejected: 2 }]);
});

describe('AWS lines of a custom layout without a header', () => {
  const FIELDS = '${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${start} ${end} ${tcp-flags}';
  const LINE = '10.0.0.1 10.0.0.2 40000 443 6 1790000000 1790000060 2';
  const MESSAGES = JSON.stringify({ messageType: 'DATA_MESSAGE', logStream: 'eni-0a-all', logEvents: [{ message: LINE }] });

  test.each([
    ['text', LINE, 'aws-vpc', ''],
    ['messages of CloudWatch Logs', MESSAGES, 'aws-cloudwatch', 'eni-0a'],
  ])('GIVEN their fields, as %s THEN they are read', async (_, text, format, sensor) => {
    const { records, reports } = await read([file('custom', `${text}\n`)], { fields: FIELDS });
    expect(records).toMatchObject([{ source: '10.0.0.1', destinationPort: 443, tcpFlags: 2, start: 1_790_000_000_000, sensor }]);
    expect(reports).toMatchObject([{ format, records: 1, rejected: 0 }]);
  });

  test('GIVEN fields for logs that have a header, or are of another format THEN those are read as ever', async () => {
    const paths = [file('a.log', 'srcaddr dstaddr protocol bytes\n10.0.0.3 10.0.0.4 17 9\n'), file('notes.txt', 'nothing that has fields\n')];
    const { records, reports } = await read([paths[0], folder], { fields: FIELDS });
    expect(records).toMatchObject([{ source: '10.0.0.3', bytes: 9 }]);
    expect(reports.map(({ format }) => format)).toEqual(['aws-vpc', 'unknown']);
  });

  test('GIVEN no fields THEN it is said that they can be named', async () => {
    await expect(read([file('custom.log', `${LINE}\n`)])).rejects.toMatchObject({ problems: [{ code: 'MSEG6002' }] });
    const { reports } = await read([file('messages.json', MESSAGES)]);
    expect(reports[0].problems).toMatchObject([{ code: 'MSEG6101', message: expect.stringContaining('--fields') as string }]);
  });

  test.each(['srcaddr dstaddr', '', 'who whom what', '${srcaddr} ${dstaddr} a b c protocol d e f'])('GIVEN the fields %p THEN MSEG6080', async (fields) => {
    await expect(read([file('custom.log', `${LINE}\n`)], { fields })).rejects.toMatchObject({ problems: [{ code: 'MSEG6080', where: '--fields' }] });
  });
});
