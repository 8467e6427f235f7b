import { SegmentationPolicy } from '../../model/policy';

/** Who administers the hosts, and is admitted whatever the flows say. */
export interface LinuxManagementAccess {
  /** Literal CIDR block, IPv4 or IPv6. */
  readonly cidr: string;
  /**
   * TCP port on the hosts.
   *
   * @default 22
   */
  readonly port?: number;
}

/** A TCP connection from the host. */
export interface LinuxTcpProbe {
  /** Name or address. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
}

/** What must work on a host under new rules before they are kept; both, where both are given. */
export interface LinuxProbe {
  /** A connection that must come about: to what the host is administered or deployed from, for example. @default - none */
  readonly tcp?: LinuxTcpProbe;
  /** A command for `sh -c`, run as root, that must succeed within ten seconds. On one line. @default - none */
  readonly command?: string;
}

/** What a host does when the last good rules cannot be loaded, at boot or later. */
export enum LinuxFailureMode {
  /** Nothing but management access, established connections and what the link needs. */
  CLOSED = 'closed',
  /** No rules of ours. */
  OPEN = 'open',
}

/** What a host does when the rules in its kernel are not the last good ones. */
export enum LinuxDriftMode {
  /** Says so, and puts the last good ones back. */
  RESTORE = 'restore',
  /** Says so. */
  REPORT = 'report',
}

/** How hosts log what no flow admits, and in VISIBILITY each new connection. */
export interface LinuxLogSettings {
  /** NFLOG group, from 0 to 65535. @default 100 */
  readonly group?: number;
  /** Most records in a second, a direction; what exceeds it is still counted and decided on. @default 100 */
  readonly recordsPerSecond?: number;
  /** Records that may come at once before the rate counts. @default 1000 */
  readonly burst?: number;
}

/** Properties of `LinuxHostAgents`, the same for every way in which bundles come to the hosts. */
export interface LinuxHostAgentsProps {
  /** The policy that the hosts enforce. */
  readonly policy: SegmentationPolicy;
  /** Who administers the hosts, and must never be locked out: admitted beside the flows, in every mode. */
  readonly management: LinuxManagementAccess[];
  /**
   * Seconds in which `microseg-agent confirm` must follow new rules; else the last good ones come back. 0 … 86400; with 0 a
   * probe that succeeds confirms them.
   *
   * @default 60
   */
  readonly confirmSeconds?: number;
  /** What must work under new rules before they are kept. @default - that they load, and are confirmed in time */
  readonly probe?: LinuxProbe;
  /** What happens when the last good rules cannot be loaded. @default LinuxFailureMode.CLOSED */
  readonly onFailure?: LinuxFailureMode;
  /** What happens when somebody else changed the rules. Looked for each minute. @default LinuxDriftMode.RESTORE */
  readonly onDrift?: LinuxDriftMode;
  /**
   * Whether established connections of flows that are gone are ended, in ENFORCE; else they live until they end by themselves.
   *
   * @default true
   */
  readonly cutRemovedConnections?: boolean;
  /** How the hosts log. @default - group 100, 100 records a second after a burst of 1000 */
  readonly log?: LinuxLogSettings;
  /** Most elements of the sets of one host: loading takes 1.6 KB of memory for each. @default 100000 */
  readonly maxElements?: number;
}

/** How the hosts of one workload are protected. */
export interface LinuxProtectOptions {
  /**
   * Interfaces behind which containers of the workload are (`docker0`, `br-*`): traffic forwarded to and from them needs the
   * same flows. Ports are those of the container.
   *
   * @default - the hosts forward nothing of the workload, and what else they forward is left alone
   */
  readonly containerInterfaces?: string[];
}
