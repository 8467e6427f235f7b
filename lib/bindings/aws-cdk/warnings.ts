import { Annotations, CfnResource, Stage } from 'aws-cdk-lib';
import { CfnFlowLog } from 'aws-cdk-lib/aws-ec2';
import { CompiledPolicy } from '../../compiler';
import { ProblemCode } from '../../support/catalogue';
import { Problem, problemText } from '../../support/errors';
import type { Deployment } from './deployment';
import { EnforcementPoint, pointsOf } from './registry';
import type { SecurityGroups } from './security-groups';

/** Says what a reader of the synthesis should know, and what does not stop it. */
export function warn(point: SecurityGroups, deployment: Deployment): void {
  warnOf(point, deployment.compiled, [...missingFlowLogs(point, deployment), ...unfixedPartitions(point, deployment)]);
}

/** The same of any enforcement point. What is said of the policy is said once, however many enforcement points it has. */
export function warnOf(point: EnforcementPoint, compiled: CompiledPolicy, own: readonly Problem[] = []): void {
  const annotations = Annotations.of(point);
  const ofPolicy = pointsOf(point.policy)[0] === point ? [...policyWarnings(compiled), ...unprotected(point, compiled)] : [];
  for (const problem of [...ofPolicy, ...own]) annotations.addWarningV2(problem.code, problemText(problem));
}

function policyWarnings(compiled: CompiledPolicy): Problem[] {
  return compiled.findings.map(({ code, path, message, source }) => ({ code: code as ProblemCode, where: path, message, source }));
}

function unprotected(point: EnforcementPoint, compiled: CompiledPolicy): Problem[] {
  const covered = new Set(pointsOf(point.policy).flatMap(({ _workloads: workloads }) => workloads));
  return compiled.workloads
    .filter(({ id, managed }) => managed && !covered.has(id))
    .map(({ path, id }) => ({ code: 'MSEG3101', where: path, message: `no enforcement point protects ${id}` }));
}

function missingFlowLogs(point: SecurityGroups, { compiled }: Deployment): Problem[] {
  const watched = compiled.workloads.filter(({ id, mode }) => mode !== 'enforce' && point._protected.has(id));
  if (watched.length === 0 || isLogged(point)) return [];
  const message = `${watched.length} workloads are not enforced, and the app has no flow logs of ${point.vpc.node.path}`;
  return [{ code: 'MSEG3103', where: point.node.path, message }];
}

function isLogged(point: SecurityGroups): boolean {
  const { vpcId } = point.vpc;
  return (Stage.of(point) ?? point.node.root).node.findAll().some((construct) => CfnResource.isCfnResource(construct)
    && construct.cfnResourceType === CfnFlowLog.CFN_RESOURCE_TYPE_NAME && (construct as CfnFlowLog).resourceId === vpcId);
}

function unfixedPartitions(point: SecurityGroups, { parts: { partitions } }: Deployment): Problem[] {
  if (partitions === 0 || point._props.partitions !== undefined) return [];
  return [{ code: 'MSEG3104', where: point.node.path, message: `the security groups are spread over ${partitions} partitions` }];
}
