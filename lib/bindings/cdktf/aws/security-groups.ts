import { Construct } from 'constructs';
import { SegmentationPolicy } from '../../../model/policy';
import { Workload } from '../../../model/workload';
import { fail } from '../../../support/errors';
import { atSynthesis } from '../late-values';
import { PeerAddress } from '../peer-address';
import { registerPoint } from '../registry';
import { hookIntoSynthesis } from '../synthesis';
import { SecurityGroupsPoint } from './security-groups-point';
import { PeerGroup, ProtectOptions, SecurityGroupsProps } from './security-groups-props';

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

  private readonly point: SecurityGroupsPoint;
  private readonly declaredOtherGroups = new Map<string, number>();

  /**
   * @throws MSEG1004 if a range is none; MSEG1007 if another policy with the same id is enforced in the app; MSEG3002 if a peer
   * group is that of another policy's workload; MSEG3403 if a peer's address is known; MSEG9001 if the AWS provider is not
   * installed; MSEG9002 outside of a Terraform stack.
   */
  public constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    this.policy = props.policy;
    this.vpcId = props.vpcId;
    this.point = new SecurityGroupsPoint(this, props);
    props.peerGroups?.forEach((peerGroup) => this.addPeerGroup(peerGroup));
    props.peerAddresses?.forEach((peerAddress) => this.addPeerAddress(peerAddress));
    registerPoint(this.point);
    hookIntoSynthesis(this.point);
  }

  /**
   * Makes groups for the workload. To call it is needed only to give options, or where nothing else asks for the ids.
   *
   * @throws MSEG3001 if the workload was protected with other options, MSEG3002 and MSEG3003 if it is none of this policy's own.
   */
  public protect(workload: Workload, options: ProtectOptions = {}): void {
    const { otherGroups } = options;
    const { node: { path }, workloadId: id } = workload;
    if (otherGroups !== undefined) {
      const known = this.declaredOtherGroups.get(id) ?? otherGroups;
      if (!Number.isInteger(otherGroups) || otherGroups < 0) fail('MSEG3010', path, `${otherGroups} is no number of groups`);
      if (known !== otherGroups) fail('MSEG3001', path, `otherGroups is ${known} and ${otherGroups} at ${this.node.path}`);
      this.declaredOtherGroups.set(id, otherGroups);
    }
    this.point.protect(workload, otherGroups);
  }

  /**
   * The ids of all groups of the workload, for any resource that takes them, in any stack of the app. How many they are is
   * known at synthesis. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003
   */
  public securityGroupIds(workload: Workload): string[] {
    const { family: { core: { Lazy } } } = this.point;
    const { workloadId: id } = workload;
    this.point.protect(workload);
    return this.local(`ids-${id}`, () => Lazy.listValue(atSynthesis(() => this.point.attachedGroupIds(id), []))).asList;
  }

  /**
   * The id of the workload's first group, which peers refer to: for rules that are not made here, such as `peerGroups` of
   * another enforcement point. Resources need all ids. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003
   */
  public securityGroupId(workload: Workload): string {
    const { family: { core: { Lazy } } } = this.point;
    const { workloadId: id } = workload;
    this.point.protect(workload);
    return this.local(`first-id-${id}`, () => Lazy.stringValue(atSynthesis(() => this.point.attachedGroupIds(id)[0], ''))).asString;
  }

  /**
   * Lets rules here refer to a group of another enforcement point, as `peerGroups` does: for two that refer to each other.
   *
   * @throws MSEG3002
   */
  public addPeerGroup(peerGroup: PeerGroup): void {
    this.point.addPeerGroup(peerGroup);
  }

  /**
   * Says where rules here find a workload that another network or platform protects, as `peerAddresses` does.
   *
   * @throws MSEG3002; MSEG3403 if the address is known already.
   */
  public addPeerAddress(peerAddress: PeerAddress): void {
    this.point.addPeerAddress(peerAddress);
  }

  /** A local is what other stacks can refer to before anybody knows what is in it. */
  private local(id: string, value: () => string | string[]) {
    const { TerraformLocal } = this.point.family.core;
    return this.node.tryFindChild(id) as InstanceType<typeof TerraformLocal> | undefined ?? new TerraformLocal(this, id, value());
  }
}
