import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { SegmentationPolicy } from '../../model/policy';
import { fail } from '../../support/errors';
import type { SecurityGroups } from './security-groups';

/** Enforcement points by the assembly that they are synthesized into. */
const byAssembly = new WeakMap<IConstruct, SecurityGroups[]>();

/** Enforcement points by their policy, in whatever assembly. */
const byPolicy = new WeakMap<SegmentationPolicy, SecurityGroups[]>();

/**
 * Makes the enforcement point known to the others.
 *
 * @throws MSEG1007 if another policy of the same assembly has the same id: tags and manifest tell policies apart by it.
 */
export function register(point: SecurityGroups): void {
  const together = listOf(byAssembly, assemblyOf(point));
  const namesake = together.find(({ policy }) => policy !== point.policy && policy.policyId === point.policy.policyId);
  if (namesake) fail('MSEG1007', point.policy.node.path, `the policy id "${point.policy.policyId}" is taken by ${namesake.policy.node.path}`);
  together.push(point);
  listOf(byPolicy, point.policy).push(point);
}

/** Every enforcement point of the same assembly. */
export function pointsBeside(point: SecurityGroups): readonly SecurityGroups[] {
  return listOf(byAssembly, assemblyOf(point));
}

export function pointsOf(policy: SegmentationPolicy): readonly SecurityGroups[] {
  return listOf(byPolicy, policy);
}

function assemblyOf(construct: IConstruct): IConstruct {
  return Stage.of(construct) ?? construct.node.root;
}

function listOf<K extends object, V>(lists: WeakMap<K, V[]>, key: K): V[] {
  if (!lists.has(key)) lists.set(key, []);
  return lists.get(key)!;
}
