import { CompiledPolicy, Mode } from '../../compiler/compiled-policy';

/** What a host can hold. Defaults: `LINUX_DEFAULT_LIMITS`. */
export interface LinuxLimits {
  /** Elements of all sets of one host together. */
  readonly elements: number;
}

export type End = 'ingress' | 'egress';

/** Someone who administers the hosts, and must never be locked out. */
export interface ManagementAccess {
  /** Literal CIDR block, IPv4 or IPv6. */
  readonly cidr: string;
  /** TCP port on the host. */
  readonly port: number;
}

/** Where denials and new connections are logged: NFLOG, for a listener in user space. */
export interface NetfilterLog {
  /** NFLOG group, 0 … 65535. nft itself takes 65536 for 0 without a word. */
  readonly group: number;
  /** Most records in a second, a direction; what exceeds it is still counted and decided on. */
  readonly ratePerSecond: number;
  /** Records that may come at once before the rate counts. */
  readonly burst: number;
}

/** A workload whose hosts enforce its policy themselves. */
export interface ProtectedWorkload {
  readonly workload: string;
  /**
   * Interfaces behind which containers of the workload are (`docker0`, `br-*`): traffic forwarded to and from them needs the
   * same flows. Ports are those of the container, after translation. Default: the host forwards nothing of the workload, and
   * its forwarded traffic is left alone.
   */
  readonly containerInterfaces?: readonly string[];
}

/** A block of addresses, or a deploy-time value that stands for one. */
export interface PeerAddress {
  /** Literal CIDR block, or the text of a framework's token. */
  readonly value: string;
  readonly family: 4 | 6;
  /** Whether the value is known at deploy time only. */
  readonly opaque: boolean;
}

/** What the planner of host rule sets is asked for. */
export interface LinuxHostsRequest {
  readonly policy: CompiledPolicy;
  /** Construct path of the enforcement point. */
  readonly enforcementPoint: string;
  readonly protects: readonly ProtectedWorkload[];
  /** Where workloads are that have no declared addresses: a host knows its peers by address only. */
  readonly peerAddresses?: { readonly [workload: string]: readonly PeerAddress[] };
  readonly management: readonly ManagementAccess[];
  readonly log: NetfilterLog;
  readonly limits: LinuxLimits;
}

/**
 * One element of a set: addresses × protocols × selectors, and for a set with deadlines the seconds in which it counts.
 * Ranges have both ends included.
 */
export interface PlannedElement {
  /** Block, address or `first-last`; or the name of a deploy-time value after a `$`. */
  readonly address: string;
  readonly protocols: readonly [number, number];
  /** Destination ports of TCP, UDP and SCTP; `type * 256 + code` of ICMP and ICMPv6; everything of other protocols. */
  readonly selectors: readonly [number, number];
  /** Seconds since the epoch; only and always in a set with deadlines. */
  readonly seconds?: readonly [number, number];
}

/**
 * A named set in which peers of one direction and family are looked up, together with what they may do. Its elements never
 * overlap: the kernel refuses some overlaps in concatenated sets, and merges none.
 */
export interface PlannedSet {
  /**
   * `in4`, `out6`; with `_exact` where no element is a range, with `_deploy` for deploy-time values, with `_until` for flows
   * that expire.
   */
  readonly name: string;
  readonly end: End;
  readonly family: 4 | 6;
  /** Elements count until a moment only, by the host's clock. */
  readonly timed: boolean;
  /**
   * Every element is one address, one protocol and one selector. The kernel keeps such a set in a hash table, in which a lookup
   * takes the same time however many there are; in a set that may hold ranges, it takes longer with each element.
   */
  readonly exact: boolean;
  /** In an order that depends on their content alone. */
  readonly elements: readonly PlannedElement[];
}

/** A deploy-time value, named in the address book. */
export interface DeployTimeValue {
  /** Name of the nft variable. Derived from the host and whose address it is, since a token reads differently in each synthesis. */
  readonly variable: string;
  /** The text of the framework's token, on one line. */
  readonly value: string;
}

/** Everything that one workload's hosts enforce, in one table of its own. */
export interface LinuxHostPlan {
  readonly policy: string;
  readonly workload: string;
  readonly mode: Mode;
  /** Name of the table, in the family `inet`. Depends on policy and workload alone. */
  readonly table: string;
  /** The sets that the rules look into: which these are depends on the policy, not on addresses. */
  readonly sets: readonly PlannedSet[];
  /** Sorted by variable. */
  readonly values: readonly DeployTimeValue[];
  /** Disjoint, sorted, by family. */
  readonly management: { readonly 4: readonly ManagementElement[]; readonly 6: readonly ManagementElement[] };
  readonly log: NetfilterLog;
  /** What log records of this host start with, within nft's 127 characters. */
  readonly logPrefixes: { readonly [record in LogRecord]: { readonly [end in End]: string } };
  /** Sorted; empty where the host forwards nothing of the workload. */
  readonly containerInterfaces: readonly string[];
}

/** `undeclared`: no flow admits it; MONITOR lets it pass, ENFORCE drops it. `new`: any new connection, in VISIBILITY. */
export type LogRecord = 'undeclared' | 'new';

/** Addresses that may administer the host, and one range of TCP ports. */
export interface ManagementElement {
  readonly address: string;
  readonly ports: readonly [number, number];
}

export interface LinuxHostsPlan {
  readonly enforcementPoint: string;
  /** One for each protected workload, sorted by workload. */
  readonly hosts: readonly LinuxHostPlan[];
}
