import { Scope } from '../../terraform/evaluate';
import { Body, Stack } from '../../terraform/stack';
import { IdentityName, ReadPeer, ReadRule } from './model';
import { ANY_IPV4, RuleReader, unreadable } from './rule-reader';

/** Where a rule stands in the files. */
export type Place = Pick<ReadRule, 'where' | 'container' | 'artifact'> & { readonly stack: Stack };

const DEFAULT_PRIORITY = 1000;

/** A `google_compute_firewall`; undefined where it is disabled. */
export function firewallRule(reader: RuleReader, body: Body, scope: Scope, { where, container, artifact }: Place): ReadRule | undefined {
  if (reader.flag(body, 'disabled', scope)) return undefined;
  const end = reader.end(body, scope);
  const [allowed, denied] = ['allow', 'deny'].map((block) => reader.services(body, block, 'protocol', scope));
  if (allowed.isEmpty() === denied.isEmpty()) unreadable('it allows and denies, or neither');
  const network = reader.names.network(body.network, scope) ?? unreadable('it names no network');
  return {
    where,
    container,
    artifact,
    level: 'firewall',
    place: { network },
    end,
    action: denied.isEmpty() ? 'allow' : 'deny',
    priority: reader.priority(body, scope, DEFAULT_PRIORITY),
    targets: identities(reader, body, 'target', scope),
    services: denied.isEmpty() ? allowed : denied,
    peers: end === 'ingress' ? sources(reader, body, scope) : destinations(reader, body, scope),
    owner: reader.owner(body, scope),
  };
}

/** Any of the ranges, tags and accounts; without all of them any IPv4 address. */
function sources(reader: RuleReader, body: Body, scope: Scope): ReadPeer[] {
  if (reader.isSet(body, 'destination_ranges', scope)) unreadable('destination_ranges of an ingress rule name some addresses of its targets only');
  const peers = [
    ...reader.ranges(body, 'source_ranges', scope),
    ...identities(reader, body, 'source', scope).map((identity): ReadPeer => ({ kind: 'identity', identity })),
  ];
  return peers.length > 0 ? peers : [ANY_IPV4];
}

function destinations(reader: RuleReader, body: Body, scope: Scope): ReadPeer[] {
  if (reader.isSet(body, 'source_ranges', scope)) unreadable('source_ranges of an egress rule name some addresses of its targets only');
  const peers = reader.ranges(body, 'destination_ranges', scope);
  return peers.length > 0 ? peers : [ANY_IPV4];
}

function identities(reader: RuleReader, body: Body, side: 'source' | 'target', scope: Scope): IdentityName[] {
  return [
    ...reader.identities(body, `${side}_tags`, 'tag', scope),
    ...reader.identities(body, `${side}_service_accounts`, 'serviceAccount', scope),
  ];
}
