import Table from 'cli-table3';
import { printable } from '../support/printable';

/** A table with these columns. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const drawn = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) drawn.push(row.map((cell) => printable(String(cell))));
  return drawn.toString();
}

/** `1 flow`, `2 flows`, `2 policies` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
