import { checkInvariants } from '../../analysis/invariants';
import { ambiguousNames, compilePolicy, CompiledPolicy, ManifestInvariant } from '../../compiler';
import { Problem, SegmentationError } from '../../support/errors';
import { identityOf } from './deploy-time-values';
import { EnforcementPoint } from './registry';

/** A policy at the moment at which an enforcement point is synthesized. */
export interface FoundPolicy {
  readonly compiled: CompiledPolicy;
  readonly invariants: readonly ManifestInvariant[];
  /** Names of several deploy-time values, and broken invariants. */
  readonly problems: readonly Problem[];
}

/** @throws SegmentationError with everything that is wrong with the declarations themselves */
export function compiledFor(point: EnforcementPoint): FoundPolicy {
  const compiled = compilePolicy(point.policy);
  const invariants = checkInvariants(compiled);
  const ambiguous = ambiguousNames(compiled, (token) => identityOf(point, token));
  return { compiled, invariants, problems: [...ambiguous, ...brokenInvariants(compiled, invariants)] };
}

/** What was declared after the enforcement point was synthesized. */
export function lateDeclarations(point: EnforcementPoint, synthesized: CompiledPolicy): Problem[] {
  if (compilePolicy(point.policy) === synthesized) return [];
  return [{ code: 'MSEG3013', where: point.policy.node.path, message: `${point.node.path} was already synthesized when something was declared` }];
}

export function throwAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new SegmentationError([...problems]);
}

function brokenInvariants(compiled: CompiledPolicy, invariants: readonly ManifestInvariant[]): Problem[] {
  return invariants.filter((invariant) => !invariant.holds).map(({ id, description, counterexamples }) => ({
    code: 'MSEG2006', where: compiled.path, message: `invariant ${id} (${description}): ${counterexamples.join('; ')}`,
  }));
}
