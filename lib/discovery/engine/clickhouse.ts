import { randomBytes } from 'crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { fail } from '../../support/errors';
import { ColumnTypes, SqlEngine, SqlRow, SqlValue } from './sql-engine';

/** Names mean columns before they mean results, absent partners of a join are NULL, and a group that outgrows memory goes to disk. */
export const CLICKHOUSE_SETTINGS = {
  prefer_column_name_to_alias: 1,
  join_use_nulls: 1,
  cast_keep_nullable: 1,
  max_bytes_before_external_group_by: '2000000000',
  output_format_json_quote_64bit_integers: 0,
} as const;

/**
 * Aggregating a year of logs takes long, and until then there is no answer. The server says once a minute that it is at work, in
 * headers of its answer, so that neither a gateway nor the client gives up: the client after five minutes without a word, or after
 * more than 60 hours, when the headers are longer than it takes.
 */
const SIGNS_OF_LIFE = { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '60000' } as const;
const PATIENCE = { request_timeout: 300_000, max_response_headers_size: 2 ** 20 } as const;

/**
 * Codes of errors that come of what is in rows, not of the server: texts and types that are none of a flow log (6, 27, 41, 43, 53, 70,
 * 72, 117, 321), and what our own queries check (395). Source: ErrorCodes.cpp of ClickHouse.
 */
const OF_ROWS: ReadonlySet<string> = new Set(['6', '27', '41', '43', '53', '70', '72', '117', '321', '395']);

const COLUMN_TYPE = { text: 'String', integer: 'Int64' } as const;

/** How statements reach a ClickHouse: over HTTP, or in this process in tests. */
export interface ClickHouseTransport {
  command(statement: string): Promise<void>;
  /** Rows as arrays of values, in batches. */
  rows(query: string): AsyncIterable<readonly SqlRow[]>;
  insert(table: string, rows: readonly SqlRow[]): Promise<void>;
  close(): Promise<void>;
}

/** ClickHouse, with tables of its own that `close` drops. */
export class ClickHouseEngine implements SqlEngine {
  private readonly prefix = `microseg_${randomBytes(6).toString('hex')}_`;
  private readonly tables = new Set<string>();

  public constructor(private readonly transport: ClickHouseTransport) {}

  public table(name: string): string {
    return `${this.prefix}${name}`;
  }

  public async createTable(name: string, columns: ColumnTypes): Promise<void> {
    const list = Object.entries(columns).map(([column, type]) => `${column} ${COLUMN_TYPE[type]}`);
    this.tables.add(name);
    await this.transport.command(`CREATE TABLE ${this.table(name)} (${list.join(', ')}) ENGINE = MergeTree ORDER BY tuple()`);
  }

  public async createTableAs(name: string, query: string): Promise<void> {
    this.tables.add(name);
    await this.transport.command(`CREATE TABLE ${this.table(name)} ENGINE = MergeTree ORDER BY tuple() AS ${query}`);
  }

  public async dropTable(name: string): Promise<void> {
    this.tables.delete(name);
    await this.transport.command(`DROP TABLE IF EXISTS ${this.table(name)}`);
  }

  public insert(table: string, rows: readonly SqlRow[]): Promise<void> {
    return rows.length === 0 ? Promise.resolve() : this.transport.insert(this.table(table), rows);
  }

  public rows(query: string): AsyncIterable<readonly SqlRow[]> {
    return this.transport.rows(query);
  }

  public async close(): Promise<void> {
    try {
      for (const name of this.tables) await this.dropTable(name);
    } finally {
      await this.transport.close();
    }
  }

  public abandon(): Promise<void> {
    return this.close();
  }
}

/**
 * A ClickHouse server, by the URL of its HTTP interface; user, password and database may stand in it.
 *
 * @throws MSEG6021 if it does not answer, or refuses
 */
export async function clickHouseServer(url: string): Promise<ClickHouseEngine> {
  const place = shown(url);
  const { ClickHouseLogLevel, createClient } = await import('@clickhouse/client');
  try {
    const settings = { ...CLICKHOUSE_SETTINGS, ...SIGNS_OF_LIFE };
    const client = createClient({ url, ...PATIENCE, clickhouse_settings: settings, log: { level: ClickHouseLogLevel.OFF } });
    const transport = overHttp(client, place);
    await transport.command('SELECT 1');
    return new ClickHouseEngine(transport);
  } catch (error) {
    return fail('MSEG6021', place, (error as Error).message);
  }
}

function overHttp(client: ClickHouseClient, place: string): ClickHouseTransport {
  const refused = (error: Error & { readonly code?: string }) => {
    if (OF_ROWS.has(error.code ?? '')) throw error;
    return fail('MSEG6021', place, error.message);
  };
  return {
    command: async (statement) => void await client.command({ query: statement }).catch(refused),
    insert: async (table, rows) => void await client.insert({ table, values: rows, format: 'JSONCompactEachRow' }).catch(refused),
    async *rows(query) {
      try {
        const result = await client.query({ query, format: 'JSONCompactEachRow' });
        for await (const batch of result.stream<SqlValue[]>()) yield batch.map((row) => row.json());
      } catch (error) {
        refused(error as Error);
      }
    },
    close: () => client.close(),
  };
}

/** A URL may hold a password, which no message shows. */
function shown(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'the URL of ClickHouse';
  }
}
