import { stableId } from '../../support/stable-id';
import { End, LogRecord } from './plan-types';

/** Every table of ours starts with it, and no other table of a host should. */
export const TABLE_PREFIX = 'microseg_';

/** One table for each policy and workload: hosts of several workloads hold several, and a packet needs the consent of all. */
export function tableName(policy: string, workload: string): string {
  return `${TABLE_PREFIX}${stableId('table', policy, workload)}`;
}

/**
 * An nft variable of a host for a deploy-time value of this peer: the name of a token, or a workload and the place of its
 * address. Books of several hosts may be loaded in one transaction, so no two hosts share one.
 */
export function variableName(host: readonly [policy: string, workload: string], ...peer: readonly string[]): string {
  return `d_${stableId('value', ...host, ...peer)}`;
}

/** Ids hold no colon and no slash, so a prefix can be taken apart again. */
export function logPrefix(record: LogRecord, end: End, policy: string, workload: string): string {
  return `microseg:${record}:${end}:${shortened(policy)}/${shortened(workload)}`;
}

/** Two ids of 64 characters do not fit the 127 of a log prefix. No id holds a tilde. */
function shortened(id: string): string {
  return id.length <= 40 ? id : `${id.slice(0, 27)}~${stableId(id)}`;
}
