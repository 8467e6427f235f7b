import { Construct } from 'constructs';
import { CompiledPolicy } from '../../../compiler';
import { Workload } from '../../../model/workload';
import { AWS_DEFAULT_LIMITS } from '../../../platforms/aws/limits';
import { planSecurityGroups } from '../../../platforms/aws/plan';
import { End, SecurityGroupsPlan } from '../../../platforms/aws/plan-types';
import { Problem } from '../../../support/errors';
import { stableId } from '../../../support/stable-id';
import { EnforcementPoint } from '../enforcement-point';
import { withLimits } from '../limits';
import { monitorScopeRanges } from '../monitor-scope';
import { loggedNetworksBeside } from '../registry';
import { GroupContent, GroupResources } from './group-resources';
import { GroupEntry, groupEntries, groupId, RuleEntry, ruleEntries } from './rule-maps';
import type { PeerGroup, SecurityGroupsProps } from './security-groups-props';

/** What the resources of one enforcement point hold. */
interface Content {
  readonly plan: SecurityGroupsPlan;
  /** Ids of attached groups by workload. */
  readonly attached: ReadonlyMap<string, string[]>;
  readonly groups: { [key: string]: GroupEntry };
  readonly ingress: { [id: string]: RuleEntry };
  readonly egress: { [id: string]: RuleEntry };
}

/** What stands behind a `SecurityGroups` construct. */
export class SecurityGroupsPoint extends EnforcementPoint<Content> implements GroupContent {
  public readonly platform = 'aws';
  public readonly monitorScope;

  private readonly resources: GroupResources;
  private readonly peerGroups: PeerGroup[] = [];
  /** Workload ids, with the number of other groups that their interfaces carry. */
  private readonly protects = new Map<string, number>();

  public constructor(construct: Construct, private readonly props: SecurityGroupsProps) {
    super(construct, props.policy);
    this.monitorScope = monitorScopeRanges(this.path, props.monitorScope, props.monitorScopeIpv6);
    this.resources = new GroupResources(construct, this.family, { vpcId: props.vpcId, tags: props.tags ?? {}, content: this });
  }

  public get workloads(): readonly string[] {
    return [...this.protects.keys()];
  }

  public get network(): string {
    return `aws ${this.identityOf(this.props.vpcId)}`;
  }

  public get groups(): { [key: string]: GroupEntry } {
    return this.enforcement.content.groups;
  }

  public get ingress(): { [id: string]: RuleEntry } {
    return this.enforcement.content.ingress;
  }

  public get egress(): { [id: string]: RuleEntry } {
    return this.enforcement.content.egress;
  }

  /** Ids of the groups that the workload's interfaces carry, the one that peers refer to first. */
  public attachedGroupIds(workload: string): string[] {
    return this.enforcement.content.attached.get(workload) ?? [];
  }

  public get opaqueUses(): readonly (readonly [string, string])[] {
    const uses: [string, string][] = [];
    for (const { rules } of this.enforcement.content.plan.groups) {
      for (const { peer } of rules) {
        if (peer.kind === 'prefixList') uses.push([`prefixList:${peer.name}`, peer.value]);
        if (peer.kind === 'token') uses.push([peer.workload === undefined ? `token:${peer.name}` : `address:${peer.workload}`, peer.value]);
        if (peer.kind === 'foreignGroup') uses.push([`group:${peer.workload}`, this.foreignGroups[peer.workload]]);
      }
    }
    return uses;
  }

  /** Security groups cannot log: without flow logs nobody learns what enforcing would block. */
  public get warnings(): readonly Problem[] {
    const watched = this.enforcement.policy.workloads.filter(({ id, mode }) => this.protects.has(id) && mode !== 'enforce');
    if (watched.length === 0 || loggedNetworksBeside(this.construct).includes(this.network)) return [];
    return [{ code: 'MSEG3103', where: this.path, message: `${watched.length} workloads are not in ENFORCE, and the VPC has no FlowLogs` }];
  }

  public protect(workload: Workload, otherGroups?: number): void {
    this.requireManaged(workload);
    const { workloadId: id } = workload;
    if (otherGroups !== undefined || !this.protects.has(id)) this.change(workload, () => this.protects.set(id, otherGroups ?? 0));
  }

  public addPeerGroup(peerGroup: PeerGroup): void {
    this.requireOwn(peerGroup.workload);
    this.change(peerGroup.workload, () => this.peerGroups.push(peerGroup));
  }

  protected plan(policy: CompiledPolicy): Content {
    const plan = planSecurityGroups({
      policy,
      enforcementPoint: this.path,
      protects: [...this.protects].map(([workload, otherGroups]) => ({ workload, otherGroups })),
      foreignGroups: foreignEnds(this.peerGroups),
      peerAddresses: this.peerAddresses,
      limits: withLimits(AWS_DEFAULT_LIMITS, this.props.limits),
      monitorScope: this.monitorScope,
    });
    const references = { groups: this.resources.address, foreign: this.foreignGroups };
    return {
      plan,
      attached: attachedIds(plan, references.groups),
      groups: groupEntries(plan, stableId(this.path).slice(0, 8)),
      ingress: ruleEntries(plan, 'ingress', references),
      egress: ruleEntries(plan, 'egress', references),
    };
  }

  /** Ids of groups of other enforcement points, by workload. */
  private get foreignGroups(): { readonly [workload: string]: string } {
    return Object.fromEntries(this.peerGroups.map(({ workload, securityGroupId }) => [workload.workloadId, securityGroupId]));
  }
}

function foreignEnds(peerGroups: readonly PeerGroup[]): { [workload: string]: End[] } {
  return Object.fromEntries(peerGroups.map(({ workload, ingressOnly }) =>
    [workload.workloadId, ingressOnly ? ['ingress' as const] : ['ingress' as const, 'egress' as const]]));
}

function attachedIds({ groups }: SecurityGroupsPlan, address: string): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { workload, key } of groups.filter(({ role }) => role === 'attached').sort((a, b) => a.shard - b.shard)) {
    ids.set(workload, [...(ids.get(workload) ?? []), groupId(address, key)]);
  }
  return ids;
}
