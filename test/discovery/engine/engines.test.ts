import { tableFlows } from '../../../lib/discovery/engine/clickhouse-table';
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
    await expect(tableFlows(engine, 'flows; DROP TABLE flows')).rejects.toMatchObject({ problems: [{ code: 'MSEG6022' }] });
    await engine.close();
  });

  test('GIVEN hostile text THEN the literal of it is that text', async () => {
    const engine = await DuckDbEngine.open();
    const texts = ["it's", 'back\\slash', "\\'", '', "'; DROP TABLE flows; --"];
    expect(await allRows(engine, `SELECT ${texts.map(textLiteral).join(', ')}`)).toEqual([texts]);
    await engine.close();
  });
});
