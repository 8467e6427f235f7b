import { NetworkSecurityGroups } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Selector, Service } from '../../../../lib/model';
import { frameworksWith, Json, policyIn, TestApp } from '../frameworks';
import { deviationsOf, rewriteConfiguration } from '../verified';
import { rulesOf, shop } from './fixture';

describe.each(frameworksWith('azurerm'))('network security groups read back from $name', (framework) => {
  /** Everything that a rule can say; the network, the groups and the machines in a stack each. */
  function landscape(mode: EnforcementMode): TestApp {
    const test = new TestApp(framework);
    const network = test.stack('Network', 'azurerm');
    const located = { resourceGroupName: 'shop', location: 'westeurope' };
    const vnet = test.make(network, 'virtual-network', 'Vnet', { name: 'shop', ...located, addressSpace: ['10.2.0.0/16'] });
    const subnet = test.make(network, 'subnet', 'Db', { name: 'db', resourceGroupName: 'shop', virtualNetworkName: vnet.name, addressPrefixes: ['10.2.1.0/24'] });
    const nat = test.make(network, 'public-ip', 'Nat', { name: 'nat', ...located, allocationMethod: 'Static' });
    const app = test.stack('App', 'azurerm');
    const nics = ['a', 'b'].map((name) => test.make(app, 'network-interface', name, { name, ...located, ipConfiguration: [{ name: 'ip', privateIpAddressAllocation: 'Dynamic' }] }));

    const security = test.stack('Security', 'azurerm');
    const policy = policyIn(security, 'Payments', { mode });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS], labels: { app: 'shop' } });
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES], labels: { app: 'shop' }, addresses: ['10.2.1.0/24'] });
    const idle = policy.addWorkload('Idle');
    const erp = policy.addWorkload('Erp', { services: [Service.HTTPS] });
    const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.7', '2001:db8:7::/48'] });
    policy.addSegment('Shop', { members: Selector.matching({ app: 'shop' }) });
    const groups = new NetworkSecurityGroups(security, 'Groups', {
      policy, ...located, virtualNetworkId: vnet.id, monitorScope: ['10.2.0.0/16', `${nat.ipAddress}/32`, '2001:db8::/56'],
      peerAddresses: [{ workload: erp, ipv4Blocks: [`${nat.ipAddress}/30`] }],
    });
    groups.protect(web, { networkInterfaceIds: nics.map(({ id }) => id) });
    groups.protect(db, { subnetIds: [subnet.id] });
    groups.protect(idle);
    web.allowFrom(Peer.any(), { justification: 'public ${path.module}' });
    web.allowFrom(Peer.serviceTag('AzureLoadBalancer'), { services: [Service.tcp(8080)] });
    web.allowFrom(Peer.ipv6('2001:db8::/32'), { services: [Service.tcpRange(8000, 8100), Service.any()] });
    web.allowFrom(Peer.cidr('10.0.0.0/8', ['10.9.0.0/16']), { services: [Service.icmp(), Service.protocol(50)] });
    web.allowTo(Peer.token('nat', `${nat.ipAddress}/32`, IpFamily.IPV4), { services: [Service.DNS] });
    web.allowTo(db);
    web.allowTo(erp);
    db.allowTo(web);
    db.allowTo(db, { services: [Service.tcp(5433)] });
    db.allowFrom(audit);
    for (let host = 0; host < 140; host += 2) web.allowFrom(Peer.ipv4(`198.51.100.${host}`), { services: [Service.NTP] });
    return test.synth();
  }

  test.each(Object.values(EnforcementMode))('GIVEN a policy in %s WHEN its stacks are read THEN they admit what is declared, and nothing else', (mode) => {
    expect(deviationsOf(landscape(mode))).toEqual({ found: ['azure'], excess: [], missing: [] });
  });

  test('GIVEN one rule that is widened, and one that is dropped WHEN read THEN exactly these deviate', () => {
    const test = landscape(EnforcementMode.ENFORCE);
    rewriteConfiguration(test, 'Security', (configuration) => {
      const rules = rulesOf(configuration, 'Db');
      const named = (address: string) => Object.keys(rules).find((name) => rules[name].source_address_prefix === address)!;
      rules[named('192.0.2.7/32')].source_address_prefix = '192.0.2.6/31';
      delete rules[named('2001:db8:7::/48')];
    });

    const { excess, missing } = deviationsOf(test);

    const postgres = { protocol: 'tcp', fromPort: 5432, toPort: 5432, end: 'ingress', server: { workload: 'Db' } };
    expect(excess).toEqual([expect.objectContaining({ client: { cidr: '192.0.2.6/32' }, ...postgres })]);
    expect(missing).toEqual([expect.objectContaining(postgres)]);
  });

  test.each([
    ['is dropped', (rules: Json) => { delete rules['deny-inbound']; }],
    ['allows', (rules: Json) => { rules['deny-inbound'].access = 'Allow'; }],
    ['denies the network\'s own ranges no more', (rules: Json) => { rules['scope-inbound-ipv4'].access = 'Allow'; }],
  ])('GIVEN a rule at the bottom that %s WHEN read THEN what it lets in is in excess', (_, change) => {
    const { test, policy, web, db, groups } = shop(framework);
    [web, db, policy.addWorkload('Idle')].forEach((workload) => groups.protect(workload, { networkInterfaceIds: [`/nics/${workload.workloadId}`] }));
    test.synth();
    rewriteConfiguration(test, 'Shop', (configuration) => change(rulesOf(configuration, 'Idle')));

    const { excess, missing } = deviationsOf(test);

    expect(missing).toEqual([]);
    expect(excess).not.toEqual([]);
    expect(excess.every(({ server, end }) => end === 'ingress' && 'workload' in server && server.workload === 'Idle')).toBe(true);
  });
});
