import { LintCheck } from '../check';

/** Invariants that did not hold at synthesis. */
export const brokenInvariant: LintCheck = {
  code: 'MSEG2006',
  find: ({ graph }) => graph.invariants.filter(({ holds }) => !holds).map(({ description, counterexamples }) => (
    { path: graph.path, source: graph.source, subject: description, message: `${description}: ${counterexamples.join('; ') || 'it does not hold'}` })),
};
