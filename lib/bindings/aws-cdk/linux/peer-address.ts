import { Workload } from '../../../model/workload';

/**
 * Where hosts find a workload whose addresses are known at deploy time only. They know all of their peers by address.
 *
 * Addresses that are known already belong to the workload itself: `addresses` of `addWorkload`.
 */
export interface PeerAddress {
  /** The workload, protected here or not. */
  readonly workload: Workload;

  /** Deploy-time values for its IPv4 addresses or blocks, such as `instance.instancePrivateIp`. @default - none */
  readonly ipv4Blocks?: string[];

  /** Deploy-time values for its IPv6 addresses or blocks. @default - none */
  readonly ipv6Blocks?: string[];
}
