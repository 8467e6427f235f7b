import { join } from 'node:path';
import { NetworkSecurityGroups, VnetFlowLogs } from '../../lib/bindings/cdktf';
import { EnforcementMode, Peer, Service } from '../../lib/model';
import { FRAMEWORKS, policyIn, TestApp } from '../bindings/cdktf/frameworks';
import { changesOf, describeWithEngines, HeldResource, InMemoryProviders, planIsEmpty, TerraformApp, TerraformStackRoot } from './harness';

const RULE = 'azurerm_network_security_rule';
const HOSTILE = 'open ${path.module} for $5; {all} %{ if true }';
const located = { resourceGroupName: 'shop', location: 'westeurope' };

/** The network with its machines in one stack, what protects them in another. */
function synthesize(mode: EnforcementMode, withCallback = false): TestApp {
  const test = new TestApp(FRAMEWORKS[0]);
  const network = test.stack('Network', 'azurerm');
  test.make(network, 'resource-group', 'Group', { name: 'shop', location: 'westeurope' });
  const vnet = test.make(network, 'virtual-network', 'Vnet', { name: 'shop', ...located, addressSpace: ['10.2.0.0/16'] });
  const subnet = (name: string, block: string) => test.make(network, 'subnet', name, {
    name, resourceGroupName: 'shop', virtualNetworkName: vnet.name, addressPrefixes: [block],
  });
  const [shared, own] = [subnet('shared', '10.2.1.0/24'), subnet('own', '10.2.2.0/24')];
  const [web1, web2, db] = ['web-1', 'web-2', 'db'].map((name) => test.make(network, 'network-interface', name, {
    name, ...located, ipConfiguration: [{ name: 'main', subnetId: shared.id, privateIpAddressAllocation: 'Dynamic' }],
  }));

  const security = test.stack('Security', 'azurerm');
  const policy = policyIn(security, 'Payments', { mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const ledger = policy.addWorkload('Db', { services: [Service.POSTGRES] });
  const batch = policy.addWorkload('Batch', { addresses: ['10.2.2.0/24'] });
  const groups = new NetworkSecurityGroups(security, 'Groups', {
    policy, ...located, virtualNetworkId: vnet.id, monitorScope: ['10.2.0.0/16', '2001:db8::/48'], tags: { Cost: HOSTILE },
  });
  groups.protect(web, { networkInterfaceIds: [web1.id, web2.id] });
  groups.protect(ledger, { networkInterfaceIds: [db.id] });
  groups.protect(batch, { subnetIds: [own.id] });
  web.allowFrom(Peer.any(), { justification: HOSTILE });
  web.allowFrom(Peer.serviceTag('AzureLoadBalancer'));
  web.allowFrom(Peer.cidr('198.51.100.0/24', ['198.51.100.7/32']), { services: [Service.icmp(), Service.tcpRange(8000, 8099), Service.SSH] });
  web.allowTo(ledger, { justification: 'orders' });
  batch.allowTo(ledger, { justification: 'settlement' });
  if (withCallback) ledger.allowTo(web, { justification: 'callback' });
  new VnetFlowLogs(security, 'Logs', { virtualNetworkId: vnet.id, storageAccountId: STORAGE, ...located });
  return test.synth();
}

const STORAGE = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/logs';
const outOf = (test: TestApp, stack: string) => join(test.app.outdir, 'stacks', stack);

describeWithEngines(['terraform'], 'network security groups of Azure, applied by Terraform', () => {
  let providers: InMemoryProviders;
  let terraform: TerraformApp;
  let network: TerraformStackRoot;
  let security: TerraformStackRoot;
  let monitored: HeldResource[];

  beforeAll(async () => {
    providers = await InMemoryProviders.start('azurerm');
    terraform = new TerraformApp({ providers });
    const test = synthesize(EnforcementMode.MONITOR);
    network = terraform.stack('Network', outOf(test, 'Network'));
    security = terraform.stack('Security', outOf(test, 'Security'));
    for (const root of [network, security]) {
      root.init();
      expect(root.validate()).toMatchObject({ ok: true });
      root.apply();
    }
    monitored = await providers.resources(RULE);
  });

  afterAll(async () => {
    terraform?.remove();
    await providers?.stop();
  });

  test('GIVEN a policy in MONITOR WHEN applied THEN nothing is left to do in either stack', () => {
    expect(planIsEmpty(network.plan())).toBe(true);
    expect(planIsEmpty(security.plan())).toBe(true);
  });

  test('GIVEN the stacks applied WHEN Azure is asked THEN each carrier has the group of its workload, and interfaces are in its application group', async () => {
    const nameOf = (id: unknown) => String(id).split('/').at(-1)!;
    const workloadIn = (name: string) => /^microseg-Payments-(\w+)-/.exec(name)![1];
    const pairs = async (type: string, carrier: string, group: string) => (await providers.resources(type))
      .map((each) => `${nameOf(each[carrier])} ${workloadIn(nameOf(each[group]))}`).sort();

    expect(await pairs('azurerm_network_interface_security_group_association', 'network_interface_id', 'network_security_group_id'))
      .toEqual(['db Db', 'web-1 Web', 'web-2 Web']);
    expect(await pairs('azurerm_network_interface_application_security_group_association', 'network_interface_id', 'application_security_group_id'))
      .toEqual(['db Db', 'web-1 Web', 'web-2 Web']);
    expect(await pairs('azurerm_subnet_network_security_group_association', 'subnet_id', 'network_security_group_id')).toEqual(['own Batch']);
  });

  test('GIVEN hostile text WHEN Azure is asked THEN tags hold it as it was written, and descriptions evaluate nothing', async () => {
    const tags = (await providers.resources('azurerm_network_security_group')).map((group) => (group.tags as { [name: string]: string }).Cost);

    expect(tags).toEqual([HOSTILE, HOSTILE, HOSTILE]);
    expect(monitored.map(({ description }) => description)).toContainEqual(expect.stringMatching(/open .*path\.module.* for .*5; .*all/));
  });

  test('GIVEN one more flow WHEN planned THEN exactly its two rules are added', () => {
    security.resynthesize(outOf(synthesize(EnforcementMode.MONITOR, true), 'Security'));

    expect(changesOf(security.plan()).map(({ address, actions }) => [/Groups_(\w+)_rules\w+\["(\w+)-/.exec(address)!.slice(1).join(' '), ...actions]).sort())
      .toEqual([['Db out', 'create'], ['Web in', 'create']]);
  });

  test('GIVEN the policy in ENFORCE WHEN applied THEN the scope rules deny, and nothing else changes', async () => {
    security.resynthesize(outOf(synthesize(EnforcementMode.ENFORCE), 'Security'));
    const changes = changesOf(security.plan());
    security.apply({ planned: true });

    expect(changes.every(({ address, actions }) => actions.join() === 'update' && /^azurerm_network_security_rule\..*\["scope-/.test(address))).toBe(true);
    const expected = monitored.map((rule) => (String(rule.name).startsWith('scope-') ? { ...rule, access: 'Deny' } : rule));
    expect(changes).toHaveLength(expected.filter((rule, index) => rule !== monitored[index]).length);
    expect(await providers.resources(RULE)).toEqual(expected);
    expect(planIsEmpty(security.plan())).toBe(true);
  });

  test('GIVEN a rule that somebody widened and one that somebody removed WHEN planned THEN exactly these are put right', async () => {
    const rules = await providers.resources(RULE);
    const [orders, deny] = [rules.find(({ name }) => /^in-tcp-5432/.test(String(name)))!, rules.find(({ name }) => name === 'deny-inbound')!];
    await providers.change(RULE, orders.id, { source_application_security_group_ids: null, source_address_prefix: '*' });
    await providers.remove(RULE, deny.id);

    expect(changesOf(security.plan()).map(({ actions }) => actions.join()).sort()).toEqual(['create', 'update']);
    security.apply({ planned: true });

    const inOrder = (all: readonly HeldResource[]) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(inOrder(await providers.resources(RULE))).toEqual(inOrder(rules));
  });

  test('GIVEN everything applied WHEN destroyed THEN nothing is in the way of anything', async () => {
    security.destroy();
    network.destroy();

    expect(await providers.resources('azurerm_network_security_group')).toEqual([]);
    expect(await providers.resources('azurerm_virtual_network')).toEqual([]);
  });
});
