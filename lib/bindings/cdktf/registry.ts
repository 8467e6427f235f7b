import { IConstruct } from 'constructs';
import { SegmentationPolicy } from '../../model/policy';
import { fail } from '../../support/errors';
import type { FlowLogs } from './flow-logs';
import type { SecurityGroups } from './security-groups';

/** What the constructs of one app know of each other. */
interface Registry {
  readonly points: SecurityGroups[];
  readonly flowLogs: FlowLogs[];
}

const registries = new WeakMap<IConstruct, Registry>();

/**
 * Makes the enforcement point known to the others.
 *
 * @throws MSEG1007 if another policy of the app has the same id: tags and manifest tell policies apart by it.
 */
export function registerPoint(point: SecurityGroups): void {
  const { points } = registryOf(point);
  const namesake = points.find(({ policy }) => policy !== point.policy && policy.policyId === point.policy.policyId);
  if (namesake) fail('MSEG1007', point.policy.node.path, `the policy id "${point.policy.policyId}" is taken by ${namesake.policy.node.path}`);
  points.push(point);
}

export function registerFlowLogs(flowLogs: FlowLogs): void {
  registryOf(flowLogs).flowLogs.push(flowLogs);
}

/** Every enforcement point of the policy in the app, in the order of their creation. */
export function pointsOf(policy: SegmentationPolicy): readonly SecurityGroups[] {
  return registryOf(policy).points.filter((point) => point.policy === policy);
}

/** Every enforcement point of the same stack. */
export function pointsBeside(point: SecurityGroups): readonly SecurityGroups[] {
  return registryOf(point).points.filter((other) => other._family.stack === point._family.stack);
}

export function flowLogsBeside(construct: IConstruct): readonly FlowLogs[] {
  return registryOf(construct).flowLogs;
}

function registryOf(construct: IConstruct): Registry {
  const { root } = construct.node;
  if (!registries.has(root)) registries.set(root, { points: [], flowLogs: [] });
  return registries.get(root)!;
}
