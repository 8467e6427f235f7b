import { conflicting, exactlyOne, inBlocks, longestText, mostItems, oneOf, within } from '../config-checks';
import { ConfigCheck } from '../platform';
import { DESCRIPTION_CHARACTERS, ipRanges, neededIn, networkTags, oneFamily, ports, portsOnlyWhereTheyExist, protocol, resourceName, unusedIn } from './checks';

/**
 * `google_compute_firewall`. Choices, ranges, ten service accounts and what excludes what:
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/compute/resource_compute_firewall.go
 *
 * Ranges and tags: https://cloud.google.com/firewall/docs/quotas
 */
const RANGES = 5000;
const SOURCE_TAGS = 30;
const TARGET_TAGS = 70;
const SERVICE_ACCOUNTS = 10;

export const action = exactlyOne('allow', 'deny');
export const priority = within('priority', 0, 65535);
export const direction = oneOf('direction', ['INGRESS', 'EGRESS']);
export const sources = neededIn('INGRESS', 'source_ranges', 'source_tags', 'source_service_accounts');
export const noSourceIdentityForEgress = unusedIn('EGRESS', 'source_tags', 'source_service_accounts');
export const tagsOrServiceAccounts: readonly ConfigCheck[] = [
  conflicting('source_service_accounts', 'source_tags', 'target_tags'),
  conflicting('target_service_accounts', 'source_tags', 'target_tags'),
];
export const services = (['allow', 'deny'] as const).map((name) => inBlocks(name, protocol('protocol'), portsOnlyWhereTheyExist('protocol'), ports));
export const limits = [
  mostItems('source_ranges', RANGES), mostItems('destination_ranges', RANGES),
  mostItems('source_tags', SOURCE_TAGS), mostItems('target_tags', TARGET_TAGS),
  mostItems('source_service_accounts', SERVICE_ACCOUNTS), mostItems('target_service_accounts', SERVICE_ACCOUNTS),
];
export const logging = inBlocks('log_config', oneOf('metadata', ['EXCLUDE_ALL_METADATA', 'INCLUDE_ALL_METADATA']));

export const VPC_FIREWALL_RULE: readonly ConfigCheck[] = [
  resourceName, longestText('description', DESCRIPTION_CHARACTERS), action, priority, direction,
  sources, noSourceIdentityForEgress, ...tagsOrServiceAccounts, ...services, ...limits, logging,
  networkTags('source_tags'), networkTags('target_tags'),
  ipRanges('source_ranges', 'destination_ranges'), oneFamily('source_ranges', 'destination_ranges'),
];
