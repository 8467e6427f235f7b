import { fail } from '../../support/errors';
import { awsColumns } from '../readers/aws-fields';
import { awsSource } from './aws-query';
import { FlowSource } from './flow-columns';
import { allRows, SqlEngine } from './sql-engine';

/** A table, with its database or without, or a table function that reads files: s3(…), url(…), file(…). */
const TABLE = /^[\w$]+(\.[\w$]+)?$/;
const TABLE_FUNCTION = /^(s3|s3Cluster|url|file|gcs|azureBlobStorage|iceberg|deltaLake|cluster|remote|merge)\s*\(.*\)$/is;

/**
 * The flows of what ClickHouse has, or can reach: a table with the columns of VPC flow logs, with dashes or underscores in their
 * names, and numbers or text in them.
 *
 * @throws MSEG6022 if it has no such columns
 */
export async function tableSource(engine: SqlEngine, table: string): Promise<FlowSource> {
  const relation = TABLE.test(table) ? table.split('.').map(quoted).join('.') : table;
  if (!TABLE.test(table) && !TABLE_FUNCTION.test(table)) fail('MSEG6022', table, 'it is neither the name of a table nor a table function');
  const described = await allRows(engine, `DESCRIBE TABLE ${relation}`);
  const types = new Map(described.map(([name, type]) => [String(name), String(type)]));
  const columns = awsColumns([...types.keys()]);
  if (columns?.start === undefined || columns.end === undefined) fail('MSEG6022', table, 'it lacks columns for addresses, protocol, start or end');
  const text = (name: string) => `nullif(nullif(toString(${quoted(name)}), '-'), '')`;
  const isWhole = (name: string) => /Int/.test(types.get(name) ?? '');
  return awsSource(relation, columns, { text, integer: (name) => (isWhole(name) ? `toInt64(${quoted(name)})` : wholeNumber(text(name))) });
}

/** Of text, -1 where it is no whole number; of nothing, nothing. */
function wholeNumber(text: string): string {
  const value = `toFloat64OrNull(${text})`;
  return `multiIf(${text} IS NULL, NULL, ${value} IS NULL OR ${value} <> floor(${value}) OR abs(${value}) > ${Number.MAX_SAFE_INTEGER}, -1, toInt64(${value}))`;
}

function quoted(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}
