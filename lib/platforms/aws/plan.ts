import { CompiledPolicy, CompiledWorkload, OpaquePeer } from '../../compiler';
import { Problem, SegmentationError } from '../../support/errors';
import { sortedBy } from '../../support/order';
import { stableId } from '../../support/stable-id';
import { aggregate, countRules } from './aggregate';
import { awsText, ruleDescription } from './description';
import { checkLimits } from './limits';
import { LoweredRule, lowerFlows, opaquePeers, ruleKey } from './lower';
import { monitorRules } from './monitor';
import { AwsLimits, End, GroupRole, PlannedGroup, PlannedRule, QuotaUse, SecurityGroupsPlan, SecurityGroupsRequest } from './plan-types';
import { Capacity, shard } from './shard';

/**
 * The security groups of an enforcement point.
 *
 * Each protected workload gets one attached group, or several where its rules exceed one. While a workload is not in
 * ENFORCE, its first attached group also admits what monitoring admits, and review groups beside them hold the strict
 * rules; the number of attached groups is the same in every mode, so that enforcing changes rules and no attachment.
 *
 * @throws SegmentationError with MSEG3004, MSEG3005, MSEG3006 or MSEG3010.
 */
export function planSecurityGroups(request: SecurityGroupsRequest): SecurityGroupsPlan {
  checkLimits(request.enforcementPoint, request.limits);
  const planner = new Planner(request);
  const rules = lowerFlows(request);
  const planned = sortedBy(request.protects, ({ workload }) => workload)
    .map(({ workload, otherGroups }) => planner.planWorkload(workload, rules.get(workload)!, otherGroups));
  planner.throwIfAny();
  return {
    enforcementPoint: request.enforcementPoint,
    groups: sortedBy(planned.flatMap(({ groups }) => groups), (group) => group.key),
    quotas: planned.map(({ quota }) => quota),
  };
}

class Planner {
  private readonly workloads: ReadonlyMap<string, CompiledWorkload>;
  private readonly opaque: ReadonlyMap<string, OpaquePeer>;
  private readonly monitoring: readonly LoweredRule[];
  private readonly first: Capacity;
  private readonly further: Capacity;
  private readonly problems: Problem[] = [];

  public constructor(private readonly request: SecurityGroupsRequest) {
    const { policy, limits: { rulesPerGroup: limit } } = request;
    this.workloads = new Map(policy.workloads.map((workload) => [workload.id, workload]));
    this.opaque = opaquePeers(policy);
    this.monitoring = monitorRules(request.monitorScope);
    // Kept free in every mode: the number of groups must not depend on the mode.
    const less = (end: End) => {
      const reserved = countRules(this.monitoring, end);
      return { 4: limit - reserved[4], 6: limit - reserved[6] };
    };
    this.first = { ingress: less('ingress'), egress: less('egress') };
    // In CloudFormation a group whose egress rules all stand outside of it holds one more, which matches nothing.
    this.further = { ingress: { 4: limit, 6: limit }, egress: { 4: limit - 1, 6: limit } };
  }

  public planWorkload(id: string, rules: readonly LoweredRule[], otherGroups: number): { groups: PlannedGroup[]; quota: QuotaUse } {
    const workload = this.workloads.get(id)!;
    const shards = this.shards(workload, rules, otherGroups);
    const strict = workload.mode === 'enforce';
    const monitoring = strict ? [] : this.monitoringBeside(shards);
    const attached = shards.map((shardRules, index) => (index === 0 ? [...shardRules, ...monitoring] : shardRules));
    const groups = shards.flatMap((shardRules, index) => {
      const place = { shard: index + 1, shards: shards.length };
      const inForce = this.group(workload, 'attached', place, attached[index]);
      return strict ? [inForce] : [inForce, this.group(workload, 'review', place, shardRules)];
    });
    return { groups, quota: quotaUse(id, attached, otherGroups, this.request.limits) };
  }

  public throwIfAny(): void {
    if (this.problems.length > 0) throw new SegmentationError(this.problems);
  }

  /** A rule that is declared anyway, in whatever shard, keeps its place and its own description. */
  private monitoringBeside(shards: readonly (readonly LoweredRule[])[]): LoweredRule[] {
    const declared = new Set(shards.flat().map(ruleKey));
    return this.monitoring.filter((rule) => !declared.has(ruleKey(rule)));
  }

  /** As declared where that fits one group; else merged; else over several groups. */
  private shards(workload: CompiledWorkload, rules: readonly LoweredRule[], otherGroups: number): LoweredRule[][] {
    const { groupsPerInterface } = this.request.limits;
    const slots = Math.max(0, groupsPerInterface - otherGroups);
    const capacities = Array.from({ length: slots }, (_, index) => (index === 0 ? this.first : this.further));
    const asDeclared = shard(rules, capacities.slice(0, 1));
    if (asDeclared) return asDeclared;
    const merged = aggregate(rules, this.opaque);
    const shards = shard(merged, capacities);
    if (shards) return shards;
    this.problems.push({ code: 'MSEG3004', where: workload.path, message: this.tooMany(workload, merged, slots) });
    return [];
  }

  private tooMany(workload: CompiledWorkload, rules: readonly LoweredRule[], slots: number): string {
    const counts = (['ingress', 'egress'] as const).map((end) => {
      const count = countRules(rules, end);
      return `${count[4]} ${end} rules for IPv4 and ${count[6]} for IPv6`;
    });
    const { rulesPerGroup } = this.request.limits;
    const room = `${slots} free groups of ${rulesPerGroup} rules a direction and family, less the few that are kept free,`;
    return `${workload.id} needs ${counts.join(', ')}; ${room} do not hold them`;
  }

  private group(workload: CompiledWorkload, role: GroupRole, place: Place, rules: readonly LoweredRule[]): PlannedGroup {
    const { policy } = this.request;
    const key = groupKey(workload.id, role, place.shard);
    return {
      key,
      workload: workload.id,
      role,
      ...place,
      // Changing the description of a group replaces it, so it holds nothing that may change.
      description: awsText(`Microsegmentation: ${key} of ${policy.id}`),
      tags: {
        'Name': `${policy.id}/${key}`,
        'microseg:policy': policy.id,
        'microseg:workload': workload.id,
        'microseg:role': role,
        'microseg:shard': `${place.shard}/${place.shards}`,
      },
      rules: sortedBy(rules.map((rule) => plannedRule(policy, workload.id, role, rule)), (rule) => `${rule.end} ${rule.id}`),
    };
  }
}

/** Which of a workload's groups. */
type Place = Pick<PlannedGroup, 'shard' | 'shards'>;

/** Ids hold no slash, so that no workload's id can look like another's second group. */
function groupKey(workload: string, role: GroupRole, shardNumber: number): string {
  return [workload, ...(shardNumber > 1 ? [String(shardNumber)] : []), ...(role === 'review' ? ['review'] : [])].join('/');
}

function plannedRule(policy: CompiledPolicy, workload: string, role: GroupRole, rule: LoweredRule): PlannedRule {
  const { end, traffic, peer, flows, note } = rule;
  const id = stableId(policy.id, workload, role, ruleKey(rule));
  return { id, end, ...traffic, peer, description: note ?? ruleDescription(flows) };
}

function quotaUse(workload: string, shards: readonly (readonly LoweredRule[])[], otherGroups: number, limits: AwsLimits): QuotaUse {
  const fullest = (end: End, family: 4 | 6) => Math.max(0, ...shards.map((rules) => countRules(rules, end)[family]));
  return {
    workload,
    groups: shards.length + otherGroups,
    groupsPerInterface: limits.groupsPerInterface,
    ingressIpv4: fullest('ingress', 4),
    ingressIpv6: fullest('ingress', 6),
    egressIpv4: fullest('egress', 4),
    egressIpv6: fullest('egress', 6),
    rulesPerGroup: limits.rulesPerGroup,
  };
}
