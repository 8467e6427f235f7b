import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CompiledPolicy, EnforcementPointEntry, ManifestInvariant } from '../../compiler';
import { SegmentationPolicy } from '../../model/policy';
import { fail } from '../../support/errors';

/** A construct that enforces a policy, by whatever means. */
export interface EnforcementPoint extends IConstruct {
  readonly policy: SegmentationPolicy;
  /** Ids of the workloads protected so far. */
  readonly _workloads: readonly string[];
  /** What synthesis made of the policy; absent until then. */
  readonly _enforced?: Enforced;
}

/** What one enforcement point adds to the manifest. */
export interface Enforced {
  readonly compiled: CompiledPolicy;
  readonly invariants: readonly ManifestInvariant[];
  readonly entry: EnforcementPointEntry;
  /** Deploy-time values in rules: peer key (`token:office`, `group:Ledger`, `address:Ledger`), and the value as the artifact has it. */
  readonly opaqueUses: readonly (readonly [key: string, text: string])[];
}

/** Enforcement points by the assembly that they are synthesized into. */
const byAssembly = new WeakMap<IConstruct, EnforcementPoint[]>();

/** Enforcement points by their policy, in whatever assembly. */
const byPolicy = new WeakMap<SegmentationPolicy, EnforcementPoint[]>();

/**
 * Makes the enforcement point known to the others.
 *
 * @throws MSEG1007 if another policy of the same assembly has the same id: tags and manifest tell policies apart by it.
 */
export function register(point: EnforcementPoint): void {
  const together = listOf(byAssembly, assemblyOf(point));
  const namesake = together.find(({ policy }) => policy !== point.policy && policy.policyId === point.policy.policyId);
  if (namesake) fail('MSEG1007', point.policy.node.path, `the policy id "${point.policy.policyId}" is taken by ${namesake.policy.node.path}`);
  together.push(point);
  listOf(byPolicy, point.policy).push(point);
}

/** Every enforcement point of the same assembly. */
export function pointsBeside(point: EnforcementPoint): readonly EnforcementPoint[] {
  return listOf(byAssembly, assemblyOf(point));
}

export function pointsOf(policy: SegmentationPolicy): readonly EnforcementPoint[] {
  return listOf(byPolicy, policy);
}

function assemblyOf(construct: IConstruct): IConstruct {
  return Stage.of(construct) ?? construct.node.root;
}

function listOf<K extends object, V>(lists: WeakMap<K, V[]>, key: K): V[] {
  if (!lists.has(key)) lists.set(key, []);
  return lists.get(key)!;
}
