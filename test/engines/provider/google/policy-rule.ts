import { conflicting, inBlocks, invalid, longestText, mostItems, oneOf, within } from '../config-checks';
import { ConfigCheck, WorldCheck } from '../platform';
import { Attributes, blocksIn, stringIn } from '../values';
import { idOf, World } from '../world';
import { DESCRIPTION_CHARACTERS, ipRanges, neededIn, oneFamily, ports, portsOnlyWhereTheyExist, protocol, unusedIn } from './checks';
import { lastSegment } from './self-link';

/**
 * `google_compute_network_firewall_policy_rule`. Figures and choices:
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/compute/resource_compute_network_firewall_policy_rule.go
 *
 * What goes with which direction: https://cloud.google.com/firewall/docs/firewall-policies-rule-details
 */
const SECURE_TAGS = 256;
const RANGES = 5000;
const ADDRESS_GROUPS = 10;
const FQDNS = 100;

const SOURCES = ['src_ip_ranges', 'src_secure_tags', 'src_address_groups', 'src_fqdns', 'src_region_codes', 'src_threat_intelligences'];
const DESTINATIONS = ['dest_ip_ranges', 'dest_address_groups', 'dest_fqdns', 'dest_region_codes', 'dest_threat_intelligences'];

export const priority = within('priority', 0, 2147483647);
export const direction = oneOf('direction', ['INGRESS', 'EGRESS']);
export const action = oneOf('action', ['allow', 'deny', 'goto_next', 'apply_security_profile_group']);

/** Judges the match of a rule, which does not know the direction of its rule by itself. */
const inMatch = (...checks: readonly ConfigCheck[]): ConfigCheck => (rule) =>
  blocksIn(rule, 'match').flatMap((match) => checks.flatMap((check) => check({ ...match, direction: rule.direction })))
    .map((problem) => ({ ...problem, attribute: 'match' }));

export const sources = inMatch(neededIn('INGRESS', ...SOURCES));
export const destinations = inMatch(neededIn('EGRESS', ...DESTINATIONS));
export const noSourceTagsForEgress = inMatch(unusedIn('EGRESS', 'src_secure_tags'));
export const services = inMatch(inBlocks('layer4_configs', protocol('ip_protocol'), portsOnlyWhereTheyExist('ip_protocol'), ports));
export const ranges = inMatch(ipRanges('src_ip_ranges', 'dest_ip_ranges'), oneFamily('src_ip_ranges', 'dest_ip_ranges'));
export const limits = [
  mostItems('target_secure_tags', SECURE_TAGS),
  inMatch(
    mostItems('src_secure_tags', SECURE_TAGS), mostItems('src_ip_ranges', RANGES), mostItems('dest_ip_ranges', RANGES),
    mostItems('src_address_groups', ADDRESS_GROUPS), mostItems('dest_address_groups', ADDRESS_GROUPS),
    mostItems('src_fqdns', FQDNS), mostItems('dest_fqdns', FQDNS),
  ),
];
export const tagsOrServiceAccounts = conflicting('target_secure_tags', 'target_service_accounts');

/** A secure tag goes by its number, `tagValues/123`, not by its short name. */
export const secureTagNames: ConfigCheck = (rule) => secureTags(rule).filter((tag) => !/^tagValues\/\d+$/.test(tag))
  .map((tag) => invalid('target_secure_tags', `${tag} is no tag value: they are named tagValues/ and a number`));

/** "you cannot enable logging on goto_next rules" */
export const logging: ConfigCheck = (rule) =>
  (rule.action === 'goto_next' && rule.enable_logging === true ? [invalid('enable_logging', 'a goto_next rule cannot be logged')] : []);

export const POLICY_RULE: readonly ConfigCheck[] = [
  priority, direction, action, longestText('description', DESCRIPTION_CHARACTERS), sources, destinations, noSourceTagsForEgress,
  services, ranges, ...limits, tagsOrServiceAccounts, secureTagNames, logging,
];

export const policyExists: WorldCheck = (rule, world) => {
  const policy = lastSegment(stringIn(rule, 'firewall_policy') ?? '');
  if (world.all('google_compute_network_firewall_policy').some((other) => stringIn(other, 'name') === policy)) return [];
  return [{ summary: 'notFound', detail: `The firewall policy ${policy} was not found.`, attribute: 'firewall_policy' }];
};

/** Only tags for firewalls have an effect: https://cloud.google.com/firewall/docs/tags-firewalls-overview */
export const secureTagsAreForFirewalls: WorldCheck = (rule, world) => secureTags(rule)
  .filter((tag) => !isForFirewalls(tag, world))
  .map((tag) => ({ summary: 'invalid', detail: `The tag value ${tag} does not exist, or its key has not the purpose GCE_FIREWALL.` }));

function isForFirewalls(tag: string, world: World): boolean {
  const key = stringIn(world.get('google_tags_tag_value', tag) ?? {}, 'parent') ?? '';
  return world.all('google_tags_tag_key').some((other) => idOf(other) === key && stringIn(other, 'purpose') === 'GCE_FIREWALL');
}

function secureTags(rule: Attributes): string[] {
  const blocks = [...blocksIn(rule, 'target_secure_tags'), ...blocksIn(rule, 'match').flatMap((match) => blocksIn(match, 'src_secure_tags'))];
  return blocks.flatMap((block) => stringIn(block, 'name') ?? []);
}
