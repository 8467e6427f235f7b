import { printable } from '../support/printable';

/** How long a text may be in a comment. */
const MOST_CHARACTERS = 200;

/**
 * Text of other people as Markdown that shows it and does nothing else: no markup, no HTML, no link, no mention, no way out
 * of a table cell. Every character that could mean something is written as its number, and code is nowhere read for mentions.
 */
export function markdownText(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${[...text].slice(0, MOST_CHARACTERS).join('')}…` : text;
  const inert = printable(short).replace(/[!-/:-@[-`{-~]/g, (char) => `&#${char.charCodeAt(0)};`);
  return inert === '' ? '' : `<code>${inert}</code>`;
}

/** A table; cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
