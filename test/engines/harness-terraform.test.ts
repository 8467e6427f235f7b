import { changesOf, describeWithEngines, Moto, planIsEmpty, readInterfaces, readRules, TerraformApp } from './harness';

type Rules = { [id: string]: { group: string; ip_protocol: string; [attribute: string]: unknown } };

const GROUPS = 'aws_security_group.groups';
const idOf = (key: string) => `\${${GROUPS}["${key}"].id}`;

/** All groups of a policy in one resource, all rules of one direction in another: what a map lacks is null. */
const groupsResource = (keys: readonly string[], vpc: string) => ({
  for_each: Object.fromEntries(keys.map((key) => [key, {
    name: `Payments-${key}`,
    description: key,
    tags: { 'microseg:policy': 'Payments', 'microseg:workload': key, 'microseg:role': 'attached', 'microseg:shard': '1/1' },
  }])),
  name: '${each.value.name}',
  description: '${each.value.description}',
  tags: '${each.value.tags}',
  vpc_id: vpc,
});
const OPTIONAL = ['from_port', 'to_port', 'cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id', 'description'];
const rulesResource = (rules: Rules) => ({
  for_each: rules,
  security_group_id: `\${${GROUPS}[each.value.group].id}`,
  ip_protocol: '${each.value.ip_protocol}',
  ...Object.fromEntries(OPTIONAL.map((name) => [name, `\${try(each.value.${name}, null)}`])),
});

const HTTPS = { group: 'web', ip_protocol: 'tcp', from_port: 443, to_port: 443 };
const POSTGRES = { ip_protocol: 'tcp', from_port: 5432, to_port: 5432, description: 'orders' };
const INGRESS: Rules = {
  any4: { ...HTTPS, cidr_ipv4: '0.0.0.0/0', description: 'public site $5 $${now};' },
  any6: { ...HTTPS, cidr_ipv6: '::/0' },
  ping: { group: 'web', ip_protocol: 'icmp', from_port: 8, to_port: -1, cidr_ipv4: '10.0.0.0/8' },
  icmp: { group: 'web', ip_protocol: 'icmp', from_port: -1, to_port: -1, cidr_ipv4: '10.1.0.0/16' },
  ping6: { group: 'web', ip_protocol: 'icmpv6', from_port: 128, to_port: 0, cidr_ipv6: '2001:db8::/32' },
  icmp6: { group: 'web', ip_protocol: 'icmpv6', from_port: -1, to_port: -1, cidr_ipv6: '2001:db9::/32' },
  list: { group: 'web', ip_protocol: 'tcp', from_port: 22, to_port: 22, prefix_list_id: '${aws_ec2_managed_prefix_list.offices.id}' },
  self: { group: 'web', ip_protocol: '-1', referenced_security_group_id: idOf('web') },
  orders: { ...POSTGRES, group: 'ledger', referenced_security_group_id: idOf('web') },
};
const EGRESS: Rules = {
  orders: { ...POSTGRES, group: 'web', referenced_security_group_id: idOf('ledger') },
  all4: { group: 'web', ip_protocol: '-1', cidr_ipv4: '0.0.0.0/0' },
  all6: { group: 'web', ip_protocol: '-1', cidr_ipv6: '::/0' },
  sctp: { group: 'ledger', ip_protocol: '132', cidr_ipv4: '10.0.0.0/8' },
  udp: { group: 'ledger', ip_protocol: 'udp', from_port: 0, to_port: 65535, cidr_ipv4: '10.0.0.0/8' },
};

/** As CDKTF writes a stack: an absolute path for its state, a list of group ids as a local and as an output for other stacks. */
const producer = (ingress: Rules, groups = ['ledger', 'web']) => ({
  terraform: {
    backend: { local: { path: '/nowhere/terraform.Producer.tfstate' } },
    required_providers: { aws: { source: 'aws', version: '99.0.0' } },
  },
  provider: { aws: [{ region: 'eu-west-1' }] },
  locals: { 'web-groups': [idOf('web'), idOf('ledger')] },
  output: {
    'web-groups': { sensitive: true, value: '${local.web-groups}' },
    'subnet': { sensitive: true, value: '${aws_subnet.subnet.id}' },
    'vpc': { sensitive: true, value: '${aws_vpc.vpc.id}' },
  },
  resource: {
    aws_vpc: { vpc: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { subnet: { vpc_id: '${aws_vpc.vpc.id}', cidr_block: '10.0.1.0/24' } },
    aws_ec2_managed_prefix_list: {
      offices: { name: 'offices', address_family: 'IPv4', max_entries: 3, entry: [{ cidr: '192.0.2.0/24' }] },
    },
    aws_security_group: { groups: groupsResource(groups, '${aws_vpc.vpc.id}') },
    aws_vpc_security_group_ingress_rule: { ingress: rulesResource(ingress) },
    aws_vpc_security_group_egress_rule: { egress: rulesResource(EGRESS) },
  },
});

const state = (output: string) => `data.terraform_remote_state.producer.outputs.${output}`;
const consumer = {
  terraform: { backend: { local: { path: '/nowhere/terraform.Consumer.tfstate' } } },
  provider: { aws: [{ region: 'eu-west-1' }] },
  data: {
    terraform_remote_state: {
      producer: { backend: 'local', config: { path: '/nowhere/terraform.Producer.tfstate' }, workspace: '${terraform.workspace}' },
    },
  },
  resource: {
    aws_network_interface: { eni: { subnet_id: `\${${state('subnet')}}`, security_groups: `\${${state('web-groups')}}` } },
    aws_security_group: { groups: groupsResource(['api'], `\${${state('vpc')}}`) },
    aws_vpc_security_group_ingress_rule: {
      ingress: rulesResource({ web: { ...HTTPS, group: 'api', referenced_security_group_id: `\${element(${state('web-groups')}, 0)}` } }),
      none: rulesResource({}),
    },
  },
};

describeWithEngines(['terraform', 'awsProvider', 'moto'], 'Terraform with the real AWS provider on moto', () => {
  let moto: Moto;
  let app: TerraformApp;
  beforeAll(async () => {
    moto = await Moto.start();
    app = new TerraformApp(moto.endpoint);
  });
  afterAll(async () => {
    app?.remove();
    await moto?.stop();
  });

  test('GIVEN for_each maps of groups and rules WHEN applied THEN nothing drifts, and each change is alone in its plan', () => {
    const root = app.stack('Producer', producer(INGRESS));
    root.init();
    root.apply();
    expect(planIsEmpty(root.plan())).toBe(true);

    const { icmp: _removed, ...kept } = INGRESS;
    root.resynthesize(producer({
      ...kept,
      any6: { ...kept.any6, description: 'changed' },
      added: { group: 'ledger', ip_protocol: 'tcp', from_port: 5433, to_port: 5433, cidr_ipv4: '10.0.0.0/8' },
    }, ['ledger', 'new', 'web']));
    expect(changesOf(root.plan())).toEqual([
      { address: `${GROUPS}["new"]`, actions: ['create'] },
      { address: 'aws_vpc_security_group_ingress_rule.ingress["added"]', actions: ['create'] },
      { address: 'aws_vpc_security_group_ingress_rule.ingress["any6"]', actions: ['update'] },
      { address: 'aws_vpc_security_group_ingress_rule.ingress["icmp"]', actions: ['delete'] },
    ]);
    root.apply({ planned: true });
    expect(planIsEmpty(root.plan())).toBe(true);
  });

  test('THEN the API answers those rules', async () => {
    const groups = await readRules(moto.aws);
    expect(groups.map((group) => [group.workload, group.rules.length])).toEqual([['ledger', 4], ['new', 0], ['web', 10]]);
    expect(groups[0].rules).toEqual([
      { direction: 'egress', protocol: '132', peer: { cidrIpv4: '10.0.0.0/8' } },
      { direction: 'egress', protocol: 'udp', from: 0, to: 65535, peer: { cidrIpv4: '10.0.0.0/8' } },
      { direction: 'ingress', protocol: 'tcp', from: 5432, to: 5432, peer: { group: 'web' }, description: 'orders' },
      { direction: 'ingress', protocol: 'tcp', from: 5433, to: 5433, peer: { cidrIpv4: '10.0.0.0/8' } },
    ]);
    expect(groups[2].rules).toContainEqual({ direction: 'ingress', protocol: 'icmp', from: 8, peer: { cidrIpv4: '10.0.0.0/8' } });
    expect(groups[2].rules.map((rule) => rule.description)).toContain('public site $5 ${now};');
  });

  test('GIVEN a stack that reads the state of another WHEN applied THEN groups and peers cross over without drift', async () => {
    const root = app.stack('Consumer', consumer);
    root.init();
    root.apply();
    expect(planIsEmpty(root.plan())).toBe(true);

    expect(Object.values(await readInterfaces(moto.aws))).toEqual([['ledger', 'web']]);
    const api = (await readRules(moto.aws)).find((group) => group.workload === 'api');
    expect(api?.rules).toEqual([{ direction: 'ingress', protocol: 'tcp', from: 443, to: 443, peer: { group: 'web' } }]);
    root.destroy();
  });

  test('GIVEN a peer that is no group WHEN planned THEN Terraform refuses instead of leaving the rule without a peer', () => {
    const root = app.stack('Broken', producer({ bad: { group: 'web', ip_protocol: '-1', referenced_security_group_id: idOf('nobody') } }));
    root.init();
    const plan = root.run('plan', '-no-color');
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain('Invalid index');
  });
});
