import { ProblemCode } from '../support/catalogue';
import { Problem, SegmentationError } from '../support/errors';
import { Finding } from './compiled-policy';

/** Collects what is wrong, so that users see all of it at once. */
export class Problems {
  private readonly errors: Problem[] = [];
  private readonly warnings: Finding[] = [];

  /** What is being looked at: `file:line` of its declaration. */
  private source?: string;

  public error(code: ProblemCode, where: string, message: string): void {
    this.errors.push({ code, where, message, source: this.source });
  }

  public warn(code: ProblemCode, path: string, message: string): void {
    this.warnings.push({ code, path, message, source: this.source });
  }

  /** What the work complains of is about something that was declared there. */
  public during<T>(source: string | undefined, work: () => T): T {
    this.source = source;
    const result = work();
    this.source = undefined;
    return result;
  }

  /** What does not stop synthesis, in a stable order. */
  public findings(): Finding[] {
    return distinct(this.warnings, (finding) => `${finding.path}\n${finding.code}\n${finding.message}`);
  }

  public throwIfAny(): void {
    if (this.errors.length === 0) return;
    throw new SegmentationError(distinct(this.errors, (problem) => `${problem.where}\n${problem.code}\n${problem.message}`));
  }
}

/** Each once, whatever lines it is said of: the first of these in the order of their text stands for all. */
function distinct<T extends { readonly source?: string }>(items: readonly T[], key: (item: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const known = byKey.get(key(item));
    if (known === undefined || (item.source ?? '') < (known.source ?? '')) byKey.set(key(item), item);
  }
  return [...byKey.keys()].sort().map((text) => byKey.get(text)!);
}
