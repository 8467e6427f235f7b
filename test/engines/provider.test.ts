import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  changesOf, countsOf, describeWithEngines, InMemoryProviders, Moto, planIsEmpty, resourcesOf, TerraformApp, TerraformStackRoot,
} from './harness';
import { azureNetwork, googleFirewalls, googleNetwork } from './provider/fixtures';

const RULE = 'azurerm_network_security_rule';
const POLICY_RULE = 'google_compute_network_firewall_policy_rule';

const fromWeb = (groups: { web: string; db: string }) => ({
  sourceApplicationSecurityGroupIds: [groups.web], destinationApplicationSecurityGroupIds: [groups.db],
});
const fromOffices = { sourceAddressPrefixes: ['10.9.0.0/16', '192.0.2.0/24'], destinationAddressPrefix: '*' };
const DENY = { priority: 4096, access: 'Deny', protocol: '*', destinationPortRange: '*', sourceAddressPrefix: '*', destinationAddressPrefix: '*' };

const azure = (ports = ['5432']) => azureNetwork((groups) => ({
  orders: { ...fromWeb(groups), destinationPortRanges: ports },
  backup: { ...fromOffices, priority: 210, destinationPortRange: '22', description: 'nightly backup' },
  deny: DENY,
}));

const google = (ports = ['5432']) => googleNetwork(({ web, db }) => ({
  orders: { targetSecureTags: [{ name: db }], match: { layer4Configs: [{ ipProtocol: 'tcp', ports }], srcSecureTags: [{ name: web }] } },
  deny: { priority: 2147483600, action: 'deny', match: { layer4Configs: [{ ipProtocol: 'all' }], srcIpRanges: ['0.0.0.0/0'] } },
}));

describeWithEngines(['terraform'], 'Terraform with Azure and Google Cloud in memory', () => {
  let providers: InMemoryProviders;
  let terraform: TerraformApp;
  let roots = 0;

  beforeAll(async () => {
    providers = await InMemoryProviders.start('azurerm', 'google');
  });
  beforeEach(() => {
    terraform = new TerraformApp({ providers });
  });
  afterEach(async () => {
    terraform.remove();
    await providers.reset();
  });
  afterAll(async () => {
    await providers?.stop();
  });

  function initialized(configuration: object): TerraformStackRoot {
    const root = terraform.stack(`Root${++roots}`, configuration);
    root.init();
    return root;
  }

  /** What Terraform says when a configuration is refused while it is applied. */
  function refusal(configuration: object): string {
    const applied = initialized(configuration).run('apply', '-no-color', '-auto-approve');
    expect(applied.ok).toBe(false);
    return applied.text.replace(/\n│? */g, ' ');
  }

  describe.each([
    { platform: 'Azure', build: azure, changed: `${RULE}.rule-orders`, type: RULE, rules: 3 },
    { platform: 'Google Cloud', build: google, changed: `${POLICY_RULE}.rule-orders`, type: POLICY_RULE, rules: 2 },
  ])('$platform', ({ build, changed, type, rules }) => {
    test('GIVEN a network with rules WHEN validated, planned and applied THEN nothing is left to do, one change is one change, and all of it goes again', async () => {
      const root = initialized(build());
      expect(root.validate()).toMatchObject({ ok: true });
      const { create, ...others } = countsOf(root.plan());
      expect(others).toEqual({ update: 0, delete: 0, replace: 0 });
      root.apply({ planned: true });
      expect(resourcesOf(root.show())).toHaveLength(create);
      expect(planIsEmpty(root.plan())).toBe(true);

      root.resynthesize(build(['5432', '5433']));
      expect(changesOf(root.plan())).toEqual([{ address: changed, actions: ['update'] }]);
      root.apply({ planned: true });
      expect(await providers.resources(type)).toHaveLength(rules);

      root.destroy();
      expect(await providers.resources(type)).toEqual([]);
      expect(resourcesOf(root.show())).toEqual([]);
    });
  });

  test('GIVEN an Azure root applied WHEN its state is read THEN ids are those of Azure Resource Manager, and references hold them', () => {
    const root = initialized(azure());
    root.apply();

    const values = Object.fromEntries(resourcesOf(root.show()).map(({ address, values: found }) => [address, found]));
    const group = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/erp';
    const network = `${group}/providers/Microsoft.Network`;
    expect(values[`${RULE}.rule-orders`]).toMatchObject({
      id: `${network}/networkSecurityGroups/db/securityRules/orders`,
      source_application_security_group_ids: [`${network}/applicationSecurityGroups/web`],
    });
    expect(values['azurerm_network_interface.db-interface']).toMatchObject({
      ip_configuration: [{ subnet_id: `${network}/virtualNetworks/erp/subnets/app`, private_ip_address: expect.stringMatching(/^10\./) }],
    });
  });

  test('GIVEN a Google root applied WHEN its state is read THEN self links carry the project, and rules name tags by number', () => {
    const root = initialized(google());
    root.apply();

    const values = Object.fromEntries(resourcesOf(root.show()).map(({ address, values: found }) => [address, found]));
    expect(values['google_compute_network.network'].self_link).toBe('https://www.googleapis.com/compute/v1/projects/analytics/global/networks/analytics');
    expect(values[`${POLICY_RULE}.rule-orders`]).toMatchObject({
      id: 'projects/analytics/global/firewallPolicies/analytics/1000',
      project: 'analytics',
      target_secure_tags: [{ name: expect.stringMatching(/^tagValues\/\d+$/) }],
    });
  });

  test('GIVEN a rule changed and another removed by hand WHEN planned THEN the plan puts both back', async () => {
    const root = initialized(azure());
    root.apply();
    const [orders, backup] = await Promise.all(['orders', 'backup'].map(async (name) => (await providers.resources(RULE)).find((rule) => rule.name === name)!));

    await providers.change(RULE, orders.id, { access: 'Deny' });
    await providers.remove(RULE, backup.id);

    expect(changesOf(root.plan())).toEqual([
      { address: `${RULE}.rule-backup`, actions: ['create'] },
      { address: `${RULE}.rule-orders`, actions: ['update'] },
    ]);
  });

  test('GIVEN another priority of a policy rule WHEN planned THEN the rule is replaced', () => {
    const at = (priority: number) => googleNetwork(() => ({ office: { priority } }));
    const root = initialized(at(1000));
    root.apply();

    root.resynthesize(at(1001));

    expect(countsOf(root.plan())).toEqual({ create: 0, update: 0, delete: 0, replace: 1 });
  });

  test('GIVEN a resource that exists WHEN imported THEN nothing is left to do', async () => {
    const first = initialized(googleFirewalls({ web: { allow: [{ protocol: 'tcp', ports: ['443'] }], sourceRanges: ['0.0.0.0/0'] } }));
    first.apply();
    const [network] = await providers.resources('google_compute_network');
    const [rule] = await providers.resources('google_compute_firewall');
    const second = initialized(first.json);

    expect(second.run('import', 'google_compute_network.network', network.id)).toMatchObject({ ok: true });
    expect(second.run('import', 'google_compute_firewall.web', rule.id)).toMatchObject({ ok: true });

    expect(planIsEmpty(second.plan())).toBe(true);
  });

  test('GIVEN two roots WHEN both are applied THEN they share one platform', () => {
    const firewalls = (name: string) => googleFirewalls({ [name]: { allow: [{ protocol: 'tcp' }], sourceRanges: ['0.0.0.0/0'] } });
    initialized(firewalls('web')).apply();

    expect(refusal(firewalls('web'))).toContain('"projects/analytics/global/networks/analytics" already exists');
  });

  describe('refusals of Azure', () => {
    const two = (rule: object) => azureNetwork(() => ({
      first: { ...fromOffices, destinationPortRange: '22' },
      second: { ...fromOffices, destinationPortRange: '443', priority: 210, ...rule },
    }));

    test.each([
      { given: 'two rules with one priority', rule: { priority: 200 }, says: 'Rules cannot have the same Priority and Direction' },
      { given: 'a priority out of range', rule: { priority: 99 }, says: 'in the range (100 - 4096), got 99' },
      { given: 'two kinds of source', rule: { sourceAddressPrefix: 'Internet' }, says: 'exactly one of source_address_prefix' },
      { given: 'both families', rule: { sourceAddressPrefixes: ['10.0.0.0/8', '2001:db8::/32'] }, says: 'different address families' },
      { given: 'a tag in a list', rule: { sourceAddressPrefixes: ['Internet'] }, says: 'Unsupported value used: Internet' },
      { given: 'a group that nobody made', rule: { sourceAddressPrefixes: [], sourceApplicationSecurityGroupIds: ['/none'] }, says: '/none referenced by' },
    ])('GIVEN $given WHEN applied THEN it says so', ({ rule, says }) => {
      expect(refusal(two(rule))).toContain(says);
    });

    test('GIVEN a bad priority WHEN only validated THEN it is found', () => {
      const validated = initialized(two({ priority: 5000 })).validate();

      expect(validated.ok).toBe(false);
      expect(validated.text).toContain('got 5000');
    });
  });

  describe('refusals of Google Cloud', () => {
    const matching = (peers: object) => googleNetwork(() => ({ rule: { match: { layer4Configs: [{ ipProtocol: 'tcp' }], ...peers } } }));

    test.each([
      { given: 'both families', configuration: matching({ srcIpRanges: ['10.0.0.0/8', '::/0'] }), says: 'either IPv4 or IPv6 ranges, but not both' },
      { given: 'no source', configuration: matching({}), says: 'must be defined in a rule for INGRESS' },
      { given: 'a tag that nobody made', configuration: matching({ srcSecureTags: [{ name: 'tagValues/1' }] }), says: 'tagValues/1 does not exist' },
      { given: 'two rules with one priority', configuration: googleNetwork(() => ({ one: {}, two: {} })), says: 'already exists' },
      {
        given: 'tags beside service accounts',
        configuration: googleFirewalls({ web: { allow: [{ protocol: 'tcp' }], sourceTags: ['web'], targetServiceAccounts: ['a@b.iam.gserviceaccount.com'] } }),
        says: 'target_service_accounts conflicts with source_tags',
      },
      {
        given: 'ports of a protocol without ports',
        configuration: googleFirewalls({ web: { allow: [{ protocol: 'icmp', ports: ['8'] }], sourceRanges: ['10.0.0.0/8'] } }),
        says: 'only be specified for tcp, udp and sctp',
      },
    ])('GIVEN $given WHEN applied THEN it says so', ({ configuration, says }) => {
      expect(refusal(configuration)).toContain(says);
    });
  });
});

test('GIVEN providers in memory WHEN stopped THEN no socket is left behind', async () => {
  const providers = await InMemoryProviders.start('google');
  const [{ Addr: address }] = Object.values<{ Addr: { String: string } }>(JSON.parse(providers.reattach));
  expect(existsSync(address.String)).toBe(true);

  await providers.stop();

  expect(existsSync(dirname(address.String))).toBe(false);
});

describeWithEngines(['terraform', 'awsProvider', 'moto'], 'Terraform with Google Cloud in memory beside the real AWS provider', () => {
  let providers: InMemoryProviders;
  let moto: Moto;
  let terraform: TerraformApp;

  beforeAll(async () => {
    [providers, moto] = await Promise.all([InMemoryProviders.start('google'), Moto.start()]);
    terraform = new TerraformApp({ providers, endpoint: moto.endpoint });
  });
  afterAll(async () => {
    terraform?.remove();
    await Promise.all([providers?.stop(), moto?.stop()]);
  });

  test('GIVEN a rule with the ranges of a network on AWS WHEN applied THEN it holds them, and nothing is left to do', async () => {
    const firewalls: any = googleFirewalls({ aws: { allow: [{ protocol: 'tcp' }], sourceRanges: ['${aws_vpc.vpc.cidr_block}'] } });
    const root = terraform.stack('Hybrid', {
      ...firewalls,
      terraform: { ...firewalls.terraform, required_providers: { ...firewalls.terraform.required_providers, aws: { source: 'aws', version: '6.0.0' } } },
      provider: { ...firewalls.provider, aws: [{ region: 'eu-west-1' }] },
      resource: { ...firewalls.resource, aws_vpc: { vpc: { cidr_block: '10.7.0.0/16' } } },
    });
    root.init();
    root.apply();

    expect(await providers.resources('google_compute_firewall')).toMatchObject([{ source_ranges: ['10.7.0.0/16'] }]);
    expect(planIsEmpty(root.plan())).toBe(true);
  });
});
