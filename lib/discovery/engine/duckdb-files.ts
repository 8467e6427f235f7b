import type { DuckDBConnection } from '@duckdb/node-api';
import { Log, PARQUET } from '../input/logs';
import { AwsColumns, awsColumns, OCSF_COLUMNS } from '../readers/aws-fields';
import { awsFlows, AwsValues } from './aws-query';
import { DuckDbEngine, textLiteral } from './duckdb';

/** Names of columns as AWS writes them, one blank between two: anything else is left to the parser. */
const HEADER = /^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)+$/;

/** Columns that hold numbers; in the range of the type, or the row is not regular. */
const NUMBERS: { readonly [key in keyof AwsColumns]?: string } = {
  sourcePort: 'USMALLINT', destinationPort: 'USMALLINT', protocol: 'UTINYINT', bytes: 'BIGINT', start: 'BIGINT', end: 'BIGINT', tcpFlags: 'UTINYINT',
};

/** Rows of FLOW_COLUMNS out of a file, if it is one that the database reads as well as the parser does; undefined if not. */
export async function fileFlows(engine: DuckDbEngine, log: Log): Promise<string | undefined> {
  if (log.format === PARQUET) return parquetFlows(engine, log);
  return log.format === 'aws-vpc' && log.bytes > 0 ? textFlows(log) : undefined;
}

function textFlows({ path, beginning, compression, told }: Log): string | undefined {
  const [first] = beginning.split('\n', 1);
  const headed = HEADER.test(first);
  const names = headed ? first.split(' ') : told.fields ?? [];
  const columns = new Set(names).size === names.length ? awsColumns(names) : undefined;
  if (columns?.start === undefined || columns.end === undefined || beginning.includes('\r')) return undefined;
  const types = new Map(Object.entries(NUMBERS).map(([key, type]) => [columns[key as keyof AwsColumns] as string | undefined, type]));
  const typed = names.map((name) => `${quoted(name)}: '${types.get(name) ?? 'VARCHAR'}'`).join(', ');
  const settings = `delim = ' ', header = ${headed}, auto_detect = false, nullstr = '-', quote = '', escape = '', strict_mode = true`;
  const values: AwsValues = { text: quoted, integer: (name) => `CAST(${quoted(name)} AS BIGINT)` };
  return awsFlows(`read_csv(${textLiteral(path)}, ${settings}, compression = '${compression}', columns = {${typed}})`, columns, values);
}

/** VPC flow logs in Parquet have the columns of the text; those of Security Lake have the nested ones of OCSF. */
async function parquetFlows({ connection }: DuckDbEngine, { path }: Log): Promise<string | undefined> {
  const relation = `read_parquet(${textLiteral(path)})`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`);
  const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
  const columns = types.has('src_endpoint') ? ocsfColumns(await withMembers(connection, relation, types)) : awsColumns([...types.keys()]);
  if (columns?.start === undefined || columns.end === undefined) return undefined;
  return awsFlows(relation, columns, parquetValues(types));
}

function parquetValues(types: ReadonlyMap<string, string>): AwsValues {
  const text = (name: string) => `nullif(nullif(CAST(${place(name)} AS VARCHAR), '-'), '')`;
  const isNumber = (name: string) => /INT/.test(types.get(name) ?? '') && !name.includes('.');
  return { text, word: (name) => `CAST(${place(name)} AS VARCHAR)`, integer: (name) => (isNumber(name) ? `CAST(${place(name)} AS BIGINT)` : `CAST(${text(name)} AS BIGINT)`) };
}

/** The columns, and `column.member` for what nested ones hold. */
async function withMembers(connection: DuckDBConnection, relation: string, types: ReadonlyMap<string, string>): Promise<Set<string>> {
  const names = new Set(types.keys());
  for (const [name, type] of types) {
    if (!type.startsWith('STRUCT') || type.endsWith(']')) continue;
    const members = await connection.runAndReadAll(`DESCRIBE SELECT unnest(${quoted(name)}) FROM ${relation}`);
    members.getRows().forEach(([member]) => names.add(`${name}.${String(member)}`));
  }
  return names;
}

/**
 * OCSF counts in milliseconds, and decides by numbers: those columns are put in the terms of AWS by expressions of their own.
 * Which of them a file has depends on the version of OCSF and on who wrote it.
 */
function ocsfColumns(names: ReadonlySet<string>): AwsColumns | undefined {
  const { source, destination, protocol, start, end, actionId, sensor, ...more } = OCSF_COLUMNS;
  const present = (all: readonly string[]) => all.filter((name) => names.has(name));
  const [begins, ends] = [start, end].map(present);
  if (present([source, destination, protocol]).length < 3 || begins.length === 0 || ends.length === 0) return undefined;
  return {
    ...Object.fromEntries(Object.entries(more).filter(([, name]) => names.has(name))),
    source: [source], destination: [destination], protocol, start: ocsfSeconds(begins), end: ocsfSeconds(ends), sensor: present(sensor),
    ...(names.has(actionId) ? { action: OCSF_ACTION } : {}),
  };
}

function ocsfSeconds(names: readonly string[]): string {
  return `=coalesce(${[...names, 'NULL'].join(', ')}) // 1000`;
}

const OCSF_ACTION = "=CASE action_id WHEN 1 THEN 'ACCEPT' WHEN 2 THEN 'REJECT' END";

/** A column, a path into a nested one, or an expression behind `=`. */
function place(name: string): string {
  return name.startsWith('=') ? `(${name.slice(1)})` : name.split('.').map(quoted).join('.');
}

function quoted(name: string): string {
  return `"${name.replace(/"/g, '""')}"`;
}
