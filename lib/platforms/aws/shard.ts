import { createHash } from 'crypto';
import { compareText } from '../../support/order';
import { LoweredRule, ruleKey } from './lower';
import { End } from './plan-types';

/** Rules that one group may still take, by direction and address family. */
export interface Capacity {
  readonly ingress: { readonly 4: number; readonly 6: number };
  readonly egress: { readonly 4: number; readonly 6: number };
}

/** What is left of a capacity. */
type Room = Record<End, { 4: number; 6: number }>;

/**
 * Deals rules out to as few groups as hold them. Each rule prefers a group by its content, so that one more rule moves
 * another only where a group is full.
 *
 * @param capacities of the first, second … group; as many as an interface may carry.
 * @returns the rules of each group, or undefined where even all groups together do not hold them.
 */
export function shard(rules: readonly LoweredRule[], capacities: readonly Capacity[]): LoweredRule[][] | undefined {
  const ordered = orderForDealing(rules);
  for (let count = 1; count <= capacities.length; count += 1) {
    const shards = deal(ordered, capacities.slice(0, count));
    if (shards) return shards;
  }
  return undefined;
}

/** Heavy rules first, since they are the hardest to place; then by content, never by order of declaration. */
function orderForDealing(rules: readonly LoweredRule[]): { rule: LoweredRule; preference: number }[] {
  return rules
    .map((rule) => ({ rule, key: ruleKey(rule) }))
    .sort((a, b) => heaviest(b.rule) - heaviest(a.rule) || compareText(a.key, b.key))
    .map(({ rule, key }) => ({ rule, preference: createHash('sha256').update(key).digest().readUInt32BE(0) }));
}

function deal(ordered: readonly { rule: LoweredRule; preference: number }[], capacities: readonly Capacity[]): LoweredRule[][] | undefined {
  // Quotas can be smaller than what is kept free.
  if (capacities.some(({ ingress, egress }) => Math.min(ingress[4], ingress[6], egress[4], egress[6]) < 0)) return undefined;
  const room: Room[] = capacities.map(({ ingress, egress }) => ({ ingress: { ...ingress }, egress: { ...egress } }));
  const shards: LoweredRule[][] = capacities.map(() => []);
  for (const { rule, preference } of ordered) {
    const index = firstWithRoom(rule, room, preference % capacities.length);
    if (index === undefined) return undefined;
    room[index][rule.end][4] -= rule.weight[4];
    room[index][rule.end][6] -= rule.weight[6];
    shards[index].push(rule);
  }
  return shards;
}

function firstWithRoom(rule: LoweredRule, room: readonly Room[], preferred: number): number | undefined {
  for (let step = 0; step < room.length; step += 1) {
    const index = (preferred + step) % room.length;
    const left = room[index][rule.end];
    if (rule.weight[4] <= left[4] && rule.weight[6] <= left[6]) return index;
  }
  return undefined;
}

function heaviest({ weight }: LoweredRule): number {
  return Math.max(weight[4], weight[6]);
}
