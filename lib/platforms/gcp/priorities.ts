import { createHash } from 'crypto';
import { compareText } from '../../support/order';
import { RuleRole } from './plan-types';

/** Priorities from `first`, `count` of them. */
export interface PriorityBand {
  readonly first: number;
  readonly count: number;
}

/**
 * Where the rules of a network firewall policy stand. What a user puts before 1,000,000,000 decides before this library
 * does. The bands are wide, so that two hashes hardly ever meet; above them are the policy's own predefined rules.
 */
export const POLICY_BANDS: { readonly [role in RuleRole]: PriorityBand } = {
  flow: { first: 1_000_000_000, count: 1_000_000_000 },
  scope: { first: 2_000_000_000, count: 50_000_000 },
  deny: { first: 2_100_000_000, count: 40_000_000 },
};

/**
 * Where VPC firewall rules stand: behind users' own (1000 by default), before those of a default network (65534), and deny
 * after allow. Rules of one role share a priority, since they never contradict each other.
 *
 * @see https://cloud.google.com/firewall/docs/firewalls#priority_order_for_firewall_rules
 */
export const FIREWALL_PRIORITIES: { readonly [role in RuleRole]: number } = { flow: 50_000, scope: 60_000, deny: 65_000 };

/**
 * A priority for each id, from a hash of it: one more rule changes no other, except where it meets another's hash. Then the
 * one whose id comes first in order of text has the place, and the other the next one from its own hash on.
 */
export function prioritiesOf(ids: readonly string[], { first, count }: PriorityBand): Map<string, number> {
  const taken = new Set<number>();
  const priorities = new Map<string, number>();
  for (const id of [...ids].sort(compareText)) {
    let place = hashOf(id) % count;
    while (taken.has(place)) place = (place + 1) % count;
    taken.add(place);
    priorities.set(id, first + place);
  }
  return priorities;
}

function hashOf(id: string): number {
  return createHash('sha256').update(id).digest().readUIntBE(0, 6);
}
