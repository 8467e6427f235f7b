import { Construct } from 'constructs';
import { CompiledPolicy } from '../../../compiler';
import { Workload } from '../../../model/workload';
import { AZURE_DEFAULT_LIMITS } from '../../../platforms/azure/limits';
import { planNetworkSecurityGroups } from '../../../platforms/azure/plan';
import { NetworkSecurityGroupsPlan, PlannedRule } from '../../../platforms/azure/plan-types';
import { fail, Problem } from '../../../support/errors';
import { stableId } from '../../../support/stable-id';
import { opaqueUses } from '../../opaque-uses';
import { EnforcementPoint } from '../enforcement-point';
import { withLimits } from '../limits';
import { monitorScopeRanges } from '../monitor-scope';
import { loggedNetworksBeside } from '../registry';
import { textTags } from '../terraform-text';
import type { NetworkSecurityGroupProtectOptions, NetworkSecurityGroupsProps } from './network-security-groups-props';
import { RuleEntry, ruleEntries } from './rule-entries';
import { groupName, WorkloadGroups } from './workload-groups';

/** A protected workload: its resources, and what they are on. */
interface Protected {
  readonly groups: WorkloadGroups;
  networkInterfaces: boolean;
  subnets: boolean;
  otherApplicationGroups?: number;
}

/** What stands behind a `NetworkSecurityGroups` construct. */
export class NetworkSecurityGroupsPoint extends EnforcementPoint<NetworkSecurityGroupsPlan> {
  public readonly platform = 'azure';
  public readonly monitorScope;

  private readonly protects = new Map<string, Protected>();
  /** Identity of each network interface and subnet, with the workload that has it. */
  private readonly carriers = new Map<string, string>();

  public constructor(construct: Construct, private readonly props: NetworkSecurityGroupsProps) {
    super(construct, props.policy);
    this.monitorScope = monitorScopeRanges(this.path, props.monitorScope, props.monitorScopeIpv6);
  }

  public get workloads(): readonly string[] {
    return [...this.protects.keys()];
  }

  public get network(): string {
    return `azure ${this.identityOf(this.props.virtualNetworkId)}`;
  }

  public get opaqueUses(): readonly (readonly [string, string])[] {
    const { policy, content } = this.enforcement;
    const used = new Set(content.securityGroups.flatMap(({ rules }) => rules).flatMap(valuesOf));
    return opaqueUses({ policy, peerAddresses: this.peerAddresses, monitorScope: this.monitorScope }, used);
  }

  /** A rule cannot log: without flow logs nobody learns what enforcing would block. */
  public get warnings(): readonly Problem[] {
    const watched = this.enforcement.policy.workloads.filter(({ id, mode }) => this.protects.has(id) && mode !== 'enforce');
    if (watched.length === 0 || loggedNetworksBeside(this.construct).includes(this.network)) return [];
    return [{ code: 'MSEG3103', where: this.path, message: `${watched.length} workloads are not in ENFORCE, and the virtual network has no VnetFlowLogs` }];
  }

  public protect(workload: Workload, options: NetworkSecurityGroupProtectOptions = {}): void {
    const { networkInterfaceIds = [], subnetIds = [], otherApplicationGroups } = options;
    const own = this.protectedWorkload(workload);
    this.countGroups(workload, own, otherApplicationGroups);
    this.attach(workload, networkInterfaceIds, (key, id) => {
      own.networkInterfaces = true;
      own.groups.attachToNetworkInterface(key, id);
    });
    this.attach(workload, subnetIds, (key, id) => {
      own.subnets = true;
      own.groups.attachToSubnet(key, id);
    });
  }

  public networkSecurityGroupId(workload: Workload): string {
    return this.protectedWorkload(workload).groups.networkSecurityGroupId;
  }

  /** Whoever asks for it has the workload's interfaces join it. */
  public applicationSecurityGroupId(workload: Workload): string {
    const own = this.protectedWorkload(workload);
    if (!own.networkInterfaces) this.change(workload, () => { own.networkInterfaces = true; });
    return own.groups.applicationSecurityGroupId;
  }

  protected plan(policy: CompiledPolicy): NetworkSecurityGroupsPlan {
    return planNetworkSecurityGroups({
      policy,
      enforcementPoint: this.path,
      protects: [...this.protects].map(([workload, { networkInterfaces, subnets, otherApplicationGroups }]) => (
        { workload, networkInterfaces, subnets, otherApplicationGroups })),
      peerAddresses: this.peerAddresses,
      limits: withLimits(AZURE_DEFAULT_LIMITS, this.props.limits),
      monitorScope: this.monitorScope,
    });
  }

  private protectedWorkload(workload: Workload): Protected {
    this.requireManaged(workload);
    const { workloadId: id } = workload;
    if (!this.protects.has(id)) {
      this.change(workload, () => this.protects.set(id, { groups: this.groupsFor(id), networkInterfaces: false, subnets: false }));
    }
    return this.protects.get(id)!;
  }

  private groupsFor(workload: string): WorkloadGroups {
    const { policyId } = this.policy;
    const { resourceGroupName, location, tags } = this.props;
    return new WorkloadGroups(this.construct, workload, this.family, {
      name: groupName(this.path, policyId, workload),
      resourceGroupName,
      location,
      tags: { ...textTags(tags), 'microseg:policy': policyId, 'microseg:workload': workload },
      rules: () => this.rulesOf(workload),
    });
  }

  private rulesOf(workload: string): { [name: string]: RuleEntry } {
    const group = this.enforcement.content.securityGroups.find((each) => each.workload === workload)!;
    return ruleEntries(group, (peer) => this.protects.get(peer)!.groups.applicationSecurityGroupId);
  }

  private countGroups(workload: Workload, own: Protected, otherGroups?: number): void {
    const { path } = workload.node;
    if (otherGroups === undefined || otherGroups === own.otherApplicationGroups) return;
    if (!Number.isInteger(otherGroups) || otherGroups < 0) fail('MSEG3206', path, `${otherGroups} is no number of other application groups`);
    const known = own.otherApplicationGroups;
    if (known !== undefined) fail('MSEG3001', path, `otherApplicationGroups is ${known} and ${otherGroups} at ${this.path}`);
    this.change(workload, () => { own.otherApplicationGroups = otherGroups; });
  }

  /** @throws MSEG3207, MSEG3208 */
  private attach(workload: Workload, ids: readonly string[], attach: (key: string, id: string) => void): void {
    for (const id of ids) {
      if (/^#\{TfToken\[/.test(id)) fail('MSEG3207', workload.node.path, `how many ids ${this.path} is given is known at deploy time only`);
      const identity = this.identityOf(id);
      const owner = this.carriers.get(identity);
      if (owner === workload.workloadId) continue;
      if (owner !== undefined) fail('MSEG3208', workload.node.path, `${this.path} is given the same for it and for ${owner}`);
      this.change(workload, () => {
        this.carriers.set(identity, workload.workloadId);
        attach(stableId(identity), id);
      });
    }
  }
}

/** What of a rule may be a deploy-time value, or the name of something of Azure. */
function valuesOf({ peer }: PlannedRule): readonly string[] {
  if (peer.kind === 'serviceTag') return [peer.tag];
  return peer.kind === 'addresses' ? peer.prefixes : [];
}
