import { endOf } from '../../../compiler/expiry';
import { aboutFlow, LintCheck } from '../check';

/** Flows that should be gone. */
export const expired: LintCheck = {
  code: 'MSEG5010',
  find: ({ graph, now }) => graph.flows.flatMap((flow) => (
    flow.expires !== undefined && endOf(flow.expires) <= now ? [aboutFlow(flow, `expired on ${flow.expires}`)] : [])),
};
