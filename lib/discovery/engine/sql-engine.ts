/** A value of a row: whole numbers up to 2^53, text, or nothing. */
export type SqlValue = string | number | null;
export type SqlRow = readonly SqlValue[];

/** Columns of a table by name. */
export type ColumnTypes = { readonly [column: string]: 'text' | 'integer' };

/**
 * A database that aggregates. All queries are written once, in the functions of ClickHouse; the other engine defines those that
 * it lacks as macros, and the few things that have no common form are methods here.
 */
export interface SqlEngine {
  /** Makes an empty table, that lives as long as the engine is open. */
  createTable(name: string, columns: ColumnTypes): Promise<void>;
  /** Makes a table of a query's result. */
  createTableAs(name: string, query: string): Promise<void>;
  dropTable(name: string): Promise<void>;
  insert(table: string, rows: readonly SqlRow[]): Promise<void>;
  /** The result, a batch of rows at a time. */
  rows(query: string): AsyncIterable<readonly SqlRow[]>;
  /** The table as queries name it. */
  table(name: string): string;
  close(): Promise<void>;
  /** Takes away what it keeps on disk or on a server, for a process that ends while the engine is at work: it is of no use afterwards. */
  abandon(): Promise<void>;
}

/** All rows of a result that is known to be small. */
export async function allRows(engine: SqlEngine, query: string): Promise<SqlRow[]> {
  const all: SqlRow[] = [];
  for await (const batch of engine.rows(query)) for (const row of batch) all.push(row);
  return all;
}
