import type { DuckDBConnection } from '@duckdb/node-api';
import { Log, PARQUET } from '../input/logs';
import { AwsColumns, awsColumns, OCSF_COLUMNS } from '../readers/aws-fields';
import { awsCounts, awsSource, AwsValues } from './aws-query';
import { DuckDbEngine, textLiteral } from './duckdb';
import { FlowSource } from './flow-columns';

/** Names of columns as AWS writes them, one blank between two: anything else is left to the parser. */
const HEADER = /^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)+$/;

/** Columns that hold numbers; in the range of the type, or the row is not regular. */
const NUMBERS: { readonly [key in keyof AwsColumns]?: string } = {
  sourcePort: 'USMALLINT', destinationPort: 'USMALLINT', protocol: 'UTINYINT', bytes: 'BIGINT', start: 'BIGINT', end: 'BIGINT', tcpFlags: 'UTINYINT',
};

/** Files of one layout, that the database reads as well as the parser does. */
export interface FileSet {
  readonly logs: readonly Log[];
  /** Queries over these files, or some of them. */
  readonly layout: FileLayout;
}

export interface FileLayout {
  source(logs: readonly Log[]): FlowSource;
  /** Rows of path and number of flows; a file without any has none. Holds once the flows could be read. */
  counts(logs: readonly Log[]): string;
}

/**
 * The files among the logs that the database reads by itself.
 *
 * @param fromBytes size of all text files of one layout from which on a query is worth it
 */
export async function fileSets(engine: DuckDbEngine, logs: readonly Log[], fromBytes: number): Promise<FileSet[]> {
  const sets = new Map<string, FileReading & { readonly logs: Log[] }>();
  for (const log of logs) {
    const read = log.format === PARQUET ? await parquetReading(engine, log) : textReading(log, fromBytes);
    if (!read) continue;
    const set = sets.get(read.key) ?? { logs: [], ...read };
    sets.set(read.key, set);
    set.logs.push(log);
  }
  return [...sets.values()].filter(({ logs: all, least }) => all.reduce((sum, { bytes }) => sum + bytes, 0) >= least);
}

/** How a file is read. */
interface FileReading {
  /** The same for all files of one layout. */
  readonly key: string;
  readonly layout: FileLayout;
  /** Bytes that all files of the layout must have together. */
  readonly least: number;
}

/** What the column with the path of a row's file is called: no field of a log. */
const FILE = 'microseg_file';
/** Directories such as `start=2026` add no columns, and put nothing in the place of others. */
const AS_FILES = `filename = '${FILE}', hive_partitioning = false`;

function layoutOf(relation: (paths: string) => string, columns: AwsColumns, values: AwsValues): FileLayout {
  const named = { ...values, file: FILE };
  return {
    source: (logs) => awsSource(relation(pathsOf(logs)), columns, named),
    counts: (logs) => awsCounts(relation(pathsOf(logs)), columns, named),
  };
}

/** Brackets keep the database from taking a path for a pattern. */
function pathsOf(logs: readonly Log[]): string {
  return `[${logs.map(({ path }) => textLiteral(path.replace(/[*?[]/g, '[$&]'))).join(', ')}]`;
}

function textReading({ format, bytes, beginning, compression, told }: Log, least: number): FileReading | undefined {
  if (format !== 'aws-vpc' || bytes === 0) return undefined;
  const [first] = beginning.split('\n', 1);
  const headed = HEADER.test(first);
  const names = headed ? first.split(' ') : told.fields ?? [];
  const columns = new Set(names).size === names.length ? awsColumns(names) : undefined;
  if (columns?.start === undefined || columns.end === undefined || beginning.includes('\r')) return undefined;
  const types = new Map(Object.entries(NUMBERS).map(([key, type]) => [columns[key as keyof AwsColumns] as string | undefined, type]));
  const typed = names.map((name) => `${quoted(name)}: '${types.get(name) ?? 'VARCHAR'}'`).join(', ');
  const settings = [
    "delim = ' '", `header = ${headed}`, 'auto_detect = false', "nullstr = '-'", "quote = ''", "escape = ''", 'strict_mode = true',
    `compression = '${compression}'`, AS_FILES, `columns = {${typed}}`,
  ].join(', ');
  const values: AwsValues = { text: quoted, integer: (name) => `CAST(${quoted(name)} AS BIGINT)`, inRange: true };
  return { key: settings, layout: layoutOf((paths) => `read_csv(${paths}, ${settings})`, columns, values), least };
}

/** VPC flow logs in Parquet have the columns of the text; those of Security Lake have the nested ones of OCSF. Nothing else reads them. */
async function parquetReading({ connection }: DuckDbEngine, log: Log): Promise<FileReading | undefined> {
  const relation = (paths: string) => `read_parquet(${paths}, ${AS_FILES})`;
  const types = await typesOf(connection, relation(pathsOf([log])));
  const columns = types.has('src_endpoint') ? ocsfColumns(await withMembers(connection, relation(pathsOf([log])), types)) : awsColumns([...types.keys()]);
  if (columns?.start === undefined || columns.end === undefined) return undefined;
  return { key: JSON.stringify([...types]), layout: layoutOf(relation, columns, parquetValues(types)), least: 0 };
}

/** Types of columns by name; none of a file that is damaged. */
async function typesOf(connection: DuckDBConnection, relation: string): Promise<Map<string, string>> {
  try {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * EXCLUDE (${FILE}) FROM ${relation}`);
    return new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
  } catch {
    return new Map();
  }
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
