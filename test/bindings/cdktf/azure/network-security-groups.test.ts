import { NetworkSecurityGroups } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../../lib/model';
import { frameworksWith, Json, only, policyIn, TestApp } from '../frameworks';
import { LOCATED, rulesOf, shop } from './fixture';

const RESOURCES = 'azurerm_network_security_rule';

describe.each(frameworksWith('azurerm'))('network security groups in $name', (framework) => {
  test('GIVEN flows declared after the enforcement point WHEN synthesized THEN both ends are open, and everything else is denied', () => {
    const { test, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
    groups.protect(db, { networkInterfaceIds: ['/nics/db'] });

    const configuration = test.synth().configuration('Shop');

    const allowed = (workload: string) => Object.values<Json>(rulesOf(configuration, workload)).filter(({ access }) => access === 'Allow');
    const group = (workload: string) => [expect.stringMatching(new RegExp(`^\\$\\{azurerm_application_security_group\\.Groups_${workload}_[\\w-]+\\.id\\}$`))];
    expect(allowed('Web')).toEqual([
      expect.objectContaining({ direction: 'Inbound', protocol: 'Tcp', destination_port_range: '443', source_address_prefix: '0.0.0.0/0', destination_address_prefix: '*' }),
      expect.objectContaining({ direction: 'Outbound', destination_port_range: '5432', destination_application_security_group_ids: group('Db'), source_address_prefix: '*' }),
    ]);
    expect(allowed('Db')).toEqual([
      expect.objectContaining({ direction: 'Inbound', destination_port_range: '5432', source_application_security_group_ids: group('Web'), description: expect.stringContaining('orders') }),
    ]);
    for (const workload of ['Web', 'Db']) {
      expect(Object.values<Json>(rulesOf(configuration, workload)).filter(({ priority }) => priority === 4096))
        .toEqual(['Inbound', 'Outbound'].map((direction) => expect.objectContaining({ direction, access: 'Deny', protocol: '*', source_address_prefix: '*' })));
    }
  });

  test('GIVEN interfaces and subnets WHEN protected THEN each carries the group once its rules are there, and interfaces join the application group', () => {
    const { test, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/1', '/nics/2'] });
    groups.protect(web, { networkInterfaceIds: ['/nics/2', '/nics/3'] });
    groups.protect(db, { subnetIds: ['/subnets/db'] });

    const { resource } = test.synth().configuration('Shop');

    const all = (type: string): Json[] => Object.values(resource[`azurerm_${type}`]);
    expect(all('network_interface_security_group_association').map((each) => each.network_interface_id).sort()).toEqual(['/nics/1', '/nics/2', '/nics/3']);
    expect(all('network_interface_application_security_group_association').map((each) => each.network_interface_id).sort()).toEqual(['/nics/1', '/nics/2', '/nics/3']);
    expect(all('subnet_network_security_group_association').map((each) => each.subnet_id)).toEqual(['/subnets/db']);
    for (const each of [...all('network_interface_security_group_association'), ...all('subnet_network_security_group_association')]) {
      const workload = /Groups_(\w+?)_group/.exec(each.network_security_group_id)![1];
      expect(each.depends_on).toContainEqual(expect.stringMatching(new RegExp(`^azurerm_network_security_rule\\.Groups_${workload}_rules`)));
    }
    expect(all('application_security_group').map(({ tags }) => tags['microseg:workload'])).toEqual(['Web']);
  });

  test('GIVEN a workload on subnets only WHEN peers name it THEN by its addresses', () => {
    const { test, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
    groups.protect(db, { subnetIds: ['/subnets/db'] });

    const rules = Object.values<Json>(rulesOf(test.synth().configuration('Shop'), 'Web'));

    expect(rules.filter(({ direction, access }) => direction === 'Outbound' && access === 'Allow').map((rule) => rule.destination_address_prefix)).toEqual(['10.2.9.0/28']);
  });

  test('GIVEN any rule resource WHEN synthesized THEN it takes whatever way a rule names its peers and ports', () => {
    const { test, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
    groups.protect(db, { networkInterfaceIds: ['/nics/db'] });

    const [rule] = Object.values<Json>(test.synth().configuration('Shop').resource[RESOURCES]);

    const names = ['destination_port_range', 'destination_port_ranges', ...['source', 'destination'].flatMap((end) =>
      [`${end}_address_prefix`, `${end}_address_prefixes`, `${end}_application_security_group_ids`])];
    expect(rule).toMatchObject(Object.fromEntries(names.map((name) => [name, `\${try(each.value.${name}, null)}`])));
    expect(rule.name).toBe('${each.key}');
    const used = Object.values<Json>(rule.for_each).flatMap((each) => Object.keys(each));
    expect([...new Set(used)].filter((name) => !JSON.stringify(rule[name]).includes(`each.value.${name}`))).toEqual([]);
  });

  test('GIVEN MONITOR and ENFORCE WHEN compared THEN the access of the scope rules differs and nothing else', () => {
    const [monitor, enforce] = [EnforcementMode.MONITOR, EnforcementMode.ENFORCE].map((mode) => {
      const { test, web, db, groups } = shop(framework, mode);
      groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
      groups.protect(db, { subnetIds: ['/subnets/db'] });
      return test.synth().configuration('Shop').resource;
    });

    for (const { for_each: rules } of Object.values<Json>(monitor[RESOURCES])) {
      for (const [name, rule] of Object.entries<Json>(rules)) {
        if (!name.startsWith('scope-')) continue;
        expect(rule.access).toBe('Allow');
        rule.access = 'Deny';
      }
    }
    expect(monitor).toEqual(enforce);
  });

  test('GIVEN one more flow WHEN synthesized again THEN its two rules are added and everything else stays', () => {
    const [before, after] = [false, true].map((more) => {
      const { test, web, db, groups } = shop(framework);
      groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
      groups.protect(db, { networkInterfaceIds: ['/nics/db'] });
      if (more) db.allowTo(web, { justification: 'callback' });
      return test.synth().configuration('Shop');
    });

    for (const [workload, direction] of [['Web', 'Inbound'], ['Db', 'Outbound']]) {
      const [old, fresh] = [rulesOf(before, workload), rulesOf(after, workload)];
      expect(fresh).toMatchObject(old);
      const added = Object.keys(fresh).filter((name) => !(name in old));
      expect(added.map((name) => fresh[name])).toEqual([expect.objectContaining({ direction, destination_port_range: '443', description: expect.stringContaining('callback') })]);
    }
  });

  test('GIVEN ids asked for WHEN another stack makes the associations THEN it refers to the groups of this one', () => {
    const { test, web, db, groups } = shop(framework);
    const app = test.stack('App', 'azurerm');
    test.make(app, 'network-interface-security-group-association', 'Own', { networkInterfaceId: '/nics/web', networkSecurityGroupId: groups.networkSecurityGroupId(web) });
    test.make(app, 'network-interface-application-security-group-association', 'Membership', {
      networkInterfaceId: '/nics/web', applicationSecurityGroupId: groups.applicationSecurityGroupId(web),
    });
    groups.protect(db, { networkInterfaceIds: ['/nics/db'] });

    const configuration = test.synth().configuration('App');

    const remote = /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-Shop\.outputs\./;
    expect(only(configuration, 'azurerm_network_interface_security_group_association').network_security_group_id).toMatch(remote);
    expect(only(configuration, 'azurerm_network_interface_application_security_group_association').application_security_group_id).toMatch(remote);
    const rules = Object.values<Json>(rulesOf(test.configuration('Shop'), 'Db'));
    expect(rules.flatMap((rule) => rule.source_application_security_group_ids ?? [])).toHaveLength(1);
  });

  test('GIVEN an interface of another stack WHEN protected THEN that stack does not depend on this one', () => {
    const { test, web, db, groups } = shop(framework);
    groups.protect(db, { subnetIds: ['/subnets/db'] });
    const app = test.stack('App', 'azurerm');
    const nic = test.make(app, 'network-interface', 'Web', { name: 'web', location: 'westeurope', resourceGroupName: 'shop', ipConfiguration: [{ name: 'ip', privateIpAddressAllocation: 'Dynamic' }] });
    // Each time it is asked for, the id is another token.
    groups.protect(web, { networkInterfaceIds: [nic.id] });
    groups.protect(web, { networkInterfaceIds: [nic.id] });

    test.synth();

    const association = only(test.configuration('Shop'), 'azurerm_network_interface_security_group_association');
    expect(association.network_interface_id).toMatch(/^\$\{data\.terraform_remote_state\.cross-stack-reference-input-App\.outputs\./);
    expect(test.configuration('App').data).toBeUndefined();
  });

  test('GIVEN tags, hostile text and deploy-time ranges WHEN synthesized THEN they stand as they are, and nothing is evaluated', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop', 'azurerm');
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.VISIBILITY });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    const range = test.make(stack, 'public-ip', 'Nat', { name: 'nat', location: 'westeurope', resourceGroupName: 'shop', allocationMethod: 'Static' }).ipAddress;
    const props = { monitorScope: ['10.2.0.0/16', `${range}/32`, '2001:db8::/48'], tags: { Cost: '${path.module} %{ if true }' } };
    new NetworkSecurityGroups(stack, 'Groups', { policy, ...LOCATED, ...props }).protect(web, { networkInterfaceIds: ['/nics/web'] });
    web.allowFrom(Peer.token('nat', `${range}/32`, IpFamily.IPV4), { justification: 'open ${path.module} "now" %{ if true }\n' });

    const configuration = test.synth().configuration('Shop');

    expect(only(configuration, 'azurerm_network_security_group').tags).toEqual({
      'Cost': '$${path.module} %%{ if true }', 'microseg:policy': 'Payments', 'microseg:workload': 'Web',
    });
    const rules = rulesOf(configuration, 'Web');
    expect(rules['scope-inbound-ipv4'].source_address_prefixes).toEqual(['10.2.0.0/16', '${azurerm_public_ip.Nat.ip_address}/32']);
    expect(rules['scope-inbound-ipv6'].source_address_prefix).toBe('2001:db8::/48');
    expect(Object.values<Json>(rules).map(({ description }) => description).join()).not.toMatch(/[$%]\{/);
    expect(test.manifest('Shop').policies[0].enforcementPoints[0]).toMatchObject({
      platform: 'azure', monitorScope: [{ cidr: '10.2.0.0/16' }, { cidr: '2001:db8::/48' }, { token: 'monitor:Shop/Groups:1' }],
    });
  });

  test('GIVEN names too long for Azure WHEN synthesized THEN they are cut and still differ', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop', 'azurerm');
    const policy = policyIn(stack, 'P'.repeat(60), { mode: EnforcementMode.ENFORCE });
    const groups = new NetworkSecurityGroups(stack, 'Groups', { policy, ...LOCATED });
    for (const id of ['a', 'b']) groups.protect(policy.addWorkload(`W${'w'.repeat(60)}${id}`));

    const names = Object.values<Json>(test.synth().configuration('Shop').resource.azurerm_network_security_group).map(({ name }) => name);

    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => /^\w[\w.-]{0,78}\w$/.test(name))).toBe(true);
  });
});
