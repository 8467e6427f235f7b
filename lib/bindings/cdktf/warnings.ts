import { ProblemCode } from '../../support/catalogue';
import { Problem } from '../../support/errors';
import type { EnforcementPoint } from './enforcement-point';
import { pointsOf } from './registry';

/** What does not stop synthesis. What concerns a whole policy is said once, by its first enforcement point. */
export function warningsOf(point: EnforcementPoint): Problem[] {
  const points = pointsOf(point.policy);
  const ofPolicy = points[0] === point ? [...findings(point), ...unprotected(points)] : [];
  return [...ofPolicy, ...point.warnings];
}

function findings(point: EnforcementPoint): Problem[] {
  const { findings: found } = point.enforcement.policy;
  return found.map(({ code, path, message, source }) => ({ code: code as ProblemCode, where: path, message, source }));
}

function unprotected(points: readonly EnforcementPoint[]): Problem[] {
  const covered = new Set(points.flatMap(({ workloads }) => workloads));
  return points[0].enforcement.policy.workloads
    .filter(({ id, managed }) => managed && !covered.has(id))
    .map(({ path, id }) => ({ code: 'MSEG3101', where: path, message: `no enforcement point protects ${id}` }));
}
