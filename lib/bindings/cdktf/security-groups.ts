import { Construct } from 'constructs';
import { SegmentationPolicy } from '../../model/policy';
import { Workload } from '../../model/workload';
import { fail } from '../../support/errors';
import { Content } from './content';
import { Enforcement } from './enforcement';
import { TerraformFamily } from './family';
import { GroupResources } from './group-resources';
import { registerPoint } from './registry';
import { PeerGroup, ProtectOptions, SecurityGroupsProps } from './security-groups-props';
import { hookIntoSynthesis } from './synthesis';

/**
 * Enforces a policy by the security groups of a VPC.
 *
 *     const groups = new SecurityGroups(stack, 'Groups', { policy, vpcId: vpc.id, monitorScope: [vpc.cidrBlock] });
 *     new Instance(stack, 'Web', { vpcSecurityGroupIds: groups.securityGroupIds(web) });
 *
 * Every protected workload gets security groups of its own; both ends of each flow are opened, each at its own group.
 * Groups and rules stand in the stack of this construct alone, so that workloads in other stacks may talk in both
 * directions. They are filled at synthesis: until then flows may be declared in any order.
 */
export class SecurityGroups extends Construct {
  /** What is enforced. */
  public readonly policy: SegmentationPolicy;

  /** Id of the VPC of the protected resources. */
  public readonly vpcId: string;

  /** @internal */
  public readonly _family: TerraformFamily;

  /** @internal */
  public readonly _props: SecurityGroupsProps;

  /**
   * Workload ids, with the number of other groups that their interfaces carry.
   *
   * @internal
   */
  public readonly _protected = new Map<string, number>();

  /**
   * The revision that was written; absent until synthesis.
   *
   * @internal
   */
  public _written?: string;

  private readonly declaredOtherGroups = new Set<string>();
  private readonly peerGroups: PeerGroup[] = [];
  private readonly resources: GroupResources;
  private readonly content: Content;
  private changes = 0;

  /**
   * @throws MSEG1007 if another policy with the same id is enforced in the app; MSEG3002 if a peer group is that of another
   * policy's workload; MSEG9001 if the AWS provider is not installed; MSEG9002 outside of a Terraform stack.
   */
  public constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    this.policy = props.policy;
    this.vpcId = props.vpcId;
    this._props = props;
    this._family = TerraformFamily.of(this);
    props.peerGroups?.forEach((peerGroup) => this.addPeerGroup(peerGroup));
    registerPoint(this);
    this.content = new Content(() => ({
      path: this.node.path,
      props,
      protects: this._protected,
      peerGroups: this.peerGroups,
      revision: this._revision,
      references: { groups: this.resources.address, foreign: this._foreignGroups },
    }));
    this.resources = new GroupResources(this, this._family, { vpcId: props.vpcId, tags: props.tags ?? {}, content: this.content });
    hookIntoSynthesis(this);
  }

  /**
   * Makes groups for the workload. To call it is needed only to give options, or where nothing else asks for the ids.
   *
   * @throws MSEG3001 if the workload was protected with other options, MSEG3002 and MSEG3003 if it is none of this policy's own.
   */
  public protect(workload: Workload, options: ProtectOptions = {}): void {
    this.register(workload);
    const { otherGroups } = options;
    if (otherGroups === undefined) return;
    const { workloadId: id } = workload;
    if (!Number.isInteger(otherGroups) || otherGroups < 0) fail('MSEG3010', workload.node.path, `${otherGroups} is no number of groups`);
    if (this.declaredOtherGroups.has(id) && this._protected.get(id) !== otherGroups) {
      fail('MSEG3001', workload.node.path, `otherGroups is ${this._protected.get(id)} and ${otherGroups} at ${this.node.path}`);
    }
    this.declaredOtherGroups.add(id);
    this.change(workload, () => this._protected.set(id, otherGroups));
  }

  /**
   * The ids of all groups of the workload, for any resource that takes them, in any stack of the app. How many they are is
   * known at synthesis. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003
   */
  public securityGroupIds(workload: Workload): string[] {
    const { Lazy } = this._family.core;
    const { workloadId: id } = workload;
    this.register(workload);
    return this.local(`ids-${id}`, () => Lazy.listValue({ produce: () => this.content.attachedGroupIds(id) })).asList;
  }

  /**
   * The id of the workload's first group, which peers refer to: for rules that are not made here, such as `peerGroups` of
   * another enforcement point. Resources need all ids. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003
   */
  public securityGroupId(workload: Workload): string {
    const { Lazy } = this._family.core;
    const { workloadId: id } = workload;
    this.register(workload);
    return this.local(`first-id-${id}`, () => Lazy.stringValue({ produce: () => this.content.attachedGroupIds(id)[0] })).asString;
  }

  /**
   * Lets rules here refer to a group of another enforcement point, as `peerGroups` does: for two that refer to each other.
   *
   * @throws MSEG3002
   */
  public addPeerGroup(peerGroup: PeerGroup): void {
    this.requireOwn(peerGroup.workload);
    this.change(peerGroup.workload, () => this.peerGroups.push(peerGroup));
  }

  /** @internal */
  public get _revision(): string {
    return `${this.policy._revision} ${this.changes}`;
  }

  /**
   * Ids of groups of other enforcement points, by workload.
   *
   * @internal
   */
  public get _foreignGroups(): { readonly [workload: string]: string } {
    return Object.fromEntries(this.peerGroups.map(({ workload, securityGroupId }) => [workload.workloadId, securityGroupId]));
  }

  /**
   * What is enforced as things stand.
   *
   * @internal
   */
  public _enforcement(): Enforcement {
    return this.content.enforcement;
  }

  /** A local is what other stacks can refer to before anybody knows what is in it. */
  private local(id: string, value: () => string | string[]) {
    const { TerraformLocal } = this._family.core;
    return this.node.tryFindChild(id) as InstanceType<typeof TerraformLocal> | undefined ?? new TerraformLocal(this, id, value());
  }

  private register(workload: Workload): void {
    this.requireOwn(workload);
    if (!workload.managed) fail('MSEG3003', workload.node.path, 'it was added with addUnmanagedWorkload');
    if (!this._protected.has(workload.workloadId)) this.change(workload, () => this._protected.set(workload.workloadId, 0));
  }

  private change(workload: Workload, apply: () => void): void {
    if (this._written !== undefined) fail('MSEG3013', workload.node.path, `${this.node.path} is synthesized already`);
    apply();
    this.changes += 1;
  }

  private requireOwn(workload: Workload): void {
    if (workload.policy !== this.policy) fail('MSEG3002', workload.node.path, `${this.node.path} enforces ${this.policy.node.path}`);
  }
}
