import { NoiseKind } from '../dependency-map';

/** Either end of observed traffic: the node of the map and, where the log has addresses, the one that was seen. */
export interface EdgeEnd {
  /** Id of the node that the inventory gives for the address, or that the map groups it under. */
  readonly node: string;
  readonly address?: string;
}

/** One client address's use of one service of one server address: what a replay judges. */
export interface AddressEdge {
  readonly client: EdgeEnd;
  readonly server: EdgeEnd;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `sctp` or an IANA number, as in `segmentation.json`. */
  readonly protocol: string;
  /** The server's port; the type for ICMP; absent where the protocol has none or the log dropped it. */
  readonly port?: number;
  readonly connections: number;
  /** Milliseconds since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** A rule stopped every connection that was seen. */
  readonly denied: boolean;
  /** Set where the traffic is noise: nothing that a policy should be learnt from. */
  readonly noise?: NoiseKind;
}

/** What the records of a window come down to, edge by edge. A long history has about a million. */
export interface ObservedTraffic {
  /** Flow records that were read. */
  readonly records: number;
  readonly edges: AsyncIterable<readonly AddressEdge[]> | Iterable<readonly AddressEdge[]>;
}
