import { SegmentationPolicy } from '../../../model/policy';
import { PeerAddress } from '../peer-address';

/**
 * Quotas of the subscription.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
 */
export interface NetworkSecurityGroupLimits {
  /** Rules of one network security group, both directions together. At most 3990. @default 1000 */
  readonly rulesPerGroup?: number;

  /** Addresses and service tags in all rules of one network security group, as sources and again as destinations. @default 4000 */
  readonly addressesPerGroup?: number;

  /** Application security groups as sources, or as destinations, of one rule. @default 10 */
  readonly applicationGroupsPerRule?: number;

  /** Different application security groups in all rules of one network security group. @default 100 */
  readonly applicationGroupsPerGroup?: number;

  /** Application security groups of one network interface. @default 20 */
  readonly applicationGroupsPerInterface?: number;
}

/** Properties of `NetworkSecurityGroups`. */
export interface NetworkSecurityGroupsProps {
  /** What to enforce. */
  readonly policy: SegmentationPolicy;

  /** Resource group of the groups that are made here. */
  readonly resourceGroupName: string;

  /** Region of the groups that are made here: that of the virtual network. */
  readonly location: string;

  /**
   * Id of the virtual network in which all protected interfaces and subnets are, such as `network.id`. Azure does not let
   * rules name application security groups of another one.
   */
  readonly virtualNetworkId: string;

  /** Quotas of the subscription. @default - those of a new subscription */
  readonly limits?: NetworkSecurityGroupLimits;

  /**
   * CIDR blocks of the virtual network: workloads admit everything from them while they are not in ENFORCE. A deploy-time
   * value counts as an IPv4 block.
   *
   * @default - none; required while a protected workload is not in ENFORCE (MSEG3012)
   */
  readonly monitorScope?: string[];

  /** IPv6 blocks of the virtual network that are known at deploy time only. @default - none */
  readonly monitorScopeIpv6?: string[];

  /** Deploy-time addresses of workloads of other networks and platforms. @default - only those that the workloads declare */
  readonly peerAddresses?: PeerAddress[];

  /** Further tags of the groups. Values may be deploy-time values; other text stands as it is, `${` included. @default - none */
  readonly tags?: { [key: string]: string };
}

/** What a workload is protected on. */
export interface NetworkSecurityGroupProtectOptions {
  /**
   * Ids of the workload's network interfaces: each carries its network security group and joins its application security
   * group, by which rules of its peers name it. Give all of them: an interface that is not given is not admitted by peers.
   *
   * @default - none; peers name the workload by its addresses
   */
  readonly networkInterfaceIds?: string[];

  /** Ids of subnets that hold this workload and nothing else: each carries its network security group. @default - none */
  readonly subnetIds?: string[];

  /** How many application security groups its network interfaces are in besides the one of this policy. @default 0 */
  readonly otherApplicationGroups?: number;
}
