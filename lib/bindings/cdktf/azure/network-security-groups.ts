import { Construct } from 'constructs';
import { SegmentationPolicy } from '../../../model/policy';
import { Workload } from '../../../model/workload';
import { PeerAddress } from '../peer-address';
import { registerPoint } from '../registry';
import { hookIntoSynthesis } from '../synthesis';
import { NetworkSecurityGroupsPoint } from './network-security-groups-point';
import { NetworkSecurityGroupProtectOptions, NetworkSecurityGroupsProps } from './network-security-groups-props';

/**
 * Enforces a policy by the network security groups of an Azure virtual network.
 *
 *     const groups = new NetworkSecurityGroups(stack, 'Groups', {
 *       policy, resourceGroupName: group.name, location: group.location, virtualNetworkId: network.id, monitorScope: ['10.2.0.0/16'],
 *     });
 *     groups.protect(erp, { networkInterfaceIds: [networkInterface.id] });
 *
 * Every protected workload gets a network security group, and an application security group by which rules of its peers name
 * it. Both ends of each flow are opened, each at its own group; everything else is denied both ways, before the default
 * rules of Azure, which would let the whole virtual network in. Load balancers' health probes are allowed only where a flow
 * from `Peer.serviceTag('AzureLoadBalancer')` says so.
 *
 * Groups, rules and associations stand in the stack of this construct, so that workloads in other stacks may talk in both
 * directions. Rules are filled in at synthesis: until then flows may be declared in any order.
 */
export class NetworkSecurityGroups extends Construct {
  /** What is enforced. */
  public readonly policy: SegmentationPolicy;

  /** Id of the virtual network of the protected resources. */
  public readonly virtualNetworkId: string;

  private readonly point: NetworkSecurityGroupsPoint;

  /**
   * @throws MSEG1004 if a range is none; MSEG1007 if another policy with the same id is enforced in the app; MSEG3002 and
   * MSEG3403 as `addPeerAddress`; MSEG9001 if the Azure provider is not installed; MSEG9002 outside of a Terraform stack.
   */
  public constructor(scope: Construct, id: string, props: NetworkSecurityGroupsProps) {
    super(scope, id);
    this.policy = props.policy;
    this.virtualNetworkId = props.virtualNetworkId;
    this.point = new NetworkSecurityGroupsPoint(this, props);
    props.peerAddresses?.forEach((peerAddress) => this.addPeerAddress(peerAddress));
    registerPoint(this.point);
    hookIntoSynthesis(this.point);
  }

  /**
   * Puts the workload's network security group on its network interfaces or subnets. It may be called again with further ones.
   *
   * An interface in a subnet is subject to both groups. If any interface of a workload is given, give all of them, those in
   * its subnets too: peers then name the workload by its application security group alone.
   *
   * @throws MSEG3001 if otherApplicationGroups was another number before; MSEG3002 and MSEG3003 if it is none of this policy's
   * own; MSEG3207 if a list of ids is known at deploy time only; MSEG3208 if another workload has the same interface or subnet.
   */
  public protect(workload: Workload, options: NetworkSecurityGroupProtectOptions = {}): void {
    this.point.protect(workload, options);
  }

  /**
   * Id of the workload's network security group, for associations of your own, which should depend on this construct: until
   * its rules are there, a group lets in the whole virtual network. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003
   */
  public networkSecurityGroupId(workload: Workload): string {
    return this.point.networkSecurityGroupId(workload);
  }

  /**
   * Id of the application security group by which rules of its peers name the workload, for associations of your own: all of
   * its network interfaces must join it. The workload counts as protected on network interfaces.
   *
   * @throws MSEG3002, MSEG3003
   */
  public applicationSecurityGroupId(workload: Workload): string {
    return this.point.applicationSecurityGroupId(workload);
  }

  /**
   * Says where rules here find a workload that another network or platform protects, as `peerAddresses` does.
   *
   * @throws MSEG3002; MSEG3403 if the address is known already.
   */
  public addPeerAddress(peerAddress: PeerAddress): void {
    this.point.addPeerAddress(peerAddress);
  }
}
