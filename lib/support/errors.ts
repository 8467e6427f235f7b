import { CATALOGUE, ProblemCode } from './catalogue';
import { withoutTokens } from './deploy-time';

/** One thing that is wrong, with where it is and what to do. */
export interface Problem {
  readonly code: ProblemCode;
  /** Construct path, or file:line. */
  readonly where: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
}

/** `MSEG1001 [App/Payments/Web] port 70000 is above 65535. Use a port from 0 to 65535.` */
export function problemText(problem: Problem): string {
  const message = problem.message.replace(/\.?$/, '.');
  return `${problem.code} [${printable(problem.where)}] ${printable(message)} ${CATALOGUE[problem.code].remedy}`;
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

/**
 * Control characters in a name must not be able to forge lines of a log or move a terminal's cursor. Frameworks look for
 * deploy-time values in warnings, too.
 */
function printable(text: string): string {
  return withoutTokens(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
