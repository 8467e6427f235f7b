import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { DependencyMap } from '../../lib/discovery/dependency-map';
import { discover, DiscoverOptions, openTraffic } from '../../lib/discovery/discover';
import { DuckDbEngine } from '../../lib/discovery/engine/duckdb';
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
  test.each([[DEFAULT], [CUSTOM]])('GIVEN $name THEN its map is the one of the parser', async ({ write }) => {
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

  test('GIVEN regular lines with anything damaged in them THEN it agrees with the parser', async () => {
    const place = fc.record({ line: fc.nat(), column: fc.nat(), value: fc.constantFrom(...DAMAGE) });
    const layout = fc.constantFrom(DEFAULT, CUSTOM);
    await fc.assert(fc.asyncProperty(layout, fc.array(place, { minLength: 1, maxLength: 3 }), async ({ write }, places) => {
      const [header, ...lines] = write(TRAFFIC.slice(0, 6)).trim().split('\n').map((line) => line.split(' '));
      for (const { line, column, value } of places) lines[line % lines.length][column % header.length] = value;
      const [own, parsed] = await bothWays(fileOf('flows.log', `${[header, ...lines].map((line) => line.join(' ')).join('\n')}\n`));
      expect(own).toEqual(parsed);
      expect(parsed.sources[0].records + parsed.sources[0].rejected).toBeLessThanOrEqual(lines.length);
    }), { numRuns: runs(0.1, 15), seed: SEED });
  }, 600_000);
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

test('GIVEN a Parquet file with the columns of VPC flow logs THEN its map is the one of the text', async () => {
  const text = fileOf('flows.log', DEFAULT.write(TRAFFIC));
  const parquet = text.replace(/log$/, 'parquet');
  const writer = await engine();
  const columns = (await writer.connection.runAndReadAll(`DESCRIBE SELECT * FROM read_csv('${text}', delim = ' ', nullstr = '-')`)).getRows();
  const renamed = columns.map(([name]) => `"${String(name)}" AS "${String(name).replace(/-/g, '_')}"`).join(', ');
  await writer.connection.run(`COPY (SELECT ${renamed} FROM read_csv('${text}', delim = ' ', nullstr = '-')) TO '${parquet}' (FORMAT parquet)`);
  await writer.close();
  const map = await discover({ logs: [parquet], engine: await engine() });
  const expected = await discover({ logs: [text], engine: await engine() });
  expect({ ...map, sources: [] }).toEqual({ ...expected, sources: [] });
  expect(map.sources).toMatchObject([{ format: 'parquet', records: expected.sources[0].records, rejected: 0 }]);
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
