import { AddressSet, PeerEntry, PeerTraffic, ServiceSet, TrafficSet } from '../../../algebra';
import { firstMatch, OrderedRule } from '../../first-match';
import { End } from '../plan-types';
import { ReadRule } from './model';

/** A rule with what it matches, in the names of one policy. */
export type EvaluatedRule = Pick<ReadRule, 'action' | 'priority' | 'where'> & { readonly traffic: PeerTraffic };

export interface FirewallTraffic {
  readonly admitted: PeerTraffic;
  /** The rule, or what else it is, because of which the files alone do not tell what is admitted. */
  readonly doubt?: string;
}

const ANYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);
const EVERYTHING = PeerTraffic.of([{ peer: ANYWHERE, services: ServiceSet.ALL }]);

/**
 * What one end of a machine admits: one level after the other, in each the rule of the lowest priority that matches, deny
 * before allow where priorities are equal. What no rule decides goes out, and does not come in.
 *
 * @see https://cloud.google.com/firewall/docs/firewall-policies-overview#rule-evaluation
 */
export function firewallTraffic(levels: readonly (readonly EvaluatedRule[])[], end: End): FirewallTraffic {
  const flattened = levels.map(withoutNext);
  const implied: OrderedRule = { action: end === 'egress' ? 'allow' : 'deny', traffic: EVERYTHING };
  const { admitted, undecided } = firstMatch([...flattened.flatMap(({ rules }) => rules), implied]);
  const doubt = flattened.find((level) => level.doubt !== undefined)?.doubt;
  return { admitted, doubt: doubt ?? (undecided.isEmpty() ? undefined : 'a rule behind one that denies') };
}

const ORDER: readonly ReadRule['action'][] = ['deny', 'allow', 'next'];

/** The rules of a level in order, each without what a rule before it handed on to the next level. */
function withoutNext(level: readonly EvaluatedRule[]): { rules: OrderedRule[]; doubt?: string } {
  const sorted = [...level].sort((a, b) => a.priority - b.priority || ORDER.indexOf(a.action) - ORDER.indexOf(b.action));
  let passed = PeerTraffic.EMPTY;
  let doubt: string | undefined;
  const rules: OrderedRule[] = [];
  for (const { action, traffic, where } of sorted) {
    if (action === 'next') {
      passed = passed.union(traffic);
      continue;
    }
    const rest = beyond(traffic, passed);
    if (!rest.certain) doubt ??= where;
    rules.push({ action, traffic: rest.traffic });
  }
  return { rules, doubt };
}

/** What is left of a rule after traffic was handed on. It is uncertain where an opaque peer may be among what was, or not. */
function beyond(traffic: PeerTraffic, passed: PeerTraffic): { traffic: PeerTraffic; certain: boolean } {
  if (passed.isEmpty()) return { traffic, certain: true };
  let certain = true;
  const entries = traffic.subtract(passed).entries().flatMap(({ peer, services }): PeerEntry[] => {
    const meeting = servicesOf(passed.entries()).intersect(services);
    if (meeting.isEmpty()) return [{ peer, services }];
    const opaque = passed.entries().filter((entry) => !(entry.peer instanceof AddressSet) && !entry.services.intersect(services).isEmpty());
    if (opaque.length > 0) certain = false;
    if (peer instanceof AddressSet) return [{ peer, services }];
    const open = servicesIn(TrafficSet.of(ANYWHERE, services).subtract(passed.addresses));
    if (!open.intersect(servicesIn(passed.addresses)).isEmpty()) certain = false;
    return open.isEmpty() ? [] : [{ peer, services: open }];
  });
  return { traffic: PeerTraffic.of(entries), certain };
}

function servicesOf(entries: readonly PeerEntry[]): ServiceSet {
  return ServiceSet.union(entries.map(({ services }) => services));
}

function servicesIn(traffic: TrafficSet): ServiceSet {
  return servicesOf(traffic.entries().map(({ addresses, services }) => ({ peer: addresses, services })));
}
