import { aboutFlow, LintCheck } from '../check';

/** Flows of which nobody can tell why they are open. */
export const missingJustification: LintCheck = {
  code: 'MSEG5107',
  find: ({ graph }) => graph.flows
    .filter(({ justification = '' }) => justification.trim() === '')
    .map((flow) => aboutFlow(flow, 'has no justification')),
};
