import { CATALOGUE, ProblemCode } from './catalogue';
import { withoutTokens } from './deploy-time';
import { printable } from './printable';

/** One thing that is wrong, with where it is and what to do. */
export interface Problem {
  readonly code: ProblemCode;
  /** Construct path, or file:line. */
  readonly where: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** `file:line` of the user's code that it is about, where that is known. */
  readonly source?: string;
}

/** `MSEG1001 [App/Payments/Web] port 70000 is above 65535. Use a port from 0 to 65535.` */
export function problemText(problem: Problem): string {
  const message = problem.message.replace(/\.?$/, '.');
  const where = problem.source === undefined ? problem.where : `${problem.where} (${problem.source})`;
  return `${problem.code} [${harmless(where)}] ${harmless(message)} ${CATALOGUE[problem.code].remedy}`;
}

/**
 * Bad input, reported whole: every problem that was found, each with its stable id, its place and its way out.
 * The ids are listed in ERRORS.md.
 */
export class SegmentationError extends Error {
  public readonly problems: readonly Problem[];

  public constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.name = 'SegmentationError';
    this.problems = problems;
  }

  /** The ids of the problems, in the order of the problems. */
  public get codes(): ProblemCode[] {
    return this.problems.map((problem) => problem.code);
  }
}

/** Stops with one problem. */
export function fail(code: ProblemCode, where: string, message: string): never {
  throw new SegmentationError([{ code, where, message }]);
}

/** A message passes through the framework's own output, which must find nothing in it to fill in. */
function harmless(text: string): string {
  return printable(withoutTokens(text));
}
