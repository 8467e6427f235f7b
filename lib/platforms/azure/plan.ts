import { CompiledPolicy, CompiledWorkload } from '../../compiler';
import { Problem, SegmentationError } from '../../support/errors';
import { sortedBy } from '../../support/order';
import { stableId } from '../../support/stable-id';
import { augmentedRules, DraftRule } from './augment';
import { compactRules } from './compact';
import { ruleDescription, ruleName } from './description';
import { checkLimits } from './limits';
import { Admission, lowerFlows } from './lower';
import { bottomRules } from './monitor';
import {
  NetworkSecurityGroupsPlan, NetworkSecurityGroupsRequest, PlannedRule, PlannedSecurityGroup, ProtectedWorkload, QuotaUse,
} from './plan-types';
import { assignPriorities } from './priorities';
import { exceededQuotas, quotaUse } from './quotas';

/**
 * The network security groups of an enforcement point.
 *
 * Each protected workload gets one, whose rules admit what is declared, and one application security group, by which rules of
 * its peers name it, where it is protected on network interfaces. Below the rules of flows are the same few rules in every
 * mode; switching the mode changes the access of some of them and nothing else.
 *
 * @throws SegmentationError with everything that Azure cannot take: MSEG3201 to MSEG3206, and MSEG3401.
 */
export function planNetworkSecurityGroups(request: NetworkSecurityGroupsRequest): NetworkSecurityGroupsPlan {
  checkLimits(request.enforcementPoint, request.limits);
  const { admissions, flowEnds } = lowerFlows(request);
  const workloads = new Map(request.policy.workloads.map((workload) => [workload.id, workload]));
  const protects = sortedBy(request.protects, ({ workload }) => workload);
  const planned = protects.map((protect) => (
    planWorkload(request, protect, workloads.get(protect.workload)!, admissions.get(protect.workload)!)));
  const problems = planned.flatMap((each) => each.problems);
  if (problems.length > 0) throw new SegmentationError(problems);
  return {
    enforcementPoint: request.enforcementPoint,
    securityGroups: planned.map(({ group }) => group),
    applicationGroups: protects.filter(({ networkInterfaces }) => networkInterfaces)
      .map(({ workload }) => ({ workload, tags: tagsOf(request.policy, workload) })),
    quotas: planned.map(({ quota }) => quota),
    flowEnds,
  };
}

interface PlannedWorkload {
  readonly group: PlannedSecurityGroup;
  readonly quota: QuotaUse;
  readonly problems: Problem[];
}

function planWorkload(
  request: NetworkSecurityGroupsRequest,
  protect: ProtectedWorkload,
  workload: CompiledWorkload,
  admissions: readonly Admission[],
): PlannedWorkload {
  const perRule = request.limits.applicationGroupsPerRule;
  const asDeclared = withRules(request, protect, workload, admissions.flatMap((admission) => augmentedRules(admission, perRule)));
  // As declared every rule is known by its service; merged it is not, so that is for groups that are full.
  return asDeclared.problems.length === 0 ? asDeclared : withRules(request, protect, workload, compactRules(admissions, perRule));
}

function withRules(
  { policy, monitorScope, limits }: NetworkSecurityGroupsRequest,
  { networkInterfaces, subnets, otherApplicationGroups = 0 }: ProtectedWorkload,
  { id, path, mode }: CompiledWorkload,
  drafts: readonly DraftRule[],
): PlannedWorkload {
  const rules = [...flowRules(policy, id, drafts), ...bottomRules(monitorScope, mode === 'enforce')];
  const quota = quotaUse(id, rules, networkInterfaces ? 1 + otherApplicationGroups : 0, limits);
  return {
    group: {
      workload: id,
      onNetworkInterfaces: networkInterfaces,
      onSubnets: subnets,
      tags: tagsOf(policy, id),
      rules: sortedBy(rules, ({ direction, priority }) => `${direction} ${String(priority).padStart(4, '0')}`),
    },
    quota,
    problems: exceededQuotas(path, quota),
  };
}

function flowRules(policy: CompiledPolicy, workload: string, drafts: readonly DraftRule[]): PlannedRule[] {
  return (['ingress', 'egress'] as const).flatMap((end) => {
    const own = drafts.filter((draft) => draft.end === end);
    const priorities = assignPriorities(own.map(({ identity }) => identity));
    return own.map(({ identity, protocol, ports, peer, flows }): PlannedRule => ({
      name: ruleName(end === 'ingress' ? 'in' : 'out', protocol, ports, stableId(policy.id, workload, identity)),
      direction: end === 'ingress' ? 'Inbound' : 'Outbound',
      access: 'Allow',
      priority: priorities.get(identity)!,
      protocol,
      destinationPorts: ports,
      peer,
      description: ruleDescription(flows),
    }));
  });
}

function tagsOf(policy: CompiledPolicy, workload: string): { [key: string]: string } {
  return { 'microseg:policy': policy.id, 'microseg:workload': workload };
}
