import { Problem, WorldCheck } from '../platform';
import { Attributes, blocksIn, stringIn } from '../values';
import { idOf, World } from '../world';
import { vnetOfGroup } from './application-groups';
import { addressesOn, groupsOn } from './security-rule';

/**
 * What Azure refuses of a security rule among the others of its network security group.
 *
 * Limits are of https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-resource-manager-virtual-networking-limits
 */
const GROUP = 'azurerm_network_security_group';
const RULE = 'azurerm_network_security_rule';

const RULES_PER_GROUP = 1000;
const ADDRESSES_PER_SIDE = 4000;
const APPLICATION_GROUPS_PER_GROUP = 100;

const limit = (what: string, most: number, count: number): Problem[] =>
  (count <= most ? [] : [{ summary: 'LimitExceeded', detail: `Cannot have more than ${most} ${what} in a network security group: ${count}.` }]);

/** https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview: no two rules with one priority and direction. */
export const uniquePriority: WorldCheck = (resource, world) => twice(rulesBeside(resource, world), (rule) => `${rule.direction as string} ${rule.priority as number}`)
  .map(([rule, other]) => ({
    summary: 'SecurityRuleConflict',
    detail: `Security rule ${stringIn(rule, 'name')} conflicts with rule ${stringIn(other, 'name')}. Rules cannot have the same Priority and Direction.`,
  }));

/** A rule of its own may not take the name of one that stands in the group. */
export const uniqueName: WorldCheck = (resource, world) => twice(rulesBeside(resource, world), (rule) => (stringIn(rule, 'name') ?? '').toLowerCase())
  .map(([rule]) => ({ summary: 'InvalidRequestFormat', detail: `Two security rules are named ${stringIn(rule, 'name')}.` }));

/** The rules that share a key with an earlier one, each with that one. */
function twice(rules: readonly Attributes[], key: (rule: Attributes) => string): [Attributes, Attributes][] {
  const first = new Map<string, Attributes>();
  return rules.flatMap((rule) => {
    const earlier = first.get(key(rule));
    first.set(key(rule), earlier ?? rule);
    return earlier ? [[rule, earlier] as [Attributes, Attributes]] : [];
  });
}

export const fewRules: WorldCheck = (resource, world) => limit('security rules', RULES_PER_GROUP, rulesBeside(resource, world).length);

export const fewAddresses: WorldCheck = (resource, world) => (['source', 'destination'] as const).flatMap((side) => {
  const addresses = rulesBeside(resource, world).flatMap((rule) => addressesOn(side, rule));
  return limit(`${side} addresses and ranges`, ADDRESSES_PER_SIDE, addresses.length);
});

export const fewApplicationGroups: WorldCheck = (resource, world) => {
  const groups = rulesBeside(resource, world).flatMap(applicationGroupsOf).map((id) => id.toLowerCase());
  return limit('application security groups', APPLICATION_GROUPS_PER_GROUP, new Set(groups).size);
};

export const groupExists: WorldCheck = (rule, world) => {
  if (rulesByGroup(world).has(groupOf(rule))) return [];
  const name = stringIn(rule, 'network_security_group_name');
  return [{ summary: 'ParentResourceNotFound', detail: `The network security group ${name} of the rule does not exist.` }];
};

export const applicationGroupsExist: WorldCheck = (resource, world) => {
  const existing = new Set(world.all('azurerm_application_security_group').map((group) => idOf(group).toLowerCase()));
  const named = rulesIn(resource).flatMap(applicationGroupsOf);
  return named.filter((id) => !existing.has(id.toLowerCase())).map((id) => ({
    summary: 'InvalidResourceReference',
    detail: `Resource ${id} referenced by the security rule was not found.`,
  }));
};

/** https://learn.microsoft.com/azure/virtual-network/application-security-groups: the interfaces on both sides are of one virtual network. */
export const oneNetworkPerRule: WorldCheck = (resource, world) => rulesIn(resource).flatMap((rule) => {
  const networks = new Set(applicationGroupsOf(rule).map((id) => vnetOfGroup(id, world)).filter((id) => id !== undefined));
  if (networks.size < 2) return [];
  return [{
    summary: 'ApplicationSecurityGroupsNotInSameVnet',
    detail: `Security rule ${stringIn(rule, 'name')} names application security groups of different virtual networks: ${[...networks].join(', ')}.`,
  }];
});

export const RULE_AMONG_OTHERS = [
  uniquePriority, uniqueName, fewRules, fewAddresses, fewApplicationGroups, applicationGroupsExist, oneNetworkPerRule,
];

/** All rules of the group that a resource belongs to, or is. */
function rulesBeside(resource: Attributes, world: World): readonly Attributes[] {
  const key = isGroup(resource) ? nameOf(resource, 'name') : groupOf(resource);
  return rulesByGroup(world).get(key) ?? [];
}

const indices = new WeakMap<World, Map<string, Attributes[]>>();

/** The rules of every group, in groups of thousand rules found once for all checks of a world that does not change any more. */
function rulesByGroup(world: World): Map<string, Attributes[]> {
  const known = indices.get(world);
  if (known) return known;
  const index = new Map(world.all(GROUP).map((group) => [nameOf(group, 'name'), rulesIn(group)]));
  for (const rule of world.all(RULE)) index.get(groupOf(rule))?.push(rule);
  indices.set(world, index);
  return index;
}

/** The rules that stand in the resource itself. */
function rulesIn(resource: Attributes): Attributes[] {
  return isGroup(resource) ? blocksIn(resource, 'security_rule') : [resource];
}

const isGroup = (resource: Attributes) => 'security_rule' in resource;

const applicationGroupsOf = (rule: Attributes) => [...groupsOn('source', rule), ...groupsOn('destination', rule)];

const groupOf = (rule: Attributes) => nameOf(rule, 'network_security_group_name');

const nameOf = (resource: Attributes, attribute: string) =>
  `${stringIn(resource, 'resource_group_name')}/${stringIn(resource, attribute)}`.toLowerCase();
