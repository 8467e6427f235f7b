import { AddressSet, ServiceSet } from '../../algebra';
import { CompiledFlow, OpaquePeer } from '../../compiler';
import { sortedBy } from '../../support/order';
import { addressPeers, LoweredRule, ruleKey, rulePeerKey, weightOf } from './lower';
import { End, RulePeer } from './plan-types';
import { RuleTraffic, ruleTraffic } from './rule-traffic';

/** A rule as a rectangle: some addresses, some services. */
interface Rectangle {
  readonly addresses: AddressSet;
  readonly services: ServiceSet;
  readonly rule: LoweredRule;
}

/**
 * Fewer rules for exactly the same traffic: adjacent and nested blocks become one block, touching ranges of ports become
 * one range. Rules keep the flows that they stand for. Used only where the rules as declared exceed a group, because a
 * merged rule no longer belongs to one flow alone.
 */
export function aggregate(rules: readonly LoweredRule[], opaque: ReadonlyMap<string, OpaquePeer>): LoweredRule[] {
  const groups = new Map<string, LoweredRule[]>();
  for (const rule of rules) {
    const key = `${rule.end} ${isBlock(rule.peer) ? 'blocks' : rulePeerKey(rule.peer)}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()].flatMap((group) => smaller(group, isBlock(group[0].peer) ? mergeBlocks(group, opaque) : mergePorts(group)));
}

/** Merging blocks by service can also cut one block into many; then the rules stay as they were. */
function smaller(before: readonly LoweredRule[], after: readonly LoweredRule[]): readonly LoweredRule[] {
  return after.length < before.length ? after : before;
}

/** Rules to one peer that is compared by identity: only their services can be merged. */
function mergePorts(rules: readonly LoweredRule[]): LoweredRule[] {
  const rectangles = rules.map((rule) => ({ addresses: AddressSet.EMPTY, services: servicesOfRule(rule), rule }));
  const { end, peer, weight } = rules[0];
  return trafficOf(ServiceSet.union(rectangles.map((rectangle) => rectangle.services))).map(({ traffic, services }) => (
    { end, peer, weight, traffic, flows: flowsWithin(rectangles, (rectangle) => !rectangle.services.intersect(services).isEmpty()) }
  ));
}

/** For every stretch of services the union of the blocks that have it, in as few blocks as there are. */
function mergeBlocks(rules: readonly LoweredRule[], opaque: ReadonlyMap<string, OpaquePeer>): LoweredRule[] {
  const rectangles = rules.map((rule) => ({ addresses: addressesOfRule(rule), services: servicesOfRule(rule), rule }));
  const { end } = rules[0];
  const merged = new Map<string, LoweredRule>();
  for (const { services, addresses } of stretches(rectangles)) {
    for (const { traffic, services: part } of trafficOf(services)) {
      for (const peer of addressPeers(end, addresses.cidrs(), traffic)) {
        const block = AddressSet.cidr((peer as { cidr: string }).cidr);
        const flows = flowsWithin(rectangles, (rectangle) => (
          !rectangle.services.intersect(part).isEmpty() && !rectangle.addresses.intersect(block).isEmpty()
        ));
        const rule = { end, peer, traffic, flows, weight: weightOf(peer, opaque) };
        merged.set(ruleKey(rule), rule);
      }
    }
  }
  return [...merged.values()];
}

/** Services that the same addresses have, with these addresses. */
function stretches(rectangles: readonly Rectangle[]): { services: ServiceSet; addresses: AddressSet }[] {
  const byAddresses = new Map<string, { services: ServiceSet; addresses: AddressSet }>();
  for (const services of disjointParts(rectangles)) {
    const having = rectangles.filter((rectangle) => services.isSubsetOf(rectangle.services)).map((rectangle) => rectangle.addresses);
    const addresses = AddressSet.union(having);
    const key = addresses.cidrs().join();
    const known = byAddresses.get(key);
    byAddresses.set(key, { services: known ? known.services.union(services) : services, addresses });
  }
  return sortedBy(byAddresses, ([key]) => key).map(([, stretch]) => stretch);
}

/** The coarsest disjoint services of which each rectangle's services are a union. */
function disjointParts(rectangles: readonly Rectangle[]): ServiceSet[] {
  const distinct = new Map(rectangles.map(({ services }) => [services.toString(), services]));
  let parts: ServiceSet[] = [];
  for (const services of distinct.values()) {
    const rest = parts.reduce((left, part) => left.subtract(part), services);
    parts = [...parts.flatMap((part) => [part.intersect(services), part.subtract(services)]), rest].filter((part) => !part.isEmpty());
  }
  return parts;
}

function trafficOf(services: ServiceSet): { traffic: RuleTraffic; services: ServiceSet }[] {
  return services.ranges().map((range) => ({ traffic: ruleTraffic(range, ''), services: ServiceSet.fromRange(range) }));
}

function servicesOfRule({ traffic: { protocol, fromPort, toPort } }: LoweredRule): ServiceSet {
  if (protocol === '-1') return ServiceSet.ALL;
  const known = (port: number | undefined) => (port === -1 ? undefined : port);
  return ServiceSet.fromRange({ protocol, fromPort: known(fromPort), toPort: known(toPort) });
}

function addressesOfRule({ peer }: LoweredRule): AddressSet {
  return AddressSet.cidr((peer as { cidr: string }).cidr);
}

function flowsWithin(rectangles: readonly Rectangle[], meets: (rectangle: Rectangle) => boolean): Set<CompiledFlow> {
  return new Set(rectangles.filter(meets).flatMap((rectangle) => [...rectangle.rule.flows]));
}

function isBlock(peer: RulePeer): boolean {
  return peer.kind === 'cidrIpv4' || peer.kind === 'cidrIpv6';
}

/** How many rules a direction counts, in each family. */
export function countRules(rules: Iterable<LoweredRule>, end: End): { 4: number; 6: number } {
  const count = { 4: 0, 6: 0 };
  for (const rule of rules) {
    if (rule.end !== end) continue;
    count[4] += rule.weight[4];
    count[6] += rule.weight[6];
  }
  return count;
}
