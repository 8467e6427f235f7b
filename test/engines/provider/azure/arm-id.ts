import { Attributes, stringIn } from '../values';

/** Ids of Azure Resource Manager: `/subscriptions/.../resourceGroups/.../providers/<type>/<name>`. They ignore case. */

const NO_SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';

export function groupId(settings: Attributes, resourceGroup: string): string {
  return `/subscriptions/${stringIn(settings, 'subscription_id') || NO_SUBSCRIPTION}/resourceGroups/${resourceGroup}`;
}

/** An id rule: `Microsoft.Network/networkSecurityGroups/{network_security_group_name}/securityRules/{name}`. */
export const armId = (pattern: string) => (resource: Attributes, settings: Attributes): string => {
  const path = pattern.replace(/\{(\w+)\}/g, (_, attribute: string) => stringIn(resource, attribute) ?? '');
  return `${groupId(settings, stringIn(resource, 'resource_group_name') ?? '')}/providers/${path}`;
};

export const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The id of the virtual network that a subnet's id names. */
export function virtualNetworkOf(subnetId: string): string | undefined {
  return /^(.*\/virtualNetworks\/[^/]+)\/subnets\//i.exec(subnetId)?.[1].toLowerCase();
}
