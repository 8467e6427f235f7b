/**
 * `segmentation.json`, version 1: the contract between synthesis and every analysis.
 *
 * The JSON Schema of these types is `schema/segmentation.schema.json`; a test holds the two together.
 */

/** Either end of a flow, as plain data. Prefix lists and tokens are opaque: they are compared by name, never by content. */
export type ManifestPeer =
  | { readonly workload: string }
  | { readonly cidr: string }
  | { readonly any: 'ipv4' | 'ipv6' }
  | { readonly prefixList: string }
  | { readonly token: string };

/**
 * One protocol with one range of ports.
 *
 * `protocol` is `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, an IANA number or `all`. ICMP carries type and code in
 * `fromPort` and `toPort`; a part that is absent means any.
 */
export interface ManifestService {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** A service that a workload offers, under the name it was declared with. */
export interface ManifestNamedService extends ManifestService {
  readonly name: string;
}

/** Where a workload is enforced. */
export interface ManifestWorkloadEnforcement {
  readonly platform: string;
  /** Construct path of the enforcement point. */
  readonly path: string;
}

export interface ManifestWorkload {
  readonly id: string;
  readonly path: string;
  readonly labels: { readonly [key: string]: string };
  readonly services: ManifestNamedService[];
  readonly addresses: string[];
  readonly mode: string;
  readonly criticality: string;
  /** False for a workload that this policy names but nobody protects through it (an audit host, a partner). */
  readonly managed: boolean;
  readonly enforcementPoints: ManifestWorkloadEnforcement[];
  /** Where the user's code declared it: `file:line`, relative to the directory of the synthesis. Absent where that is not kept. */
  readonly source?: string;
}

export interface ManifestSegment {
  readonly id: string;
  readonly members: string[];
  /** Where the user's code declared it: `file:line`, relative to the directory of the synthesis. Absent where that is not kept. */
  readonly source?: string;
}

export interface ManifestFlow {
  readonly id: string;
  readonly client: ManifestPeer;
  readonly server: ManifestPeer;
  readonly services: ManifestService[];
  readonly justification?: string;
  readonly owner?: string;
  readonly expires?: string;
  /** Construct paths of the declarations that this flow stands for. */
  readonly origins: string[];
  /** Where the user's code declared it, as `file:line`, sorted. Absent where that is not kept. */
  readonly sources?: string[];
}

export interface ManifestInvariant {
  readonly id: string;
  readonly kind: 'allows' | 'denies' | 'exposure' | 'blastRadius';
  readonly description: string;
  readonly holds: boolean;
  /** What breaks it: one sentence a counterexample. */
  readonly counterexamples: string[];
}

/** Somebody's word that what a check of `microseg lint` finds is meant. */
export interface ManifestAcknowledgement {
  /** Code of the check, such as MSEG5103. */
  readonly check: string;
  /** Construct path; findings below it are meant as well. */
  readonly path: string;
  /** Only what the check reports under this subject. Absent: everything that it reports at the path. */
  readonly subject?: string;
  /** Why it is meant. */
  readonly reason: string;
  /** ISO 8601 date, or date and time, from which on it counts no longer. */
  readonly expires?: string;
  /** Where the user's code declared it: `file:line`, relative to the directory of the synthesis. Absent where that is not kept. */
  readonly source?: string;
}

/** An enforcement point, and what it admits beyond the declared flows while a workload is not yet enforced. */
export interface ManifestEnforcementPoint {
  readonly platform: string;
  readonly path: string;
  /** Peers that MONITOR and VISIBILITY admit inbound (the network's own ranges). */
  readonly monitorScope: ManifestPeer[];
  /** Whether these are all ranges of the network, so that every workload protected here stands inside of them. */
  readonly wholeNetwork: boolean;
  /** Who administers the hosts, and is admitted whatever the flows and the mode say. Absent where nobody is. */
  readonly management?: readonly ManifestManagement[];
}

/** Access for administration, by TCP. */
export interface ManifestManagement {
  readonly cidr: string;
  readonly port: number;
}

/**
 * A prefix list, a token, or the group or address of a workload that another enforcement point protects, with the forms in which
 * its value stands in the artifacts.
 */
export interface ManifestOpaquePeer {
  readonly kind: 'prefixList' | 'token' | 'group' | 'address';
  /** Name of the prefix list or token; of a group or an address the workload's id. */
  readonly name: string;
  /** Family of its addresses, of a prefix list or token of the policy. */
  readonly family?: 4 | 6;
  /** A string as it stands there, or the compact JSON text of an intrinsic (`{"Fn::GetAtt":["Nat","PublicIp"]}`). */
  readonly rendered: string[];
}

export interface ManifestPolicy {
  readonly id: string;
  readonly path: string;
  readonly mode: string;
  readonly workloads: ManifestWorkload[];
  readonly segments: ManifestSegment[];
  readonly flows: ManifestFlow[];
  readonly invariants: ManifestInvariant[];
  readonly enforcementPoints: ManifestEnforcementPoint[];
  readonly opaquePeers: ManifestOpaquePeer[];
  /** Absent where there are none. */
  readonly acknowledgements?: ManifestAcknowledgement[];
  /** Where the user's code declared it: `file:line`, relative to the directory of the synthesis. Absent where that is not kept. */
  readonly source?: string;
}

export interface Manifest {
  readonly schemaVersion: 1;
  readonly generator: { readonly name: string; readonly version: string };
  readonly policies: ManifestPolicy[];
}
