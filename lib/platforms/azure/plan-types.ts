import { CompiledPolicy } from '../../compiler/compiled-policy';
import { NetworkRange, OpaqueAddress } from '../network-range';

/**
 * The subscription's quotas that bound a plan. Defaults: `AZURE_DEFAULT_LIMITS`.
 *
 * "Group" is a network security group (NSG), "application group" an application security group (ASG).
 */
export interface AzureLimits {
  /** Rules of one network security group, both directions together. */
  readonly rulesPerGroup: number;
  /** Addresses, blocks and service tags in all rules of one network security group, as sources and again as destinations. */
  readonly addressesPerGroup: number;
  /** Application security groups as sources, or as destinations, of one rule. */
  readonly applicationGroupsPerRule: number;
  /** Different application security groups in all rules of one network security group. */
  readonly applicationGroupsPerGroup: number;
  /** Application security groups of one network interface. */
  readonly applicationGroupsPerInterface: number;
}

export type End = 'ingress' | 'egress';

/** A workload that the enforcement point protects. */
export interface ProtectedWorkload {
  readonly workload: string;
  /** Network interfaces of the workload carry its network security group and join its application security group. */
  readonly networkInterfaces: boolean;
  /** Subnets that hold this workload alone carry its network security group. */
  readonly subnets: boolean;
  /** Application security groups that its network interfaces are in besides ours. Default: none. */
  readonly otherApplicationGroups?: number;
}

/** What the planner of network security groups is asked for. All protected interfaces and subnets lie in one virtual network. */
export interface NetworkSecurityGroupsRequest {
  readonly policy: CompiledPolicy;
  /** Construct path of the enforcement point. */
  readonly enforcementPoint: string;
  readonly protects: readonly ProtectedWorkload[];
  /** Deploy-time addresses of workloads that have no application security group here. */
  readonly peerAddresses?: { readonly [workload: string]: readonly OpaqueAddress[] };
  readonly limits: AzureLimits;
  /** The network's own ranges, admitted inbound while a workload is not in ENFORCE. */
  readonly monitorScope: readonly NetworkRange[];
}

/** Who stands at the other end of a rule: the source of an inbound rule, the destination of an outbound one. */
export type RulePeer =
  /** The application security groups of these workloads, sorted. */
  | { readonly kind: 'applicationGroups'; readonly workloads: readonly string[] }
  /** CIDR blocks of one family, none inside of another; deploy-time values after them. Azure takes no rule that mixes families. */
  | { readonly kind: 'addresses'; readonly family: 4 | 6; readonly prefixes: readonly string[] }
  /** A service tag, always the only one of its rule. */
  | { readonly kind: 'serviceTag'; readonly tag: string }
  /** Every address of both families, and every service tag: `*`. */
  | { readonly kind: 'any' };

export type RuleProtocol = 'Tcp' | 'Udp' | 'Icmp' | 'Esp' | 'Ah' | '*';

/** One security rule. The end that is not its peer is `*`: the group sits on nothing but the workload. Source ports are `*`. */
export interface PlannedRule {
  /** Content-derived, unique within its group, within Azure's character set and length. */
  readonly name: string;
  readonly direction: 'Inbound' | 'Outbound';
  readonly access: 'Allow' | 'Deny';
  /** 100 … 4096, unique within group and direction; the lowest that matches decides. */
  readonly priority: number;
  readonly protocol: RuleProtocol;
  /** `443` or `8000-8099`, sorted; `*` alone for all and for protocols without ports. */
  readonly destinationPorts: readonly string[];
  readonly peer: RulePeer;
  /** Within Azure's length. */
  readonly description: string;
}

/** The network security group of one workload. */
export interface PlannedSecurityGroup {
  /** The workload's id. */
  readonly workload: string;
  readonly onNetworkInterfaces: boolean;
  readonly onSubnets: boolean;
  readonly tags: { readonly [key: string]: string };
  /** Sorted by direction, then priority. */
  readonly rules: readonly PlannedRule[];
}

/** The application security group that the workload's network interfaces join, and by which rules name it. */
export interface PlannedApplicationGroup {
  /** The workload's id. */
  readonly workload: string;
  readonly tags: { readonly [key: string]: string };
}

/** How much of each quota a workload uses, counted as Azure counts. */
export interface QuotaUse {
  readonly workload: string;
  readonly rules: number;
  readonly rulesPerGroup: number;
  readonly sourceAddresses: number;
  readonly destinationAddresses: number;
  readonly addressesPerGroup: number;
  /** Different ones in all rules of its network security group. */
  readonly applicationGroups: number;
  readonly applicationGroupsPerGroup: number;
  /** On each of its network interfaces; 0 for a workload that is protected by subnets only. */
  readonly applicationGroupsOnInterface: number;
  readonly applicationGroupsPerInterface: number;
}

/** How a workload's rules name the workload at the other end of a flow. Flows from and to addresses are not listed. */
export interface FlowEnd {
  /** Id of the flow. */
  readonly flow: string;
  readonly end: End;
  /** The workload whose rules these are. */
  readonly workload: string;
  readonly peer: string;
  /** `group`: by its application security group. `addresses`: by where it is, because it has no such group here. */
  readonly via: 'group' | 'addresses';
}

export interface NetworkSecurityGroupsPlan {
  readonly enforcementPoint: string;
  /** One for each protected workload, sorted by workload. */
  readonly securityGroups: readonly PlannedSecurityGroup[];
  /** One for each workload that is protected on network interfaces, sorted by workload. */
  readonly applicationGroups: readonly PlannedApplicationGroup[];
  /** Sorted by workload. */
  readonly quotas: readonly QuotaUse[];
  /** Sorted by workload, end, peer and flow. */
  readonly flowEnds: readonly FlowEnd[];
}
