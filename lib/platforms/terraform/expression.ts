/** A Terraform expression, as far as synthesized files use the language. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'splat'; readonly of: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'conditional'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'equal'; readonly left: Expression; readonly right: Expression; readonly negated: boolean };

/** Text, or an expression with its source (`${...}`). */
export type TemplatePart = string | { readonly expression: Expression; readonly source: string };

/** The text is beyond the subset, or no expression at all. */
export class SyntaxBeyond extends Error {}

/**
 * Parses a string of Terraform's JSON syntax, each of which is a template: `${` opens an expression, `$${` stands for
 * itself. One expression alone keeps the type of its value, so it is returned as it is.
 *
 * @throws SyntaxBeyond
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function parseTemplate(text: string): Expression {
  const parser = new Parser(text);
  return templateOf(parser.template());
}

function templateOf(parts: readonly TemplatePart[]): Expression {
  if (parts.length === 0) return { kind: 'literal', value: '' };
  if (parts.length > 1) return { kind: 'template', parts };
  return typeof parts[0] === 'string' ? { kind: 'literal', value: parts[0] } : parts[0].expression;
}

const CONSTANTS = new Map<string, boolean | null>([['true', true], ['false', false], ['null', null]]);
const ESCAPES: { readonly [letter: string]: string } = { 'n': '\n', 'r': '\r', 't': '\t', '"': '"', '\\': '\\' };
/** Deeper nesting than any program writes; a hostile file must not exhaust the stack. */
const MAX_DEPTH = 200;

class Parser {
  private position = 0;
  private depth = 0;

  public constructor(private readonly text: string) {}

  /** Up to the end of the text, or to the quote that ends a string inside an expression. */
  public template(quoted = false): TemplatePart[] {
    const parts: TemplatePart[] = [];
    let literal = '';
    while (this.position < this.text.length && !(quoted && this.text[this.position] === '"')) {
      if (this.at('$${') || this.at('%%{')) {
        literal += this.text.slice(this.position + 1, this.position + 3);
        this.position += 3;
      } else if (this.at('${')) {
        if (literal !== '') parts.push(literal);
        literal = '';
        parts.push(this.interpolation());
      } else if (this.at('%{')) {
        throw new SyntaxBeyond('a template directive');
      } else {
        literal += quoted ? this.character() : this.text[this.position++];
      }
    }
    return literal === '' ? parts : [...parts, literal];
  }

  private interpolation(): TemplatePart {
    const start = this.position;
    this.position += 2;
    const expression = this.expression();
    this.expect('}');
    return { expression, source: this.text.slice(start, this.position) };
  }

  private character(): string {
    const char = this.text[this.position++];
    if (char !== '\\') return char;
    const escape = this.text[this.position++];
    if (!Object.hasOwn(ESCAPES, escape)) throw new SyntaxBeyond(`the escape \\${escape}`);
    return ESCAPES[escape];
  }

  private expression(): Expression {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new SyntaxBeyond('too deep an expression');
    const test = this.comparison();
    const conditional = this.take('?');
    const yes = conditional ? this.expression() : test;
    if (conditional) this.expect(':');
    const result: Expression = conditional ? { kind: 'conditional', test, yes, no: this.expression() } : test;
    this.depth -= 1;
    return result;
  }

  private comparison(): Expression {
    const left = this.postfix();
    const negated = this.take('!=');
    if (!negated && !this.take('==')) return left;
    return { kind: 'equal', left, right: this.postfix(), negated };
  }

  private postfix(): Expression {
    let of = this.primary();
    for (;;) {
      if (this.take('.')) of = this.take('*') ? { kind: 'splat', of } : { kind: 'attribute', of, name: this.word(/[A-Za-z0-9_-]+/y) };
      else if (this.take('[')) of = this.index(of);
      else return of;
    }
  }

  private index(of: Expression): Expression {
    if (this.take('*')) {
      this.expect(']');
      return { kind: 'splat', of };
    }
    const index = this.expression();
    this.expect(']');
    return { kind: 'index', of, index };
  }

  private primary(): Expression {
    if (this.take('"')) {
      const parts = this.template(true);
      this.expect('"');
      return templateOf(parts);
    }
    if (this.take('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (this.take('[')) return { kind: 'list', items: this.items(']') };
    if (this.take('{')) return { kind: 'object', entries: this.entries() };
    const number = this.match(/-?[0-9]+(\.[0-9]+)?/y);
    return number === undefined ? this.named() : { kind: 'literal', value: Number(number) };
  }

  private named(): Expression {
    const name = this.word(/[A-Za-z_][A-Za-z0-9_-]*/y);
    if (CONSTANTS.has(name)) return { kind: 'literal', value: CONSTANTS.get(name)! };
    return this.take('(') ? { kind: 'call', name, args: this.items(')') } : { kind: 'name', name };
  }

  private items(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.take(end)) {
      items.push(this.expression());
      if (this.take(',')) continue;
      this.expect(end);
      break;
    }
    return items;
  }

  private entries(): [Expression, Expression][] {
    const entries: [Expression, Expression][] = [];
    while (!this.take('}')) {
      const key = this.expression();
      if (!this.take('=')) this.expect(':');
      // A bare word before the sign is a key, not a reference.
      entries.push([key.kind === 'name' ? { kind: 'literal', value: key.name } : key, this.expression()]);
      this.take(',');
    }
    return entries;
  }

  private at(text: string): boolean {
    return this.text.startsWith(text, this.position);
  }

  private take(text: string): boolean {
    this.match(/\s+/y);
    if (!this.at(text)) return false;
    this.position += text.length;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new SyntaxBeyond(`${text} expected at ${this.position}`);
  }

  private word(pattern: RegExp): string {
    this.match(/\s+/y);
    const word = this.match(pattern);
    if (word === undefined) throw new SyntaxBeyond(`no name at ${this.position}`);
    return word;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }
}
