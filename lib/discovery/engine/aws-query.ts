import { Outcome } from '../flow-record';
import { AWS_EARLIEST_SECONDS, AWS_SKIPPED, AwsColumns } from '../readers/aws-fields';
import { LOGS_BEFORE } from '../readers/fields';
import { FlowSource, NO_PORT, OUTCOME_BITS, SENT, SKIPPED_PROTOCOL } from './flow-columns';

/*
 * AWS flow logs as rows of FLOW_COLUMNS, for what the database reads by itself. It agrees with the parser of text on every
 * regular row; at the first one that is not, the query fails, and the file is left to the parser, which says what is wrong where.
 */

/** In the message of a query that met a row for the parser. */
const IRREGULAR = 'microseg: irregular row';

/** Values of columns as the database has them, NULL where the log has none. */
export interface AwsValues {
  text(column: string): string;
  integer(column: string): string;
  /** Text as it stands, where that costs less: `-`, no text and NULL may all mean absence. By default `text`. */
  word?(column: string): string;
  /** Ports, protocols and flags cannot be out of range: the database reads them so, or fails. By default they are checked. */
  readonly inRange?: boolean;
  /** The column that names the file of a row, where there are files. */
  readonly file?: string;
}

/** Said one by one: a list would be a join. By AND: a choice by OR takes DuckDB ten times as long. */
const PORTLESS = [6, 17, 33, 132, 136].map((number) => `protocol <> ${number}`).join(' AND ');

/** @param relation a table, or a function that reads a file */
export function awsSource(relation: string, columns: AwsColumns, values: AwsValues): FlowSource {
  return { flows: flows(relation, columns, values), skipped: skipped(relation, columns, values), ...listed(relation, columns, values) };
}

function flows(relation: string, columns: AwsColumns, { text, integer, word = text, inRange = false, file }: AwsValues): string {
  const end = (names: readonly string[]) => (names.length === 1 ? word(names[0]) : firstOf(names, text));
  const count = (name: string | undefined) => (name === undefined ? '0' : `coalesce(${integer(name)}, 0)`);
  const port = (name: string | undefined) => (name === undefined ? 'NULL' : integer(name));
  const status = columns.status === undefined ? 'NULL' : word(columns.status);
  return `
    SELECT source AS s, destination AS d,
      CASE WHEN ${PORTLESS} THEN ${NO_PORT} ELSE coalesce(sport, ${NO_PORT}) END AS sp,
      CASE WHEN ${PORTLESS} THEN ${NO_PORT} ELSE coalesce(dport, ${NO_PORT}) END AS dp,
      CASE WHEN source > '-' THEN protocol ELSE ${SKIPPED_PROTOCOL} END AS pr, amount AS b, start * 1000 AS st, finish * 1000 AS en, sensor AS se, 0 AS cn,
      ${columns.tcpFlags === undefined ? 'decided' : 'bitOr(decided, CASE WHEN protocol = 6 THEN flags ELSE 0 END)'} AS sb, 0 AS db
    FROM (
      SELECT ${end(columns.source)} AS source, ${end(columns.destination)} AS destination,
        ${port(columns.sourcePort)} AS sport, ${port(columns.destinationPort)} AS dport,
        ${integer(columns.protocol)} AS protocol, ${count(columns.bytes)} AS amount, ${count(columns.tcpFlags)} AS flags,
        ${integer(columns.start!)} AS start, ${integer(columns.end!)} AS finish,
        ${columns.sensor.length === 1 && word !== text ? word(columns.sensor[0]) : sensorOf(columns, text)} AS sensor,
        ${decision(columns.action === undefined ? undefined : word(columns.action))} AS decided, ${status} AS status${file === undefined ? '' : `, ${file}`}
      FROM ${relation}
    ) AS lines
    WHERE CASE
      WHEN source > '-' AND destination > '-' AND ${plausible(inRange)} AND coalesce(status, '') <> '${AWS_SKIPPED}' THEN true
      WHEN ${absent('source')} AND ${absent('destination')} AND status = '${AWS_SKIPPED}' AND start >= ${AWS_EARLIEST_SECONDS} AND finish >= start THEN true
      WHEN ${absent('source')} AND ${absent('destination')} AND NOT ${absent('status')} AND status <> '${AWS_SKIPPED}' THEN false
      ELSE throwIf(start IS NULL OR start >= 0 OR start < 0, '${IRREGULAR}'${file === undefined ? '' : ` || ' in ' || ${file}`})
    END`;
}

function skipped(relation: string, columns: AwsColumns, { text, integer }: AwsValues): string {
  const { status, start, end } = columns;
  const milliseconds = (name: string) => `${integer(name)} * 1000`;
  return `SELECT ${milliseconds(start!)} AS st, ${milliseconds(end!)} AS en, ${sensorOf(columns, text)} AS se
    FROM ${relation} WHERE ${status === undefined ? 'false' : `${text(status)} = '${AWS_SKIPPED}'`}`;
}

/** Where text is taken as it stands, the database keeps each text of a column once, and lists them at little cost. */
function listed(relation: string, { source, destination }: AwsColumns, { word }: AwsValues): Pick<FlowSource, 'ends'> {
  if (word === undefined || source.length > 1 || destination.length > 1) return {};
  return { ends: [...source, ...destination].map((name) => `SELECT DISTINCT ${word(name)} AS addr FROM ${relation}`).join(' UNION ALL ') };
}

/** How many flows each file holds, of those whose rows are all regular. Rows: file, flows. */
export function awsCounts(relation: string, columns: AwsColumns, { text, file }: AwsValues): string {
  return `SELECT ${file}, count(${firstOf(columns.source, text)}) FROM ${relation} GROUP BY ${file}`;
}

function sensorOf({ sensor }: AwsColumns, text: AwsValues['text']): string {
  return sensor.length === 0 ? "''" : `coalesce(${firstOf(sensor, text)}, '')`;
}

/** Asked of few rows: those of most have an address, which is greater than `-` in any case. */
function absent(value: string): string {
  return `coalesce(nullif(${value}, '-'), '') = ''`;
}

function firstOf(names: readonly string[], text: AwsValues['text']): string {
  return names.length === 1 ? text(names[0]) : `coalesce(${[...names.map(text), 'NULL'].join(', ')})`;
}

/** What a regular row holds, beside its ends. Each check of ten million rows costs time. */
function plausible(inRange: boolean): string {
  const between = (value: string, most: number) => [`${value} >= 0`, `${value} <= ${most}`];
  const ranges = [['protocol', 255], ['flags', 255], ['coalesce(sport, 0)', NO_PORT - 1], ['coalesce(dport, 0)', NO_PORT - 1]] as const;
  return [
    ...inRange ? ['protocol IS NOT NULL'] : ranges.flatMap(([value, most]) => between(value, most)),
    `start >= ${AWS_EARLIEST_SECONDS}`, 'finish >= start', `finish < ${LOGS_BEFORE / 1000}`, ...between('amount', Number.MAX_SAFE_INTEGER),
  ].join(' AND ');
}

function decision(action: string | undefined): string {
  const bits = (outcome: Outcome) => String(SENT + OUTCOME_BITS[outcome]);
  if (action === undefined) return bits('unknown');
  const known = `WHEN 'ACCEPT' THEN ${bits('allowed')} WHEN 'REJECT' THEN ${bits('denied')}`;
  return `CASE ${action} ${known} ELSE CASE upper(${action}) ${known} ELSE ${bits('unknown')} END END`;
}
