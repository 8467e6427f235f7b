import { Problem, SegmentationError } from '../../support/errors';
import { sortedBy } from '../../support/order';
import { identityProblems } from './identities';
import { checkLimits } from './limits';
import { lowerFlows } from './lower';
import { Need } from './needs';
import { FlowEnd, GoogleFirewallPlan, GoogleFirewallRequest, PlannedRule, RuleRole } from './plan-types';
import { FIREWALL_PRIORITIES, POLICY_BANDS, prioritiesOf } from './priorities';
import { quotaOf, quotaProblems, quotasOf } from './quotas';
import { RuleMaker, UnplacedRule } from './rules';

/**
 * The firewall rules of an enforcement point: for workloads known by secure tags those of one global network firewall policy,
 * for others VPC firewall rules.
 *
 * Each workload gets one rule a direction, a set of services and a kind of peers, with all peers of these services in it;
 * beneath them its scope rules, and last the rules that deny everything. All of them have the workloads' identities as
 * targets, so that nothing else in the network is touched.
 *
 * The metadata server (169.254.169.254, with DNS, NTP and DHCP) is always reachable: Google Cloud lets no rule deny it.
 *
 * @throws SegmentationError with MSEG3301 … MSEG3310 and MSEG3401, all problems at once.
 */
export function planGoogleFirewall(request: GoogleFirewallRequest): GoogleFirewallPlan {
  checkLimits(request.enforcementPoint, request.limits);
  const protects = sortedBy(request.protects, ({ workload }) => workload);
  const sorted = { ...request, protects };
  const { needs, flowEnds, problems } = lowerFlows(sorted);
  throwIfAny([...identityProblems(sorted), ...problems]);
  const unplaced = rulesOf(sorted, needs);
  const quotas = quotasOf(sorted, unplaced);
  const quota = quotaOf(sorted, unplaced);
  throwIfAny(quotaProblems(sorted, quotas, quota));
  return {
    enforcementPoint: request.enforcementPoint,
    identity: request.identity,
    form: request.identity === 'secureTags' ? 'policyRules' : 'firewallRules',
    rules: sortedBy(placed(request, unplaced), ({ id }) => id),
    flowEnds: sortedBy(flowEnds, flowEndKey),
    quotas,
    quota,
  };
}

const ROLES: readonly RuleRole[] = ['flow', 'scope', 'deny'];

function rulesOf(request: GoogleFirewallRequest, needs: ReadonlyMap<string, Need[]>): UnplacedRule[] {
  const maker = new RuleMaker(request);
  const workloads = new Map(request.policy.workloads.map((workload) => [workload.id, workload]));
  const own = request.protects.flatMap((each) => [
    ...needs.get(each.workload)!.flatMap((need) => maker.flowRules(each, need)),
    ...maker.scopeRules(each, workloads.get(each.workload)!),
  ]);
  return [...own, ...maker.denyRules()];
}

/** In a policy each rule has a place of its own; VPC firewall rules of one role share theirs. */
function placed({ identity }: GoogleFirewallRequest, rules: readonly UnplacedRule[]): PlannedRule[] {
  if (identity !== 'secureTags') return rules.map((rule) => ({ ...rule, priority: FIREWALL_PRIORITIES[rule.role] }));
  const priorities = new Map(ROLES.flatMap((role) => (
    [...prioritiesOf(rules.filter((rule) => rule.role === role).map(({ id }) => id), POLICY_BANDS[role])])));
  return rules.map((rule) => ({ ...rule, priority: priorities.get(rule.id)! }));
}

function flowEndKey({ workload, end, peer, flow }: FlowEnd): string {
  return JSON.stringify([workload, end, peer, flow]);
}

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new SegmentationError(problems);
}
