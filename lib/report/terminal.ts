import Table from 'cli-table3';

/** Names in files are other people's text: control characters in them must not move a terminal's cursor or forge a line. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (char) => (
    `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** A table with these columns. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const drawn = new Table({ head: [...head], style: { head: [], border: [] } });
  drawn.push(...rows.map((row) => row.map((cell) => printable(String(cell)))));
  return drawn.toString();
}

/** `1 flow`, `2 flows`, `2 policies` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
