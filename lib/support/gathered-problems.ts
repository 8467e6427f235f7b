import { Problem, SegmentationError } from './errors';

/** Notes what goes wrong and goes on, so that users see all of it at once. Each problem is noted once. */
export class GatheredProblems {
  private readonly byText = new Map<string, Problem>();

  public get all(): Problem[] {
    return [...this.byText.values()];
  }

  public add(...problems: readonly Problem[]): void {
    for (const problem of problems) this.byText.set(JSON.stringify(problem), problem);
  }

  /** What the work gives; undefined where something is wrong with it, which is noted then. */
  public attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SegmentationError)) throw error;
      this.add(...error.problems);
      return undefined;
    }
  }

  /** @throws SegmentationError with everything that was noted, if anything was */
  public throwIfAny(): void {
    if (this.byText.size > 0) throw new SegmentationError(this.all);
  }
}
