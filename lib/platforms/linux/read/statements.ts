import { Element, part, Part, Statement, Verdict } from './model';
import { Cursor, Token } from './tokens';

/** Variables of a file and what they stand for. */
export type Variables = ReadonlyMap<string, string>;

/** A rule's statements, and its comment; undefined if anything in it is beyond this reader. */
export function ruleOf(tokens: readonly Token[], variables: Variables): { statements: Statement[]; comment?: string } | undefined {
  const cursor = new Cursor(tokens);
  const statements: Statement[] = [];
  let comment: string | undefined;
  while (!cursor.done) {
    if (cursor.accept('comment')) {comment = cursor.take()?.text;} else if (!noted(cursor)) {
      const statement = statementOf(cursor, variables);
      if (statement === undefined) return undefined;
      statements.push(statement);
    }
  }
  return { statements, ...(comment !== undefined && { comment }) };
}

/** Takes a statement that decides nothing. */
function noted(cursor: Cursor): boolean {
  if (cursor.accept('counter')) {
    if (cursor.accept('packets')) cursor.take();
    if (cursor.accept('bytes')) cursor.take();
    return true;
  }
  if (!cursor.accept('log')) return false;
  while (['prefix', 'group', 'snaplen', 'queue-threshold', 'level'].some((option) => cursor.accept(option))) cursor.take();
  return true;
}

function statementOf(cursor: Cursor, variables: Variables): Statement | undefined {
  const verdict = verdictOf(cursor);
  if (verdict) return { kind: 'verdict', verdict };
  if (cursor.accept('limit', 'rate')) {
    cursor.accept('over');
    cursor.take();
    if (cursor.accept('burst')) [cursor.take(), cursor.take()];
    return { kind: 'limit' };
  }
  if (cursor.accept('ct', 'state', 'vmap')) return stateMap(cursor);
  const fields = fieldsOf(cursor);
  return fields && comparison(cursor, fields, variables);
}

function verdictOf(cursor: Cursor): Verdict | undefined {
  for (const action of ['accept', 'drop', 'return'] as const) {
    if (cursor.accept(action)) return { action };
  }
  for (const action of ['jump', 'goto'] as const) {
    if (cursor.accept(action)) return { action, target: cursor.take()?.text ?? '' };
  }
  return undefined;
}

const FIELDS = [
  ['ip', 'saddr'], ['ip', 'daddr'], ['ip6', 'saddr'], ['ip6', 'daddr'], ['ip6', 'hoplimit'], ['meta', 'l4proto'], ['meta', 'nfproto'],
  ['meta', 'time'], ['th', 'sport'], ['th', 'dport'], ['tcp', 'sport'], ['tcp', 'dport'], ['udp', 'sport'], ['udp', 'dport'],
  ['sctp', 'sport'], ['sctp', 'dport'], ['icmp', 'type'], ['icmpv6', 'type'], ['ct', 'state'], ['iif'], ['oif'], ['iifname'], ['oifname'],
];
const RAW: { readonly [text: string]: string } = { '@th,0,16': 'th sport', '@th,16,16': 'th dport' };

function fieldsOf(cursor: Cursor): string[] | undefined {
  const fields: string[] = [];
  do {
    const raw = RAW[cursor.peek() ?? ''];
    const field = raw === undefined ? FIELDS.find((words) => cursor.accept(...words))?.join(' ') : raw;
    if (field === undefined) return undefined;
    if (raw !== undefined) cursor.take();
    fields.push(field);
  } while (cursor.accept('.'));
  return fields;
}

function comparison(cursor: Cursor, fields: readonly string[], variables: Variables): Statement | undefined {
  const negated = cursor.accept('!=');
  if (!negated) cursor.accept('==');
  if (/^@[A-Za-z_]/.test(cursor.peek() ?? '')) return { kind: 'match', fields, negated, among: cursor.take()!.text.slice(1) };
  const among = cursor.accept('{') ? elementsOf(cursor, variables) : list(cursor, variables);
  return among && { kind: 'match', fields, negated, among };
}

/** `established,related` without braces, or one element. */
function list(cursor: Cursor, variables: Variables): Element[] | undefined {
  const elements: Element[] = [];
  do {
    const element = elementOf(cursor, variables);
    if (element === undefined) return undefined;
    elements.push(element);
  } while (cursor.accept(','));
  return elements;
}

/** Elements up to the closing brace, which is taken; undefined if there is anything that is none. */
export function elementsOf(cursor: Cursor, variables: Variables): Element[] | undefined {
  const elements: Element[] = [];
  for (;;) {
    while (cursor.accept(';') || cursor.accept(',')) { /* Between elements. */ }
    if (cursor.accept('}')) return elements;
    const element = elementOf(cursor, variables);
    if (element === undefined) return undefined;
    if (cursor.accept('comment')) cursor.take();
    const ends = [',', '}', ';'].includes(cursor.peek() ?? '');
    if (!ends) return undefined;
    elements.push(element);
  }
}

function elementOf(cursor: Cursor, variables: Variables): Element | undefined {
  const parts: Part[] = [];
  do {
    while (cursor.accept(';')) { /* A line may end after a dot. */ }
    const read = partOf(cursor, variables);
    if (read === undefined) return undefined;
    parts.push(read);
  } while (cursor.accept('.'));
  return parts;
}

function partOf(cursor: Cursor, variables: Variables): Part | undefined {
  const token = cursor.take();
  if (token === undefined || (!token.quoted && /^[{},;=]$/.test(token.text))) return undefined;
  if (token.quoted) {
    // Moments are quoted on both sides of the hyphen.
    return cursor.accept('-') ? part(token.text, cursor.take()?.text ?? '') : part(token.text);
  }
  if (token.text.startsWith('$')) {
    const value = variables.get(token.text.slice(1));
    return value === undefined ? undefined : { ...part(value), deployTime: true };
  }
  const [, first, last] = /^([0-9A-Fa-f.:]+)-([0-9A-Fa-f.:]+)$/.exec(token.text) ?? [];
  return first === undefined ? part(token.text) : part(first, last);
}

function stateMap(cursor: Cursor): Statement | undefined {
  if (!cursor.accept('{')) return undefined;
  const cases: { state: string; verdict: Verdict }[] = [];
  while (!cursor.accept('}')) {
    const state = cursor.take()?.text;
    const verdict = cursor.accept(':') ? verdictOf(cursor) : undefined;
    if (state === undefined || verdict === undefined) return undefined;
    cases.push({ state, verdict });
    cursor.accept(',');
  }
  return { kind: 'stateMap', cases };
}
