import { admittedAt } from '../aws/read/artifacts';
import { CLOSED, inbound, nsg, problems, readStack, Resources, tags, WEB } from './written';

/** What Web's closed group admits with these rules. */
const atWeb = (rules: readonly object[], others: Resources = {}) => (
  admittedAt(readStack({ azurerm_network_security_group: { web: nsg('Web', [...CLOSED, ...rules]) }, ...others }), 'Web'));

const nic = () => ({ ip_configuration: [{ name: 'a' }] });
const onNic = (name: string, group = WEB) => ({ network_interface_id: `\${azurerm_network_interface.${name}.id}`, network_security_group_id: group });

describe('rules by priority', () => {
  test('GIVEN a group without rules of its own THEN those of Azure are in force', () => {
    const groups = { azurerm_network_security_group: { web: nsg('Web', []) } };
    expect(admittedAt(readStack(groups), 'Web')).toEqual(['in all token:AzureLoadBalancer', 'in all token:VirtualNetwork', 'out all token:Internet', 'out all token:VirtualNetwork']);
  });

  test('GIVEN a wide rule that somebody adds with a lower number THEN it is admitted, wherever in the file it stands', () => {
    const added = { ...inbound(100, { protocol: '*', destination_port_range: '*', source_address_prefix: '*' }) };
    const rule = (name: string) => ({ azurerm_network_security_rule: { r: { ...added, network_security_group_name: name } } });
    for (const name of ['${azurerm_network_security_group.web.name}', 'nsg-Web', 'NSG-web']) {
      expect(atWeb([], rule(name))).toEqual(['in all 0.0.0.0/0, ::/0']);
    }
    expect(atWeb([], rule('other'))).toEqual([]);
    expect(atWeb([], rule('${azurerm_thing.other.name}'))).toEqual([]);
  });

  test('GIVEN denials before and after what is allowed THEN the first match decides', () => {
    expect(atWeb([
      inbound(200, { source_address_prefix: '10.0.0.0/8' }),
      inbound(150, { access: 'Deny', source_address_prefixes: ['10.1.0.0/16', '10.2.0.0/16'], destination_port_range: '*' }),
      inbound(300, { access: 'Deny', source_address_prefix: '10.3.0.0/16' }),
    ])).toEqual(['in tcp/443/443 10.0.0.0/16, 10.3.0.0/16, 10.4.0.0/14, 10.8.0.0/13, 10.16.0.0/12, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9']);
  });

  test('GIVEN a denied block that may hold a named peer THEN reading fails; a denial of everything tells', () => {
    const named = inbound(200, { source_address_prefix: 'AzureLoadBalancer' });
    const partly = inbound(100, { access: 'Deny', source_address_prefix: '10.0.0.0/8' });
    expect(problems({ azurerm_network_security_group: { web: nsg('Web', [...CLOSED, named, partly]) } })).toEqual(['MSEG8004 azurerm_network_security_group.web']);
    expect(atWeb([named, inbound(100, { access: 'Deny', source_address_prefix: '*' })])).toEqual([]);
    expect(atWeb([named])).toEqual(['in tcp/443/443 token:AzureLoadBalancer']);
  });
});

describe('content of a rule', () => {
  const from = (more: object) => atWeb([inbound(100, { source_address_prefix: '10.0.0.0/8', ...more })]);

  test.each([
    ['several ports', { destination_port_range: undefined, destination_port_ranges: ['80', '8000-8099'] }, 'tcp/80/80 tcp/8000/8099'],
    ['every port', { destination_port_range: '0-65535' }, 'tcp/0/65535'],
    ['UDP in other letters', { protocol: 'UDP' }, 'udp/443/443'],
    ['ICMP', { protocol: 'Icmp', destination_port_range: '*' }, 'icmp'],
    ['ESP', { protocol: 'Esp', destination_port_range: '*' }, '50'],
    ['AH', { protocol: 'Ah', destination_port_range: '*' }, '51'],
    ['one port of every protocol', { protocol: '*' }, 'tcp/443/443 udp/443/443'],
    ['a number as text', { priority: '100', destination_port_range: 443 }, 'tcp/443/443'],
  ])('GIVEN %s THEN that is admitted', (_, more, expected) => {
    expect(from(more)).toEqual([`in ${expected} 10.0.0.0/8`]);
  });

  test('GIVEN peers of every kind THEN each is read; host bits of a block are masked', () => {
    expect(atWeb([
      inbound(100, { source_address_prefix: '10.0.0.5/24' }), inbound(101, { source_address_prefixes: ['2001:db8::/32', '${var.office}'] }),
      inbound(103, { source_address_prefix: 'Storage.WestEurope' }),
      inbound(104, { direction: 'Outbound', source_address_prefix: '*', destination_address_prefix: 'Internet' }),
    ])).toEqual([
      'in tcp/443/443 token:${var.office}', 'in tcp/443/443 token:Storage.WestEurope', 'in tcp/443/443 10.0.0.0/24, 2001:db8::/32',
      'out tcp/443/443 token:Internet',
    ]);
    expect(from({ source_address_prefix: '0.0.0.0/0' })).toEqual(['in tcp/443/443 0.0.0.0/0']);
  });

  test('GIVEN a rule for certain addresses of the group\'s own THEN allowing counts, and denying does not', () => {
    const own = { destination_address_prefix: '10.9.0.4' };
    expect(from(own)).toEqual(['in tcp/443/443 10.0.0.0/8']);
    expect(atWeb([inbound(100, { access: 'Deny', source_address_prefix: '*', ...own }), inbound(200, { source_address_prefix: '10.0.0.0/8' })]))
      .toEqual(['in tcp/443/443 10.0.0.0/8']);
  });

  test.each([
    ['a port', { destination_port_range: '${var.port}' }],
    ['no port', { destination_port_range: undefined }],
    ['ports the wrong way round', { destination_port_range: '90-80' }],
    ['a priority', { priority: '${var.priority}' }],
    ['a direction', { direction: '${var.direction}' }],
    ['an access', { access: 'Maybe' }],
    ['a protocol', { protocol: 'Sctp' }],
    ['a port of ICMP', { protocol: 'Icmp' }],
    ['source ports', { source_port_range: '1024-65535' }],
    ['no peer', { source_address_prefix: undefined }],
    ['no end of its own', { destination_address_prefix: undefined }],
    ['a denial on a condition', { access: 'Deny', source_address_prefix: '${var.x ? "10.0.0.0/8" : "10.1.0.0/16"}' }],
  ])('GIVEN a rule with %s that cannot be compared THEN reading fails, but only where the group is a workload\'s', (_, more) => {
    const rules = [inbound(100, { source_address_prefix: '10.0.0.0/8', ...more })];
    expect(problems({ azurerm_network_security_group: { web: nsg('Web', rules) } })).toEqual(['MSEG8004 azurerm_network_security_group.web']);
    expect(problems({ azurerm_network_security_group: { web: nsg(undefined, rules) } })).toEqual([]);
  });
});

describe('what cannot be evaluated', () => {
  const GROUP = { web: nsg('Web', CLOSED) };
  const rule = (more: object) => ({
    azurerm_network_security_group: GROUP,
    azurerm_network_security_rule: { r: { ...inbound(100, { source_address_prefix: '*' }), network_security_group_name: 'nsg-Web', ...more } },
  });

  test.each<[string, Resources, string]>([
    ['rules from a variable', { azurerm_network_security_group: { web: nsg('Web', [], { security_rule: '${var.rules}' }) } }, 'azurerm_network_security_group.web'],
    ['a list with an unknown rule', { azurerm_network_security_group: { web: nsg('Web', [], { security_rule: ['${var.rule}'] }) } }, 'azurerm_network_security_group.web'],
    ['dynamic rules', { azurerm_network_security_group: { web: nsg('Web', [], { dynamic: { security_rule: { for_each: [] } } }) } }, 'azurerm_network_security_group.web'],
    ['an unknown tag', { azurerm_network_security_group: { web: nsg('Web', [], { tags: { ...tags('Web'), 'microseg:policy': '${var.p}' } }) } }, 'azurerm_network_security_group.web'],
    ['an unknown number of groups', { azurerm_network_security_group: { web: nsg('Web', [], { for_each: '${var.groups}' }) } }, 'azurerm_network_security_group.web'],
    ['a rule of any group', rule({ network_security_group_name: '${var.group}' }), 'azurerm_network_security_rule.r'],
    ['an unknown number of rules', rule({ for_each: '${var.rules}' }), 'azurerm_network_security_rule.r'],
    ['rules of the network manager that go first', { ...rule({}), azurerm_network_manager_admin_rule: { m: { action: 'AlwaysAllow' } } }, 'azurerm_network_manager_admin_rule.m'],
    ['a rule in the words of another provider', {
      ...rule({}), azapi_resource: { r: { type: 'Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01', parent_id: WEB } },
    }, 'azapi_resource.r'],
    ['two groups on one interface', {
      azurerm_network_security_group: { ...GROUP, other: nsg(undefined, []) }, azurerm_network_interface: { n: nic() },
      azurerm_network_interface_security_group_association: { a: onNic('n'), b: onNic('n', '${azurerm_network_security_group.other.id}') },
    }, 'azurerm_network_interface.n'],
    ['groups from a map that is not known', {
      azurerm_network_security_group: GROUP,
      azurerm_network_interface_security_group_association: {
        a: { for_each: '${{for k, v in var.nics : k => v}}', network_interface_id: '${each.key}', network_security_group_id: '${each.value}' },
      },
    }, 'azurerm_network_interface_security_group_association.a'],
    ['one of several groups on an interface', {
      azurerm_network_security_group: GROUP, azurerm_network_interface: { n: nic() },
      azurerm_network_interface_security_group_association: { a: onNic('n', '${var.x ? azurerm_network_security_group.web.id : var.y}') },
    }, 'azurerm_network_interface_security_group_association.a'],
  ])('GIVEN %s THEN reading fails and says where', (_, resources, where) => {
    expect(problems(resources)).toEqual([`MSEG8004 ${where}`]);
  });

  test('GIVEN a rule for a named group, and one whose name is not known yet THEN reading fails', () => {
    expect(problems({ azurerm_network_security_group: { web: nsg('Web', CLOSED, { name: '${var.prefix}-web' }) }, azurerm_network_security_rule: rule({}).azurerm_network_security_rule }))
      .toEqual(['MSEG8004 azurerm_network_security_rule.r']);
  });

  test('GIVEN an unknown number of interfaces or subnets THEN that is no matter of what groups admit', () => {
    const group = { azurerm_network_security_group: GROUP };
    expect(problems({ ...group, azurerm_network_interface: { n: { count: '${var.n}' } }, azurerm_subnet: { s: { for_each: '${var.s}' } } })).toEqual([]);
  });
});
