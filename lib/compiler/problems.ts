import { ProblemCode } from '../support/catalogue';
import { Problem, SegmentationError } from '../support/errors';
import { Finding } from './compiled-policy';

/** Collects what is wrong, so that users see all of it at once. */
export class Problems {
  private readonly errors: Problem[] = [];
  private readonly warnings: Finding[] = [];

  public error(code: ProblemCode, where: string, message: string): void {
    this.errors.push({ code, where, message });
  }

  public warn(code: ProblemCode, path: string, message: string): void {
    this.warnings.push({ code, path, message });
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

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  const byKey = new Map(items.map((item) => [key(item), item]));
  return [...byKey.keys()].sort().map((text) => byKey.get(text)!);
}
