import {
  Answer, AwsError, deleteStack, deployTemplate, describeStack, describeWithEngines, Moto, readInterfaces, readRules,
} from '../harness';

// Each test states what CloudFormation is documented to do with the resource types and template features that security
// groups need. The pages are named in ./strict/cfn_types.py and ./strict/cfn_engine.py, beside each correction.
describeWithEngines(['moto'], 'CloudFormation on the strict moto', () => {
  let moto: Moto;
  beforeAll(async () => { moto = await Moto.start(); });
  beforeEach(() => moto.reset());
  afterAll(() => moto?.stop());

  const deploy = (resources: object, rest: object = {}) => deployTemplate(moto.aws, 'S', { Resources: resources, ...rest });
  const message = async (call: Promise<unknown>): Promise<string> => {
    try {
      await call;
      return 'accepted';
    } catch (error) {
      if (error instanceof AwsError) return error.message;
      throw error;
    }
  };
  const VPC = { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } } };
  const NOTHING = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86, Description: 'Disallow all traffic' };
  const ALL = { CidrIp: '0.0.0.0/0', IpProtocol: '-1' };
  const group = (workload: string, properties: object = { SecurityGroupEgress: [NOTHING] }) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: workload,
      VpcId: { Ref: 'Vpc' },
      Tags: [{ Key: 'microseg:policy', Value: 'P' }, { Key: 'microseg:workload', Value: workload }],
      ...properties,
    },
  });
  const idOf = (name: string) => ({ 'Fn::GetAtt': [name, 'GroupId'] });
  const rule = (type: string, properties: object) => ({
    Type: `AWS::EC2::SecurityGroup${type}`,
    Properties: { GroupId: idOf('Web'), IpProtocol: 'tcp', FromPort: 443, ToPort: 443, ...properties },
  });
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' };
  const rulesOf = async (workload: string) => (await readRules(moto.aws)).find((each) => each.workload === workload)?.rules;

  describe('egress', () => {
    test('a group without inline egress admits everything', async () => {
      await deploy({ ...VPC, Web: group('web', {}) });
      expect(await rulesOf('web')).toEqual([{ direction: 'egress', protocol: '-1', peer: { cidrIpv4: '0.0.0.0/0' } }]);
    });

    test('inline egress takes the place of that default', async () => {
      await deploy({ ...VPC, Web: group('web') });
      expect(await rulesOf('web')).toEqual([
        { direction: 'egress', protocol: 'icmp', from: 252, to: 86, peer: { cidrIpv4: '255.255.255.255/32' }, description: 'Disallow all traffic' },
      ]);
    });

    test('a standalone egress rule leaves the default of a group without inline egress', async () => {
      await deploy({ ...VPC, Web: group('web', {}), Out: rule('Egress', { CidrIp: '10.0.0.0/8' }) });
      expect(await rulesOf('web')).toHaveLength(2);
    });

    test('a standalone egress rule strips an explicit allow-all', async () => {
      await deploy({ ...VPC, Web: group('web', { SecurityGroupEgress: [ALL] }), Out: rule('Egress', { CidrIp: '10.0.0.0/8' }) });
      expect(await rulesOf('web')).toEqual([
        { direction: 'egress', protocol: 'tcp', from: 443, to: 443, peer: { cidrIpv4: '10.0.0.0/8' } },
      ]);
    });
  });

  describe('updates', () => {
    test('rules and tags of a group change in place', async () => {
      const before = await deploy({ ...VPC, Web: group('web', { SecurityGroupIngress: [https], SecurityGroupEgress: [NOTHING] }) });
      const after = await deploy({
        ...VPC,
        Web: group('web', {
          SecurityGroupIngress: [{ ...https, Description: 'why' }, { ...https, FromPort: 80, ToPort: 80 }],
          SecurityGroupEgress: [NOTHING],
        }),
      });
      expect(after.resources).toEqual(before.resources);
      expect((await rulesOf('web'))?.filter((each) => each.direction === 'ingress').map((each) => [each.from, each.description])).toEqual([
        [443, 'why'],
        [80, undefined],
      ]);
    });

    test('a rule resource is replaced when its traffic changes, and kept when only its description does', async () => {
      const physical = async (properties: object) => {
        const { resources } = await deploy({ ...VPC, Web: group('web'), In: rule('Ingress', properties) });
        return resources.find((each) => each.logicalId === 'In')?.physicalId;
      };
      const first = await physical({ CidrIp: '10.0.0.0/8' });
      expect(await physical({ CidrIp: '10.0.0.0/8', Description: 'why' })).toBe(first);
      expect(await physical({ CidrIp: '10.1.0.0/16' })).not.toBe(first);
      expect((await rulesOf('web'))?.filter((each) => each.direction === 'ingress')).toHaveLength(1);
    });

    test('removal comes last: the same rule under another logical id is a duplicate', async () => {
      await deploy({ ...VPC, Web: group('web'), Old: rule('Ingress', { CidrIp: '10.0.0.0/8' }) });
      const moved = deploy({ ...VPC, Web: group('web'), New: rule('Ingress', { CidrIp: '10.0.0.0/8' }) });
      expect(await message(moved)).toContain('already exists');
    });

    test('an inline rule may become a resource, because its group changes first', async () => {
      await deploy({ ...VPC, Web: group('web', { SecurityGroupIngress: [https], SecurityGroupEgress: [NOTHING] }) });
      await deploy({ ...VPC, Web: group('web'), In: rule('Ingress', { CidrIp: '10.0.0.0/8' }) });
      expect((await rulesOf('web'))?.filter((each) => each.direction === 'ingress')).toHaveLength(1);
    });

    test('removed resources are deleted', async () => {
      await deploy({ ...VPC, Web: group('web'), Db: group('db'), In: rule('Ingress', { SourceSecurityGroupId: idOf('Db') }) });
      await deploy({ ...VPC, Web: group('web') });
      expect((await readRules(moto.aws)).map((each) => each.workload)).toEqual(['web']);
    });
  });

  describe('templates that are refused', () => {
    test('groups that refer to each other inline', async () => {
      const toward = (name: string) => ({ SecurityGroupEgress: [{ IpProtocol: '-1', DestinationSecurityGroupId: idOf(name) }] });
      const cycle = deploy({ ...VPC, Web: group('web', toward('Db')), Db: group('db', toward('Web')) });
      expect(await message(cycle)).toContain('Circular dependency between resources: [Db, Web]');
    });

    test.each([
      ['resources', 500, 'Resources', { Type: 'AWS::CDK::Metadata' }],
      ['parameters', 200, 'Parameters', { Type: 'String', Default: '' }],
      ['outputs', 200, 'Outputs', { Value: 'x' }],
    ])('more %s than %d', async (name, limit, section, entry) => {
      const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`E${index}`, entry]));
      const template = (count: number) => deploy({ W: { Type: 'AWS::CDK::Metadata' } }, { [section]: many(count) });
      expect(await message(template(limit + 1))).toContain(`Number of ${name}, ${limit + 1}, is greater than maximum allowed, ${limit}`);
      expect(await message(template(limit))).toBe('accepted');
    });

    test('a resource type without a model, which stock moto would skip', async () => {
      expect(await message(deploy({ A: { Type: 'AWS::EC2::Nonsense' } }))).toContain('no CloudFormation support for AWS::EC2::Nonsense');
    });

    test('a rule without a peer', async () => {
      expect(await message(deploy({ ...VPC, Web: group('web'), In: rule('Ingress', {}) }))).toContain('exactly one source or destination');
    });

    test('a failed creation leaves nothing behind', async () => {
      await message(deploy({ ...VPC, Web: group('web'), In: rule('Ingress', { CidrIp: '10.0.0.0/99' }) }));
      expect(await readRules(moto.aws)).toEqual([]);
      expect(await message(deploy({ ...VPC, Web: group('web') }))).toBe('accepted');
    });
  });

  describe('exports', () => {
    const EXPORT = { Outputs: { Web: { Value: idOf('Web'), Export: { Name: 'WebGroup' } } } };
    const deployUser = () => deployTemplate(moto.aws, 'User', {
      Resources: { In: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { ...https, GroupId: { 'Fn::ImportValue': 'WebGroup' } } } },
    });

    test('reach other stacks, and stay while they are used', async () => {
      await deploy({ ...VPC, Web: group('web') }, EXPORT);
      await deployUser();
      expect((await rulesOf('web'))?.filter((each) => each.direction === 'ingress')).toHaveLength(1);
      expect(await message(deploy({ ...VPC, Web: group('web') }))).toContain('Export WebGroup cannot be deleted as it is in use by User');
      expect(await message(deleteStack(moto.aws, 'S'))).toContain('in use by User');

      await deleteStack(moto.aws, 'User');
      await deleteStack(moto.aws, 'S');
      expect(await readRules(moto.aws)).toEqual([]);
    });

    test('an update adds exports', async () => {
      await deploy({ ...VPC, Web: group('web') });
      await deploy({ ...VPC, Web: group('web') }, EXPORT);
      expect(await message(deployUser())).toBe('accepted');
    });
  });

  test('interfaces and instances carry the groups that the template names, change them in place, and go with their stack', async () => {
    const attached = (first: string, second: string) => ({
      ...VPC,
      Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.1.0/24' } },
      Web: group('web'),
      Db: group('db'),
      Interface: { Type: 'AWS::EC2::NetworkInterface', Properties: { SubnetId: { Ref: 'Subnet' }, GroupSet: [idOf(first)] } },
      Instance: {
        Type: 'AWS::EC2::Instance',
        Properties: { ImageId: 'ami-12c6146b', InstanceType: 't3.micro', SubnetId: { Ref: 'Subnet' }, SecurityGroupIds: [idOf(second)] },
      },
    });
    const groups = async () => Object.values(await readInterfaces(moto.aws)).sort();
    await deploy(attached('Web', 'Db'));
    expect(await groups()).toEqual([['db'], ['web']]);
    await deploy(attached('Db', 'Db'));
    expect(await groups()).toEqual([['db'], ['db']]);
    await deploy(attached('Db', 'Web'));
    expect(await groups()).toEqual([['db'], ['web']]);
    await deleteStack(moto.aws, 'S');
    expect(await groups()).toEqual([]);
    expect(await readRules(moto.aws)).toEqual([]);
  });

  test('a load balancer is of the type that the template says, and carries the groups that it names', async () => {
    const subnet = (cidr: string, zone: string) => ({
      Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: cidr, AvailabilityZone: zone },
    });
    const { resources } = await deploy({
      ...VPC,
      A: subnet('10.0.1.0/24', 'us-east-1a'),
      B: subnet('10.0.2.0/24', 'us-east-1b'),
      Web: group('web'),
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: { Type: 'network', Subnets: [{ Ref: 'A' }, { Ref: 'B' }], SecurityGroups: [idOf('Web')] },
      },
    });
    const { LoadBalancers: [balancer] } = await moto.aws.call('elbv2', 'describe_load_balancers');
    const { physicalId } = resources.find(({ logicalId }) => logicalId === 'Web')!;
    expect([balancer.Type, balancer.SecurityGroups]).toEqual(['network', [physicalId]]);
  });

  test('a resource without properties is left alone by an update that does not touch it', async () => {
    const cluster = { Cluster: { Type: 'AWS::ECS::Cluster' } };
    const before = await deploy(cluster);
    const after = await deploy({ ...cluster, ...VPC });
    expect(after.resources).toEqual(expect.arrayContaining([...before.resources]));
  });

  test('a prefix list is created, changed in place and deleted', async () => {
    const list = (entries: string[]) => ({
      List: {
        Type: 'AWS::EC2::PrefixList',
        Properties: { PrefixListName: 'offices', AddressFamily: 'IPv4', MaxEntries: 5, Entries: entries.map((Cidr) => ({ Cidr })) },
      },
    });
    const id = (await deploy(list(['192.0.2.0/24']))).resources[0].physicalId;
    await deploy(list(['192.0.2.0/24', '198.51.100.0/24']));
    const stored: Answer = await moto.aws.call('ec2', 'get_managed_prefix_list_entries', { PrefixListId: id });
    expect(stored.Entries.map((entry: Answer) => entry.Cidr)).toEqual(['192.0.2.0/24', '198.51.100.0/24']);

    await deleteStack(moto.aws, 'S');
    expect(await message(describeStack(moto.aws, 'S'))).toContain('does not exist');
  });
});
