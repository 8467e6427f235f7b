import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { SegmentationPolicy } from '../../model/policy';
import { Workload } from '../../model/workload';

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

  /** Id of its first security group. A reference to a stack that depends on this one makes a circle; use a parameter instead. */
  readonly securityGroupId: string;

  /** Account that owns the group. Groups of other accounts are referred to by ingress rules only. @default - the same account */
  readonly ownerAccountId?: string;

  /** Whether only ingress rules may refer to it, as over a transit gateway; egress rules then use addresses. @default false */
  readonly ingressOnly?: boolean;
}

/** Properties of `SecurityGroups`. */
export interface SecurityGroupsProps {
  /** What to enforce. */
  readonly policy: SegmentationPolicy;

  /** The network of the protected resources. */
  readonly vpc: ec2.IVpc;

  /** Quotas of the account and Region. @default - those of a new account */
  readonly limits?: SecurityGroupLimits;

  /**
   * CIDR blocks that workloads admit everything from while they are not in ENFORCE.
   *
   * @default - the ranges of the VPC
   */
  readonly monitorScope?: string[];

  /** Groups of other enforcement points that rules may refer to. @default - the peers' addresses are used */
  readonly peerGroups?: PeerGroup[];

  /**
   * How many resources may stand in the stack itself. Beyond it, groups and rules go to nested stacks.
   *
   * @default - what CloudFormation's limit of 500 leaves beside the stack's other resources
   */
  readonly resourceBudget?: number;

  /**
   * Into how many parts groups are spread over nested stacks; 0 keeps all in the stack itself. Fix it before the first
   * deployment of a large policy: changing it replaces security groups.
   *
   * @default - the least of 0, 1, 2, 4, 8, 16 and 17 that fits
   */
  readonly partitions?: number;
}

/** How a resource is protected. */
export interface ProtectOptions {
  /**
   * Whether the resource carries the groups of the policy only. Otherwise it keeps the groups that it has, and a group that
   * admits more than the policy is an error (MSEG3007).
   *
   * @default false
   */
  readonly exclusive?: boolean;
}
