import { Construct } from 'constructs';
import { SegmentationPolicy } from '../../model/policy';
import { Workload } from '../../model/workload';
import { fail } from '../../support/errors';
import { Content } from './content';
import { identityOf } from './deploy-time-values';
import { Enforcement } from './enforcement';
import { TerraformFamily } from './family';
import { GroupResources } from './group-resources';
import type { PeerGroup, SecurityGroupsProps } from './security-groups-props';

/**
 * What stands behind a `SecurityGroups` construct. It is kept apart because everything here speaks the types of a
 * framework that users of the other framework do not have.
 */
export class EnforcementPoint {
  public readonly path: string;
  public readonly family: TerraformFamily;
  public readonly content: Content;

  /** Workload ids, with the number of other groups that their interfaces carry. */
  public readonly protects = new Map<string, number>();

  public readonly peerGroups: PeerGroup[] = [];

  /** The revision that was written; absent until synthesis. */
  public written?: string;

  private changes = 0;

  public constructor(public readonly construct: Construct, public readonly props: SecurityGroupsProps) {
    this.path = construct.node.path;
    this.family = TerraformFamily.of(construct);
    this.content = new Content(() => ({
      path: this.path,
      props,
      protects: this.protects,
      peerGroups: this.peerGroups,
      identityOf: (value) => identityOf(this.family, value),
      revision: this.revision,
      references: { groups: resources.address, foreign: this.foreignGroups },
    }));
    const resources = new GroupResources(construct, this.family, { vpcId: props.vpcId, tags: props.tags ?? {}, content: this.content });
  }

  public get policy(): SegmentationPolicy {
    return this.props.policy;
  }

  /** Changes whenever what is enforced may have changed. */
  public get revision(): string {
    return `${this.policy._revision} ${this.changes}`;
  }

  /** What is enforced as things stand. */
  public get enforcement(): Enforcement {
    return this.content.enforcement;
  }

  /** Ids of groups of other enforcement points, by workload. */
  public get foreignGroups(): { readonly [workload: string]: string } {
    return Object.fromEntries(this.peerGroups.map(({ workload, securityGroupId }) => [workload.workloadId, securityGroupId]));
  }

  public protect(workload: Workload, otherGroups?: number): void {
    this.requireOwn(workload);
    if (!workload.managed) fail('MSEG3003', workload.node.path, 'it was added with addUnmanagedWorkload');
    const { workloadId: id } = workload;
    if (otherGroups !== undefined || !this.protects.has(id)) this.change(workload, () => this.protects.set(id, otherGroups ?? 0));
  }

  public addPeerGroup(peerGroup: PeerGroup): void {
    this.requireOwn(peerGroup.workload);
    this.change(peerGroup.workload, () => this.peerGroups.push(peerGroup));
  }

  private change(workload: Workload, apply: () => void): void {
    if (this.written !== undefined) fail('MSEG3013', workload.node.path, `${this.path} is synthesized already`);
    apply();
    this.changes += 1;
  }

  private requireOwn(workload: Workload): void {
    if (workload.policy !== this.policy) fail('MSEG3002', workload.node.path, `${this.path} enforces ${this.policy.node.path}`);
  }
}
