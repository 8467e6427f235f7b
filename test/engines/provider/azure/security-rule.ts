import { conflicting, exactlyOne, familyOf, hasHostBits, invalid, isPortRange, longestText, matches, mostItems, oneOf, overlap, within } from '../config-checks';
import { ConfigCheck, Problem } from '../platform';
import { Attributes, stringIn, stringsIn } from '../values';

/**
 * What azurerm and Azure Resource Manager refuse in one security rule, by itself.
 *
 * - https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/network/network_security_rule_resource.go
 *   for priority, choices, the length of descriptions, the number of ASGs and what excludes what
 * - https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork for names
 */

const SIDES = ['source', 'destination'] as const;
type Side = typeof SIDES[number];

/** ARM's codes for what only the API finds. */
const api = (summary: string, attribute: string, detail: string): Problem => ({ summary, attribute, detail });

/** Names of security rules, security groups and application security groups alike. */
export const resourceName: ConfigCheck = matches('name', /^[A-Za-z0-9]([\w.-]{0,78}\w)?$/,
  'up to 80 alphanumerics, underscores, periods and hyphens; it starts with an alphanumeric and ends with an alphanumeric or underscore');

export const description = longestText('description', 140);
export const priority = within('priority', 100, 4096);
export const protocol = oneOf('protocol', ['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*']);
export const direction = oneOf('direction', ['Inbound', 'Outbound']);
export const access = oneOf('access', ['Allow', 'Deny']);

/** https://github.com/hashicorp/terraform-provider-azurerm/issues/9884: ten since the API was found to take that many. */
export const fewGroups = eachSide((side) => mostItems(`${side}_application_security_group_ids`, 10));

export const onePeerKind = eachSide((side) => exactlyOne(`${side}_address_prefix`, `${side}_address_prefixes`, `${side}_application_security_group_ids`));

/** The provider only says that they conflict; the API wants one. */
export const onePortKind = eachSide((side) => (config) => [
  ...conflicting(`${side}_port_range`, `${side}_port_ranges`)(config),
  ...exactlyOne(`${side}_port_range`, `${side}_port_ranges`)(config),
].slice(0, 1));

/** `*` is a range by itself, not one in a list. https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/create-or-update */
export const portRanges = eachSide((side) => (config) => {
  const single = stringIn(config, `${side}_port_range`);
  const refused = [
    ...(single && single !== '*' && !isPortRange(single) ? [single] : []),
    ...stringsIn(config, `${side}_port_ranges`).filter((range) => !isPortRange(range)),
  ];
  return refused.map((range) => api('SecurityRuleInvalidPortRange', `${side}_port_range`,
    `Security rule has invalid Port range. Value provided: ${range}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.`));
});

/** A service tag of Azure, perhaps of one region: `Sql.WestEurope`. */
const SERVICE_TAG = /^[A-Za-z]\w*(\.\w+)?$/;

/** Host bits must be zero: https://github.com/Azure/azure-powershell/issues/4557 */
export const addressPrefix = eachSide((side) => (config) => {
  const prefix = stringIn(config, `${side}_address_prefix`);
  if (!prefix || prefix === '*' || SERVICE_TAG.test(prefix) || isNetwork(prefix)) return [];
  return [invalidPrefix(`${side}_address_prefix`, prefix)];
});

/** Tags and `*` stand alone: https://github.com/hashicorp/terraform-provider-azurerm/issues/5617 */
export const addressPrefixes = eachSide((side) => (config) => {
  const attribute = `${side}_address_prefixes`;
  return stringsIn(config, attribute).filter((prefix) => !isNetwork(prefix)).map((prefix) => {
    if (prefix !== '*' && !SERVICE_TAG.test(prefix)) return invalidPrefix(attribute, prefix);
    return api('SecurityRuleParameterContainsUnsupportedValue', attribute,
      `It cannot specify existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: ${prefix}.`);
  });
});

const isNetwork = (prefix: string) => familyOf(prefix) !== undefined && !hasHostBits(prefix);

const invalidPrefix = (attribute: string, prefix: string) =>
  api('SecurityRuleInvalidAddressPrefix', attribute, `Security rule has invalid Address prefix. Value provided: ${prefix}`);

/** https://github.com/alan-turing-institute/data-safe-haven/issues/2077 */
export const disjointPrefixes = eachSide((side) => (config) => {
  const prefixes = stringsIn(config, `${side}_address_prefixes`);
  const overlapping = prefixes.filter((prefix, index) => prefixes.slice(0, index).some((other) => overlap(prefix, other)));
  if (overlapping.length === 0) return [];
  return [api('OverlappingSubnetsNotPermittedInSecurityRule', `${side}_address_prefixes`,
    `Security rule parameter contains overlapping subnets, which is not permitted: ${overlapping.join(', ')} lie in others.`)];
});

/** https://github.com/hashicorp/terraform-provider-azurerm/issues/12534 */
export const oneFamily: ConfigCheck = (config) => {
  const families = new Set(prefixesOf(config).map(familyOf).filter((family) => family !== undefined));
  if (families.size < 2) return [];
  return [api('ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies', 'source_address_prefixes',
    'It contains IP addresses or prefixes that belong to different address families. All of a resource should belong to the same address family.')];
};

const prefixesOf = (config: Attributes) => SIDES.flatMap((side) => addressesOn(side, config));

/** The prefixes of one side, in whichever field they stand. */
export function addressesOn(side: Side, rule: Attributes): string[] {
  const single = stringIn(rule, `${side}_address_prefix`);
  return [...(single ? [single] : []), ...stringsIn(rule, `${side}_address_prefixes`)];
}

export function groupsOn(side: Side, rule: Attributes): string[] {
  return stringsIn(rule, `${side}_application_security_group_ids`);
}

function eachSide(check: (side: Side) => ConfigCheck): ConfigCheck {
  return (config) => SIDES.flatMap((side) => check(side)(config));
}

/** Everything above: for a rule of its own and for one that stands in its group. */
export const SECURITY_RULE: readonly ConfigCheck[] = [
  resourceName, description, priority, protocol, direction, access,
  fewGroups, onePeerKind, onePortKind, portRanges, addressPrefix, addressPrefixes, disjointPrefixes, oneFamily,
];

export const inlineRules: ConfigCheck = (config) => {
  const rules = config.security_rule;
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule) => SECURITY_RULE.flatMap((check) => check(rule as Attributes)))
    .map(({ detail }) => invalid('security_rule', detail));
};
