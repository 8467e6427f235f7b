import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLICKHOUSE_SETTINGS, ClickHouseEngine } from '../../lib/discovery/engine/clickhouse';
import { SqlRow } from '../../lib/discovery/engine/sql-engine';

const FORMAT = { format: 'JSONCompactEachRow' };

/** Of the package `chdb` what is used here: it is an engine, and no dependency. */
interface Session {
  query(statement: string): string;
  queryAsync(statement: string, options?: typeof FORMAT): Promise<{ text(): string }>;
  insert(rows: { readonly table: string; readonly values: Buffer; readonly format: string }): Promise<unknown>;
  close(): void;
}

/** Half a gigabyte, and not for every platform: where it lies is for those who have it to say. */
export function chdbPackage(): string | undefined {
  try {
    return require.resolve(process.env.MICROSEG_CHDB ?? 'chdb');
  } catch {
    return undefined;
  }
}

function newSession(directory: string): Session {
  const { Session: Opened } = createRequire(__filename)(chdbPackage()!) as { Session: new (directory: string) => Session };
  return new Opened(directory);
}

/** ClickHouse in this process: it takes one directory at a time, so a suite opens it once. */
export class Chdb {
  private readonly directory = mkdtempSync(join(tmpdir(), 'microseg-chdb-'));
  public readonly session = newSession(this.directory);

  public constructor() {
    for (const [name, value] of Object.entries(CLICKHOUSE_SETTINGS)) this.session.query(`SET ${name} = ${value}`);
    this.session.query('CREATE DATABASE IF NOT EXISTS test');
    this.session.query('USE test');
  }

  /** An engine with tables of its own, which closing drops. */
  public engine(): ClickHouseEngine {
    const session = this.session;
    return new ClickHouseEngine({
      command: async (statement) => void await session.queryAsync(statement),
      insert: async (table, rows) => void await session.insert({ table, values: linesOf(rows), format: 'JSONCompactEachRow' }),
      async *rows(query) {
        const lines = (await session.queryAsync(query, FORMAT)).text().split('\n').filter((line) => line !== '');
        yield lines.map((line) => JSON.parse(line) as SqlRow);
      },
      close: () => Promise.resolve(),
    });
  }

  public close(): void {
    this.session.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function linesOf(rows: readonly SqlRow[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
