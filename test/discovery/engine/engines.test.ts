import { tableSource } from '../../../lib/discovery/engine/clickhouse-table';
import { DuckDbEngine, textLiteral } from '../../../lib/discovery/engine/duckdb';
import { allRows } from '../../../lib/discovery/engine/sql-engine';

describe('engines', () => {
  afterEach(() => jest.resetModules());

  test('GIVEN no DuckDB THEN MSEG6020 says what to install', async () => {
    jest.doMock('@duckdb/node-api', () => {
      throw new Error('Cannot find module');
    });
    await expect(DuckDbEngine.open()).rejects.toMatchObject({ problems: [{ code: 'MSEG6020', where: '@duckdb/node-api' }] });
    jest.dontMock('@duckdb/node-api');
  });

  test('GIVEN something else than a table THEN MSEG6022, before the database sees it', async () => {
    const engine = await DuckDbEngine.open();
    await expect(tableSource(engine, 'flows; DROP TABLE flows')).rejects.toMatchObject({ problems: [{ code: 'MSEG6022' }] });
    await engine.close();
  });

  test('GIVEN hostile text THEN the literal of it is that text', async () => {
    const engine = await DuckDbEngine.open();
    const texts = ["it's", 'back\\slash', "\\'", '', "'; DROP TABLE flows; --"];
    expect(await allRows(engine, `SELECT ${texts.map(textLiteral).join(', ')}`)).toEqual([texts]);
    await engine.close();
  });

  test('GIVEN a long result that is read while rows go into another table THEN none of it is lost', async () => {
    const engine = await DuckDbEngine.open();
    await engine.createTable('copies', { number: 'integer' });
    for await (const batch of engine.rows('SELECT range FROM range(100000)')) await engine.insert('copies', batch);
    expect(await allRows(engine, 'SELECT count(*), sum(number) FROM copies')).toEqual([[100_000, 4_999_950_000]]);
    await engine.close();
  });

  test('GIVEN a result that is read no further THEN the engine goes on, and closes', async () => {
    const engine = await DuckDbEngine.open();
    for await (const batch of engine.rows('SELECT range FROM range(100000)')) if (batch.length > 0) break;
    expect(await allRows(engine, 'SELECT 1')).toEqual([[1]]);
    await engine.close();
  });

  describe('GIVEN a query that cannot move to disk, and little memory', () => {
    const list = "SELECT length(string_agg(CAST(range AS VARCHAR) || 'a text that takes room', ' ')) FROM range(600000)";

    test('THEN it gets more', async () => {
      const engine = await DuckDbEngine.open({ memoryMegabytes: 8, threads: 1 });
      await engine.createTableAs('lengths', list);
      expect(await allRows(engine, 'SELECT count(*) FROM lengths')).toEqual([[1]]);
      await engine.close();
      const another = await DuckDbEngine.open({ memoryMegabytes: 8, threads: 1 });
      expect(await allRows(another, list)).toEqual([[17_288_889]]);
      await another.close();
    });

    test.each(['createTableAs', 'rows'] as const)('and no more to be had, THEN MSEG6024 says so: %s', async (how) => {
      const engine = await DuckDbEngine.open({ memoryMegabytes: 8, mostMegabytes: 12, threads: 1 });
      const asked = how === 'rows' ? allRows(engine, list) : engine.createTableAs('lengths', list);
      await expect(asked).rejects.toMatchObject({ problems: [{ code: 'MSEG6024', where: 'DuckDB', message: expect.stringContaining('12 MB') }] });
      await engine.close();
    });
  });
});
