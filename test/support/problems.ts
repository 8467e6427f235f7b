import { Problem, SegmentationError } from '../../lib/support/errors';

/** What the work complains of; nothing if it does not. Anything that is no complaint of this library is thrown on. */
export function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    // Where a test declares something is no matter of most tests.
    if (error instanceof SegmentationError) return error.problems.map(({ code, where, message }) => ({ code, where, message }));
    throw error;
  }
  return [];
}

/** The ids of it, each once. */
export function codesOf(work: () => unknown): string[] {
  return [...new Set(problemsOf(work).map(({ code }) => code))];
}

/** What the work fails with, whoever throws it; empty if it does not fail. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
