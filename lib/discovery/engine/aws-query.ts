import { Outcome } from '../flow-record';
import { AWS_EARLIEST_SECONDS, AWS_SKIPPED, AwsColumns } from '../readers/aws-fields';
import { NO_PORT, OUTCOME_BITS, SENT } from './flow-columns';

/*
 * AWS flow logs as rows of FLOW_COLUMNS, for what the database reads by itself. It agrees with the parser of text on every
 * regular row; at the first one that is not, the query fails, and the file is left to the parser, which says what is wrong where.
 */

/** Begins the ends of a row that tells of records AWS lost: `SKIPPED start end sensor` (milliseconds) in `s`, SKIPPED in `d`. */
export const SKIPPED = '\u001d';
/** Above every protocol. */
export const SKIPPED_PROTOCOL = 256;

/** In the message of a query that met a row for the parser. */
const IRREGULAR = 'microseg: irregular row';

/** Values of columns as the database has them, NULL where the log has none. */
export interface AwsValues {
  text(column: string): string;
  integer(column: string): string;
  /** Text that is only compared, for which it does not matter how absence is written. By default `text`. */
  word?(column: string): string;
  /** The column that names the file of a row, where there are files. */
  readonly file?: string;
}

/** Said one by one: a list would be a join. */
const WITH_PORTS = [6, 17, 33, 132, 136].map((number) => `protocol = ${number}`).join(' OR ');

/** @param relation a table, or a function that reads a file */
export function awsFlows(relation: string, columns: AwsColumns, { text, integer, word = text, file }: AwsValues): string {
  const first = (names: readonly string[]) => firstOf(names, text);
  const count = (name: string | undefined) => (name === undefined ? '0' : `coalesce(${integer(name)}, 0)`);
  const port = (name: string | undefined) => (name === undefined ? String(NO_PORT) : `coalesce(${integer(name)}, ${NO_PORT})`);
  const status = columns.status === undefined ? 'NULL' : text(columns.status);
  return `
    SELECT coalesce(source, '${SKIPPED}' || CAST(start * 1000 AS VARCHAR) || ' ' || CAST(finish * 1000 AS VARCHAR) || ' ' || sensor) AS s,
      coalesce(destination, '${SKIPPED}') AS d,
      CASE WHEN ${WITH_PORTS} THEN sport ELSE ${NO_PORT} END AS sp,
      CASE WHEN ${WITH_PORTS} THEN dport ELSE ${NO_PORT} END AS dp,
      coalesce(protocol, ${SKIPPED_PROTOCOL}) AS pr, amount AS b, start * 1000 AS st, finish * 1000 AS en, sensor AS se, 0 AS cn,
      ${columns.tcpFlags === undefined ? 'decided' : 'bitOr(decided, CASE WHEN protocol = 6 THEN flags ELSE 0 END)'} AS sb, 0 AS db
    FROM (
      SELECT ${first(columns.source)} AS source, ${first(columns.destination)} AS destination,
        ${port(columns.sourcePort)} AS sport, ${port(columns.destinationPort)} AS dport,
        ${integer(columns.protocol)} AS protocol, ${count(columns.bytes)} AS amount, ${count(columns.tcpFlags)} AS flags,
        ${integer(columns.start!)} AS start, ${integer(columns.end!)} AS finish,
        ${columns.sensor.length === 0 ? "''" : `coalesce(${first(columns.sensor)}, '')`} AS sensor,
        ${decision(columns.action === undefined ? undefined : word(columns.action))} AS decided, ${status} AS status${file === undefined ? '' : `, ${file}`}
      FROM ${relation}
    ) AS lines
    WHERE CASE
      WHEN source IS NOT NULL AND destination IS NOT NULL AND ${PLAUSIBLE} AND (status IS NULL OR status <> '${AWS_SKIPPED}') THEN true
      WHEN source IS NULL AND destination IS NULL AND status = '${AWS_SKIPPED}' AND start >= ${AWS_EARLIEST_SECONDS} AND finish >= start THEN true
      WHEN source IS NULL AND destination IS NULL AND status <> '${AWS_SKIPPED}' THEN false
      ELSE throwIf(start IS NULL OR start >= 0 OR start < 0, '${IRREGULAR}'${file === undefined ? '' : ` || ' in ' || ${file}`})
    END`;
}

/** How many flows each file holds, of those whose rows are all regular. Rows: file, flows. */
export function awsCounts(relation: string, columns: AwsColumns, { text, file }: AwsValues): string {
  return `SELECT ${file}, count(${firstOf(columns.source, text)}) FROM ${relation} GROUP BY ${file}`;
}

function firstOf(names: readonly string[], text: AwsValues['text']): string {
  return names.length === 1 ? text(names[0]) : `coalesce(${[...names.map(text), 'NULL'].join(', ')})`;
}

const PLAUSIBLE = [
  'protocol >= 0', 'protocol <= 255', `start >= ${AWS_EARLIEST_SECONDS}`, 'finish >= start', 'finish < 4102444800',
  'sport >= 0', `sport <= ${NO_PORT}`, 'dport >= 0', `dport <= ${NO_PORT}`, 'flags >= 0', 'flags <= 255', 'amount >= 0', `amount <= ${Number.MAX_SAFE_INTEGER}`,
].join(' AND ');

function decision(action: string | undefined): string {
  const bits = (outcome: Outcome) => String(SENT + OUTCOME_BITS[outcome]);
  if (action === undefined) return bits('unknown');
  const known = `WHEN 'ACCEPT' THEN ${bits('allowed')} WHEN 'REJECT' THEN ${bits('denied')}`;
  return `CASE ${action} ${known} ELSE CASE upper(${action}) ${known} ELSE ${bits('unknown')} END END`;
}
