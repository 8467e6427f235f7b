import { parse } from 'csv-parse/sync';
import { isObject } from '../../../support/files';
import { InventoryBuilder } from '../inventory-builder';

/** Lines that one row may take up: a quote that is never closed must not swallow the rest of the file. */
const LONGEST_ROW = 5;

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Columns by their place. */
interface Header {
  readonly address: number;
  readonly workload: number;
  readonly from?: number;
  readonly to?: number;
  readonly labels: readonly (readonly [key: string, place: number])[];
  readonly width: number;
}

/** Whether the text begins with a header that names the columns `address` and `workload`. */
export function isCsv(text: string): boolean {
  const first = text.split('\n', 1)[0];
  const names = first.split(delimiterOf(first)).map(columnName);
  return names.includes('address') && names.includes('workload');
}

/**
 * Reads a CSV: a header with `address` and `workload`, then one row for each address or CIDR block. Columns `from` and `to` hold the
 * time in which the workload has the address (ISO 8601); every other column is a label. Commas, semicolons or tabs.
 */
export function readCsv(text: string, into: InventoryBuilder, file: string): void {
  const lines = text.split(/\r?\n/);
  const delimiter = delimiterOf(lines[0]);
  const header = headerOf(lines[0].split(delimiter).map(columnName), (reason) => into.reject(`${file}:1`, reason));
  for (const row of rowsOf(lines, delimiter, (line, reason) => into.reject(`${file}:${line}`, reason))) addRow(row, header, into, file);
}

function addRow({ cells, line }: Row, header: Header, into: InventoryBuilder, file: string): void {
  const where = `${file}:${line}`;
  if (cells.length > header.width) {
    into.reject(where, `the row has ${cells.length} cells under ${header.width} columns`);
    return;
  }
  const [from, to] = [header.from, header.to].map((place) => momentOf(place === undefined ? undefined : cells[place]));
  if (from === 'damaged' || to === 'damaged') {
    into.reject(where, 'its time is no date in ISO 8601');
    return;
  }
  const labels = header.labels.flatMap(([key, place]): [string, string][] => (cells[place] ? [[key, cells[place]]] : []));
  into.row({ address: cells[header.address] ?? '', id: cells[header.workload] ?? '', labels: Object.fromEntries(labels), from, to, where });
}

function headerOf(names: readonly string[], reject: (reason: string) => void): Header {
  const special = ['address', 'workload', 'from', 'to'];
  const labels: [string, number][] = [];
  names.forEach((name, place) => {
    if (name === '') reject(`column ${place + 1} has no name; it was left out`);
    else if (names.indexOf(name) < place) reject(`column ${JSON.stringify(name)} is there twice; the second was left out`);
    else if (!special.includes(name)) labels.push([name, place]);
  });
  const [address, workload, from, to] = special.map((name) => names.indexOf(name));
  return { address, workload, from: from < 0 ? undefined : from, to: to < 0 ? undefined : to, labels, width: names.length };
}

/** The rows below the header. Rows with quotes are read by the library, a few lines at a time; others need no library. */
function* rowsOf(lines: readonly string[], delimiter: string, reject: (line: number, reason: string) => void): Generator<Row> {
  for (let index = 1; index < lines.length;) {
    const line = index + 1;
    if (!lines[index].includes('"')) {
      const text = lines[index];
      index += 1;
      if (text.trim() !== '') yield { cells: text.split(delimiter).map((cell) => cell.trim()), line };
      continue;
    }
    const { cells, taken, problem } = quotedRow(lines, index, delimiter);
    index += taken;
    if (cells) yield { cells, line };
    else reject(line, problem);
  }
}

function quotedRow(lines: readonly string[], start: number, delimiter: string): { cells?: string[]; taken: number; problem: string } {
  for (let taken = 1; taken <= LONGEST_ROW; taken += 1) {
    try {
      const [cells] = parse(lines.slice(start, start + taken).join('\n'), { delimiter, trim: true }) as string[][];
      return { cells, taken, problem: '' };
    } catch (error) {
      const open = isObject(error) && error.code === 'CSV_QUOTE_NOT_CLOSED';
      if (!open) break;
    }
  }
  return { taken: 1, problem: 'its quotes do not match' };
}

function momentOf(text: string | undefined): number | undefined | 'damaged' {
  if (text === undefined || text === '') return undefined;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? 'damaged' : time;
}

function delimiterOf(header: string): string {
  return [',', ';', '\t'].find((delimiter) => header.includes(delimiter)) ?? ',';
}

/** The names with a meaning are known in whatever case; a label's key stays as it is. */
function columnName(text: string): string {
  const name = text.replace(/^\ufeff/, '').trim().replace(/^"(.*)"$/, '$1');
  return /^(address|workload|from|to)$/i.test(name) ? name.toLowerCase() : name;
}
