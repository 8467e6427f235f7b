import * as fc from 'fast-check';
import { AddressSet, ServiceSet, TrafficSet } from '../../lib/algebra';

/**
 * A world small enough to be written down bit by bit, and awkward enough to matter: both families, the first and the last
 * address of each, neighbours, and services at the edges of the axis. A naive set is a bit mask over its members.
 */
export const ADDRESSES = [
  '0.0.0.0', '0.0.0.1', '0.0.0.2', '10.0.0.7', '10.0.0.8', '255.255.255.255',
  '::', '::1', '::2', '::ffff:a00:7', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];

export const SERVICES = [
  ServiceSet.protocol(0), ServiceSet.icmp(0, 0), ServiceSet.icmp(8, 0), ServiceSet.icmp(8, 1), ServiceSet.tcp(0), ServiceSet.tcp(1),
  ServiceSet.tcp(65535), ServiceSet.protocol(7), ServiceSet.udp(65535), ServiceSet.icmpv6(128, 0), ServiceSet.icmpv6(255, 255),
  ServiceSet.sctp(0), ServiceSet.protocol(255),
];

/** Each address as a set, read once. */
const SETS = new Map(ADDRESSES.map((address) => [address, AddressSet.cidr(address)]));

/** How each service reads. */
const NAMES = new Map(SERVICES.map((service) => [service, String(service)]));
/** The service that reads like this. */
export const serviceNamed = (name: string) => SERVICES.find((service) => NAMES.get(service) === name)!;

/** Members of the list whose bit is set. */
export function chosen<T>(all: readonly T[], mask: number): T[] {
  return all.filter((_, bit) => mask & (1 << bit));
}

export function addressesOf(mask: number): AddressSet {
  return AddressSet.union(chosen(ADDRESSES, mask).map((address) => SETS.get(address)!));
}

export function servicesOf(mask: number): ServiceSet {
  return ServiceSet.union(chosen(SERVICES, mask));
}

export const addressMasks = fc.integer({ min: 0, max: 2 ** ADDRESSES.length - 1 });
export const serviceMasks = fc.integer({ min: 0, max: 2 ** SERVICES.length - 1 });

/** Rectangles, each a mask of addresses and a mask of services. */
export const rectangles = fc.array(fc.tuple(addressMasks, serviceMasks), { maxLength: 5 });
export type Rectangles = [addresses: number, services: number][];

export function trafficOf(parts: Rectangles): TrafficSet {
  return TrafficSet.union(parts.map(([addresses, services]) => [addressesOf(addresses), servicesOf(services)] as const));
}

/** The naive traffic set: every pair of an address and a service that can occur, as text. */
export function pairsOf(parts: Rectangles): Set<string> {
  const pairs = new Set<string>();
  for (const [addresses, services] of parts) {
    for (const address of chosen(ADDRESSES, addresses)) {
      for (const service of chosen(SERVICES, services)) {
        const foreign = address.includes(':') ? 'icmp/' : 'icmpv6/';
        if (!NAMES.get(service)!.startsWith(foreign)) pairs.add(`${address} ${NAMES.get(service)}`);
      }
    }
  }
  return pairs;
}

/** The same written as rectangles of one pair each, whatever rectangles the pairs came from. */
export function trafficOfPairs(pairs: Iterable<string>): TrafficSet {
  return TrafficSet.union([...pairs].map((pair) => {
    const [address, service] = pair.split(' ');
    return [SETS.get(address)!, serviceNamed(service)] as const;
  }));
}
