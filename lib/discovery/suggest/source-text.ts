import { printable } from '../../support/printable';

/** A text as a literal of TypeScript: on one line, closed by nothing in it, and showing what it is. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replace(/\\(.)|'/g, (match, escape) => (escape === '"' ? '"' : match === '\'' ? '\\\'' : match));
  return `'${printable(escaped)}'`;
}

/** An object of texts as a literal; a key that is a plain name stands without quotes, unless it would mean something else. */
export function objectLiteral(entries: { readonly [key: string]: string }): string {
  const keyOf = (key: string) => (key === '__proto__' ? '[\'__proto__\']' : /^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key));
  return `{ ${Object.entries(entries).map(([key, value]) => `${keyOf(key)}: ${literal(value)}`).join(', ')} }`;
}

export function listLiteral(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** One line of comment, whatever is in the text. */
export function lineComment(text: string): string {
  return `// ${printable(text)}`;
}

/** What may stand inside of a block comment. */
export function inComment(text: string): string {
  return printable(text).replace(/\*\//g, '* /');
}

/** A call whose last argument is an object: on one line where that is short, else with a property on each line. */
export function callWithObject(head: string, properties: readonly string[], indent: string): string {
  if (properties.length === 0) return `${indent}${head.replace(/, $/, '')});`;
  const short = `${indent}${head}{ ${properties.join(', ')} });`;
  if (short.length <= 140) return short;
  return [`${indent}${head}{`, ...properties.map((property) => `${indent}  ${property},`), `${indent}});`].join('\n');
}
