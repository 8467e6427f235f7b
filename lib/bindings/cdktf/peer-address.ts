import { Workload } from '../../model/workload';

/**
 * Where the rules of an enforcement point find a workload that they cannot name, because another platform or another network
 * protects it, and whose addresses are known at deploy time only.
 *
 * Addresses that are known already belong to the workload itself: `addresses` of `addWorkload`.
 */
export interface PeerAddress {
  /** The workload; this enforcement point does not protect it, unless its platform is a host, which knows all peers by address. */
  readonly workload: Workload;

  /** Deploy-time values for its IPv4 blocks, such as `${instance.privateIp}/32`. @default - none */
  readonly ipv4Blocks?: string[];

  /** Deploy-time values for its IPv6 blocks. @default - none */
  readonly ipv6Blocks?: string[];
}
