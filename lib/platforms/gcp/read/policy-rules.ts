import { Scope } from '../../terraform/evaluate';
import { Body } from '../../terraform/stack';
import { Place } from './firewall-rules';
import { IdentityName, Level, ReadPeer, ReadRule } from './model';
import { ANY_IPV4, ANYWHERE, RuleReader, unreadable } from './rule-reader';

/** Names of blocks, which differ between a rule of its own and one inside `..._policy_with_rules`. */
export interface PolicyRuleForm {
  readonly layer4: string;
  readonly sourceTags: string;
  readonly targetTags: string;
}

export const RULE: PolicyRuleForm = { layer4: 'layer4_configs', sourceTags: 'src_secure_tags', targetTags: 'target_secure_tags' };
export const INNER_RULE: PolicyRuleForm = { layer4: 'layer4_config', sourceTags: 'src_secure_tag', targetTags: 'target_secure_tag' };

/** What a profile inspects is admitted as far as the rule goes. */
const ACTIONS: { readonly [action: string]: ReadRule['action'] } = {
  ALLOW: 'allow', APPLY_SECURITY_PROFILE_GROUP: 'allow', DENY: 'deny', GOTO_NEXT: 'next',
};
/** By these a rule matches what only Google knows. */
const BEYOND = [
  'src_fqdns', 'dest_fqdns', 'src_region_codes', 'dest_region_codes', 'src_threat_intelligences', 'dest_threat_intelligences',
  'src_network_context', 'dest_network_context', 'src_network_scope', 'dest_network_scope', 'src_network_type', 'dest_network_type', 'src_networks',
];

/** A rule of a network firewall policy; undefined where it is disabled, or for load balancers and no machine. */
export function policyRule(
  reader: RuleReader, form: PolicyRuleForm, body: Body, scope: Scope, policy: string, level: Level, { where, container, artifact }: Place,
): ReadRule | undefined {
  if (reader.flag(body, 'disabled', scope) || reader.word(body, 'target_type', scope, 'INSTANCES') === 'INTERNAL_MANAGED_LB') return undefined;
  const end = reader.end(body, scope);
  const word = reader.word(body, 'action', scope, '');
  const action = ACTIONS[word] ?? unreadable(`its action is ${JSON.stringify(word)}`);
  const matches = reader.blocks(body, 'match', scope);
  if (matches.length !== 1) unreadable('it has no match');
  const [{ body: match, scope: inner }] = matches;
  return {
    where,
    container,
    artifact,
    level,
    place: { policy },
    end,
    action,
    priority: reader.priority(body, scope),
    targets: [
      ...tags(reader, body, form.targetTags, scope),
      ...reader.identities(body, 'target_service_accounts', 'serviceAccount', scope),
    ],
    services: reader.services(match, form.layer4, 'ip_protocol', inner),
    peers: peersOf(reader, form, end, action, match, inner),
    owner: reader.owner(body, scope),
  };
}

function peersOf(reader: RuleReader, form: PolicyRuleForm, end: ReadRule['end'], action: ReadRule['action'], match: Body, scope: Scope): ReadPeer[] {
  const [side, other] = end === 'ingress' ? ['src', 'dest'] : ['dest', 'src'];
  for (const name of [...BEYOND, `${other}_ip_ranges`, `${other}_address_groups`]) {
    if (reader.isSet(match, name, scope)) unreadable(`what ${name} matches cannot be evaluated`);
  }
  const peers = [
    ...reader.ranges(match, `${side}_ip_ranges`, scope),
    ...reader.tokens(match, `${side}_address_groups`, scope),
    ...tags(reader, match, form.sourceTags, scope).map((identity): ReadPeer => ({ kind: 'identity', identity })),
  ];
  if (peers.length > 0) return peers;
  // Which addresses a rule without any means is not documented: the reading must not be narrower than the rule.
  return [action === 'allow' ? ANYWHERE : ANY_IPV4];
}

function tags(reader: RuleReader, body: Body, name: string, scope: Scope): IdentityName[] {
  return reader.blocks(body, name, scope).flatMap(({ body: tag, scope: inner }) => reader.identities(tag, 'name', 'secureTag', inner));
}
