/** A word, a quoted text or a punctuation mark of nft's language; `;` stands for the end of a line, too. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

const PATTERN = /[^\S\n]+|\\\n|#[^\n]*|(?<string>"[^"\n]*")|(?<mark>\n|!=|==|[{},;=])|(?<word>@th,\d+,\d+|[^\s{},;"#=!]+)|(?<other>[^])/g;

/** Cuts text into tokens. What nft has no word for comes as a token of its own, and is refused where it stands. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const { 0: all, groups } of text.matchAll(PATTERN)) {
    const { string, mark, word, other } = groups!;
    if (string !== undefined) tokens.push({ text: string.slice(1, -1), quoted: true, line });
    else if (mark === '\n') tokens.push({ text: ';', quoted: false, line });
    else if (mark ?? word ?? other) tokens.push({ text: (mark ?? word ?? other)!, quoted: false, line });
    if (all.includes('\n')) line += 1;
  }
  return tokens;
}

/** Reads tokens one after the other. */
export class Cursor {
  private next = 0;

  public constructor(private readonly tokens: readonly Token[]) {}

  public get done(): boolean {
    return this.next >= this.tokens.length;
  }

  public get line(): number {
    return this.tokens[Math.min(this.next, this.tokens.length - 1)]?.line ?? 1;
  }

  public peek(ahead = 0): string | undefined {
    return this.tokens[this.next + ahead]?.text;
  }

  public take(): Token | undefined {
    this.next += 1;
    return this.tokens[this.next - 1];
  }

  /** Takes the words if they come next. */
  public accept(...words: readonly string[]): boolean {
    const fits = words.every((word, index) => this.tokens[this.next + index]?.text === word && !this.tokens[this.next + index].quoted);
    if (fits) this.next += words.length;
    return fits;
  }

  /** Takes what comes up to the end of the line, or of the block around it; what is in braces stays together. */
  public statement(): Token[] {
    const start = this.next;
    for (let depth = 0; !this.done; this.next += 1) {
      const text = this.tokens[this.next].quoted ? '' : this.tokens[this.next].text;
      if (depth === 0 && (text === ';' || text === '}')) break;
      if (text === '{') depth += 1;
      if (text === '}') depth -= 1;
    }
    return this.tokens.slice(start, this.next);
  }
}
