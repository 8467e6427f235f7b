import { WorldCheck } from '../platform';
import { Attributes, blocksIn, stringIn } from '../values';
import { idOf, World } from '../world';
import { sameId, virtualNetworkOf } from './arm-id';

/** What Azure refuses of interfaces in application security groups. */

const MEMBERSHIP = 'azurerm_network_interface_application_security_group_association';
const GROUPS_PER_INTERFACE = 20;

/** https://learn.microsoft.com/azure/virtual-network/application-security-groups: all interfaces are of the first one's virtual network. */
export const oneNetworkPerGroup: WorldCheck = (membership, world) => {
  const group = stringIn(membership, 'application_security_group_id') ?? '';
  const networks = networksOf(group, world);
  if (networks.size < 2) return [];
  return [{
    summary: 'ApplicationSecurityGroupContainsNicsFromDifferentVnets',
    detail: `All network interfaces of ${group} must be in one virtual network, but they are in ${[...networks].join(', ')}.`,
    attribute: 'network_interface_id',
  }];
};

/** Per IP configuration: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits */
export const fewGroupsPerInterface: WorldCheck = (membership, world) => {
  const networkInterface = stringIn(membership, 'network_interface_id') ?? '';
  const count = world.all(MEMBERSHIP).filter((other) => sameId(stringIn(other, 'network_interface_id') ?? '', networkInterface)).length;
  if (count <= GROUPS_PER_INTERFACE) return [];
  return [{ summary: 'LimitExceeded', detail: `${networkInterface} is in ${count} application security groups, of at most ${GROUPS_PER_INTERFACE}.` }];
};

/** The virtual network that a group is bound to by its first interface. */
export function vnetOfGroup(group: string, world: World): string | undefined {
  return [...networksOf(group, world)][0];
}

function networksOf(group: string, world: World): Set<string> {
  const members = world.all(MEMBERSHIP).filter((membership) => sameId(stringIn(membership, 'application_security_group_id') ?? '', group));
  const networks = members.map((membership) => networkOf(stringIn(membership, 'network_interface_id') ?? '', world));
  return new Set(networks.filter((network) => network !== undefined));
}

function networkOf(interfaceId: string, world: World): string | undefined {
  const found = world.all('azurerm_network_interface').find((networkInterface) => sameId(idOf(networkInterface), interfaceId));
  const subnets = blocksIn(found ?? {}, 'ip_configuration').map((configuration: Attributes) => stringIn(configuration, 'subnet_id') ?? '');
  return subnets.map(virtualNetworkOf).find((network) => network !== undefined);
}
