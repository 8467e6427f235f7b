import { SegmentationPolicy } from '../../../model/policy';
import { Workload } from '../../../model/workload';
import { PeerAddress } from '../peer-address';

/** Quotas of the account and Region, where they were raised. */
export interface SecurityGroupLimits {
  /** Rules of one security group, per direction and address family. @default 60 */
  readonly rulesPerGroup?: number;

  /** Security groups of one network interface. @default 5 */
  readonly groupsPerInterface?: number;
}

/**
 * A workload's security group at another enforcement point, which rules here may refer to.
 *
 * AWS allows that within a VPC and over VPC peering in one Region; over a transit gateway at the ingress end only.
 */
export interface PeerGroup {
  /** The workload; this enforcement point does not protect it. */
  readonly workload: Workload;

  /**
   * Id of its first security group, such as `securityGroupId(workload)` of the other enforcement point, or `account/id` for
   * a group of another account. Stacks that refer to each other in a circle cannot be deployed.
   */
  readonly securityGroupId: string;

  /** Whether only ingress rules may refer to it, as over a transit gateway; egress rules then use addresses. @default false */
  readonly ingressOnly?: boolean;
}

/** Properties of `SecurityGroups`. */
export interface SecurityGroupsProps {
  /** What to enforce. */
  readonly policy: SegmentationPolicy;

  /** Id of the VPC of the protected resources, such as `vpc.id`. */
  readonly vpcId: string;

  /** Quotas of the account and Region. @default - those of a new account */
  readonly limits?: SecurityGroupLimits;

  /**
   * CIDR blocks of the network: workloads admit everything from them while they are not in ENFORCE. A deploy-time value, such
   * as `vpc.cidrBlock`, counts as an IPv4 block.
   *
   * @default - none; required while a protected workload is not in ENFORCE (MSEG3012)
   */
  readonly monitorScope?: string[];

  /** IPv6 blocks of the network that are known at deploy time only, such as `vpc.ipv6CidrBlock`. @default - none */
  readonly monitorScopeIpv6?: string[];

  /** Groups of other enforcement points that rules may refer to. @default - the peers' addresses are used */
  readonly peerGroups?: PeerGroup[];

  /** Deploy-time addresses of workloads of other networks and platforms. @default - only those that the workloads declare */
  readonly peerAddresses?: PeerAddress[];

  /** Further tags of the groups. Values may be deploy-time values; other text stands as it is, `${` included. @default - none */
  readonly tags?: { [key: string]: string };
}

/** How a workload is protected. */
export interface ProtectOptions {
  /**
   * How many other security groups its network interfaces carry. They use up groups per interface; what they admit is
   * judged by `microseg verify`.
   *
   * @default 0
   */
  readonly otherGroups?: number;
}
