import { AddressBlock, AddressSet, parseCidr, ServiceSet } from '../../algebra';
import { CompiledFlow, OpaquePeer } from '../../compiler';
import { sortedBy } from '../../support/order';
import { addressPeers, LoweredRule, rulePeerKey, weightOf } from './lower';
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
    const key = `${rule.end} ${isBlock(rule.peer) ? `${rule.peer.kind} ${rule.traffic.protocol}` : rulePeerKey(rule.peer)}`;
    const group = groups.get(key);
    if (group) group.push(rule);
    else groups.set(key, [rule]);
  }
  return [...groups.values()].flatMap((group) => smaller(group, isBlock(group[0].peer) ? mergeBlocks(group, opaque) : mergePorts(group)));
}

/** Merging blocks by service can also cut one block into many; then the rules, all of one family, stay as they were. */
function smaller(before: readonly LoweredRule[], after: readonly LoweredRule[]): readonly LoweredRule[] {
  return after.length < before.length ? after : before;
}

/** Rules to one peer that is compared by identity: only their services can be merged. */
function mergePorts(rules: readonly LoweredRule[]): LoweredRule[] {
  const parts = rules.map((rule) => ({ rule, services: servicesOfRule(rule) }));
  const { end, peer, weight } = rules[0];
  return trafficOf(ServiceSet.union(parts.map((part) => part.services))).map(({ traffic, services }) => {
    const flows = flowsOf(parts.filter((part) => part.services.isSubsetOf(services)).map((part) => part.rule));
    return { end, peer, weight, traffic, flows };
  });
}

/** Rules of one protocol and family: for every stretch of services the union of the blocks that have it, in as few blocks as there are. */
function mergeBlocks(rules: readonly LoweredRule[], opaque: ReadonlyMap<string, OpaquePeer>): LoweredRule[] {
  const rectangles = rules.map((rule) => ({ addresses: addressesOfRule(rule), services: servicesOfRule(rule), rule }));
  const { end } = rules[0];
  return stretches(rectangles).flatMap(({ services, addresses }) => trafficOf(services).flatMap(({ traffic, services: part }) => {
    const meeting = rectangles.filter((rectangle) => !rectangle.services.intersect(part).isEmpty()).map(({ rule }) => rule);
    const peers = addressPeers(end, addresses.cidrs(), traffic);
    const owners = rulesByBlock(peers.map(blockOfPeer), meeting);
    return peers.map((peer, index) => ({ end, peer, traffic, flows: flowsOf(owners[index]), weight: weightOf(peer, opaque) }));
  }));
}

/**
 * Which rules each merged block stands for. Two blocks are nested or apart, and a rule's block lies whole in the union:
 * it is inside one merged block, or, where everything outbound is halved, contains two.
 */
function rulesByBlock(merged: readonly AddressBlock[], rules: readonly LoweredRule[]): LoweredRule[][] {
  const owners: LoweredRule[][] = merged.map(() => []);
  const sorted = merged.map((block, index) => ({ block, index })).sort((a, b) => compareBlocks(a.block, b.block));
  for (const rule of rules) {
    const own = blockOfPeer(rule.peer);
    for (let at = firstNotBefore(sorted, own); at < sorted.length && meets(sorted[at].block, own); at += 1) {
      owners[sorted[at].index].push(rule);
    }
  }
  return owners;
}

/** Binary search for the first block that does not end before the other begins. */
function firstNotBefore(sorted: readonly { readonly block: AddressBlock }[], own: AddressBlock): number {
  let low = 0;
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1;
    const { family, to } = sorted[middle].block;
    if (family < own.family || (family === own.family && to < own.from)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function meets(a: AddressBlock, b: AddressBlock): boolean {
  return a.family === b.family && a.from <= b.to && b.from <= a.to;
}

function compareBlocks(a: AddressBlock, b: AddressBlock): number {
  return a.family - b.family || (a.from < b.from ? -1 : 1);
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

function blockOfPeer(peer: RulePeer): AddressBlock {
  return parseCidr((peer as { cidr: string }).cidr);
}

function flowsOf(rules: readonly LoweredRule[]): Set<CompiledFlow> {
  return new Set(rules.flatMap((rule) => [...rule.flows]));
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
