import { AddressSet } from '../algebra';

/** Addresses that the Internet does not route: where a workload of unknown address may stand. */
export const PRIVATE = AddressSet.union(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']
  .map((block) => AddressSet.cidr(block)));

/** Whether a block holds addresses that the Internet can have. */
export function isPublic(addresses: AddressSet): boolean {
  return !addresses.isSubsetOf(PRIVATE);
}
