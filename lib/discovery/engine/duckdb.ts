import { mkdtemp, rm } from 'fs/promises';
import { tmpdir, totalmem } from 'os';
import { join } from 'path';
import type { DuckDBAppender, DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fail } from '../../support/errors';
import { ColumnTypes, SqlEngine, SqlRow, SqlValue } from './sql-engine';

/** What ClickHouse calls a function, for DuckDB. They are expanded when a query is planned, and cost nothing. */
const MACROS = [
  'bitAnd(a, b) AS (a & b)',
  'bitOr(a, b) AS (a | b)',
  'intDiv(a, b) AS (a // b)',
  'groupBitOr(a) AS bit_or(a)',
  'bitCount(a) AS bit_count(a)',
  'countIf(a) AS count_if(a)',
  'cityHash64(a) AS hash(a)',
  'bitShiftLeft(a, b) AS (a << b)',
  'bitShiftRight(a, b) AS (a >> b)',
  'throwIf(a, message) AS (CASE WHEN a THEN CAST(error(message) AS BOOLEAN) ELSE false END)',
];

const COLUMN_TYPE = { text: 'VARCHAR', integer: 'BIGINT' } as const;

export interface DuckDbOptions {
  /** Memory that tables and queries may take before they move to disk. By default 350: more is faster from tens of millions on only. */
  readonly memoryMegabytes?: number;
  /** So much they get where they cannot do with less, disk or not. By default half of the memory of the machine, or of its container. */
  readonly mostMegabytes?: number;
  readonly threads?: number;
}

/** DuckDB inside this process; what does not fit in memory goes to a directory of its own, which `close` deletes. */
export class DuckDbEngine implements SqlEngine {
  /** @throws MSEG6020 if the package is not installed */
  public static async open({ memoryMegabytes = 350, mostMegabytes = halfOfMemory(), threads }: DuckDbOptions = {}): Promise<DuckDbEngine> {
    const { DuckDBInstance: Instance } = await loaded();
    const spill = await mkdtemp(join(tmpdir(), 'microseg-'));
    const instance = await Instance.create(':memory:', {
      memory_limit: `${memoryMegabytes}MB`,
      temp_directory: spill,
      preserve_insertion_order: 'false',
      ...(threads === undefined ? {} : { threads: String(threads) }),
    });
    const connection = await instance.connect();
    for (const macro of MACROS) await connection.run(`CREATE MACRO ${macro}`);
    return new DuckDbEngine(instance, connection, spill, { memoryMegabytes, mostMegabytes });
  }

  private readonly columns = new Map<string, readonly ('text' | 'integer')[]>();
  private megabytes: number;

  private constructor(
    private readonly instance: DuckDBInstance,
    public readonly connection: DuckDBConnection,
    private readonly spill: string,
    private readonly limits: { readonly memoryMegabytes: number; readonly mostMegabytes: number },
  ) {
    this.megabytes = limits.memoryMegabytes;
  }

  public table(name: string): string {
    return name;
  }

  public async createTable(name: string, columns: ColumnTypes): Promise<void> {
    this.columns.set(name, Object.values(columns));
    const list = Object.entries(columns).map(([column, type]) => `${column} ${COLUMN_TYPE[type]}`);
    await this.connection.run(`CREATE TABLE ${name} (${list.join(', ')})`);
  }

  public async createTableAs(name: string, query: string): Promise<void> {
    await this.withEnoughMemory(() => this.connection.run(`CREATE TABLE ${name} AS ${query}`));
  }

  public async dropTable(name: string): Promise<void> {
    await this.connection.run(`DROP TABLE IF EXISTS ${name}`);
  }

  public async insert(table: string, rows: readonly SqlRow[]): Promise<void> {
    const types = this.columns.get(table)!;
    const appender = await this.connection.createAppender(table);
    for (const row of rows) {
      row.forEach((value, index) => append(appender, value, types[index]));
      appender.endRow();
    }
    appender.closeSync();
  }

  public async *rows(query: string): AsyncGenerator<SqlRow[]> {
    // Of its own: whatever else a connection is asked ends its stream, and nobody is told.
    const connection = await this.instance.connect();
    try {
      const { first, rest } = await this.withEnoughMemory(() => begun(connection, query));
      for (let batch = first; !batch.done; batch = await rest.next()) yield batch.value.map((row) => row.map(plain));
    } finally {
      connection.closeSync();
    }
  }

  public async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await this.abandon();
  }

  public async abandon(): Promise<void> {
    await rm(this.spill, { recursive: true, force: true });
  }

  /** Not all that a query needs can move to disk: it begins again with twice the memory until it gets by. */
  private async withEnoughMemory<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error as Error).message.startsWith('Out of Memory')) throw error;
        await this.grow();
      }
    }
  }

  private async grow(): Promise<void> {
    const { mostMegabytes } = this.limits;
    if (this.megabytes >= mostMegabytes) fail('MSEG6024', 'DuckDB', `it needs more than ${mostMegabytes.toLocaleString('en')} MB to aggregate these logs`);
    this.megabytes = Math.min(2 * this.megabytes, mostMegabytes);
    await this.connection.run(`SET memory_limit = '${this.megabytes}MB'`);
  }
}

interface Begun {
  readonly first: IteratorResult<unknown[][]>;
  readonly rest: AsyncIterator<unknown[][]>;
}

/** A result from which the first rows came: what takes memory is done by then. */
async function begun(connection: DuckDBConnection, query: string): Promise<Begun> {
  const rest = (await connection.stream(query)).yieldRows();
  return { first: await rest.next(), rest };
}

function halfOfMemory(): number {
  // Without a limit, it is 0 or far above what there is.
  const container = process.constrainedMemory() || Infinity;
  return Math.floor(Math.min(totalmem(), container) / 2 / 2 ** 20);
}

function append(appender: DuckDBAppender, value: SqlValue, type: 'text' | 'integer'): void {
  if (value === null) appender.appendNull();
  else if (type === 'text') appender.appendVarchar(String(value));
  else appender.appendBigInt(BigInt(value));
}

function plain(value: unknown): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return Number(value);
  return value as SqlValue;
}

async function loaded(): Promise<typeof import('@duckdb/node-api')> {
  try {
    // An optional peer of the package, which eslint takes for a tool of development.
    // eslint-disable-next-line import/no-extraneous-dependencies
    return await import('@duckdb/node-api');
  } catch {
    return fail('MSEG6020', '@duckdb/node-api', 'it aggregates flow logs, and is not installed');
  }
}

/** A text as DuckDB reads it; a backslash is nothing special there. */
export function textLiteral(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
