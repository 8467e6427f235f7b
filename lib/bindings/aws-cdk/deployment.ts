import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CompiledPolicy, ManifestInvariant } from '../../compiler';
import { checkedCidr } from '../../model/peer';
import { AWS_DEFAULT_LIMITS } from '../../platforms/aws/limits';
import { Partition, partition } from '../../platforms/aws/partition';
import { planSecurityGroups } from '../../platforms/aws/plan';
import { AwsLimits, End, ProtectedWorkload, SecurityGroupsPlan } from '../../platforms/aws/plan-types';
import { NetworkRange } from '../../platforms/network-range';
import { fail, Problem } from '../../support/errors';
import { compiledFor, throwAny } from './compiled-for';
import { GroupResources } from './group-resources';
import { rangePeer, rangesOf } from './monitor-scope';
import type { SecurityGroups } from './security-groups';
import type { PeerGroup } from './security-groups-props';
import { Targets } from './targets';
import { warn } from './warnings';

/** CloudFormation's limit, less a few resources that the framework adds at the end of synthesis. */
const STACK_BUDGET = 490;

/** An enforcement point after its policy was compiled, planned and turned into resources. */
export class Deployment {
  private readonly attached = new Map<string, CfnSecurityGroup[]>();

  public constructor(
    public readonly compiled: CompiledPolicy,
    public readonly invariants: readonly ManifestInvariant[],
    public readonly plan: SecurityGroupsPlan,
    public readonly parts: Partition,
    public readonly resources: GroupResources,
    public readonly monitorScope: readonly NetworkRange[],
    public readonly limits: AwsLimits,
  ) {
    for (const { key, role, workload } of plan.groups) {
      if (role !== 'attached') continue;
      const groups = this.attached.get(workload) ?? [];
      this.attached.set(workload, [...groups, resources.groups.get(key)!]);
    }
  }

  /** The groups that a workload's resources carry. */
  public attachedGroups(workload: string): readonly CfnSecurityGroup[] {
    return this.attached.get(workload) ?? [];
  }
}

/**
 * Compiles the policy and creates the groups and rules of the enforcement point.
 *
 * @throws SegmentationError with everything that stands in the way.
 */
export function deploy(point: SecurityGroups): Deployment {
  const { compiled, invariants, problems } = compiledFor(point);
  throwAny([...problems, ...pointlessAttachments(point)]);
  const limits = { ...AWS_DEFAULT_LIMITS, ...definedOnly(point._props.limits ?? {}) };
  const monitorScope = monitorScopeOf(point, compiled);
  const plan = planSecurityGroups({
    policy: compiled,
    enforcementPoint: point.node.path,
    protects: protectedWorkloads(point),
    foreignGroups: foreignGroups(point),
    limits,
    monitorScope,
  });
  const parts = partition(plan, { budget: budgetOf(point), partitions: point._props.partitions });
  const resources = new GroupResources(point, point.vpc.vpcId, (workload) => peerGroup(point, workload)!);
  resources.create(parts);
  const deployment = new Deployment(compiled, invariants, plan, parts, resources, monitorScope, limits);
  warn(point, deployment);
  return deployment;
}

/** A function outside any VPC, a gateway endpoint …: of a type that has groups, but not in this form. */
function pointlessAttachments(point: SecurityGroups): Problem[] {
  const targets = new Targets();
  return [...point._protected.values()].flatMap(({ attachments, workload }) => attachments
    .filter((attachment) => attachment.groupLists(targets) === undefined)
    .map(({ resource }): Problem => ({
      code: 'MSEG3009', where: resource.node.path, message: `as it is set up it has no network interface that ${workload.node.path} could be protected by`,
    })));
}

function protectedWorkloads(point: SecurityGroups): ProtectedWorkload[] {
  const targets = new Targets();
  return [...point._protected.values()].map(({ workload, attachments }) => {
    const lists = attachments.flatMap((attachment) => attachment.groupLists(targets) ?? []);
    return { workload: workload.workloadId, otherGroups: Math.max(0, ...lists.map((list) => (Array.isArray(list) ? list.length : 0))) };
  });
}

function monitorScopeOf(point: SecurityGroups, compiled: CompiledPolicy): readonly NetworkRange[] {
  const { monitorScope } = point._props;
  if (monitorScope) return monitorScope.map((range, index) => rangePeer(`monitor:${index}`, range, checkedCidr(point.node.path, range).family));
  const ranges = rangesOf(point.vpc);
  if (ranges) return ranges;
  const watched = compiled.workloads.find(({ id, mode }) => mode !== 'enforce' && point._protected.has(id));
  return watched === undefined ? [] : fail('MSEG3012', point.node.path, `${watched.path} is not enforced, and nobody knows the ranges of ${point.vpc.node.path}`);
}

function foreignGroups(point: SecurityGroups): { [workload: string]: End[] } {
  return Object.fromEntries((point._props.peerGroups ?? []).map((group) => {
    const { workload } = group;
    if (workload.policy !== point.policy) fail('MSEG3002', workload.node.path, `${point.node.path} enforces ${point.policy.node.path}`);
    const ingressOnly = group.ingressOnly === true || group.ownerAccountId !== undefined;
    return [workload.workloadId, ingressOnly ? ['ingress'] : ['ingress', 'egress']];
  }));
}

function peerGroup(point: SecurityGroups, workload: string): PeerGroup | undefined {
  return point._props.peerGroups?.find((group) => group.workload.workloadId === workload);
}

/** What the limit of the stack leaves beside what stands there already. */
function budgetOf(point: SecurityGroups): number {
  if (point._props.resourceBudget !== undefined) return point._props.resourceBudget;
  const stack = Stack.of(point);
  const present = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct) && construct.stack === stack);
  return Math.max(0, STACK_BUDGET - present.length);
}

/** Options that other languages hand over as present but undefined must not hide the defaults. */
function definedOnly<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}
