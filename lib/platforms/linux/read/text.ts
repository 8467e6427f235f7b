import { Problem } from '../../../support/errors';
import { newChain, newTable, NftChain, NftSet, NftTable } from './model';
import { elementsOf, ruleOf } from './statements';
import { Cursor, Token, tokensOf } from './tokens';

/** A file's path and text. */
export interface NftFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The tables that files leave behind which are loaded one after the other. Everything in them counts: what this reader does
 * not know is a problem, with its place, and never left out in silence.
 *
 * @see nft(8)
 */
export function tablesOfText(files: readonly NftFile[], problems: Problem[]): NftTable[] {
  const reader = new TextReader(problems);
  for (const file of files) reader.read(file);
  return [...reader.tables.values()];
}

class TextReader {
  public readonly tables = new Map<string, NftTable>();
  private readonly variables = new Map<string, string>();
  private cursor = new Cursor([]);
  private path = '';

  public constructor(private readonly problems: Problem[]) {}

  public read({ path, text }: NftFile): void {
    this.path = path;
    // A definition may hold a framework's expression, which is none of nft's words.
    const rest = text.replace(/^define ([A-Za-z_]\w*) = (.*)$/gm, (_, name: string, value: string) => {
      this.variables.set(name, value.trim());
      return '';
    });
    this.cursor = new Cursor(tokensOf(rest));
    while (!this.cursor.done) {
      if (!this.cursor.accept(';')) this.command();
    }
  }

  private command(): void {
    const { cursor } = this;
    const where = this.where();
    const tokens = cursor.statement();
    // A brace that closes nothing ends no statement.
    if (tokens.length === 0) tokens.push(cursor.take()!);
    const words = new Cursor(tokens);
    if (words.accept('add', 'element')) return this.addElements(words, where);
    if (words.accept('flush', 'set')) return this.flushSet(words, where);
    if (words.accept('delete', 'table')) return void this.tables.delete(this.key(words));
    if (words.accept('table') || words.accept('add', 'table')) return this.table(words, where);
    this.unknown(where, tokens);
  }

  private table(words: Cursor, where: string): void {
    const [family, name] = [words.take()?.text ?? '', words.take()?.text ?? ''];
    const key = `${family} ${name}`;
    const table = this.tables.get(key) ?? newTable(family, name, where);
    this.tables.set(key, table);
    if (words.accept('{')) this.inBlock(words, () => this.inTable(words, table));
    else if (!words.done) this.unknown(where, [words.take()!]);
  }

  private inTable(words: Cursor, table: NftTable): void {
    const where = this.where(words);
    if (words.accept('chain')) {
      const chain = newChain(words.take()?.text ?? '', where);
      table.chains.set(chain.name, chain);
      return this.block(words, where, () => this.inChain(words, chain));
    }
    if (words.accept('set')) {
      const set: NftSet = { name: words.take()?.text ?? '', elements: [] };
      table.sets.set(set.name, set);
      return this.block(words, where, () => this.inSet(words, set));
    }
    const tokens = words.statement();
    if (tokens[0]?.text !== 'comment') this.unknown(where, tokens);
  }

  private inChain(words: Cursor, chain: NftChain): void {
    const where = this.where(words);
    const tokens = words.statement();
    const text = tokens.map((token) => token.text).join(' ');
    const hook = /^type filter hook (\w+) priority [\w +-]+$/.exec(text);
    const policy = /^policy (accept|drop)$/.exec(text);
    if (hook) {chain.hook = hook[1];} else if (policy) {chain.policy = policy[1] as 'accept' | 'drop';} else if (tokens[0]?.text !== 'comment') {
      const rule = ruleOf(tokens, this.variables);
      if (rule) chain.rules.push({ ...rule, where });
      else this.unknown(where, tokens);
    }
  }

  private inSet(words: Cursor, set: NftSet): void {
    const where = this.where(words);
    const tokens = words.statement();
    const inside = new Cursor(tokens);
    if (['type', 'typeof'].includes(tokens[0]?.text)) set.family = familyOfKey(tokens);
    if (['type', 'typeof', 'flags', 'comment', 'size'].includes(tokens[0]?.text)) return;
    const elements = inside.accept('elements', '=', '{') ? elementsOf(inside, this.variables) : undefined;
    if (elements) set.elements = [...set.elements, ...elements];
    else this.unknown(where, tokens);
  }

  private addElements(words: Cursor, where: string): void {
    const table = this.tables.get(this.key(words));
    const set = table?.sets.get(words.take()?.text ?? '');
    const elements = words.accept('{') ? elementsOf(words, this.variables) : undefined;
    if (set && elements && words.done) set.elements = [...set.elements, ...elements];
    else this.problems.push({ code: 'MSEG8004', where, message: set ? 'nobody can tell what these elements admit' : 'it adds elements to a set that does not exist' });
  }

  private flushSet(words: Cursor, where: string): void {
    const set = this.tables.get(this.key(words))?.sets.get(words.take()?.text ?? '');
    if (set) set.elements = [];
    else this.problems.push({ code: 'MSEG8004', where, message: 'it flushes a set that does not exist' });
  }

  private key(words: Cursor): string {
    return `${words.take()?.text ?? ''} ${words.take()?.text ?? ''}`;
  }

  private block(words: Cursor, where: string, inside: () => void): void {
    if (words.accept('{')) this.inBlock(words, inside);
    else this.unknown(where, words.statement());
  }

  /** Up to the brace that closes the block. */
  private inBlock(words: Cursor, inside: () => void): void {
    while (!words.done && !words.accept('}')) {
      if (!words.accept(';')) inside();
    }
  }

  private where(words = this.cursor): string {
    return `${this.path}:${words.line}`;
  }

  private unknown(where: string, tokens: readonly Token[]): void {
    const text = tokens.map((token) => token.text).join(' ').slice(0, 200);
    this.problems.push({ code: 'MSEG8004', where, message: `nobody can tell what "${text}" admits` });
  }
}

/** The type of a set: `ipv6_addr . inet_proto …`, or `ip6 saddr . meta l4proto …`. */
function familyOfKey([, first]: readonly Token[]): 4 | 6 | undefined {
  if (first?.text === 'ipv6_addr' || first?.text === 'ip6') return 6;
  return first?.text === 'ipv4_addr' || first?.text === 'ip' ? 4 : undefined;
}
