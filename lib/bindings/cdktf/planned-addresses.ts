import { NetworkRange, OpaqueAddress } from '../../platforms/network-range';

/** An address as the planners take it. */
export interface PlannedAddress extends OpaqueAddress {
  /** Whether it is known at deploy time only. */
  readonly opaque: boolean;
}

/** The network's own ranges for a planner. */
export function plannedRanges(ranges: readonly NetworkRange[]): PlannedAddress[] {
  return ranges.map((range) => (range.kind === 'token'
    ? { value: range.value, family: range.family, opaque: true }
    : { value: range.cidr, family: range.kind === 'cidrIpv4' ? 4 : 6, opaque: false }));
}

/** Where other workloads are, for a planner. */
export function plannedPeers(peers: { readonly [workload: string]: readonly OpaqueAddress[] }): { [workload: string]: PlannedAddress[] } {
  return Object.fromEntries(Object.entries(peers).map(([workload, all]) => [workload, all.map((each) => ({ ...each, opaque: true }))]));
}
