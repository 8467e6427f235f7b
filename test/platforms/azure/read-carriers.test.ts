import { admitted } from '../aws/read/artifacts';
import { CLOSED, inbound, nsg, read, readStack, Resources, tags, WEB } from './written';

const nic = (subnet?: string) => ({ ip_configuration: [{ name: 'a', ...(subnet !== undefined && { subnet_id: `\${azurerm_subnet.${subnet}.id}` }) }] });
const onNic = (name: string, group = WEB) => ({ network_interface_id: `\${azurerm_network_interface.${name}.id}`, network_security_group_id: group });
const onSubnet = (name: string, group: string) => ({ subnet_id: `\${azurerm_subnet.${name}.id}`, network_security_group_id: group });
const inAsg = (name: string, group: string) => (
  { network_interface_id: `\${azurerm_network_interface.${name}.id}`, application_security_group_id: `\${azurerm_application_security_group.${group}.id}` });
const asg = (name: string) => [`\${azurerm_application_security_group.${name}.id}`];

describe('carriers', () => {
  const HTTPS = [
    inbound(100, { source_address_prefix: '*' }),
    inbound(101, { source_application_security_group_ids: asg('web'), destination_port_range: '80' }),
  ];
  const BASE = {
    azurerm_application_security_group: { web: { tags: tags('Web') } },
    azurerm_subnet: { s: {} },
    azurerm_network_interface: { n: nic('s') },
    azurerm_network_interface_security_group_association: { n: onNic('n') },
  };
  const carriers = (groups: object, more: Resources = {}) => (
    admitted(readStack({ ...BASE, azurerm_network_security_group: groups, ...more })));
  const at = (address: string) => `P/Web attached stacks/app/cdk.tf.json#${address}`;
  const narrow = nsg(undefined, [
    ...CLOSED, inbound(100, { source_address_prefix: '10.0.0.0/8', destination_port_ranges: ['80', '443'], destination_port_range: undefined }),
  ]);
  const BOTH = { azurerm_subnet_network_security_group_association: { s: onSubnet('s', '${azurerm_network_security_group.narrow.id}') } };

  test('GIVEN a group on the interface and another on its subnet THEN what both admit is admitted; named peers stay', () => {
    expect(carriers({ web: nsg('Web', [...CLOSED, ...HTTPS]), narrow }, BOTH)).toEqual({
      [at('azurerm_network_interface.n')]: ['in tcp/80/80 Web', 'in tcp/443/443 10.0.0.0/8'],
    });
  });

  test('GIVEN one group on interface and subnet THEN it counts once, and on the subnet for whatever else is in it', () => {
    const same = { azurerm_subnet_network_security_group_association: { s: onSubnet('s', WEB) } };
    const expected = ['in tcp/80/80 Web', 'in tcp/443/443 0.0.0.0/0, ::/0'];
    expect(carriers({ web: nsg('Web', [...CLOSED, ...HTTPS]) }, same)).toEqual({ [at('azurerm_network_interface.n')]: expected, [at('azurerm_subnet.s')]: expected });
  });

  test('GIVEN a subnet of one workload with an interface of another THEN the interface is both\'s, with what both groups admit', () => {
    const groups = { web: nsg('Web', [...CLOSED, ...HTTPS]), db: nsg('Db', [...CLOSED, inbound(100, { source_address_prefix: '10.0.0.0/8' })]) };
    const traffic = carriers(groups, { azurerm_subnet_network_security_group_association: { s: onSubnet('s', '${azurerm_network_security_group.db.id}') } });
    expect(traffic[at('azurerm_network_interface.n')]).toEqual(['in tcp/443/443 10.0.0.0/8']);
    expect(traffic['P/Db attached stacks/app/cdk.tf.json#azurerm_network_interface.n']).toEqual(['in tcp/443/443 10.0.0.0/8']);
  });

  test('GIVEN rules for members of an application security group THEN only members have them', () => {
    const members = (priority: number, more: object) => inbound(priority, {
      source_address_prefix: '10.0.0.0/8', destination_address_prefix: undefined, destination_application_security_group_ids: asg('more'), ...more,
    });
    const ssh = { source_address_prefix: '10.0.0.0/8', destination_port_range: '22' };
    const rules = [members(100, {}), members(110, { ...ssh, access: 'Deny' }), inbound(200, ssh)];
    const traffic = carriers({ web: nsg('Web', [...CLOSED, ...rules]) }, {
      azurerm_application_security_group: { more: {} },
      azurerm_network_interface: { n: nic('s'), m: nic('s') },
      azurerm_network_interface_security_group_association: { n: onNic('n'), m: onNic('m') },
      azurerm_network_interface_application_security_group_association: { m: inAsg('m', 'more') },
    });
    expect(traffic[at('azurerm_network_interface.m')]).toEqual(['in tcp/443/443 10.0.0.0/8']);
    expect(traffic[at('azurerm_network_interface.n')]).toEqual(['in tcp/22/22 10.0.0.0/8']);
  });

  test('GIVEN a stranger in the application security group of a workload THEN rules for the workload admit it as well', () => {
    const joined = { azurerm_network_interface_application_security_group_association: { n: inAsg('n', 'web'), x: inAsg('x', 'web') } };
    const traffic = carriers({ web: nsg('Web', [...CLOSED, HTTPS[1]]) }, { ...joined, azurerm_network_interface: { n: nic('s'), x: nic() } });
    expect(traffic[at('azurerm_network_interface.n')])
      .toEqual(['in tcp/80/80 Web', expect.stringMatching(/^in tcp\/80\/80 token:.*azurerm_network_interface\.x as a member /)]);
  });

  test('GIVEN application security groups of others THEN they stand for the workloads in them, or for themselves', () => {
    const groups = { azurerm_application_security_group: { all: {}, mixed: {}, other: { tags: { ...tags('Web'), 'microseg:policy': 'Q' } } } };
    const rules = ['all', 'mixed', 'other'].map((name, index) => inbound(100 + index, { source_application_security_group_ids: asg(name) }));
    const joined = { a: inAsg('n', 'all'), b: inAsg('n', 'mixed'), c: inAsg('x', 'mixed'), d: inAsg('n', 'other') };
    const traffic = carriers({ web: nsg('Web', [...CLOSED, ...rules, inbound(200, { source_application_security_group_ids: ['${var.asg}'] })]) }, {
      ...groups, azurerm_network_interface: { n: nic('s'), x: nic() }, azurerm_network_interface_application_security_group_association: joined,
    });
    expect(traffic[at('azurerm_network_interface.n')]).toEqual([
      'in tcp/443/443 Web', 'in tcp/443/443 token:${azurerm_application_security_group.mixed.id}',
      'in tcp/443/443 token:${azurerm_application_security_group.other.id}', 'in tcp/443/443 token:${var.asg}',
    ]);
  });

  describe('GIVEN a machine with a second interface', () => {
    const open = nsg(undefined, [...CLOSED, inbound(100, { source_address_prefix: '*', destination_port_range: '22' })]);
    const vm = { azurerm_linux_virtual_machine: { vm: { network_interface_ids: ['${azurerm_network_interface.n.id}', '${azurerm_network_interface.m.id}'] } } };
    const machine = (more: Resources) => carriers({ web: nsg('Web', CLOSED), open, narrow }, { ...vm, azurerm_network_interface: { n: nic(), m: nic('s') }, ...more });
    const OPEN = '${azurerm_network_security_group.open.id}';

    test('WHEN that one has another group THEN what it lets through reaches the machine, too', () => {
      const groups = { azurerm_network_interface_security_group_association: { n: onNic('n'), m: onNic('m', OPEN) } };
      expect(machine(groups)).toEqual({ [at('azurerm_network_interface.n')]: ['in tcp/22/22 0.0.0.0/0, ::/0'] });
      expect(machine({ ...groups, ...BOTH })).toEqual({ [at('azurerm_network_interface.n')]: [] });
    });

    test('WHEN that one has no group THEN nobody can tell what reaches the machine', () => {
      const nobody = 'all token:whatever stacks/app/cdk.tf.json#azurerm_network_interface.m admits, which has no network security group';
      expect(machine({})).toEqual({ [at('azurerm_network_interface.n')]: [`in ${nobody}`, `out ${nobody}`] });
    });

    test('WHEN it is one of a scale set THEN that counts as well', () => {
      const interfaces = [WEB, OPEN].map((id) => ({ network_security_group_id: id, ip_configuration: [{ name: 'i' }] }));
      for (const [type, block] of [['linux_virtual_machine_scale_set', 'network_interface'], ['virtual_machine_scale_set', 'network_profile']]) {
        const set = `azurerm_${type}.set network_interface 0`;
        const traffic = machine({ [`azurerm_${type}`]: { set: { [block]: interfaces } }, azurerm_linux_virtual_machine: {} });
        expect(traffic[at(set)]).toEqual(['in tcp/22/22 0.0.0.0/0, ::/0']);
      }
    });
  });

  test('GIVEN scale sets, subnets inside of a network, and interfaces known by expression or id THEN each is a carrier', () => {
    const traffic = carriers({ web: nsg('Web', CLOSED), narrow }, {
      azurerm_linux_virtual_machine_scale_set: { set: { network_interface: [
        { name: 'a', network_security_group_id: WEB, ip_configuration: [{ name: 'i', subnet_id: '${azurerm_subnet.s.id}', application_security_group_ids: asg('web') }] },
      ] } },
      azurerm_virtual_network: { v: { subnet: [{ name: 'inner', security_group: WEB }] } },
      azurerm_network_interface_security_group_association: {
        a: { network_interface_id: '${azurerm_linux_virtual_machine.vm.network_interface_ids[0]}', network_security_group_id: WEB },
        b: { network_interface_id: '/subscriptions/S/nic1', network_security_group_id: WEB },
      },
    });
    expect(Object.keys(traffic)).toEqual([
      'P/Web attached /subscriptions/s/nic1', at('${azurerm_linux_virtual_machine.vm.network_interface_ids[0]}'),
      at('azurerm_linux_virtual_machine_scale_set.set'), at('azurerm_virtual_network.v subnet inner'),
    ]);
  });

  test('GIVEN groups in one stack and their carriers in another THEN references are followed', () => {
    const owner = { resource: { azurerm_network_security_group: { web: nsg('Web', [...CLOSED, HTTPS[0]]) } }, output: { 'cross-stack-output-id': { value: WEB } } };
    const user = {
      data: { terraform_remote_state: { 'cross-stack-reference-input-a': { backend: 'local', config: { path: '/x/terraform.a.tfstate' } } } },
      resource: {
        azurerm_network_interface: { n: nic() },
        azurerm_network_interface_security_group_association: {
          n: onNic('n', '${data.terraform_remote_state.cross-stack-reference-input-a.outputs.cross-stack-output-id}'),
        },
      },
    };
    expect(admitted(read({ 'stacks/a/cdk.tf.json': owner, 'stacks/b/cdk.tf.json': user })))
      .toEqual({ 'P/Web attached stacks/b/cdk.tf.json#azurerm_network_interface.n': ['in tcp/443/443 0.0.0.0/0, ::/0'] });
  });
});
