import { IpFamily } from '../../../model/peer';
import { SegmentationPolicy } from '../../../model/policy';
import { Workload } from '../../../model/workload';
import { PeerAddress } from '../peer-address';

/** By what Google Cloud knows the machines of a workload. */
export enum GoogleIdentity {
  /**
   * By secure tags, which only those may bind who have the right to: the safest choice. Rules stand in a global network
   * firewall policy, of which a network has one at most.
   */
  SECURE_TAGS = 'secureTags',

  /** By network tags, which everybody can set who may change a machine. Rules are VPC firewall rules. */
  NETWORK_TAGS = 'networkTags',

  /** By the service accounts as which machines run. Rules are VPC firewall rules. */
  SERVICE_ACCOUNTS = 'serviceAccounts',
}

/**
 * What bounds the rules.
 *
 * @see https://cloud.google.com/firewall/docs/quotas
 */
export interface GoogleFirewallLimits {
  /** VPC firewall rules that the project has room for, without those that others make in it. @default 500 */
  readonly firewallRulesPerProject?: number;

  /** Attributes of all rules of the network firewall policy together. @default - not compared */
  readonly attributesPerPolicy?: number;

  /** Address ranges of one rule. At most 5000. @default 5000 */
  readonly rangesPerRule?: number;
}

/** An address group in which a workload of another network or platform is. Only rules for secure tags can name one. */
export interface PeerAddressGroup {
  /** The workload; this enforcement point does not protect it. */
  readonly workload: Workload;

  /** Such as `projects/p/locations/global/addressGroups/ledger`; may be known at deploy time only. */
  readonly addressGroupId: string;

  /** Family of its addresses. @default IpFamily.IPV4 */
  readonly family?: IpFamily;
}

/** Properties of `GoogleFirewall`. */
export interface GoogleFirewallProps {
  /** What to enforce. */
  readonly policy: SegmentationPolicy;

  /** Id or self link of the VPC network of the protected machines, such as `network.id`. */
  readonly network: string;

  /** By what machines are known. @default GoogleIdentity.SECURE_TAGS */
  readonly identity?: GoogleIdentity;

  /** Project of the rules. @default - that of the provider */
  readonly project?: string;

  /**
   * Name of a network firewall policy that the network has already, such as `firewallPolicyName` of another `GoogleFirewall`.
   * For secure tags only.
   *
   * @default - a policy of its own, associated with the network
   */
  readonly firewallPolicyName?: string;

  /**
   * Under what the key of secure tags is made that are made here: `projects/` and an id, or `organizations/` and a number.
   *
   * @default - the project of the network
   */
  readonly tagParent?: string;

  /** Limits and quotas, where they are others. @default - those of a new project */
  readonly limits?: GoogleFirewallLimits;

  /**
   * Ranges of the network: workloads admit everything from them while they are not in ENFORCE. A deploy-time value counts as
   * an IPv4 range.
   *
   * @default - none; required while a protected workload is not in ENFORCE (MSEG3012)
   */
  readonly monitorScope?: string[];

  /** IPv6 ranges of the network that are known at deploy time only. @default - none */
  readonly monitorScopeIpv6?: string[];

  /** Deploy-time addresses of workloads of other networks and platforms. @default - only those that the workloads declare */
  readonly peerAddresses?: PeerAddress[];

  /** Address groups in which workloads of other networks and platforms are. @default - none */
  readonly peerAddressGroups?: PeerAddressGroup[];
}

/** By what the machines of one workload are known: what fits the enforcement point's identity. */
export interface GoogleFirewallProtectOptions {
  /** `tagValues/` and the number of a secure tag for firewalls. @default - a tag that is made here, see `secureTag` */
  readonly secureTag?: string;

  /** A network tag. @default - a name from policy and workload, see `networkTag` */
  readonly networkTag?: string;

  /** E-mail address of a service account. @default - none; required where machines are known by service accounts */
  readonly serviceAccount?: string;

  /** How many tags of the same kind the machines carry besides this one. @default 0 */
  readonly otherTags?: number;
}
