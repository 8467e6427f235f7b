import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  deleteAssembly, deployAssembly, describeWithEngines, lintTemplates, Moto, readAssembly, readInterfaces, readRules,
} from './harness';

const NOTHING = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86, Description: 'Disallow all traffic' };
const tagged = (workload: string) => ['policy', 'workload', 'role', 'shard'].map((key, index) => ({
  Key: `microseg:${key}`,
  Value: ['Payments', workload, 'attached', '1/1'][index],
}));
const group = (workload: string, vpc: unknown, ingress: object[] = []) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: {
    GroupDescription: workload,
    VpcId: vpc,
    Tags: tagged(workload),
    SecurityGroupIngress: ingress,
    SecurityGroupEgress: [NOTHING],
  },
});
const output = (value: unknown, name?: string) => ({ Value: value, ...(name && { Export: { Name: name } }) });
const postgres = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };

/** Network: VPC, two groups, and a nested stack with the rules between them. Consumer: an interface and a rule that import a group. */
function writeAssembly(directory: string, extraIngress: object[] = []): void {
  const network = {
    Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
    Rules: { CheckBootstrapVersion: { Assertions: [] } },
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.1.0/24' } },
      Offices: {
        Type: 'AWS::EC2::PrefixList',
        Properties: { PrefixListName: 'offices', AddressFamily: 'IPv4', MaxEntries: 2, Entries: [{ Cidr: '192.0.2.0/24' }] },
      },
      Web: group('Web', { Ref: 'Vpc' }, [
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIpv6: '2001:db8::/32', Description: 'IPv6 (orders); site #1' },
        { IpProtocol: 'icmpv6', FromPort: 128, ToPort: 0, CidrIpv6: '::/0' },
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, SourcePrefixListId: { Ref: 'Offices' }, Description: 'offices' },
        ...extraIngress,
      ]),
      Ledger: group('Ledger', { 'Fn::GetAtt': ['Vpc', 'VpcId'] }),
      Rules: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: {
          TemplateURL: { 'Fn::Sub': 'https://s3.${AWS::Region}.${AWS::URLSuffix}/assets-${AWS::AccountId}-${AWS::Region}/rules.json' },
          Parameters: { Web: { 'Fn::GetAtt': ['Web', 'GroupId'] }, Ledger: { 'Fn::GetAtt': ['Ledger', 'GroupId'] } },
        },
      },
    },
    Outputs: {
      Ledger: output({ 'Fn::GetAtt': ['Ledger', 'GroupId'] }, 'Network:Ledger'),
      Subnet: output({ Ref: 'Subnet' }, 'Network:Subnet'),
      Rule: output({ 'Fn::GetAtt': ['Rules', 'Outputs.Rule'] }),
    },
  };
  const rules = {
    Parameters: { Web: { Type: 'String' }, Ledger: { Type: 'String' } },
    Resources: {
      Out: {
        Type: 'AWS::EC2::SecurityGroupEgress',
        Properties: { ...postgres, GroupId: { Ref: 'Web' }, DestinationSecurityGroupId: { Ref: 'Ledger' }, Description: 'orders' },
      },
      In: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { ...postgres, GroupId: { Ref: 'Ledger' }, SourceSecurityGroupId: { Ref: 'Web' }, Description: 'orders' },
      },
    },
    Outputs: { Rule: output({ 'Fn::GetAtt': ['In', 'Id'] }) },
  };
  const consumer = {
    Resources: {
      Interface: {
        Type: 'AWS::EC2::NetworkInterface',
        Properties: { SubnetId: { 'Fn::ImportValue': 'Network:Subnet' }, GroupSet: [{ 'Fn::ImportValue': 'Network:Ledger' }] },
      },
      Backup: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { ...postgres, GroupId: { 'Fn::ImportValue': 'Network:Ledger' }, CidrIp: '10.9.0.0/16' },
      },
    },
  };
  const asset = {
    source: { path: 'rules.nested.json', packaging: 'file' },
    destinations: { d: { bucketName: 'assets-${AWS::AccountId}-${AWS::Region}', objectKey: 'rules.json' } },
  };
  const stack = (id: string, dependencies: string[]) =>
    ({ type: 'aws:cloudformation:stack', properties: { templateFile: `${id}.template.json` }, dependencies });
  const files = {
    // Consumer comes first: only its dependency puts it behind Network.
    'manifest.json': {
      version: '36.0.0',
      artifacts: {
        'Consumer': stack('Consumer', ['Network']),
        'Network.assets': { type: 'cdk:asset-manifest', properties: { file: 'Network.assets.json' } },
        'Network': stack('Network', ['Network.assets']),
      },
    },
    'Network.assets.json': { version: '36.0.0', files: { rules: asset } },
    'Network.template.json': network,
    'Consumer.template.json': consumer,
    'rules.nested.json': rules,
  };
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), JSON.stringify(content));
}

describeWithEngines(['moto'], 'a cloud assembly on moto', () => {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-assembly-'));
  let moto: Moto;
  beforeAll(async () => { moto = await Moto.start(); });
  beforeEach(() => moto.reset());
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await moto?.stop();
  });

  const nobody = { cidrIpv4: '255.255.255.255/32' };
  const nothing = { direction: 'egress', protocol: 'icmp', from: 252, to: 86, peer: nobody, description: 'Disallow all traffic' };
  const prefixListId = async (): Promise<string> => (await moto.aws.call('ec2', 'describe_managed_prefix_lists', {
    Filters: [{ Name: 'prefix-list-name', Values: ['offices'] }],
  })).PrefixLists[0].PrefixListId;

  test('GIVEN two stacks, one nested WHEN deployed THEN every rule reads back through the EC2 API', async () => {
    writeAssembly(directory);
    expect(readAssembly(directory).stacks.map((stack) => stack.name)).toEqual(['Network', 'Consumer']);

    const [network, consumer] = await deployAssembly(moto.aws, directory);
    expect([network.status, consumer.status]).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
    expect(network.outputs.Rule).toMatch(/^sgr-/);

    const common = { policy: 'Payments', role: 'attached', shard: '1/1' };
    const [ledger, web] = await readRules(moto.aws);
    expect(ledger).toEqual({
      ...common,
      workload: 'Ledger',
      rules: [
        nothing,
        { direction: 'ingress', protocol: 'tcp', from: 5432, to: 5432, peer: { cidrIpv4: '10.9.0.0/16' } },
        { direction: 'ingress', protocol: 'tcp', from: 5432, to: 5432, peer: { group: 'Web' }, description: 'orders' },
      ],
    });
    expect(web).toEqual({
      ...common,
      workload: 'Web',
      rules: [
        nothing,
        { direction: 'egress', protocol: 'tcp', from: 5432, to: 5432, peer: { group: 'Ledger' }, description: 'orders' },
        { direction: 'ingress', protocol: 'icmpv6', from: 128, to: 0, peer: { cidrIpv6: '::/0' } },
        { direction: 'ingress', protocol: 'tcp', from: 22, to: 22, peer: { prefixListId: await prefixListId() }, description: 'offices' },
        { direction: 'ingress', protocol: 'tcp', from: 443, to: 443, peer: { cidrIpv6: '2001:db8::/32' }, description: 'IPv6 (orders); site #1' },
      ],
    });
    expect(Object.values(await readInterfaces(moto.aws))).toEqual([['Ledger']]);
  });

  test('GIVEN a deployed assembly WHEN deployed again with one more rule THEN that rule is all that changes', async () => {
    writeAssembly(directory);
    const [before] = await deployAssembly(moto.aws, directory);
    writeAssembly(directory, [{ IpProtocol: '-1', CidrIp: '10.0.0.0/16' }]);
    const [after] = await deployAssembly(moto.aws, directory);

    expect(after).toEqual({ ...before, status: 'UPDATE_COMPLETE' });
    const [, web] = await readRules(moto.aws);
    expect(web.rules).toHaveLength(6);
    expect(web.rules).toContainEqual({ direction: 'ingress', protocol: '-1', peer: { cidrIpv4: '10.0.0.0/16' } });
  });

  test('GIVEN a deployed assembly WHEN deleted THEN no group, no interface and no stack is left', async () => {
    writeAssembly(directory);
    await deployAssembly(moto.aws, directory);
    await deleteAssembly(moto.aws, directory);

    expect(await readRules(moto.aws)).toEqual([]);
    expect(await readInterfaces(moto.aws)).toEqual({});
    expect((await moto.aws.call('cloudformation', 'describe_stacks')).Stacks).toEqual([]);
  });
});

describeWithEngines(['cfnLint'], 'cfn-lint', () => {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-lint-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  test('GIVEN a sound and an unsound template WHEN linted THEN only the unsound one has a finding, with its place', () => {
    const write = (name: string, properties: object): string => {
      const file = join(directory, name);
      writeFileSync(file, JSON.stringify({ Resources: { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: properties } } }));
      return file;
    };
    const unsound = write('unsound.json', { GroupDescription: 'd', VpcID: 'vpc-12345678' });
    expect(lintTemplates([write('sound.json', { GroupDescription: 'd' }), unsound])).toEqual([
      expect.objectContaining({ rule: 'E3002', level: 'Error', file: unsound, path: 'Resources/Group/Properties/VpcID' }),
    ]);
  });
});
