import { MapNodeKind } from '../dependency-map';

/**
 * What to declare so that the observed traffic keeps working, version 1. The JSON Schema of these types is
 * `schema/suggestion.schema.json`; a test holds the two together.
 */
export interface Suggestion {
  readonly schemaVersion: 1;
  readonly policy: {
    readonly id: string;
    /** Whether the policy is there already, and only what it lacks is suggested. */
    readonly exists: boolean;
  };
  /** First and last moment of the observed traffic, ISO 8601 in UTC. */
  readonly window?: { readonly from: string; readonly to: string };
  /** Edges below it are left out. */
  readonly minConfidence: number;
  readonly generalize: Generalize;
  readonly workloads: readonly SuggestedWorkload[];
  readonly flows: readonly SuggestedFlow[];
  readonly widening: Widening;
  readonly leftOut: readonly LeftOutEdge[];
  /** Ids of flows that the existing policy declares and that nobody was seen to use. Empty for a new policy. */
  readonly unusedFlows: readonly string[];
}

/** `none`: labels stand only for what every pair of workloads was seen to do. `labels`: for what most of them were. */
export type Generalize = 'none' | 'labels';

export interface SuggestedWorkload {
  readonly id: string;
  /** Id of the node in the map. */
  readonly node: string;
  readonly kind: MapNodeKind;
  /** False for what is only named: services of others, addresses that no inventory knows. */
  readonly managed: boolean;
  /** Declared by the policy that is there already. */
  readonly existing: boolean;
  readonly labels: { readonly [key: string]: string };
  readonly addresses: readonly string[];
  /** What it was seen to serve to the flows that are suggested. */
  readonly services: readonly SuggestedService[];
  /** Labels that its traffic speaks for, and how sure that is. No flow depends on them. */
  readonly proposed?: { readonly labels: { readonly [key: string]: string }; readonly confidence: number };
}

/** One protocol with one port; for ICMP the port is the type. */
export interface SuggestedService {
  readonly protocol: string;
  readonly port?: number;
}

/** `any`: every address of the families, which the Internet stands for where its addresses are not known. */
export type SuggestedPeer =
  | { readonly workload: string }
  | { readonly labels: { readonly [key: string]: string } }
  | { readonly addresses: readonly string[] }
  | { readonly any: readonly ('ipv4' | 'ipv6')[] };

export interface SuggestedFlow {
  readonly client: SuggestedPeer;
  readonly server: SuggestedPeer;
  readonly services: readonly SuggestedService[];
  readonly connections: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Of the edge that is least sure. */
  readonly confidence: number;
  readonly justification: string;
  /** Pairs of nodes and services that it opens, and how many of them were not seen. */
  readonly pairs: number;
  readonly opened: number;
}

/** What is open beyond what was seen. */
export interface Widening {
  /** Pairs of workloads and services that no confident edge of the map shows, each counted once. */
  readonly pairs: number;
  /** Flows that are open to or from every address, because the map does not tell those of the Internet. */
  readonly anyAddress: number;
}

/**
 * `lowConfidence`: less sure than asked for. `denied`: a rule stopped it. `noise`: scans, failed attempts, broadcast and their like.
 * `unprotected`: neither end is a workload. `noPort`: the log dropped the port, and all ports would be too much. `noAddress`: an end is
 * known neither as a workload nor by its address. `undecided`: the policy may allow it already, by a token or a prefix list.
 */
export type LeftOutReason = 'lowConfidence' | 'denied' | 'noise' | 'unprotected' | 'noPort' | 'noAddress' | 'undecided';

export interface LeftOutEdge {
  readonly client: string;
  readonly server: string;
  readonly protocol: string;
  readonly port?: number;
  readonly connections: number;
  readonly confidence: number;
  readonly reason: LeftOutReason;
}
