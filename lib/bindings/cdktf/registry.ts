import { IConstruct } from 'constructs';
import { SegmentationPolicy } from '../../model/policy';
import { fail } from '../../support/errors';
import type { EnforcementPoint } from './enforcement-point';

/** What the constructs of one app know of each other. */
interface Registry {
  readonly points: EnforcementPoint[];
  /** Networks whose connections are logged, named as enforcement points name theirs. */
  readonly loggedNetworks: string[];
}

const registries = new WeakMap<IConstruct, Registry>();

/**
 * Makes the enforcement point known to the others.
 *
 * @throws MSEG1007 if another policy of the app has the same id: tags and manifest tell policies apart by it.
 */
export function registerPoint(point: EnforcementPoint): void {
  const { points } = registryOf(point.construct);
  const namesake = points.find(({ policy }) => policy !== point.policy && policy.policyId === point.policy.policyId);
  if (namesake) fail('MSEG1007', point.policy.node.path, `the policy id "${point.policy.policyId}" is taken by ${namesake.policy.node.path}`);
  points.push(point);
}

export function registerNetwork(flowLogs: IConstruct, network: string): void {
  registryOf(flowLogs).loggedNetworks.push(network);
}

/** Every enforcement point of the policy in the app, in the order of their creation. */
export function pointsOf(policy: SegmentationPolicy): readonly EnforcementPoint[] {
  return registryOf(policy).points.filter((point) => point.policy === policy);
}

/** Every enforcement point of the same stack. */
export function pointsBeside(point: EnforcementPoint): readonly EnforcementPoint[] {
  return registryOf(point.construct).points.filter((other) => other.family.stack === point.family.stack);
}

export function loggedNetworksBeside(construct: IConstruct): readonly string[] {
  return registryOf(construct).loggedNetworks;
}

function registryOf(construct: IConstruct): Registry {
  const { root } = construct.node;
  if (!registries.has(root)) registries.set(root, { points: [], loggedNetworks: [] });
  return registries.get(root)!;
}
