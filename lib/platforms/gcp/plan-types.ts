import { CompiledPolicy } from '../../compiler/compiled-policy';
import { NetworkRange, OpaqueAddress } from '../network-range';

/**
 * By what Google Cloud knows a workload's machines. Secure tags are matched by a network firewall policy; network tags and
 * service accounts by VPC firewall rules.
 */
export type GoogleIdentity = 'secureTags' | 'networkTags' | 'serviceAccounts';

/** What bounds a plan. Defaults: `GOOGLE_DEFAULT_LIMITS`. What exceeds a limit of one rule is dealt out to several rules. */
export interface GoogleLimits {
  /** Address ranges of one rule's sources or destinations. */
  readonly rangesPerRule: number;
  readonly sourceSecureTagsPerRule: number;
  readonly targetSecureTagsPerRule: number;
  readonly secureTagsPerInterface: number;
  readonly sourceNetworkTagsPerRule: number;
  readonly targetNetworkTagsPerRule: number;
  readonly networkTagsPerInstance: number;
  /** Sources and targets alike. */
  readonly serviceAccountsPerRule: number;
  /** Address groups of one rule's sources or destinations. */
  readonly addressGroupsPerRule: number;
  /** VPC firewall rules that the project has room for, without those that others made in it. */
  readonly firewallRulesPerProject: number;
  /** Attributes of all rules of a network firewall policy together. Absent: not compared, since every account has its own. */
  readonly attributesPerPolicy?: number;
}

export type End = 'ingress' | 'egress';

/** A workload that the enforcement point protects. */
export interface ProtectedWorkload {
  readonly workload: string;
  /** `tagValues/123`, a network tag or the e-mail address of a service account; or a framework's token for it. */
  readonly identity: string;
  /** Tags of the same kind that its machines carry besides this one; they use up tags per interface or instance. */
  readonly otherTags: number;
}

/** Where a peer is: a block that is known at deployment only, or an address group. */
export interface PeerAddress extends OpaqueAddress {
  /** The value names an address group. Only network firewall policies can match it. */
  readonly addressGroup?: boolean;
}

/** What the planner of Google's firewalls is asked for. */
export interface GoogleFirewallRequest {
  readonly policy: CompiledPolicy;
  /** Construct path of the enforcement point. */
  readonly enforcementPoint: string;
  readonly identity: GoogleIdentity;
  readonly protects: ProtectedWorkload[];
  /** Addresses of workloads beside those that they declare, by workload id. */
  readonly peerAddresses?: { readonly [workload: string]: readonly PeerAddress[] };
  readonly limits: GoogleLimits;
  /** The network's own ranges, admitted inbound while a workload is not in ENFORCE. */
  readonly monitorScope: readonly NetworkRange[];
}

/**
 * `flow` rules admit what is declared. A `scope` rule shows what enforcing blocks: it allows while its workload is not in
 * ENFORCE and denies afterwards. `deny` rules refuse everything else.
 */
export type RuleRole = 'flow' | 'scope' | 'deny';

/** One protocol, all of it or some of its ports. */
export interface Layer4 {
  /** `tcp`, `udp`, `sctp`, `icmp`, `esp`, `ah`, `ipip`, a protocol number, or `all`. */
  readonly protocol: string;
  /** `443` or `8000-8080`. Empty: the whole protocol. */
  readonly ports: string[];
}

/**
 * One rule: a `google_compute_network_firewall_policy_rule`, or a `google_compute_firewall`.
 *
 * Its peers are sources of an ingress rule and destinations of an egress rule. Exactly one of `ranges`, `identities` and
 * `addressGroups` holds something, and all of its ranges or address groups are of one family.
 */
export interface PlannedRule {
  /** Content-derived, unique within the plan: letters and digits. */
  readonly id: string;
  /** Unique in a project as far as ids of policies and paths of enforcement points are. RFC 1035, at most 63 characters. */
  readonly name: string;
  readonly role: RuleRole;
  readonly end: End;
  readonly action: 'allow' | 'deny';
  /** Lower is earlier. Unique within a network firewall policy; VPC firewall rules of one role share theirs. */
  readonly priority: number;
  readonly logged: boolean;
  /** Whose rule it is: one workload; of a `deny` rule all whose identities are its targets. Sorted. */
  readonly workloads: string[];
  /** Identities that the rule applies to; never empty, since a rule without target applies to the whole network. */
  readonly targets: string[];
  readonly layer4: Layer4[];
  readonly ranges: string[];
  /** Identities of other workloads. Ingress only. */
  readonly identities: string[];
  readonly addressGroups: string[];
  /** Starts with `microseg:policy=<id>`, and `;workload=<id>` where the rule is of one workload. */
  readonly description: string;
}

/** How a workload's rules name the workload at the other end of a flow. Flows from and to addresses are not listed. */
export interface FlowEnd {
  /** Id of the flow. */
  readonly flow: string;
  readonly end: End;
  /** The workload whose rules these are. */
  readonly workload: string;
  readonly peer: string;
  /** `group`: by its identity. `addresses`: by where it is, because no rule can match its identity in this direction. */
  readonly via: 'group' | 'addresses';
}

/** What a workload's own rules take. */
export interface WorkloadQuotaUse {
  readonly workload: string;
  readonly rules: number;
  /** Counted as Google counts them for network firewall policies. */
  readonly attributes: number;
}

/** What all rules together take, with what the limits give. */
export interface PlanQuotaUse {
  readonly rules: number;
  /** For VPC firewall rules. */
  readonly rulesLimit?: number;
  readonly attributes: number;
  /** For network firewall policies with a limit given. */
  readonly attributesLimit?: number;
}

export interface GoogleFirewallPlan {
  readonly enforcementPoint: string;
  readonly identity: GoogleIdentity;
  /** Rules of one global network firewall policy, or VPC firewall rules. */
  readonly form: 'policyRules' | 'firewallRules';
  /** Sorted by id. */
  readonly rules: PlannedRule[];
  /** Sorted by workload, end, peer and flow. */
  readonly flowEnds: FlowEnd[];
  /** Sorted by workload. */
  readonly quotas: WorkloadQuotaUse[];
  readonly quota: PlanQuotaUse;
}
