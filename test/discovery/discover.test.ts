import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { DependencyMap } from '../../lib/discovery/dependency-map';
import { discover, DiscoverOptions, openTraffic } from '../../lib/discovery/discover';
import { DuckDbEngine } from '../../lib/discovery/engine/duckdb';
import { SegmentationError } from '../../lib/support/errors';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { runs, SEED } from '../properties/runs';
import { LOG_FORMATS, RESERVATIONS, SHOP, trafficOf } from '../support/flow-logs';
import { schemaProblems } from '../support/schemas';
import { edgesOf, edgeText, truth } from './traffic-of';

const [DEFAULT, CUSTOM] = ['aws-default', 'aws-custom'].map((name) => LOG_FORMATS.find((format) => format.name === name)!);
const TRAFFIC = trafficOf(SHOP, { seed: 31, connectionsPerEdge: 4, scanned: 5, retries: 0.2, noise: 6 });
const engine = () => DuckDbEngine.open({ threads: 1 });

/**
 * What accidents and other programs make of a field. The database rounds 1.5 and knows 0x10: nothing that AWS writes, or cuts,
 * becomes that.
 */
const DAMAGE = [
  '443.0', '1e3', '1.5e1', 'nan', 'inf', '1e400', '65536', '65535.0', '5\t', '256', '-', '', 'x', '70000', '-1', '999999999999',
  '1790000000.0', '1.79e9', '9007199254740991', '9007199254740992', '9007199254740993', '9223372036854775808',
  '99999999999999999999', '10.0.0.256', '::ffff:10.0.0.1', '2001:DB8::1', '"', 'a b', 'REJECT', 'accept', '1\r', 'NODATA',
  'SKIPDATA',
];

/** The map by the database's own reading of files, and by the parser. */
async function bothWays(...logs: string[]) {
  return bothWaysWith({ logs });
}

async function bothWaysWith(options: DiscoverOptions) {
  const maps = [];
  for (const fromBytes of [1, Infinity]) maps.push(await discover({ ...options, fromBytes, engine: await engine() }));
  return maps;
}

function fileOf(name: string, content: string | Buffer): string {
  const path = join(directoryOf({ 'README': {} }), name);
  writeFileSync(path, content);
  return path;
}

describe('a log that the database reads by itself', () => {
  test.each([DEFAULT, CUSTOM])('GIVEN $name THEN its map is the one of the parser', async ({ write }) => {
    const [own, parsed] = await bothWays(fileOf('flows.log', write(TRAFFIC)));
    expect(own).toEqual(parsed);
    expect(edgesOf(own).sort()).toEqual(truth(SHOP, 'address'));
  });

  test('GIVEN lines without a header whose fields are named THEN its map is the one of the parser, and of lines with the header', async () => {
    const [fields, ...lines] = CUSTOM.write(TRAFFIC).trim().split('\n');
    const [own, parsed] = await bothWaysWith({ logs: [fileOf('bare.log', lines.join('\n'))], fields });
    expect(own).toEqual(parsed);
    expect(own.edges).toEqual((await discover({ logs: [fileOf('headed.log', CUSTOM.write(TRAFFIC))], engine: await engine() })).edges);
  });

  test('GIVEN several files, one of them compressed THEN records are counted for each, and connections over all', async () => {
    const files = [fileOf('a.log', DEFAULT.write(TRAFFIC)), fileOf('b.log.gz', gzipSync(DEFAULT.write(TRAFFIC))), fileOf('c.log', CUSTOM.write(TRAFFIC))];
    const [own, parsed] = await bothWays(...files);
    expect(own).toEqual(parsed);
    const counts = ({ edges }: DependencyMap) => edges.map((edge) => [edgeText(edge), edge.connections]);
    expect(counts(own)).toEqual(counts(await discover({ logs: [files[0]], engine: await engine() })));
  });

  test('GIVEN records that AWS skipped, and idle interfaces THEN the gap is told and nothing else', async () => {
    const [header, ...lines] = DEFAULT.write(TRAFFIC.slice(0, 4)).trim().split('\n');
    const status = (text: string, start: number) => `2 123456789012 eni-9 - - - - - - - ${start} ${start + 60} - ${text}`;
    const [own, parsed] = await bothWays(fileOf('flows.log', [header, status('NODATA', 1_790_000_000), ...lines, status('SKIPDATA', 1_790_000_060)].join('\n')));
    expect(own).toEqual(parsed);
    expect(own.sources[0].gaps).toEqual([
      { kind: 'skipped', detail: 'AWS skipped records of eni-9', from: '2026-09-21T14:14:20.000Z', to: '2026-09-21T14:15:20.000Z' },
    ]);
  });

  test.each([['srcport', '65536'], ['dstport', '65536'], ['protocol', '256'], ['protocol', '-'], ['tcp-flags', '256']])(
    'GIVEN a line whose %s is %s THEN it agrees with the parser', async (column, value) => {
      const [header, ...lines] = CUSTOM.write(TRAFFIC.slice(0, 6)).trim().split('\n').map((line) => line.split(' '));
      expect(header).toContain(column);
      lines[1][header.indexOf(column)] = value;
      const [own, parsed] = await bothWays(fileOf('flows.log', [header, ...lines].map((line) => line.join(' ')).join('\n')));
      expect(own).toEqual(parsed);
    });

  test('GIVEN regular lines with anything damaged in them THEN it agrees with the parser', async () => {
    const place = fc.record({ line: fc.nat(), column: fc.nat(), value: fc.constantFrom(...DAMAGE) });
    const layout = fc.constantFrom(DEFAULT, CUSTOM);
    const files = fc.integer({ min: 1, max: 3 });
    await fc.assert(fc.asyncProperty(layout, files, fc.array(place, { minLength: 1, maxLength: 3 }), async ({ write }, count, places) => {
      const [header, ...lines] = write(TRAFFIC.slice(0, 6)).trim().split('\n').map((line) => line.split(' '));
      for (const { line, column, value } of places) lines[line % lines.length][column % header.length] = value;
      const textOf = (file: number) => [header, ...lines.filter((_, index) => index % count === file)].map((line) => line.join(' ')).join('\n');
      const [own, parsed] = await bothWays(...Array.from({ length: count }, (_, file) => fileOf('flows.log', `${textOf(file)}\n`)));
      expect(own).toEqual(parsed);
      const read = parsed.sources.reduce((sum, { records, rejected }) => sum + records + rejected, 0);
      expect(read).toBeLessThanOrEqual(lines.length);
    }), { numRuns: runs(0.1, 15), seed: SEED });
  }, 600_000);
});

describe('many small logs', () => {
  const [HEADER, ...ALL] = DEFAULT.write(TRAFFIC).trim().split('\n');
  const LINES = ALL.filter((line) => line.endsWith(' OK'));
  const UNLIKELY = LINES[0].split(' ').map((field, place) => (place === 11 ? '1790000000' : field)).join(' ');

  /** So many files with a share of the lines each; what stands in `damaged` comes behind it. */
  function filesOf(count: number, damaged: { readonly [file: number]: string } = {}): string[] {
    return Array.from({ length: count }, (_, file) => {
      const lines = LINES.filter((__, index) => index % count === file);
      return fileOf(`${file}.log.gz`, gzipSync([HEADER, ...lines, ...file in damaged ? [damaged[file]] : [], ''].join('\n')));
    });
  }

  /** The map, and which files the parser read. */
  async function mapAndParsed(logs: string[], fromBytes: number) {
    const parsed = new Set<string>();
    const progress = (doing: string) => { if (doing !== 'aggregating') parsed.add(doing.split(': ')[0]); };
    return { map: await discover({ logs, fromBytes, progress, engine: await engine() }), parsed: [...parsed].sort() };
  }

  test('GIVEN files of one layout that are large together THEN the database reads them, and counts the records of each', async () => {
    const logs = filesOf(20);
    const { map, parsed } = await mapAndParsed(logs, 1000);
    expect(parsed).toEqual([]);
    expect(map).toEqual((await mapAndParsed(logs, Infinity)).map);
    expect(map.sources.reduce((sum, { records }) => sum + records, 0)).toBe(LINES.length);
  });

  test('GIVEN that some of them are irregular THEN the parser reads those alone', async () => {
    const logs = filesOf(20, { 3: '2 x', 11: UNLIKELY, 17: LINES[0].replace(' OK', ' OK OK') });
    const { map, parsed } = await mapAndParsed(logs, 1000);
    expect(parsed).toEqual([logs[3], logs[11], logs[17]].sort());
    expect(map).toEqual((await mapAndParsed(logs, Infinity)).map);
    expect(map.sources.filter(({ rejected }) => rejected > 0)).toHaveLength(3);
  });

  test('GIVEN that most of them are irregular THEN the parser reads them all, before the database has tried for each', async () => {
    const logs = filesOf(12, Object.fromEntries(Array.from({ length: 12 }, (_, file) => [file, '2 x'])));
    const { map, parsed } = await mapAndParsed(logs, 1000);
    expect(parsed).toEqual([...logs].sort());
    expect(map).toEqual((await mapAndParsed(logs, Infinity)).map);
  });

  test('GIVEN names that are patterns to the database THEN each file is read once', async () => {
    const names = ['a*.log', 'ab.log', 'a[b].log', 'a?.log', "it's {a,b}.log", '**', 'start=5/srcaddr=6/7.log'];
    const contents = names.map((_, file) => [HEADER, ...LINES.slice(file, 2 * file + 1)].join('\n'));
    const [own, parsed] = await bothWays(directoryOf(Object.fromEntries(names.map((name, file) => [name, contents[file]]))));
    expect(own).toEqual(parsed);
    expect(own.sources.map(({ records }) => records).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a map', () => {
  test('GIVEN the same logs in any order THEN it is the same, byte for byte, and fits its schema', async () => {
    const files = [fileOf('a.log', DEFAULT.write(TRAFFIC)), fileOf('b.log', CUSTOM.write(trafficOf(RESERVATIONS, { seed: 32, scanned: 3 })))];
    const map = await discover({ logs: files, engine: await engine() });
    const again = await discover({ logs: [...files].reverse(), engine: await engine() });
    expect(JSON.stringify({ ...again, sources: [...again.sources].reverse() })).toBe(JSON.stringify(map));
    expect(schemaProblems('dependency-map', JSON.parse(JSON.stringify(map)))).toEqual([]);
  });

  test('GIVEN a log without records THEN it is empty, and fits its schema', async () => {
    const map = await discover({ logs: [fileOf('empty.log', '')], engine: await engine() });
    expect(map).toMatchObject({ edges: [], nodes: [], noise: [], completeness: { newEdgesByDay: [] } });
    expect(schemaProblems('dependency-map', map)).toEqual([]);
  });
});

describe('a Parquet file with the columns of VPC flow logs', () => {
  const CSV = { typed: "nullstr = '-'", texts: 'all_varchar = true' };
  const LINES = DEFAULT.write(TRAFFIC).trim().split('\n');

  /** The same lines as text and as Parquet, with the names that AWS writes there. */
  async function filesOf(lines: readonly string[], csv: string) {
    const text = fileOf('flows.log', `${lines.join('\n')}\n`);
    const parquet = text.replace(/log$/, 'parquet');
    const writer = await engine();
    const relation = `read_csv('${text}', delim = ' ', quote = '', ${csv})`;
    const columns = lines[0].split(' ').map((name) => `"${name}" AS "${name.replace(/-/g, '_')}"`).join(', ');
    await writer.connection.run(`COPY (SELECT ${columns} FROM ${relation}) TO '${parquet}' (FORMAT parquet)`);
    await writer.close();
    return { text, parquet };
  }

  async function mapsOf({ text, parquet }: Awaited<ReturnType<typeof filesOf>>, reading: () => Promise<DuckDbEngine> = engine) {
    const map = await discover({ logs: [parquet], engine: await reading() });
    const expected = await discover({ logs: [text], fromBytes: Infinity, engine: await engine() });
    return { map: { ...map, sources: [] }, expected: { ...expected, sources: [] }, sources: [map.sources[0], expected.sources[0]] };
  }

  test('THEN its map is the one of the text, whatever it is called', async () => {
    const files = await filesOf(LINES, CSV.typed);
    const { map, expected, sources } = await mapsOf(files);
    expect(map).toEqual(expected);
    const { records } = sources[1];
    expect(sources[0]).toMatchObject({ format: 'parquet', records, rejected: 0 });
    const copy = join(directoryOf({ 'start=5/README': {} }), 'start=5', 'it\'s [a] * copy.parquet');
    copyFileSync(files.parquet, copy);
    const both = await discover({ logs: [files.parquet, copy], engine: await engine() });
    expect(both.sources.map((source) => source.records)).toEqual([records, records]);
  });

  test.each(Object.entries(CSV))('GIVEN ends with one port, skipped records and idle interfaces THEN the same holds: %s', async (_, csv) => {
    const between = (ends: string, protocol: number, start: number) => `2 123456789012 eni-1 ${ends} ${protocol} 1 76 ${start} ${start + 60} ACCEPT OK`;
    const peers = ['10.0.0.9 10.0.0.10', '10.0.0.10 10.0.0.9', '10.0.0.10 10.0.0.2', '10.0.0.2 10.0.0.9'];
    const symmetric = [0, 1, 2].flatMap((day) => peers.flatMap((ends, index) => [
      between(`${ends} 123 123`, 17, 1_790_000_000 + day * 86_400 + index), between(`${ends} 0 0`, 1, 1_790_000_000 + day * 86_400 + index)]));
    const empty = (status: string, start: number) => `2 123456789012 eni-9 - - - - - - - ${start} ${start + 60} - ${status}`;
    const lines = [...LINES, ...symmetric, empty('NODATA', 1_790_000_000), empty('SKIPDATA', 1_790_000_060), empty('SKIPDATA', 1_790_000_120)];
    const { map, expected, sources } = await mapsOf(await filesOf(lines, csv));
    expect(map).toEqual(expected);
    expect(sources[0].gaps).toEqual(sources[1].gaps);
    expect(sources[0].gaps).toContainEqual(
      { kind: 'skipped', detail: 'AWS skipped records of eni-9', from: '2026-09-21T14:14:20.000Z', to: '2026-09-21T14:16:20.000Z' });
  });

  test('GIVEN that all ends have one number THEN the same holds', async () => {
    const { map, expected } = await mapsOf(await filesOf(LINES, CSV.typed), async () => {
      const colliding = await engine();
      await colliding.connection.run('CREATE OR REPLACE MACRO cityHash64(a) AS CAST(2 ** 62 AS UBIGINT)');
      return colliding;
    });
    // Of the sensors, too, there is only one then, and what each of two saw is counted for both.
    const withoutBytes = ({ edges }: Pick<DependencyMap, 'edges'>) => edges.map(({ bytes, ...edge }) => edge);
    expect(withoutBytes(map)).toEqual(withoutBytes(expected));
  });

  test('GIVEN text with anything damaged in it THEN it is refused, or read as the parser reads it', async () => {
    const place = fc.record({ line: fc.nat(), column: fc.nat(), value: fc.constantFrom(...DAMAGE.filter((value) => !/\s/.test(value) && value !== '')) });
    await fc.assert(fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 3 }), async (places) => {
      const [header, ...lines] = LINES.slice(0, 7).map((line) => line.split(' '));
      for (const { line, column, value } of places) lines[line % lines.length][column % header.length] = value;
      const files = await filesOf([header, ...lines].map((line) => line.join(' ')), CSV.texts);
      const read = await mapsOf(files).catch((error: unknown) => error);
      if (read instanceof SegmentationError) {
        expect(read).toMatchObject({ codes: ['MSEG6002'] });
      } else {
        const { map, expected, sources } = read as Awaited<ReturnType<typeof mapsOf>>;
        expect(map).toEqual(expected);
        expect(sources[1]).toMatchObject({ records: sources[0].records, rejected: 0 });
      }
    }), { numRuns: runs(0.1, 15), seed: SEED });
  }, 600_000);
});

test.each([
  ['is cut', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ['is damaged in its pages', (whole: Buffer) => whole.fill(0xff, 4, whole.length / 2)],
])('GIVEN a Parquet file that %s THEN MSEG6002 where it was named, and a word of it where it was found', async (_, damage) => {
  const text = fileOf('flows.log', DEFAULT.write(TRAFFIC));
  const parquet = join(dirname(text), 'flows.parquet');
  const writer = await engine();
  await writer.connection.run(`COPY (SELECT * FROM read_csv('${text}', delim = ' ', nullstr = '-')) TO '${parquet}' (FORMAT parquet)`);
  await writer.close();
  writeFileSync(parquet, damage(readFileSync(parquet)));
  await expect(discover({ logs: [parquet], engine: await engine() })).rejects.toMatchObject({ codes: ['MSEG6002'] });
  const map = await discover({ logs: [dirname(text)], engine: await engine() });
  expect(map.sources).toMatchObject([{}, { path: text, rejected: 0 }, { path: parquet, records: 0, gaps: [{ kind: 'missing' }] }]);
  expect(map.edges).toEqual((await discover({ logs: [text], engine: await engine() })).edges);
});

describe('a Parquet file of Security Lake', () => {
  const LAKE = LOG_FORMATS.find(({ name }) => name === 'ocsf')!;

  async function parquetOf(columns: string): Promise<{ text: string; parquet: string }> {
    const text = fileOf('lake.json', LAKE.write(TRAFFIC));
    const parquet = text.replace(/json$/, 'parquet');
    const writer = await engine();
    await writer.connection.run(`COPY (SELECT ${columns} FROM read_json_auto('${text}')) TO '${parquet}' (FORMAT parquet)`);
    await writer.close();
    return { text, parquet };
  }

  test.each(['*', '* EXCLUDE (end_time)', '* EXCLUDE (start_time, end_time)'])('GIVEN the columns %s THEN its edges are those of the text', async (columns) => {
    const { text, parquet } = await parquetOf(columns);
    const map = await discover({ logs: [parquet], engine: await engine() });
    const expected = await discover({ logs: [text], engine: await engine() });
    expect(edgesOf(map)).toEqual(edgesOf(expected));
    expect(map.sources).toMatchObject([{ format: 'parquet', records: expected.sources[0].records, rejected: 0 }]);
  });

  test('GIVEN columns of no flow log THEN MSEG6002 where it was named, and a word of it where it was found', async () => {
    const { parquet } = await parquetOf('* EXCLUDE (connection_info)');
    await expect(discover({ logs: [parquet], engine: await engine() })).rejects.toMatchObject({ codes: ['MSEG6002'] });
    const { traffic, problems } = await openTraffic({ logs: [dirname(parquet)], engine: await engine() });
    await traffic.close();
    expect(problems).toContainEqual({ code: 'MSEG6102', where: parquet, message: expect.any(String) });
  });
});
