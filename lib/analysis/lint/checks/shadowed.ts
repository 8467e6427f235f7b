import { aboutFlow, flowName, LintCheck } from '../check';
import { coveredFlows } from '../coverage';

/** Flows that one wider flow admits. */
export const shadowed: LintCheck = {
  code: 'MSEG5101',
  find: ({ graph }) => coveredFlows(graph).filter(({ by }) => by.length === 1)
    .map(({ flow, by: [wider] }) => aboutFlow(flow, `is part of ${flowName(wider)}`)),
};
