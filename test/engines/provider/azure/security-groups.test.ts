import { WorldCheck } from '../platform';
import { Attributes } from '../values';
import { World } from '../world';
import { fewGroupsPerInterface, oneNetworkPerGroup } from './application-groups';
import {
  applicationGroupsExist, fewAddresses, fewApplicationGroups, fewRules, groupExists, oneNetworkPerRule, uniqueName, uniquePriority,
} from './security-groups';

const NETWORK = '/subscriptions/1/resourceGroups/erp/providers/Microsoft.Network';
const MEMBERSHIP = 'azurerm_network_interface_application_security_group_association';

const asg = (name: string) => `${NETWORK}/applicationSecurityGroups/${name}`;

function rule(name: string, attributes: Attributes = {}): Attributes {
  return {
    id: `${NETWORK}/networkSecurityGroups/db/securityRules/${name}`, name, resource_group_name: 'erp', network_security_group_name: 'db',
    direction: 'Inbound', priority: 200, ...attributes,
  };
}

/** A group with rules, of which the last one is judged. */
function judge(check: WorldCheck, rules: Attributes[], world = new World()): readonly string[] {
  world.put('azurerm_network_security_group', group('db'));
  rules.forEach((one) => world.put('azurerm_network_security_rule', one));
  return check(rules[rules.length - 1], world).map(({ summary }) => summary);
}

const group = (name: string, inline: Attributes[] = []): Attributes =>
  ({ id: `${NETWORK}/networkSecurityGroups/${name}`, name, resource_group_name: 'ERP', security_rule: inline });

/** An interface of a virtual network, in application groups. */
function join(world: World, name: string, vnet: string, groups: string[]): Attributes {
  const id = `${NETWORK}/networkInterfaces/${name}`;
  world.put('azurerm_network_interface', { id, ip_configuration: [{ subnet_id: `${NETWORK}/virtualNetworks/${vnet}/subnets/app` }] });
  const memberships = groups.map((one) => ({ id: `${id}|${asg(one)}`, network_interface_id: id, application_security_group_id: asg(one) }));
  memberships.forEach((membership) => world.put(MEMBERSHIP, membership));
  return memberships[memberships.length - 1];
}

const many = (count: number, attributes: (index: number) => Attributes) =>
  Array.from({ length: count }, (_, index) => rule(`r${index}`, { priority: 100 + index, ...attributes(index) }));

describe('rules of one network security group', () => {
  test('GIVEN a priority that another rule of the direction has THEN it conflicts', () => {
    expect(judge(uniquePriority, [rule('a'), rule('b')])).toEqual(['SecurityRuleConflict']);
    expect(judge(uniquePriority, [rule('a'), rule('b', { direction: 'Outbound' })])).toEqual([]);
    expect(judge(uniquePriority, [rule('a', { network_security_group_name: 'other' }), rule('b')])).toEqual([]);
  });

  test('GIVEN a rule in the group and one of its own with its priority and name THEN both conflict', () => {
    const world = new World();
    world.put('azurerm_network_security_group', group('db', [{ name: 'A', direction: 'Inbound', priority: 200 }]));
    world.put('azurerm_network_security_rule', rule('a'));

    expect(uniquePriority(rule('a'), world)).toHaveLength(1);
    expect(uniqueName(rule('a'), world)).toHaveLength(1);
  });

  test('GIVEN 1,001 rules THEN that is one too many', () => {
    expect(judge(fewRules, many(1000, () => ({})))).toEqual([]);
    expect(judge(fewRules, many(1001, () => ({})))).toEqual(['LimitExceeded']);
  });

  test('GIVEN more than 4,000 addresses on one side THEN they are too many, those of the other side not counted', () => {
    const addresses = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 0xff}`);
    const two = (count: number) => [rule('a', { source_address_prefixes: addresses(2000), destination_address_prefix: '*' }),
      rule('b', { source_address_prefixes: addresses(count), destination_address_prefix: '*' })];

    expect(judge(fewAddresses, two(2000))).toEqual([]);
    expect(judge(fewAddresses, two(2001))).toEqual(['LimitExceeded']);
  });

  test('GIVEN more than 100 application groups in all rules THEN they are too many, each counted once', () => {
    const naming = (count: number) => many(200, (index) => ({ source_application_security_group_ids: [asg(`g${index % count}`)] }));

    expect(judge(fewApplicationGroups, naming(100))).toEqual([]);
    expect(judge(fewApplicationGroups, naming(101))).toEqual(['LimitExceeded']);
  });

  test('GIVEN a group that does not exist THEN its rule is refused', () => {
    expect(judge(groupExists, [rule('a', { network_security_group_name: 'none' })])).toEqual(['ParentResourceNotFound']);
    expect(judge(groupExists, [rule('a')])).toEqual([]);
  });

  test('GIVEN an application group that does not exist THEN the rule is refused', () => {
    const world = new World();
    world.put('azurerm_application_security_group', { id: asg('web') });

    expect(judge(applicationGroupsExist, [rule('a', { source_application_security_group_ids: [asg('WEB')] })], world)).toEqual([]);
    expect(judge(applicationGroupsExist, [rule('a', { source_application_security_group_ids: [asg('none')] })], world)).toEqual(['InvalidResourceReference']);
  });

  test('GIVEN application groups of two virtual networks in one rule THEN it is refused', () => {
    const world = new World();
    join(world, 'one', 'erp', ['web', 'db']);
    join(world, 'two', 'lab', ['test']);
    const between = (source: string, destination: string) =>
      rule('a', { source_application_security_group_ids: [asg(source)], destination_application_security_group_ids: [asg(destination)] });

    expect(judge(oneNetworkPerRule, [between('web', 'db')], world)).toEqual([]);
    expect(judge(oneNetworkPerRule, [between('web', 'test')], world)).toEqual(['ApplicationSecurityGroupsNotInSameVnet']);
  });
});

describe('interfaces in application security groups', () => {
  test('GIVEN interfaces of two virtual networks in one group THEN the second one is refused', () => {
    const world = new World();

    expect(oneNetworkPerGroup(join(world, 'one', 'erp', ['web']), world)).toEqual([]);
    expect(oneNetworkPerGroup(join(world, 'two', 'lab', ['web']), world)).toHaveLength(1);
  });

  test('GIVEN an interface in more than 20 groups THEN the last one is refused', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `g${index}`);
    const [twenty, more] = [new World(), new World()];

    expect(fewGroupsPerInterface(join(twenty, 'one', 'erp', names(20)), twenty)).toEqual([]);
    expect(fewGroupsPerInterface(join(more, 'one', 'erp', names(21)), more)).toHaveLength(1);
  });
});
