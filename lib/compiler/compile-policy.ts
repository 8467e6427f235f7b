import { SegmentationPolicy } from '../model/policy';
import { compile } from './compile';
import { CompiledPolicy } from './compiled-policy';
import { snapshotOf } from './snapshot';

const compiled = new WeakMap<SegmentationPolicy, { revision: number; policy: CompiledPolicy }>();

/**
 * The compiled policy of a construct tree as it stands now. Compiled again only after something was added to the policy:
 * frameworks ask many times during one synthesis.
 *
 * @throws SegmentationError with every problem of the policy at once.
 */
export function compilePolicy(policy: SegmentationPolicy): CompiledPolicy {
  const known = compiled.get(policy);
  if (known?.revision === policy._revision) return known.policy;
  const result = compile(snapshotOf(policy));
  compiled.set(policy, { revision: policy._revision, policy: result });
  return result;
}
