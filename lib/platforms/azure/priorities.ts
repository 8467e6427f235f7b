import { createHash } from 'crypto';
import { sortedBy } from '../../support/order';
import { stableId } from '../../support/stable-id';

/**
 * Priorities that rules can have, the lowest one first in force, and those at the end that are no flow's.
 *
 * @see https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
 */
const FIRST = 100;
export const SCOPE_PRIORITY = { 6: 4094, 4: 4095 } as const;
export const DENY_PRIORITY = 4096;

/** How many rules of flows a direction has priorities for: a round number, so that the message about it can be learnt. */
export const MOST_FLOW_RULES = 3990;

/**
 * A priority for each rule of a direction, from what the rule is and not from where it stands in a list: a rule more leaves
 * the others alone. All of these rules allow, so their order means nothing; gaps are what makes the order not matter.
 *
 * Each rule has a sequence of its own to choose from, and two that want the same number are settled by their ids. So a new
 * rule moves another one only if it wants that one's number and its id comes first: among 300 rules about 1 time in 25.
 */
export function assignPriorities(identities: Iterable<string>): Map<string, number> {
  const taken = new Set<number>();
  const priorities = new Map<string, number>();
  for (const identity of sortedBy(identities, (each) => stableId(each))) {
    const priority = firstFree(identity, taken);
    taken.add(priority);
    priorities.set(identity, priority);
  }
  return priorities;
}

function firstFree(identity: string, taken: ReadonlySet<number>): number {
  for (let attempt = 0; ; attempt += 1) {
    const digest = createHash('sha256').update(`${attempt}:${identity}`).digest();
    const priority = FIRST + (digest.readUIntBE(0, 6) % MOST_FLOW_RULES);
    if (!taken.has(priority)) return priority;
  }
}
