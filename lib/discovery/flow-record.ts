/**
 * One observed flow, whatever log it stands in: what every reader produces, and all that later steps know.
 *
 * A record tells of traffic between two addresses as somebody saw it. It may be one half of a conversation, a part of it in
 * time, or one of several sights of it: telling connections, clients and servers from records is the work of later steps.
 */
export interface FlowRecord {
  /** Milliseconds since 1970 in UTC. */
  readonly start: number;
  readonly end: number;
  /** Addresses in canonical text; absent where the log names workloads only. */
  readonly source?: string;
  readonly destination?: string;
  /** Who the log itself says the ends are (`namespace/workload`, a virtual machine's name): without it, the inventory decides. */
  readonly sourceName?: string;
  readonly destinationName?: string;
  readonly sourceLabels?: { readonly [key: string]: string };
  readonly destinationLabels?: { readonly [key: string]: string };
  /** Absent where the protocol has no ports, or the log dropped it. For ICMP the type stands in `destinationPort`. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** IANA number. */
  readonly protocol: number;
  /** Sent by the source. */
  readonly bytes: number;
  readonly packets: number;
  /** Sent back by the destination; 0 in logs that write each direction as a record of its own. */
  readonly replyBytes: number;
  readonly replyPackets: number;
  /** Connections that the log says began in this record; absent where it does not count them. */
  readonly connections?: number;
  /**
   * TCP flags that the source sent: FIN 1, SYN 2, RST 4, ACK 16, one or more together. SYN without ACK means that the source
   * asked, SYN with ACK that it answered; a log that adds up the flags of a whole connection cannot tell, and gives none.
   */
  readonly tcpFlags?: number;
  /** Which end opened the connection, where the log itself knows; absent where it does not. */
  readonly initiator?: 'source' | 'destination';
  readonly outcome: Outcome;
  /** What saw it (network interface, host, reporting side): the same connection seen by two counts once. */
  readonly sensor: string;
  /** The rule of the platform that decided, where the log names it. */
  readonly rule?: string;
}

/**
 * What became of the traffic: `allowed` when it passed and nothing says that it failed, `attempt` when nobody answered or the
 * server refused, `denied` when a rule stopped it, `wouldDeny` when a rule under test would have, `unknown` when the log is silent.
 */
export type Outcome = 'allowed' | 'attempt' | 'denied' | 'wouldDeny' | 'unknown';
