import { IntervalSet } from './interval-set';
import { PROTOCOL_NUMBERS, rangesOf, readRange, SELECTORS, ServiceRange } from './service-range';

const PROTOCOLS = 256;

/**
 * A canonical set of IP services: protocols with ports, ICMP messages, whole protocols. Equality means the same services.
 *
 * All services lie on one axis, `protocol * 65536 + selector`. The selector is the destination port of TCP, UDP and SCTP, and
 * `type * 256 + code` of ICMP and ICMPv6. Every other protocol is in a set as a whole or not at all.
 */
export class ServiceSet {
  /** No service. Never short for "all". */
  public static readonly EMPTY = new ServiceSet(IntervalSet.empty());
  /** Every service of every protocol. */
  public static readonly ALL = new ServiceSet(IntervalSet.interval(0, PROTOCOLS * SELECTORS - 1));

  /** TCP ports; one port without `to`. @throws RangeError if they are no ports in order. */
  public static tcp(from: number, to = from): ServiceSet {
    return ServiceSet.ports('tcp', from, to);
  }

  /** UDP ports; one port without `to`. @throws RangeError if they are no ports in order. */
  public static udp(from: number, to = from): ServiceSet {
    return ServiceSet.ports('udp', from, to);
  }

  /** SCTP ports; one port without `to`. @throws RangeError if they are no ports in order. */
  public static sctp(from: number, to = from): ServiceSet {
    return ServiceSet.ports('sctp', from, to);
  }

  /** ICMP messages of IPv4: of one type and code, of one type, or all. @throws RangeError if these are no such numbers. */
  public static icmp(type?: number, code?: number): ServiceSet {
    return ServiceSet.fromRange({ protocol: 'icmp', fromPort: type, toPort: code });
  }

  /** ICMPv6 messages: of one type and code, of one type, or all. @throws RangeError if these are no such numbers. */
  public static icmpv6(type?: number, code?: number): ServiceSet {
    return ServiceSet.fromRange({ protocol: 'icmpv6', fromPort: type, toPort: code });
  }

  /** A whole protocol by its IANA number. @throws RangeError if it is no whole number from 0 to 255. */
  public static protocol(protocol: number): ServiceSet {
    return ServiceSet.fromRange({ protocol: String(protocol) });
  }

  /** Services in any of the sets. */
  public static union(sets: Iterable<ServiceSet>): ServiceSet {
    return ServiceSet.of(IntervalSet.unionAll([...sets].map((set) => set.points)));
  }

  /** The inverse of {@link ranges}. @throws RangeError if the range means nothing. */
  public static fromRange(range: ServiceRange): ServiceSet {
    const [from, to] = readRange(range);
    return new ServiceSet(IntervalSet.interval(from, to));
  }

  private static ports(protocol: 'tcp' | 'udp' | 'sctp', fromPort: number, toPort: number): ServiceSet {
    // Without this an undefined port, which untyped callers can pass, would mean every port.
    if (fromPort === undefined) throw new RangeError(`A ${protocol} service needs a port.`);
    return ServiceSet.fromRange({ protocol, fromPort, toPort });
  }

  private static of(points: IntervalSet<number>): ServiceSet {
    return points.isEmpty() ? ServiceSet.EMPTY : new ServiceSet(points);
  }

  private text?: string;

  private constructor(public readonly points: IntervalSet<number>) {}

  public union(other: ServiceSet): ServiceSet {
    return ServiceSet.of(this.points.union(other.points));
  }

  public intersect(other: ServiceSet): ServiceSet {
    return ServiceSet.of(this.points.intersect(other.points));
  }

  /** Services of this set that are not in the other one. */
  public subtract(other: ServiceSet): ServiceSet {
    return ServiceSet.of(this.points.subtract(other.points));
  }

  public isSubsetOf(other: ServiceSet): boolean {
    return this.points.isSubsetOf(other.points);
  }

  public equals(other: ServiceSet): boolean {
    return this.points.equals(other.points);
  }

  public isEmpty(): boolean {
    return this.points.isEmpty();
  }

  /** Without the ICMP of the other address family: such a packet cannot exist. */
  public withoutForeignIcmp(family: 4 | 6): ServiceSet {
    return this.subtract(family === 4 ? ALL_ICMPV6 : ALL_ICMP);
  }

  /** How many points of the axis the set holds; any protocol without ports counts 65536. */
  public get size(): number {
    return Number(this.points.size);
  }

  /** The fewest ranges that make up the set, by protocol number and then by port or ICMP type. */
  public ranges(): ServiceRange[] {
    return this.equals(ServiceSet.ALL) ? [{ protocol: 'all' }] : rangesOf(this.points);
  }

  /** Equal for equal sets and different for others: a key for maps. */
  public get key(): string {
    this.text ??= this.points.boundaries.join();
    return this.text;
  }

  /** Such as `tcp/80-81, icmp/8, 50`; `none` without services. */
  public toString(): string {
    return this.ranges().map(printed).join(', ') || 'none';
  }
}

const ALL_ICMP = ServiceSet.protocol(PROTOCOL_NUMBERS.icmp);
const ALL_ICMPV6 = ServiceSet.protocol(PROTOCOL_NUMBERS.icmpv6);

function printed({ protocol, fromPort, toPort }: ServiceRange): string {
  if (fromPort === undefined) return protocol;
  if (protocol.startsWith('icmp')) return toPort === undefined ? `${protocol}/${fromPort}` : `${protocol}/${fromPort}/${toPort}`;
  return fromPort === toPort ? `${protocol}/${fromPort}` : `${protocol}/${fromPort}-${toPort}`;
}
