import { AddressSet, PeerAtom, PeerEntry, PeerTraffic, ServiceSet } from '../../algebra';
import { End } from '../../platforms/aws/plan-types';
import { ruleServices } from '../../platforms/aws/read/rule-content';
import { blockAddresses } from '../../platforms/written-block';
import { keyOf } from './property-path';

/** Properties of a rule, inline or standalone, in the spelling of L1 classes or of templates. */
export type RuleProperties = Record<string, unknown>;

/** Who is behind a reference to a group; undefined if nobody can tell. */
export type GroupReading = (reference: unknown) => readonly PeerAtom[] | undefined;

/** A rule that says something that only the deployment knows. */
export class UnreadableRule extends Error {}

/** What a rule admits, and at which address or group. @throws UnreadableRule */
export function readRule(rule: RuleProperties, end: End, groupOf: GroupReading): PeerEntry[] {
  const services = readServices(rule);
  return readPeers(rule, end, groupOf).map((peer) => ({ peer, services }));
}

/** What EC2 lets out of a group that says nothing. */
export const ALL_OUTBOUND = PeerTraffic.of([
  { peer: AddressSet.ANY_IPV4, services: ServiceSet.ALL },
  { peer: AddressSet.ANY_IPV6, services: ServiceSet.ALL },
]);

function readServices(rule: RuleProperties): ServiceSet {
  const values = ['ipProtocol', 'fromPort', 'toPort'].map((name) => get(rule, name));
  return ruleServices(values[0], values[1], values[2]) ?? unreadable(`its protocol and ports are ${JSON.stringify(values)}`);
}

function readPeers(rule: RuleProperties, end: End, groupOf: GroupReading): (AddressSet | PeerAtom)[] {
  const [list, group] = end === 'ingress' ? ['sourcePrefixListId', 'sourceSecurityGroupId'] : ['destinationPrefixListId', 'destinationSecurityGroupId'];
  const cidr = get(rule, 'cidrIp') ?? get(rule, 'cidrIpv6');
  if (typeof cidr === 'string') return [blockAddresses(cidr) ?? unreadable(`it admits ${cidr}`)];
  if (cidr !== undefined) return [{ kind: 'token', id: JSON.stringify(cidr) }];
  const listId = get(rule, list);
  if (listId !== undefined) return [{ kind: 'prefixList', id: typeof listId === 'string' ? listId : JSON.stringify(listId) }];
  const reference = get(rule, group);
  if (reference === undefined) unreadable('it names nobody');
  return [...groupOf(reference) ?? [{ kind: 'token', id: JSON.stringify(reference) } as const]];
}

function get(rule: RuleProperties, name: string): unknown {
  return rule[keyOf(rule, name)];
}

function unreadable(what: string): never {
  throw new UnreadableRule(what);
}
