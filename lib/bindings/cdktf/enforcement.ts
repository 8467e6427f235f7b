import { checkInvariants } from '../../analysis/invariants';
import { ambiguousNames, CompiledPolicy, compilePolicy, ManifestInvariant } from '../../compiler';
import { AWS_DEFAULT_LIMITS } from '../../platforms/aws/limits';
import { planSecurityGroups } from '../../platforms/aws/plan';
import { End, SecurityGroupsPlan, SecurityGroupsRequest } from '../../platforms/aws/plan-types';
import { Problem, SegmentationError } from '../../support/errors';
import { monitorScopePeers } from './monitor-scope';
import type { PeerGroup, SecurityGroupsProps } from './security-groups-props';

/** A policy as it stands, and what one enforcement point makes of it. */
export interface Enforcement {
  readonly policy: CompiledPolicy;
  readonly invariants: readonly ManifestInvariant[];
  readonly plan: SecurityGroupsPlan;
}

/** What an enforcement point enforces. */
export interface EnforcementRequest {
  readonly path: string;
  readonly props: SecurityGroupsProps;
  /** Workload ids, with the number of other groups that their interfaces carry. */
  readonly protects: ReadonlyMap<string, number>;
  readonly peerGroups: readonly PeerGroup[];
  /** Text that is equal for equal deploy-time values. */
  readonly identityOf: (value: string) => string;
}

/**
 * Compiles the policy and plans its groups.
 *
 * @throws SegmentationError with everything that is wrong with the policy; else with the invariants that do not hold and
 * everything that AWS cannot take.
 */
export function enforce(request: EnforcementRequest): Enforcement {
  const policy = compilePolicy(request.props.policy);
  const invariants = checkInvariants(policy);
  const ambiguous = ambiguousNames(policy, request.identityOf);
  const problems = [...ambiguous, ...brokenInvariants(policy, invariants), ...missingScope(policy, request)];
  const plan = problemsOf(() => planSecurityGroups(planRequest(policy, request)), problems);
  if (plan === undefined || problems.length > 0) throw new SegmentationError(problems);
  return { policy, invariants, plan };
}

function planRequest(policy: CompiledPolicy, { path, props, protects, peerGroups }: EnforcementRequest): SecurityGroupsRequest {
  return {
    policy,
    enforcementPoint: path,
    protects: [...protects].map(([workload, otherGroups]) => ({ workload, otherGroups })),
    foreignGroups: foreignEnds(peerGroups),
    limits: { ...AWS_DEFAULT_LIMITS, ...definedOnly(props.limits ?? {}) },
    monitorScope: monitorScopePeers(path, props.monitorScope ?? [], props.monitorScopeIpv6 ?? []),
  };
}

/** Runs the work; what it finds wrong joins the problems. */
function problemsOf<T>(work: () => T, problems: Problem[]): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SegmentationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function brokenInvariants(policy: CompiledPolicy, invariants: readonly ManifestInvariant[]): Problem[] {
  return invariants
    .filter(({ holds }) => !holds)
    .map(({ description, counterexamples }) => ({ code: 'MSEG2006', where: policy.path, message: `${description}: ${counterexamples.join('; ')}` }));
}

/** Without the network's ranges a workload that is not enforced would be blocked, which is what its mode rules out. */
function missingScope(policy: CompiledPolicy, { path, props, protects }: EnforcementRequest): Problem[] {
  if ((props.monitorScope?.length ?? 0) + (props.monitorScopeIpv6?.length ?? 0) > 0) return [];
  const open = policy.workloads.filter(({ id, mode }) => protects.has(id) && mode !== 'enforce').map(({ id, mode }) => `${id} (${mode})`);
  return open.length === 0 ? [] : [{ code: 'MSEG3012', where: path, message: `workloads are not in ENFORCE: ${open.join(', ')}` }];
}

function foreignEnds(peerGroups: readonly PeerGroup[]): { [workload: string]: End[] } {
  return Object.fromEntries(peerGroups.map(({ workload, ingressOnly }) =>
    [workload.workloadId, ingressOnly ? ['ingress' as const] : ['ingress' as const, 'egress' as const]]));
}

function definedOnly<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}
