import { NoiseKind } from '../dependency-map';

/**
 * What a policy would have done to recorded traffic. The JSON Schema of these types is `schema/replay.schema.json`; a test holds
 * the two together.
 */
export interface ReplayResult {
  /** Flow records that were read. Every other count is of connections. */
  readonly records: number;
  readonly allowed: number;
  readonly wouldBlock: number;
  /** Passed or blocked by what only the platform knows: prefix lists, tokens, services of which the log dropped a part. */
  readonly undecided: number;
  /** The policy would block it, and a rule blocked it when it was recorded: nothing changes. */
  readonly alreadyBlocked: number;
  /** Neither end is a workload that the policy protects. */
  readonly unmatched: number;
  /** Broadcast and its like, which are not judged, and what strangers tried in vain and the policy would block. */
  readonly noise: number;
  /** What matters most comes first. */
  readonly byEdge: readonly JudgedEdge[];
  /** Ids of declared flows that no allowed connection of the recording used, sorted. */
  readonly unusedFlows: readonly string[];
  /** Share of the judged edges (allowed, undecided, wouldBlock; no noise) that the policy allows; 1 where there are none. */
  readonly coverage: number;
}

export type ReplayVerdict = 'wouldBlock' | 'undecided' | 'alreadyBlocked' | 'noise' | 'unmatched' | 'allowed';

/** A client's use of a service of a server, with what the policy says to it. */
export interface JudgedEdge {
  /** Ids of workloads of the policy, or of nodes as in the dependency map. */
  readonly client: string;
  readonly server: string;
  readonly protocol: string;
  readonly port?: number;
  readonly connections: number;
  /** ISO 8601 in UTC. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly verdict: ReplayVerdict;
  readonly reason: string;
  /** Ends that admit no such connection. Only a `wouldBlock` has any. */
  readonly blockedAt: readonly BlockingEnd[];
  /** What kind of noise it is, where it is noise. */
  readonly noiseKind?: NoiseKind;
  /** Some of the addresses behind it, where the log has them: `client > server`. */
  readonly examples: readonly string[];
}

export interface BlockingEnd {
  readonly workload: string;
  readonly end: 'egress' | 'ingress';
  readonly mode: 'visibility' | 'monitor' | 'enforce';
}

/** Would anything be missed once the policy is enforced: is there a blocked connection of a workload in MONITOR or ENFORCE? */
export function blocksWantedTraffic({ byEdge }: ReplayResult): boolean {
  return byEdge.some(({ verdict, blockedAt }) => verdict === 'wouldBlock' && blockedAt.some(({ mode }) => mode !== 'visibility'));
}
