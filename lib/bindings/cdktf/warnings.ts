import { ProblemCode } from '../../support/catalogue';
import { Problem } from '../../support/errors';
import { identityOf } from './deploy-time-values';
import type { EnforcementPoint } from './enforcement-point';
import { loggedNetworksBeside, pointsOf } from './registry';

/** What does not stop synthesis. What concerns a whole policy is said once, by its first enforcement point. */
export function warningsOf(point: EnforcementPoint): Problem[] {
  const points = pointsOf(point.policy);
  const ofPolicy = points[0] === point ? [...findings(point), ...unprotected(points)] : [];
  return [...ofPolicy, ...missingFlowLogs(point)];
}

function findings(point: EnforcementPoint): Problem[] {
  return point.enforcement.policy.findings.map(({ code, path, message }) => ({ code: code as ProblemCode, where: path, message }));
}

function unprotected(points: readonly EnforcementPoint[]): Problem[] {
  return points[0].enforcement.policy.workloads
    .filter(({ id, managed }) => managed && points.every((point) => !point.protects.has(id)))
    .map(({ path, id }) => ({ code: 'MSEG3101', where: path, message: `no enforcement point protects ${id}` }));
}

/** Security groups cannot log: without flow logs nobody learns what enforcing would block. */
function missingFlowLogs(point: EnforcementPoint): Problem[] {
  const watched = point.enforcement.policy.workloads.filter(({ id, mode }) => point.protects.has(id) && mode !== 'enforce');
  const network = identityOf(point.family, point.props.vpcId);
  const logged = loggedNetworksBeside(point.construct).some(({ family, vpcId }) => identityOf(family, vpcId) === network);
  if (watched.length === 0 || logged) return [];
  return [{ code: 'MSEG3103', where: point.path, message: `${watched.length} workloads are not in ENFORCE, and the VPC has no FlowLogs` }];
}
