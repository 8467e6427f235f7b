import { CoverageGap } from './readers/log-reader';

/**
 * A dependency map, version 1: who was seen to use which service of whom. The JSON Schema of these types is
 * `schema/dependency-map.schema.json`; a test holds the two together.
 */
export interface DependencyMap {
  readonly schemaVersion: 1;
  /** First and last moment of the records, ISO 8601 in UTC. Absent when there was no record. */
  readonly window?: { readonly from: string; readonly to: string };
  readonly sources: readonly MapSource[];
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** Traffic that no policy should be learnt from, set apart with its edges. */
  readonly noise: readonly MapNoise[];
  readonly completeness: Completeness;
}

/** A file, or a table, that was read. */
export interface MapSource {
  readonly path: string;
  readonly format: string;
  readonly records: number;
  readonly rejected: number;
  readonly gaps: readonly CoverageGap[];
}

export type MapNodeKind = 'workload' | 'unmanaged' | 'internet' | 'service';

export interface MapNode {
  readonly id: string;
  /** Addresses that were seen or that the inventory gives, sorted. */
  readonly addresses: readonly string[];
  readonly labels: { readonly [key: string]: string };
  readonly kind: MapNodeKind;
  /** What its traffic says that it is, where the inventory does not say it. */
  readonly proposed?: ProposedLabels;
}

/** Labels inferred from whom a node serves and uses: a proposal, which nothing depends on. */
export interface ProposedLabels {
  readonly labels: { readonly [key: string]: string };
  /** 0 to 1: how much more the node's traffic is like that of its group than like that of any other. */
  readonly confidence: number;
  /** In words for people. */
  readonly because: string;
}

/** One client's use of one service of one server. */
export interface MapEdge {
  /** Ids of nodes. */
  readonly client: string;
  readonly server: string;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `sctp` or an IANA number, as in `segmentation.json`. */
  readonly protocol: string;
  /** The server's port; the type for ICMP; absent where the protocol has none. */
  readonly port?: number;
  readonly connections: number;
  readonly bytes: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** A rule stopped every connection of this edge that was seen. */
  readonly denied: boolean;
  /** Why the server is believed to be the server, strongest first. */
  readonly evidence: readonly Evidence[];
  /** 0 to 1: how sure it is that this is a wanted connection from this client to this server. */
  readonly confidence: number;
}

/** From the strongest to the weakest. */
export type Evidence = 'explicit' | 'synFlags' | 'timeOrder' | 'knownService' | 'fanIn' | 'lowerPort';

export type NoiseKind = 'scan' | 'failedAttempts' | 'broadcast' | 'multicast' | 'linkLocal' | 'unanswered';

export interface MapNoise {
  readonly kind: NoiseKind;
  /** The node that it came from. */
  readonly source: string;
  readonly edges: readonly MapEdge[];
}

/** An estimate of what has not been seen yet. */
export interface Completeness {
  /** Edges that exist and were not seen in the window, estimated (Chao). */
  readonly expectedUnseenEdges: number;
  /** Chance that one more day shows an edge that is not in the map, 0 to 1 (Good-Turing). */
  readonly probabilityNewEdgePerDay: number;
  /** Edges seen for the first time on each day of the window. */
  readonly newEdgesByDay: readonly number[];
}
