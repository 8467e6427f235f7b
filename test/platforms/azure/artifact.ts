import { NetworkSecurityGroupsPlan, PlannedRule, PlannedSecurityGroup } from '../../../lib/platforms/azure/plan-types';

/** How the rules of a plan are written down. */
export type Form = 'inline' | 'separate';

type Json = { readonly [name: string]: unknown };

const OPTIONAL = [
  'source_address_prefix', 'source_address_prefixes', 'source_application_security_group_ids',
  'destination_address_prefix', 'destination_address_prefixes', 'destination_application_security_group_ids',
  'destination_port_range', 'destination_port_ranges', 'description',
];
const REQUIRED = ['name', 'direction', 'access', 'priority', 'protocol', 'source_port_range'];

/** The plan as a configuration: for each workload one network interface or one subnet, with everything attached. */
export function configurationOf(plan: NetworkSecurityGroupsPlan, form: Form, valueOf = (value: string) => value): Json {
  const onInterfaces = plan.securityGroups.filter(({ onNetworkInterfaces }) => onNetworkInterfaces).map(({ workload }) => workload);
  const onSubnets = plan.securityGroups.filter(({ onSubnets: subnets }) => subnets).map(({ workload }) => workload);
  const byWorkload = (workloads: readonly string[], value: (workload: string) => unknown) => (
    Object.fromEntries(workloads.map((workload) => [workload, value(workload)])));
  const nics = byWorkload(onInterfaces, (workload) => `\${azurerm_network_interface.nic["${workload}"].id}`);
  return { resource: {
    azurerm_network_security_group: { G: {
      for_each: Object.fromEntries(plan.securityGroups.map((group) => [group.workload, groupEntry(group, form, valueOf)])),
      name: 'nsg-${each.key}',
      tags: tags(),
      ...(form === 'inline' && { security_rule: '${each.value.rules}' }),
    } },
    azurerm_application_security_group: { A: {
      for_each: Object.fromEntries(plan.applicationGroups.map((group) => [group.workload, { tags: group.tags }])), tags: tags(),
    } },
    ...(form === 'separate' && { azurerm_network_security_rule: { R: {
      for_each: Object.fromEntries(plan.securityGroups.flatMap((group) => group.rules.map((rule) => (
        [`${group.workload}/${rule.name}`, { group: group.workload, ...ruleEntry(rule, valueOf) }])))),
      network_security_group_name: '${azurerm_network_security_group.G[each.value.group].name}',
      ...Object.fromEntries(REQUIRED.map((name) => [name, `\${each.value.${name}}`])),
      ...Object.fromEntries(OPTIONAL.map((name) => [name, `\${try(each.value.${name}, null)}`])),
    } } }),
    azurerm_subnet: { net: { for_each: byWorkload(onSubnets, () => ({})), name: '${each.key}' } },
    azurerm_subnet_network_security_group_association: { S: {
      for_each: byWorkload(onSubnets, (workload) => `\${azurerm_subnet.net["${workload}"].id}`),
      subnet_id: '${each.value}', network_security_group_id: '${azurerm_network_security_group.G[each.key].id}',
    } },
    azurerm_network_interface: { nic: { for_each: byWorkload(onInterfaces, () => ({})), ip_configuration: [{ name: 'ip', subnet_id: '${azurerm_subnet.shared.id}' }] } },
    azurerm_network_interface_security_group_association: { N: {
      for_each: nics, network_interface_id: '${each.value}', network_security_group_id: '${azurerm_network_security_group.G[each.key].id}',
    } },
    azurerm_network_interface_application_security_group_association: { M: {
      for_each: nics, network_interface_id: '${each.value}', application_security_group_id: '${azurerm_application_security_group.A[each.key].id}',
    } },
  } };
}

function groupEntry({ tags: own, rules }: PlannedSecurityGroup, form: Form, valueOf: (value: string) => string): Json {
  return { tags: own, ...(form === 'inline' && { rules: rules.map((rule) => ruleEntry(rule, valueOf)) }) };
}

function tags(): Json {
  return Object.fromEntries(['microseg:policy', 'microseg:workload'].map((tag) => [tag, `\${each.value.tags["${tag}"]}`]));
}

function ruleEntry(rule: PlannedRule, valueOf: (value: string) => string): Json {
  const { name, direction, access, priority, protocol, destinationPorts: ports, description } = rule;
  const [peer, own] = direction === 'Inbound' ? ['source', 'destination'] : ['destination', 'source'];
  return {
    name, direction, access, priority, protocol, description, source_port_range: '*', [`${own}_address_prefix`]: '*',
    ...(ports.length === 1 ? { destination_port_range: ports[0] } : { destination_port_ranges: ports }),
    ...peerEntry(rule.peer, peer, valueOf),
  };
}

function peerEntry(peer: PlannedRule['peer'], side: string, valueOf: (value: string) => string): Json {
  switch (peer.kind) {
    case 'any': return { [`${side}_address_prefix`]: '*' };
    case 'serviceTag': return { [`${side}_address_prefix`]: peer.tag };
    case 'addresses': return peer.prefixes.length === 1
      ? { [`${side}_address_prefix`]: valueOf(peer.prefixes[0]) }
      : { [`${side}_address_prefixes`]: peer.prefixes.map(valueOf) };
    case 'applicationGroups': return {
      [`${side}_application_security_group_ids`]: peer.workloads.map((id) => `\${azurerm_application_security_group.A["${id}"].id}`),
    };
  }
}
