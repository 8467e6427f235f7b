import { AddressSet, ServiceSet, TrafficSet } from '../../algebra';
import { CompiledFlow } from '../../compiler';
import { sortedBy } from '../../support/order';
import { augmentedRules, chunks, DraftRule, flowsOf } from './augment';
import { Admission, AdmittedPeer } from './lower';
import { RulePeer } from './plan-types';
import { portTexts, servicesOf } from './rule-traffic';

/** A peer with all that it may do by one protocol in one direction. */
interface Allowance {
  readonly peer: AdmittedPeer;
  readonly services: ServiceSet;
  readonly flows: ReadonlySet<CompiledFlow>;
}

/** Peers that one rule can name together, with the services that all of them have, and the name of the first of them. */
interface Merged {
  readonly first: string;
  readonly peer: RulePeer;
  readonly services: ServiceSet;
  readonly flows: ReadonlySet<CompiledFlow>;
}

/**
 * Fewer rules for exactly the same traffic: ports of equal peers stand in one rule. Used only where the rules of
 * `augmentedRules` exceed a group, because then a rule is no longer known by its service, and a flow more may change several.
 */
export function compactRules(admissions: readonly Admission[], applicationGroupsPerRule: number): DraftRule[] {
  const parts = new Map<string, Admission[]>();
  for (const admission of admissions) {
    for (const part of byKindOfPeer(admission)) {
      const { end, traffic: { protocol } } = admission;
      const key = `${end} ${protocol} ${part.kind}`;
      parts.set(key, [...parts.get(key) ?? [], part.admission]);
    }
  }
  return [...parts].flatMap(([key, part]) => {
    const asDeclared = part.flatMap((admission) => augmentedRules(admission, applicationGroupsPerRule));
    const compacted = mergedRules(key, part, applicationGroupsPerRule);
    // Cutting blocks by service can also make more of them.
    return compacted.length < asDeclared.length ? compacted : asDeclared;
  });
}

function byKindOfPeer({ end, traffic, peers }: Admission): { kind: string; admission: Admission }[] {
  const kinds = new Map<string, Admission['peers']>();
  for (const [key, entry] of peers) {
    const kind = entry.peer.kind;
    kinds.set(kind, (kinds.get(kind) ?? new Map<string, never>()).set(key, entry));
  }
  return [...kinds].map(([kind, some]) => ({ kind, admission: { end, traffic, peers: some } }));
}

function mergedRules(key: string, admissions: readonly Admission[], applicationGroupsPerRule: number): DraftRule[] {
  const { end, traffic: { protocol } } = admissions[0];
  return merged(allowancesOf(admissions), applicationGroupsPerRule).map(({ first, peer, services, flows }) => {
    const ports = portTexts(protocol, services);
    return { end, protocol, ports, peer, flows, identity: `merged ${key} ${ports.join()} ${first}` };
  });
}

function merged(allowances: readonly Allowance[], applicationGroupsPerRule: number): Merged[] {
  switch (allowances[0].peer.kind) {
    case 'workload': return mergedGroups(allowances, applicationGroupsPerRule);
    case 'block': return ([4, 6] as const).flatMap((family) => mergedBlocks(allowances, family));
    default: return allowances.map(({ peer, services, flows }) => ({ first: nameOf(peer), peer: rulePeer(peer), services, flows }));
  }
}

function mergedGroups(allowances: readonly Allowance[], perRule: number): Merged[] {
  const byServices = new Map<string, Allowance[]>();
  for (const allowance of allowances) byServices.set(allowance.services.key, [...byServices.get(allowance.services.key) ?? [], allowance]);
  return [...byServices.values()].flatMap((alike) => chunks(sortedBy(alike, idOf), perRule, '').map(({ members }) => (
    { first: idOf(members[0]), peer: { kind: 'applicationGroups', workloads: members.map(idOf) }, services: members[0].services, flows: flowsOf(members) })));
}

/** Every address stands in the one rule that has all its services. */
function mergedBlocks(allowances: readonly Allowance[], family: 4 | 6): Merged[] {
  const own = allowances.filter(({ peer }) => (peer as { family: 4 | 6 }).family === family)
    .map((allowance) => ({ ...allowance, addresses: AddressSet.cidr((allowance.peer as { cidr: string }).cidr) }));
  const all = TrafficSet.union(own.map(({ addresses, services }) => [addresses, services]));
  return all.entries().map(({ addresses, services }) => ({
    first: `IPv${family}`,
    peer: { kind: 'addresses', family, prefixes: addresses.cidrs() },
    services,
    flows: flowsOf(own.filter((part) => part.services.isSubsetOf(services) && !part.addresses.intersect(addresses).isEmpty())),
  }));
}

/** One for each peer, with the services of all admissions that name it. */
function allowancesOf(admissions: readonly Admission[]): Allowance[] {
  const found = new Map<string, { peer: AdmittedPeer; services: ServiceSet[]; flows: ReadonlySet<CompiledFlow>[] }>();
  for (const { traffic: { protocol, port }, peers } of admissions) {
    for (const [key, { peer, flows }] of peers) {
      const known = found.get(key) ?? { peer, services: [], flows: [] };
      found.set(key, known);
      known.services.push(servicesOf(protocol, [port]));
      known.flows.push(flows);
    }
  }
  return [...found.values()].map(({ peer, services, flows }) => (
    { peer, services: ServiceSet.union(services), flows: new Set(flows.flatMap((some) => [...some])) }));
}

function rulePeer(peer: AdmittedPeer): RulePeer {
  if (peer.kind === 'serviceTag') return peer;
  const { value, family } = peer as AdmittedPeer & { kind: 'value' };
  return { kind: 'addresses', family, prefixes: [value] };
}

function nameOf(peer: AdmittedPeer): string {
  return peer.kind === 'serviceTag' ? peer.tag : (peer as { name: string }).name;
}

function idOf({ peer }: Allowance): string {
  return (peer as { id: string }).id;
}
