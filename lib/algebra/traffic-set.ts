import { AddressSet } from './address-set';
import { IntervalSet } from './interval-set';
import { ServiceSet } from './service-set';
import { SetAlgebra, unionByHalves } from './set-algebra';
import { StepFunction } from './step-function';

/** Services with the same peers: a rectangle in the plane of addresses and services. */
export interface TrafficEntry {
  readonly addresses: AddressSet;
  readonly services: ServiceSet;
}

/**
 * A canonical set of pairs of an address and a service. Equality means the same traffic.
 *
 * It is kept as a function from addresses to services. ICMPv6 with IPv4 addresses and ICMP with IPv6 addresses cannot occur
 * and are left out from the start, so that "everything over IPv4" is the same set however it was written.
 */
export class TrafficSet implements SetAlgebra<TrafficSet> {
  /** No traffic. */
  public static readonly EMPTY = new TrafficSet(StepFunction.empty(), StepFunction.empty());

  /** Each of the services with each of the addresses. */
  public static of(addresses: AddressSet, services: ServiceSet): TrafficSet {
    return new TrafficSet(
      StepFunction.on(addresses.ipv4, services.withoutForeignIcmp(4)),
      StepFunction.on(addresses.ipv6, services.withoutForeignIcmp(6)),
    );
  }

  /**
   * The union of rectangles. Those with equal services are joined first, by one sort; what is left, one set for each
   * different service set, is merged in halves. For n intervals of g different service sets that is n (log n + log g).
   */
  public static union(rectangles: Iterable<readonly [AddressSet, ServiceSet]>): TrafficSet {
    const groups = new Map<string, { services: ServiceSet; addresses: AddressSet[] }>();
    for (const [addresses, services] of rectangles) {
      const group = groups.get(services.key);
      if (group) group.addresses.push(addresses);
      else groups.set(services.key, { services, addresses: [addresses] });
    }
    const parts = [...groups.values()].map(({ services, addresses }) => TrafficSet.of(AddressSet.union(addresses), services));
    return unionByHalves(parts, TrafficSet.EMPTY);
  }

  private constructor(private readonly ipv4: StepFunction<number>, private readonly ipv6: StepFunction<bigint>) {}

  public union(other: TrafficSet): TrafficSet {
    if (other.isEmpty()) return this;
    return this.isEmpty() ? other : this.combine(other, (here, there) => here.union(there));
  }

  public intersect(other: TrafficSet): TrafficSet {
    return this.combine(other, (here, there) => here.intersect(there));
  }

  /** Traffic of this set that is not in the other one. */
  public subtract(other: TrafficSet): TrafficSet {
    return this.isEmpty() || other.isEmpty() ? this : this.combine(other, (here, there) => here.subtract(there));
  }

  public isSubsetOf(other: TrafficSet): boolean {
    return this.subtract(other).isEmpty();
  }

  public equals(other: TrafficSet): boolean {
    return this.ipv4.equals(other.ipv4) && this.ipv6.equals(other.ipv6);
  }

  public isEmpty(): boolean {
    return this.ipv4.isEmpty() && this.ipv6.isEmpty();
  }

  /**
   * One entry for each different service set, sorted by services. Where a family carries everything that it can, the
   * services read as all; {@link of} takes the impossible part off again.
   */
  public entries(): TrafficEntry[] {
    const entries = new Map<string, TrafficEntry>();
    const add = (addresses: AddressSet, services: ServiceSet) => {
      const known = entries.get(services.key);
      entries.set(services.key, { services, addresses: known ? known.addresses.union(addresses) : addresses });
    };
    for (const { domain, services } of this.ipv4.domains()) add(AddressSet.of(domain, IntervalSet.empty()), asAll(services, 4));
    for (const { domain, services } of this.ipv6.domains()) add(AddressSet.of(IntervalSet.empty(), domain), asAll(services, 6));
    return [...entries.values()].sort((a, b) => compareServices(a.services, b.services));
  }

  private combine(other: TrafficSet, combine: (here: ServiceSet, there: ServiceSet) => ServiceSet): TrafficSet {
    return new TrafficSet(this.ipv4.combine(other.ipv4, combine), this.ipv6.combine(other.ipv6, combine));
  }
}

const EVERYTHING = { 4: ServiceSet.ALL.withoutForeignIcmp(4), 6: ServiceSet.ALL.withoutForeignIcmp(6) };

function asAll(services: ServiceSet, family: 4 | 6): ServiceSet {
  return services.equals(EVERYTHING[family]) ? ServiceSet.ALL : services;
}

function compareServices(a: ServiceSet, b: ServiceSet): number {
  const [left, right] = [a.points.boundaries, b.points.boundaries];
  const different = left.findIndex((boundary, i) => boundary !== right[i]);
  return different < 0 ? left.length - right.length : left[different] - (right[different] ?? -1);
}
