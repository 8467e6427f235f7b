import { endOf } from '../../../compiler/expiry';
import { aboutFlow, LintCheck } from '../check';

const DAY = 24 * 60 * 60 * 1000;

/** Flows that will be gone soon: synthesis fails from then on. */
export const expiring: LintCheck = {
  code: 'MSEG5106',
  find: ({ graph, now, expiringDays }) => graph.flows.flatMap((flow) => {
    if (flow.expires === undefined) return [];
    const left = endOf(flow.expires) - now;
    return left > 0 && left <= expiringDays * DAY ? [aboutFlow(flow, `expires on ${flow.expires}`)] : [];
  }),
};
