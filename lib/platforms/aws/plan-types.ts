import { CompiledPolicy } from '../../compiler/compiled-policy';
import { NetworkRange, OpaqueAddress } from '../network-range';

/** The account's quotas that bound a plan. Defaults: `AWS_DEFAULT_LIMITS`. */
export interface AwsLimits {
  /** Rules of one group, per direction and address family. */
  readonly rulesPerGroup: number;
  readonly groupsPerInterface: number;
}

export type End = 'ingress' | 'egress';

/** A workload that the enforcement point protects. */
export interface ProtectedWorkload {
  readonly workload: string;
  /** Groups that its interfaces carry besides ours; they use up groups per interface. */
  readonly otherGroups: number;
}

/** What the security group planner is asked for. */
export interface SecurityGroupsRequest {
  readonly policy: CompiledPolicy;
  /** Construct path of the enforcement point. */
  readonly enforcementPoint: string;
  readonly protects: ProtectedWorkload[];
  /** Workloads of other enforcement points whose group may be named in a rule of this end (same VPC, peering in the Region …). */
  readonly foreignGroups?: { readonly [workload: string]: End[] };
  /** Deploy-time addresses of workloads that are protected elsewhere, for ends at which no group of theirs may be named. */
  readonly peerAddresses?: { readonly [workload: string]: readonly OpaqueAddress[] };
  readonly limits: AwsLimits;
  /** The network's own ranges (blocks, or tokens for them), admitted inbound while a workload is not in ENFORCE. */
  readonly monitorScope: readonly NetworkRange[];
}

/**
 * Who a rule admits. `group` is the key of a planned group; `foreignGroup` a workload id of another enforcement point. A token
 * with a `workload` is the address of one.
 */
export type RulePeer =
  | { readonly kind: 'cidrIpv4'; readonly cidr: string }
  | { readonly kind: 'cidrIpv6'; readonly cidr: string }
  | { readonly kind: 'prefixList'; readonly name: string; readonly value: string }
  | ({ readonly kind: 'token'; readonly name: string; readonly workload?: string } & OpaqueAddress)
  | { readonly kind: 'group'; readonly key: string }
  | { readonly kind: 'foreignGroup'; readonly workload: string };

/** One security group rule: one protocol with one range of ports, one peer. */
export interface PlannedRule {
  /** Content-derived, unique within the plan. Letters, digits and hyphens. */
  readonly id: string;
  readonly end: End;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `-1` (all) or a protocol number. */
  readonly protocol: string;
  /** As AWS has them: ICMP type and code with -1 for any; absent for `-1` and plain protocol numbers. */
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly peer: RulePeer;
  /** Within AWS's character set and length. */
  readonly description: string;
}

/**
 * `attached` groups sit on the workload's interfaces. A `review` group sits on nothing: while a workload is not
 * enforced it shows, and counts against quotas, the rules that enforcing would leave.
 */
export type GroupRole = 'attached' | 'review';

export interface PlannedGroup {
  /** Unique in the plan and stable: workload id, then role and shard where they differ from the plain case. */
  readonly key: string;
  readonly workload: string;
  readonly role: GroupRole;
  /** 1 … shards. Peers refer to a workload by its shard 1. */
  readonly shard: number;
  readonly shards: number;
  readonly description: string;
  readonly tags: { readonly [key: string]: string };
  /** Sorted by end, then id. */
  readonly rules: PlannedRule[];
}

/** How much of each quota a workload uses, counted as AWS counts. */
export interface QuotaUse {
  readonly workload: string;
  readonly groups: number;
  readonly groupsPerInterface: number;
  /** The fullest of its groups. */
  readonly ingressIpv4: number;
  readonly ingressIpv6: number;
  readonly egressIpv4: number;
  readonly egressIpv6: number;
  readonly rulesPerGroup: number;
}

export interface SecurityGroupsPlan {
  readonly enforcementPoint: string;
  /** Sorted by key. */
  readonly groups: PlannedGroup[];
  readonly quotas: QuotaUse[];
}
