import { LintCheck } from '../check';

/** Workloads of the policy that no enforcement point protects. */
export const unprotectedWorkload: LintCheck = {
  code: 'MSEG5109',
  find: ({ graph }) => graph.workloads
    .filter(({ managed, enforcementPoints = [] }) => managed && enforcementPoints.length === 0)
    .map(({ id, path, source }) => ({ path, source, subject: id, message: `no enforcement point protects ${id}` })),
};
