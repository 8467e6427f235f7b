/**
 * Canonical sets of traffic, immutable and pure: equality means the same traffic, and no operation ever widens what it was
 * given. They throw RangeError and TypeError; who calls them knows where in the construct tree the input came from.
 */
export * from './address-set';
export { type AddressBlock, parseCidr } from './cidr';
export * from './flow-set';
export * from './interval-set';
export * from './label-selector';
export * from './peer-traffic';
export * from './redundancy';
export type { ServiceRange } from './service-range';
export * from './service-set';
export * from './traffic-set';
