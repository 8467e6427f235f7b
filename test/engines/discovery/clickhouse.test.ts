import { join } from 'node:path';
import { discover } from '../../../lib/discovery/discover';
import { run } from '../../cli/run';
import { edgesOf, exchange, inventoryOf, mapOf, NOON, strangers, truth } from '../../discovery/traffic-of';
import { directoryOf } from '../../platforms/aws/read/artifacts';
import { Chdb, linesOf } from '../../support/chdb';
import { ChdbServer } from '../../support/chdb-server';
import { LOG_FORMATS, RESERVATIONS, SHOP, trafficOf } from '../../support/flow-logs';
import { readText } from '../../support/flow-logs/read';
import { describeWithEngines } from '../harness/engines';

const FORMATS = LOG_FORMATS.filter(({ name }) => ['aws-default', 'aws-custom', 'gcp-flows', 'zeek-tsv', 'hubble', 'nfdump-csv'].includes(name));

describeWithEngines(['chdb'], 'ClickHouse', () => {
  const chdb = new Chdb();
  afterAll(() => chdb.close());

  test.each(FORMATS)('GIVEN a log of $name THEN its map is that of DuckDB', async ({ format, write }) => {
    const { records } = readText(format, write(trafficOf(SHOP, { seed: 21, connectionsPerEdge: 8, scanned: 6, retries: 0.3, noise: 10 })));
    const inventory = inventoryOf(SHOP);
    expect(await mapOf(records, { inventory, engine: chdb.engine() })).toEqual(await mapOf(records, { inventory }));
  });

  test('GIVEN addresses that move and services that are known THEN its map is that of DuckDB', async () => {
    const { records } = readText('aws-vpc', LOG_FORMATS[0].write(trafficOf(SHOP, { seed: 22, connectionsPerEdge: 8, days: 4 })));
    const { rows = [] } = inventoryOf(SHOP);
    const half = (records[0].start + records[records.length - 1].start) / 2;
    const moved = rows.flatMap((row) => [{ ...row, to: half }, { ...row, id: `${row.id} later`, from: half }]);
    const inventory = { rows: moved, services: [{ id: 'delivery', protocol: 'tcp', fromPort: 50_051 }] };
    expect(await mapOf(records, { inventory, engine: chdb.engine() })).toEqual(await mapOf(records, { inventory }));
  });

  test('GIVEN connections of many months THEN its map is that of DuckDB, with the same days', async () => {
    const starts = [0, 1, 47, 48, 49, 95, 96, 200, 364].map((day) => NOON + day * 86_400_000);
    const records = starts.flatMap((start) => exchange('10.0.0.1:40001', '10.0.0.2:443', { start, end: start + 1000 }));
    const map = await mapOf(records, { engine: chdb.engine() });
    expect(map).toEqual(await mapOf(records));
    expect(map.edges).toMatchObject([{ connections: 9 }]);
    expect(map.completeness.newEdgesByDay).toHaveLength(365);
  });

  test('GIVEN connections that four sensors saw THEN its map is that of DuckDB, and they count once', async () => {
    const sensors = ['eni-client', 'attachment-1', 'attachment-2', 'eni-server'];
    const records = sensors.flatMap((sensor) => exchange('10.0.0.1:40001', '10.0.0.2:443', { sensor }));
    const map = await mapOf(records, { engine: chdb.engine() });
    expect(map).toEqual(await mapOf(records));
    expect(map.edges).toMatchObject([{ connections: 1, bytes: 4000 }]);
  });

  test('GIVEN connections between high ports, of which other hosts serve one THEN its map is that of DuckDB', async () => {
    const served = ['10.0.2.1', '10.0.2.2'].flatMap((server) => [1, 2].flatMap((index) => exchange(`10.0.1.${index}:${45_000 + index}`, `${server}:60002`)));
    const records = [...served, ...exchange('10.0.0.1:50000', '10.0.0.2:60002')];
    const map = await mapOf(records, { engine: chdb.engine() });
    expect(map).toEqual(await mapOf(records));
    expect(edgesOf(map)).toContain('10.0.0.1 > 10.0.0.2 60002/tcp');
  });

  test('GIVEN more ends than a result is read by at a time THEN its map is that of DuckDB, with all of them', async () => {
    const records = strangers(30_000);
    const map = await mapOf(records, { engine: chdb.engine() });
    expect(map.edges).toHaveLength(30_000);
    expect(map).toEqual(await mapOf(records));
  });

  describe('over HTTP', () => {
    let server: ChdbServer;
    beforeAll(async () => { server = await ChdbServer.start(chdb); });
    afterAll(() => server.close());

    test('GIVEN a log THEN the command gives the map of DuckDB, has asked for signs of life, and leaves no table behind', async () => {
      const log = join(directoryOf({ 'flows.log': LOG_FORMATS[0].write(trafficOf(SHOP, { seed: 24, connectionsPerEdge: 4 })) }), 'flows.log');
      const { code, out } = await run('discover', log, '--engine', 'clickhouse', '--url', server.url, '--json');
      expect(code).toBe(0);
      expect(out).toEqual((await run('discover', log, '--json')).out);
      expect(server.asked.every((settings) => settings.get('send_progress_in_http_headers') === '1')).toBe(true);
      expect((await chdb.session.queryAsync("SHOW TABLES LIKE 'microseg%'")).text()).toBe('');
    });

    test('GIVEN a table with a row that is no flow THEN MSEG6022 names the table', async () => {
      chdb.session.query('CREATE TABLE damaged_logs (srcaddr String, dstaddr String, srcport String, dstport String, protocol String, start String, end String) ENGINE = Memory');
      chdb.session.query("INSERT INTO damaged_logs VALUES ('10.0.0.1', '10.0.0.2', '40000', 'x', '6', '1790000000', '1790000060')");
      const { code, err } = await run('discover', '--table', 'damaged_logs', '--url', server.url);
      expect([code, err.slice(0, 24)]).toEqual([2, 'MSEG6022 [damaged_logs] ']);
    });

    test('GIVEN a table that is not there THEN MSEG6021 says what the server said', async () => {
      const { code, err } = await run('discover', '--table', 'nowhere', '--url', server.url);
      expect([code, err.slice(0, 8)]).toEqual([2, 'MSEG6021']);
      expect(err).toContain('nowhere');
    });
  });

  test('GIVEN a table with the columns of VPC flow logs THEN its map is that of the log', async () => {
    const lines = LOG_FORMATS[0].write(trafficOf(RESERVATIONS, { seed: 23, connectionsPerEdge: 4, retries: 0.2 })).trim().split('\n');
    const names = lines[0].split(' ').map((name) => name.replace(/-/g, '_'));
    chdb.session.query(`CREATE TABLE flow_logs (${names.map((name) => `${name} String`).join(', ')}) ENGINE = Memory`);
    const skipped = (start: number) => `2 123456789012 eni-9 - - - - - - - ${start} ${start + 60} - SKIPDATA`;
    const idle = '2 123456789012 eni-9 - - - - - - - 1790000000 1790000060 - NODATA';
    const rows = [...lines.slice(1), skipped(1_790_000_120), skipped(1_790_000_060), idle].map((line) => line.split(' '));
    await chdb.session.insert({ table: 'flow_logs', values: linesOf(rows), format: 'JSONCompactEachRow' });
    const { records } = readText('aws-vpc', lines.join('\n'));
    const map = await discover({ logs: [], table: 'flow_logs', engine: chdb.engine() });
    expect(edgesOf(map).sort()).toEqual(truth(RESERVATIONS, 'address'));
    const gap = { kind: 'skipped', detail: 'AWS skipped records of eni-9', from: '2026-09-21T14:14:20.000Z', to: '2026-09-21T14:16:20.000Z' };
    expect(map.sources).toEqual([{ path: 'flow_logs', format: 'clickhouse', records: records.length, rejected: 0, gaps: [gap] }]);
    expect(map.edges).toEqual((await mapOf(records)).edges);
  });

  test.each([
    ['443.0', true], ['4.43e2', true], ['-', true], ['443.5', false], ['x', false], ['-443', false], ['65536', false], ['18446744073709551616', false],
  ])('GIVEN a table of text with the port %s THEN it is read as a line with it is: %s', async (port, isRead) => {
    const names = ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'start', 'end'];
    const rows = [['10.0.0.1', '10.0.0.2', '40000', port, '6', '1790000000', '1790000060']];
    const { records } = readText('aws-vpc', [names, ...rows].map((row) => row.join(' ')).join('\n'));
    chdb.session.query(`CREATE OR REPLACE TABLE odd_logs (${names.map((name) => `${name} String`).join(', ')}) ENGINE = Memory`);
    await chdb.session.insert({ table: 'odd_logs', values: linesOf(rows), format: 'JSONCompactEachRow' });
    const map = discover({ logs: [], table: 'odd_logs', engine: chdb.engine() });
    expect(records).toHaveLength(isRead ? 1 : 0);
    if (isRead) expect((await map).edges).toEqual((await mapOf(records)).edges);
    else await expect(map).rejects.toMatchObject({ codes: ['MSEG6022'] });
  });
});
