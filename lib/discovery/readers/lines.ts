import { LogParser } from './log-reader';

/** Longer lines are no line of any log that we know: they are rejected, and never kept in memory. */
export const LONGEST_LINE = 1_000_000;

/** What is done with a line: its text without the line break, and its number from 1. */
export interface LineTaker {
  line(text: string, number: number): void;
  /** A line that is too long to be one. */
  tooLong(number: number): void;
  /** After the last line. */
  end?(): void;
}

/** Cuts text that comes in pieces into lines. A carriage return before the line break is not part of the line. */
export class LineParser implements LogParser {
  private rest = '';
  private number = 0;
  private skipping = false;

  public constructor(private readonly taker: LineTaker, private readonly longest = LONGEST_LINE) {}

  public write(text: string): void {
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      this.finish(text.slice(from, to));
      from = to + 1;
    }
    this.keep(text.slice(from));
  }

  public end(): void {
    if (this.rest !== '' || this.skipping) this.finish('');
    this.taker.end?.();
  }

  private finish(tail: string): void {
    this.keep(tail);
    this.number += 1;
    const text = this.rest;
    const skipped = this.skipping;
    this.rest = '';
    this.skipping = false;
    if (skipped) this.taker.tooLong(this.number);
    else this.taker.line(text.endsWith('\r') ? text.slice(0, -1) : text, this.number);
  }

  private keep(piece: string): void {
    if (this.skipping) return;
    this.rest += piece;
    if (this.rest.length <= this.longest) return;
    this.skipping = true;
    this.rest = '';
  }
}
