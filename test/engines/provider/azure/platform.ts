import { Platform, ResourceRules } from '../platform';
import { Attributes, blocksIn, stringIn } from '../values';
import { inUse, onlyOne } from '../world-checks';
import { fewGroupsPerInterface, oneNetworkPerGroup } from './application-groups';
import { armId, groupId } from './arm-id';
import { notOfSecurityGroup, version } from './flow-log';
import { groupExists, RULE_AMONG_OTHERS } from './security-groups';
import { inlineRules, resourceName, SECURITY_RULE } from './security-rule';

/** What replaces a resource is what its page of the azurerm documentation marks "Changing this forces a new resource". */
const PLACE = ['name', 'resource_group_name', 'location'];

const RULE = 'azurerm_network_security_rule';
const ON_INTERFACE = 'azurerm_network_interface_security_group_association';
const ON_SUBNET = 'azurerm_subnet_network_security_group_association';
const MEMBERSHIP = 'azurerm_network_interface_application_security_group_association';

const placed = (pattern: string, more: Partial<ResourceRules> = {}): ResourceRules => ({ id: armId(pattern), replacedBy: PLACE, ...more });

/** An association has no id of its own in Azure: azurerm joins those of its ends. */
const pair = (first: string, second: string, more: Partial<ResourceRules> = {}): ResourceRules => ({
  id: (resource) => `${stringIn(resource, first)}|${stringIn(resource, second)}`,
  replacedBy: [first, second],
  ...more,
});

const address = (serial: number, index: number) => `10.0.${(serial >> 8) & 0xff}.${(serial + index) & 0xff}`;

/** The addresses that Azure chooses where the configuration is dynamic. */
function interfaceAddresses(resource: Attributes, _settings: Attributes, serial: number): Attributes {
  const chosen = blocksIn(resource, 'ip_configuration').map((configuration, index) => stringIn(configuration, 'private_ip_address') ?? address(serial, index));
  return {
    ip_configuration: chosen.map((ip) => ({ private_ip_address: ip, private_ip_address_version: 'IPv4' })),
    private_ip_address: chosen[0] ?? '',
    private_ip_addresses: chosen,
  };
}

/** The part of azurerm that network security groups and their surroundings need. */
export const AZURE: Platform = {
  name: 'azurerm',
  source: 'registry.terraform.io/hashicorp/azurerm',
  package: '@cdktf/provider-azurerm',
  modules: {
    'resource-group': {
      id: (resource, settings) => groupId(settings, stringIn(resource, 'name') ?? ''),
      replacedBy: ['name', 'location'],
    },
    'virtual-network': placed('Microsoft.Network/virtualNetworks/{name}', { deletion: [inUse('azurerm_network_watcher_flow_log', 'target_resource_id')] }),
    'subnet': {
      id: armId('Microsoft.Network/virtualNetworks/{virtual_network_name}/subnets/{name}'),
      replacedBy: ['name', 'resource_group_name', 'virtual_network_name'],
    },
    'network-interface': placed('Microsoft.Network/networkInterfaces/{name}', { computed: interfaceAddresses }),
    'network-security-group': placed('Microsoft.Network/networkSecurityGroups/{name}', {
      config: [resourceName, inlineRules],
      world: RULE_AMONG_OTHERS,
      deletion: [inUse(ON_INTERFACE, 'network_security_group_id'), inUse(ON_SUBNET, 'network_security_group_id')],
    }),
    'network-security-rule': {
      id: armId('Microsoft.Network/networkSecurityGroups/{network_security_group_name}/securityRules/{name}'),
      replacedBy: ['name', 'resource_group_name', 'network_security_group_name'],
      config: SECURITY_RULE,
      world: [groupExists, ...RULE_AMONG_OTHERS],
    },
    'application-security-group': placed('Microsoft.Network/applicationSecurityGroups/{name}', {
      config: [resourceName],
      deletion: [
        inUse(RULE, 'source_application_security_group_ids', 'destination_application_security_group_ids'),
        inUse(MEMBERSHIP, 'application_security_group_id'),
      ],
    }),
    'network-interface-application-security-group-association': pair('network_interface_id', 'application_security_group_id', {
      world: [oneNetworkPerGroup, fewGroupsPerInterface],
    }),
    // One security group per interface and per subnet: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
    'network-interface-security-group-association': pair('network_interface_id', 'network_security_group_id', {
      world: [onlyOne(ON_INTERFACE, 'network_interface_id', 'the network interface has a network security group already')],
    }),
    'subnet-network-security-group-association': {
      id: (resource) => stringIn(resource, 'subnet_id') ?? '',
      replacedBy: ['subnet_id', 'network_security_group_id'],
    },
    'network-watcher': placed('Microsoft.Network/networkWatchers/{name}'),
    'network-watcher-flow-log': {
      id: armId('Microsoft.Network/networkWatchers/{network_watcher_name}/flowLogs/{name}'),
      replacedBy: ['name', 'resource_group_name', 'network_watcher_name', 'target_resource_id', 'location'],
      config: [notOfSecurityGroup, version],
    },
    'linux-virtual-machine': placed('Microsoft.Compute/virtualMachines/{name}'),
    'storage-account': placed('Microsoft.Storage/storageAccounts/{name}'),
    'public-ip': placed('Microsoft.Network/publicIPAddresses/{name}', {
      computed: (_resource, _settings, serial) => ({ ip_address: `203.0.113.${serial & 0xff}` }),
    }),
    'log-analytics-workspace': placed('Microsoft.OperationalInsights/workspaces/{name}'),
  },
};
