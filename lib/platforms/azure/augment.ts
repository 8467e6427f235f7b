import { createHash } from 'crypto';
import { AddressSet } from '../../algebra';
import { CompiledFlow } from '../../compiler';
import { sortedBy } from '../../support/order';
import { Admission, AdmittedPeer } from './lower';
import { End, RulePeer, RuleProtocol } from './plan-types';

/** A rule before it has a name, a priority and a description. */
export interface DraftRule {
  readonly end: End;
  readonly protocol: RuleProtocol;
  readonly ports: readonly string[];
  readonly peer: RulePeer;
  readonly flows: ReadonlySet<CompiledFlow>;
  /** What the rule is known by: nothing that changes when one more peer is admitted. Unique in a group. */
  readonly identity: string;
}

type AdmittedEntry = { readonly peer: AdmittedPeer; readonly flows: ReadonlySet<CompiledFlow> };

/**
 * Rules with as many peers in each as Azure takes. It takes application security groups or address blocks or one service tag,
 * no two kinds together; blocks of one family, none inside of another; and a deploy-time value, of which nobody knows inside
 * of which block it will be, therefore by itself.
 *
 * @see https://github.com/kubernetes-sigs/cloud-provider-azure/issues/6775 (overlapping blocks in one rule)
 * @see https://github.com/hashicorp/terraform-provider-azurerm/issues/12534 (two families in one rule)
 */
export function augmentedRules({ end, traffic, peers }: Admission, applicationGroupsPerRule: number): DraftRule[] {
  const { protocol, port } = traffic;
  const entries = [...peers.values()];
  const draft = ({ peer, flows, name }: PeerList): DraftRule => ({ end, protocol, ports: [port], peer, flows, identity: `${end} ${protocol} ${port} ${name}` });
  return [
    ...applicationGroups(entries, applicationGroupsPerRule),
    ...addressBlocks(entries),
    ...entries.flatMap(single),
  ].map(draft);
}

/** The peers of one rule, and what tells the rule from others of its service. */
interface PeerList {
  readonly peer: RulePeer;
  readonly flows: ReadonlySet<CompiledFlow>;
  readonly name: string;
}

function single({ peer, flows }: AdmittedEntry): PeerList[] {
  switch (peer.kind) {
    case 'serviceTag': return [{ peer, flows, name: `tag ${peer.tag}` }];
    case 'value': return [{ peer: { kind: 'addresses', family: peer.family, prefixes: [peer.value] }, flows, name: peer.name }];
    default: return [];
  }
}

/** All blocks of a family in one rule; everything of both families is one rule as well. */
function addressBlocks(entries: readonly AdmittedEntry[]): PeerList[] {
  const lists = ([4, 6] as const).flatMap((family) => {
    const own = entries.filter(({ peer }) => peer.kind === 'block' && peer.family === family);
    if (own.length === 0) return [];
    const addresses = AddressSet.union(own.map(({ peer }) => AddressSet.cidr((peer as { cidr: string }).cidr)));
    return [{ peer: { kind: 'addresses' as const, family, prefixes: addresses.cidrs() }, flows: flowsOf(own), name: `IPv${family}` }];
  });
  const everything = lists.length === 2 && lists.every(({ peer: { prefixes } }) => prefixes.length === 1 && prefixes[0].endsWith('/0'));
  return everything ? [{ peer: { kind: 'any' }, flows: flowsOf(lists), name: 'any' }] : lists;
}

function applicationGroups(entries: readonly AdmittedEntry[], perRule: number): PeerList[] {
  const own = entries.flatMap(({ peer, flows }) => (peer.kind === 'workload' ? [{ id: peer.id, flows }] : []));
  const ids = new Map(own.map(({ id, flows }) => [id, flows]));
  return shares([...ids.keys()], perRule).map(({ name, members }) => ({
    peer: { kind: 'applicationGroups', workloads: members },
    flows: flowsOf(members.map((id) => ({ flows: ids.get(id)! }))),
    name: `groups ${name}`,
  }));
}

/**
 * Deals ids out to shares of at most so many. A share that overflows is halved by the next bit of its members' hashes, and
 * the lower half keeps its name: one more id changes its own share, and the others stay as they are.
 */
export function shares(ids: readonly string[], size: number, depth = 0, name = ''): { name: string; members: string[] }[] {
  if (ids.length === 0) return [];
  if (ids.length <= size || depth === MOST_BITS) return chunks(sortedBy(ids, (id) => id), size, name);
  const upper = new Set(ids.filter((id) => bit(id, depth)));
  return [
    ...shares(ids.filter((id) => !upper.has(id)), size, depth + 1, name),
    ...shares([...upper], size, depth + 1, `${name}${depth}.`),
  ];
}

/** Consecutive parts of at most so many. */
export function chunks<T>(items: readonly T[], size: number, name: string): { name: string; members: T[] }[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => (
    { name: index === 0 ? name : `${name}+${index}`, members: items.slice(index * size, (index + 1) * size) }));
}

/** More than any hash needs to tell its ids apart; beyond it they are counted off. */
const MOST_BITS = 32;

function bit(id: string, depth: number): boolean {
  return (createHash('sha256').update(id).digest().readUInt32BE(0) >>> depth) % 2 === 1;
}

export function flowsOf(parts: Iterable<{ readonly flows: Iterable<CompiledFlow> }>): Set<CompiledFlow> {
  return new Set([...parts].flatMap(({ flows }) => [...flows]));
}
