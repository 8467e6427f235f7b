import { LinuxLimits, NetfilterLog } from './plan-types';

/**
 * As many elements as were measured to load in one second (IPv4) and two and a half (IPv6), in 200 MB, with nft 1.0.6 and kernel 6.18:
 * nft(8) itself names no limit.
 */
export const LINUX_DEFAULT_LIMITS: LinuxLimits = { elements: 100_000 };

/** Enough to see every denied peer, too little to fill a disk with what one of them repeats. */
export const DEFAULT_NETFILTER_LOG: NetfilterLog = { group: 100, ratePerSecond: 100, burst: 1000 };
