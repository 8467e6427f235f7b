import { ProblemCode } from '../../support/catalogue';
import { Problem } from '../../support/errors';
import { identityOf } from './deploy-time-values';
import { flowLogsBeside, pointsOf } from './registry';
import type { SecurityGroups } from './security-groups';

/** What does not stop synthesis. What concerns a whole policy is said once, by its first enforcement point. */
export function warningsOf(point: SecurityGroups): Problem[] {
  const points = pointsOf(point.policy);
  const ofPolicy = points[0] === point ? [...findings(point), ...unprotected(points)] : [];
  return [...ofPolicy, ...missingFlowLogs(point)];
}

function findings(point: SecurityGroups): Problem[] {
  return point._enforcement().policy.findings.map(({ code, path, message }) => ({ code: code as ProblemCode, where: path, message }));
}

function unprotected(points: readonly SecurityGroups[]): Problem[] {
  return points[0]._enforcement().policy.workloads
    .filter(({ id, managed }) => managed && points.every((point) => !point._protected.has(id)))
    .map(({ path, id }) => ({ code: 'MSEG3101', where: path, message: `no enforcement point protects ${id}` }));
}

/** Security groups cannot log: without flow logs nobody learns what enforcing would block. */
function missingFlowLogs(point: SecurityGroups): Problem[] {
  const watched = point._enforcement().policy.workloads.filter(({ id, mode }) => point._protected.has(id) && mode !== 'enforce');
  const network = identityOf(point._family, point.vpcId);
  const logged = flowLogsBeside(point).some((flowLogs) => identityOf(flowLogs._family, flowLogs.vpcId) === network);
  if (watched.length === 0 || logged) return [];
  return [{ code: 'MSEG3103', where: point.node.path, message: `${watched.length} workloads are not in ENFORCE, and the VPC has no FlowLogs` }];
}
