import { JSONParser } from '@streamparser/json';
import { isObject } from '../../support/files';
import { LineParser, LONGEST_LINE } from './lines';
import { LogParser } from './log-reader';

/** What is done with an object of a JSON log: the object and the line where it ends. */
export interface ObjectTaker {
  object(value: { readonly [key: string]: unknown }, line: number): void;
  reject(line: number, reason: string): void;
}

/** Between objects, where each has a line of its own. */
const COMMA = /,\s*$/;
/** In characters: a line of JSON, or a value of a document, that is longer is rejected instead of kept in memory. */
const LONGEST_VALUE = 32_000_000;

/**
 * The objects of a JSON log, however it is laid out: one object a line, one array, or documents in which one of the `lists` is
 * the array. Lines are read one by one, and a damaged one costs itself alone. A document is read as a stream; where it breaks,
 * what came before is kept and the rest is lost, which is reported once.
 */
export class JsonObjects implements LogParser {
  private beginning = '';
  private parser?: LogParser;

  public constructor(private readonly taker: ObjectTaker, private readonly lists: readonly string[] = []) {}

  public write(text: string): void {
    if (this.parser) {
      this.parser.write(text);
      return;
    }
    this.beginning += text;
    const first = this.beginning.search(/\S/);
    const lineEnd = first < 0 ? -1 : this.beginning.indexOf('\n', first);
    if (lineEnd < 0 && this.beginning.length < LONGEST_LINE) return;
    this.decide();
  }

  public end(): void {
    if (!this.parser) this.decide();
    this.parser!.end();
  }

  private decide(): void {
    const text = this.beginning;
    this.beginning = '';
    this.parser = isDocument(text, this.lists) ? new JsonDocument(this.taker, this.lists) : this.lineByLine();
    this.parser.write(text);
  }

  private lineByLine(): LogParser {
    return new LineParser({
      line: (text, number) => this.line(text, number),
      tooLong: (number) => this.taker.reject(number, 'the line is too long'),
    }, LONGEST_VALUE);
  }

  private line(text: string, number: number): void {
    if (text.trim() === '') return;
    for (const value of this.elements(parsed(text.replace(COMMA, '')))) this.take(value, number);
  }

  private elements(value: unknown): unknown[] {
    const listed = isObject(value) ? listOf(value, this.lists) : value;
    return Array.isArray(listed) ? listed : [value];
  }

  private take(value: unknown, line: number): void {
    if (isObject(value)) this.taker.object(value, line);
    else this.taker.reject(line, 'it is no JSON object');
  }
}

function listOf(container: { readonly [key: string]: unknown }, lists: readonly string[]): unknown {
  return lists.map((name) => container[name]).find(Array.isArray);
}

/** Text whose first line is not a value by itself but the beginning of one: of an array, of a list in a document, of an object. */
function isDocument(text: string, lists: readonly string[]): boolean {
  const [first, ...more] = text.trimStart().split('\n', 2);
  if (!/^[[{]/.test(first)) return false;
  if (first.length >= LONGEST_LINE) return true;
  if (parsed(first.replace(COMMA, '')) !== undefined) return false;
  const list = /^\{\s*"([^"]{1,40})"\s*:\s*\[/.exec(first)?.[1];
  return first.startsWith('[') || lists.includes(list ?? '') || more.length === 0 || !looksLikeLine(first);
}

/** A damaged object of its own line ends as one or begins like one that was cut; the first line of a document holds one member at most. */
function looksLikeLine(text: string): boolean {
  return /\}\s*$/.test(text) || (text.match(/":/g) ?? []).length > 2;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

class JsonDocument implements LogParser {
  private json?: JSONParser;
  private line = 1;
  private broken = false;
  private sinceValue = 0;

  public constructor(private readonly taker: ObjectTaker, private readonly lists: readonly string[]) {}

  public write(text: string): void {
    for (let from = 0; from < text.length && !this.broken;) {
      const to = text.indexOf('\n', from);
      const piece = text.slice(from, to < 0 ? text.length : to + 1);
      this.feed(piece);
      if (to >= 0) this.line += 1;
      from += piece.length;
    }
  }

  public end(): void {
    if (this.broken || !this.json) return;
    this.json.onError = () => this.fail('the document ends before it is complete');
    this.json.end();
  }

  private feed(piece: string): void {
    if (!this.json) {
      if (piece.trim() === '') return;
      this.json = this.parserFor(piece.trimStart()[0]);
    }
    this.sinceValue += piece.length;
    if (this.sinceValue > LONGEST_VALUE) return this.fail('a value of the document is too long, and what follows is lost');
    try {
      this.json.write(piece);
    } catch {
      this.fail('the JSON document is damaged here, and what follows is lost');
    }
  }

  /** Elements of lists come one by one, and are gone from the document by the time that it is complete. */
  private parserFor(bracket: string): JSONParser {
    const paths = bracket === '[' ? ['$.*'] : [...this.lists.map((list) => `$.${list}.*`), '$'];
    const json = new JSONParser({ paths, keepStack: false, separator: '' });
    json.onValue = ({ value, stack, parent }) => {
      this.sinceValue = 0;
      // The parser itself drops nothing below a value that it is still to give, which the document is.
      if (Array.isArray(parent)) parent.length = 0;
      if (!isObject(value)) this.taker.reject(this.line, 'it is no JSON object');
      else if (stack.length > 0 || listOf(value, this.lists) === undefined) this.taker.object(value, this.line);
    };
    json.onError = () => this.fail('the JSON document is damaged here, and what follows is lost');
    return json;
  }

  private fail(reason: string): void {
    if (!this.broken) this.taker.reject(this.line, reason);
    this.broken = true;
  }
}
