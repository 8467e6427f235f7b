import { aboutFlow, flowName, LintCheck } from '../check';
import { coveredFlows } from '../coverage';

/** Flows that several others together admit. */
export const redundant: LintCheck = {
  code: 'MSEG5102',
  find: ({ graph }) => coveredFlows(graph).filter(({ by }) => by.length > 1)
    .map(({ flow, by }) => aboutFlow(flow, `adds nothing to ${by.map(flowName).sort().join(' and ')}`)),
};
