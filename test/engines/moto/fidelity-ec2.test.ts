import { Answer, AwsError, describeWithEngines, Moto } from '../harness';

// Each test states what the EC2 API is documented to do, and holds the strict moto to it. Sources: the API reference of the
// named call, and https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html for quotas.
describeWithEngines(['moto'], 'EC2 security groups on the strict moto', () => {
  let moto: Moto;
  let vpc: string;
  let count = 0;

  beforeAll(async () => {
    moto = await Moto.start();
    vpc = (await ec2('create_vpc', { CidrBlock: '10.0.0.0/16' })).Vpc.VpcId;
  });
  afterAll(() => moto?.stop());

  const ec2 = (method: string, parameters: object = {}): Promise<Answer> => moto.aws.call('ec2', method, { ...parameters });
  const newGroup = async (options: object = {}): Promise<string> =>
    (await ec2('create_security_group', { GroupName: `g${++count}`, Description: 'd', VpcId: vpc, ...options })).GroupId;
  const authorize = (direction: string) => (group: string, permission: object) =>
    ec2(`authorize_security_group_${direction}`, { GroupId: group, IpPermissions: [permission] });
  const [ingress, egress] = [authorize('ingress'), authorize('egress')];
  const rulesOf = async (group: string): Promise<Answer[]> =>
    (await ec2('describe_security_group_rules', { Filters: [{ Name: 'group-id', Values: [group] }] })).SecurityGroupRules;
  const inboundOf = async (group: string) => (await rulesOf(group)).filter((rule) => !rule.IsEgress);
  const newList = async (entries: number, family = 'IPv4'): Promise<string> =>
    (await ec2('create_managed_prefix_list', { PrefixListName: 'p', AddressFamily: family, MaxEntries: entries })).PrefixList.PrefixListId;
  const code = async (call: Promise<unknown>): Promise<string> => {
    try {
      await call;
      return 'accepted';
    } catch (error) {
      if (error instanceof AwsError) return error.code;
      throw error;
    }
  };

  const ipv4 = (cidr: string, description?: string) => ({ IpRanges: [{ CidrIp: cidr, ...(description && { Description: description }) }] });
  const ipv6 = (cidr: string) => ({ Ipv6Ranges: [{ CidrIpv6: cidr }] });
  const from = (group: string, description?: string) => ({
    UserIdGroupPairs: [{ GroupId: group, ...(description && { Description: description }) }],
  });
  const list = (id: string) => ({ PrefixListIds: [{ PrefixListId: id }] });
  const tcp = (port: number, peer: object) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...peer });

  describe('duplicates', () => {
    test('the same traffic is refused a second time, for every kind of peer and whatever the description', async () => {
      const [group, peer, prefixes] = [await newGroup(), await newGroup(), await newList(1)];
      const twins: [object, object][] = [
        [ipv4('10.0.0.0/8'), ipv4('10.0.0.0/8', 'other words')],
        [ipv6('2001:db8::/32'), ipv6('2001:0db8::/32')],
        [from(peer), from(peer, 'other words')],
        [list(prefixes), list(prefixes)],
      ];
      for (const [first, second] of twins) {
        expect(await code(ingress(group, tcp(443, first)))).toBe('accepted');
        expect(await code(ingress(group, tcp(443, second)))).toBe('InvalidPermission.Duplicate');
      }
    });

    test('one port may admit IPv4 and IPv6 side by side', async () => {
      const group = await newGroup();
      await ingress(group, tcp(443, ipv4('0.0.0.0/0')));
      expect(await code(ingress(group, tcp(443, ipv6('::/0'))))).toBe('accepted');
    });
  });

  describe('what is not a rule', () => {
    test.each([
      ['an IPv4 prefix of 33', tcp(1, ipv4('10.0.0.0/33')), 'InvalidParameterValue'],
      ['text for a range', tcp(1, ipv4('web')), 'InvalidParameterValue'],
      ['a port range turned round', { IpProtocol: 'tcp', FromPort: 500, ToPort: 400, ...ipv4('10.0.0.0/8') }, 'InvalidParameterValue'],
      ['port 70000', tcp(70_000, ipv4('10.0.0.0/8')), 'InvalidParameterValue'],
      ['TCP without ports', { IpProtocol: 'tcp', ...ipv4('10.0.0.0/8') }, 'InvalidParameterValue'],
      ['an unknown protocol', { IpProtocol: 'foo', FromPort: 1, ToPort: 1, ...ipv4('10.0.0.0/8') }, 'InvalidParameterValue'],
      ['ICMP type 300', { IpProtocol: 'icmp', FromPort: 300, ToPort: -1, ...ipv4('10.0.0.0/8') }, 'InvalidParameterValue'],
      ['a description of 256 characters', tcp(1, ipv4('10.0.0.0/8', 'x'.repeat(256))), 'InvalidParameterValue'],
      ['an arrow in a description', tcp(1, ipv4('10.0.0.0/8', 'a -> b')), 'InvalidParameterValue'],
      ['a prefix list that does not exist', tcp(1, list('pl-0123456789abcdef0')), 'InvalidPrefixListID.NotFound'],
      ['a group that does not exist', tcp(1, from('sg-0123456789abcdef0')), 'InvalidGroup.NotFound'],
    ])('%s', async (_what, permission, expected) => {
      expect(await code(ingress(await newGroup(), permission))).toBe(expected);
    });

    test('a reference to a group of a VPC that is not peered', async () => {
      const other = (await ec2('create_vpc', { CidrBlock: '10.1.0.0/16' })).Vpc.VpcId;
      const stranger = await newGroup({ VpcId: other });
      const group = await newGroup();
      expect(await code(ingress(group, tcp(1, from(stranger))))).toBe('InvalidGroup.NotFound');

      const { VpcPeeringConnection: peering } = await ec2('create_vpc_peering_connection', { VpcId: vpc, PeerVpcId: other });
      await ec2('accept_vpc_peering_connection', { VpcPeeringConnectionId: peering.VpcPeeringConnectionId });
      expect(await code(ingress(group, tcp(1, from(stranger))))).toBe('accepted');
    });
  });

  describe('how rules are stored', () => {
    test.each([
      ['host bits are cleared', tcp(1, ipv4('10.0.0.5/24')), { CidrIpv4: '10.0.0.0/24' }],
      ['IPv6 is written canonically', tcp(1, ipv6('2001:0DB8:0:0::/32')), { CidrIpv6: '2001:db8::/32' }],
      ['protocol 58 is icmpv6', { IpProtocol: '58', FromPort: -1, ToPort: -1, ...ipv6('::/0') }, { IpProtocol: 'icmpv6', FromPort: -1 }],
      ['protocol 6 is tcp', { IpProtocol: '6', FromPort: 22, ToPort: 22, ...ipv4('10.0.0.0/8') }, { IpProtocol: 'tcp', FromPort: 22 }],
      ['any other protocol has all ports', { IpProtocol: '132', FromPort: 5, ToPort: 5, ...ipv4('10.0.0.0/8') }, { FromPort: -1, ToPort: -1 }],
      ['ICMP keeps type and code', { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, ...ipv4('10.0.0.0/8') }, { FromPort: 8, ToPort: -1 }],
      ['descriptions of IPv4 rules', tcp(1, ipv4('10.0.0.0/8', 'orders')), { Description: 'orders' }],
      ['descriptions of IPv6 rules', tcp(1, { Ipv6Ranges: [{ CidrIpv6: '::/0', Description: 'v6' }] }), { Description: 'v6' }],
    ])('%s', async (_what, permission, expected) => {
      const group = await newGroup();
      await ingress(group, permission);
      expect(await inboundOf(group)).toEqual([expect.objectContaining(expected)]);
    });

    test('descriptions of group references and prefix lists', async () => {
      const [group, peer, prefixes] = [await newGroup(), await newGroup(), await newList(1)];
      await ingress(group, tcp(1, from(peer, 'a group')));
      await ingress(group, tcp(2, { PrefixListIds: [{ PrefixListId: prefixes, Description: 'a list' }] }));
      expect((await inboundOf(group)).map((rule) => rule.Description)).toEqual(['a group', 'a list']);
    });

    test('a new group admits all egress and no ingress', async () => {
      const all = { IsEgress: true, IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' };
      expect(await rulesOf(await newGroup())).toEqual([expect.objectContaining(all)]);
    });
  });

  describe('quotas', () => {
    /** The number of the first rule that is refused. */
    const refusedAt = async (direction: typeof ingress, peer: (index: number) => object): Promise<number> => {
      const group = await newGroup();
      for (let index = 1; index <= 130; index++) {
        const answer = await code(direction(group, tcp(index, peer(index))));
        if (answer !== 'accepted') {
          expect(answer).toBe('RulesPerSecurityGroupLimitExceeded');
          return index;
        }
      }
      throw new Error('no limit');
    };

    test('60 inbound rules', async () => expect(await refusedAt(ingress, () => ipv4('10.0.0.0/8'))).toBe(61));
    test('60 outbound rules, of which a new group has one', async () => expect(await refusedAt(egress, () => ipv4('10.0.0.0/8'))).toBe(60));
    test('60 for IPv4 and 60 for IPv6', async () =>
      expect(await refusedAt(ingress, (index) => (index % 2 ? ipv4('10.0.0.0/8') : ipv6('::/0')))).toBe(121));
    test('a group reference weighs one', async () => {
      const peer = await newGroup();
      expect(await refusedAt(ingress, () => from(peer))).toBe(61);
    });
    test('a prefix list weighs its maximum of entries, not those it has', async () => {
      const prefixes = await newList(25);
      expect(await refusedAt(ingress, () => list(prefixes))).toBe(3);
    });
  });

  describe('groups', () => {
    test.each([
      ['a name that looks like an id', { GroupName: 'sg-x' }],
      ['a description of 256 characters', { Description: 'x'.repeat(256) }],
      ['letters beyond ASCII', { Description: 'café' }],
    ])('%s is refused', async (_what, options) => {
      expect(await code(newGroup(options))).toBe('InvalidParameterValue');
    });

    test('names are unique in a VPC', async () => {
      await newGroup({ GroupName: 'twin' });
      expect(await code(newGroup({ GroupName: 'twin' }))).toBe('InvalidGroup.Duplicate');
    });

    test('five fit on an interface, all of its own VPC; one that is in use cannot be deleted', async () => {
      const subnet = (await ec2('create_subnet', { VpcId: vpc, CidrBlock: '10.0.1.0/24' })).Subnet.SubnetId;
      const groups = await Promise.all(Array.from({ length: 6 }, () => newGroup()));
      const stranger = await newGroup({ VpcId: (await ec2('create_vpc', { CidrBlock: '10.2.0.0/16' })).Vpc.VpcId });
      const attach = (ids: string[]) => ec2('create_network_interface', { SubnetId: subnet, Groups: ids });

      expect(await code(attach(groups))).toBe('SecurityGroupsPerInterfaceLimitExceeded');
      expect(await code(attach([stranger]))).toBe('InvalidGroup.NotFound');
      expect(await code(attach(groups.slice(0, 5)))).toBe('accepted');
      expect(await code(ec2('delete_security_group', { GroupId: groups[0] }))).toBe('DependencyViolation');
    });

    test('one that another group refers to cannot be deleted', async () => {
      const [server, client] = [await newGroup(), await newGroup()];
      await ingress(server, tcp(5432, from(client)));
      expect(await code(ec2('delete_security_group', { GroupId: client }))).toBe('DependencyViolation');
    });
  });

  describe('changes', () => {
    const modified = async (before: object, after: object): Promise<Answer> => {
      const group = await newGroup();
      const id = (await ingress(group, before)).SecurityGroupRules[0].SecurityGroupRuleId;
      const change = { SecurityGroupRuleId: id, SecurityGroupRule: after };
      await ec2('modify_security_group_rules', { GroupId: group, SecurityGroupRules: [change] });
      return (await inboundOf(group))[0];
    };

    test('ports, range and description change in place', async () => {
      const after = { IpProtocol: 'tcp', FromPort: 2, ToPort: 3, CidrIpv6: '2001:db9::/32', Description: 'n' };
      expect(await modified(tcp(1, ipv6('2001:db8::/32')), after)).toEqual(expect.objectContaining(after));
    });

    test('the referenced group changes in place', async () => {
      const [old, other] = [await newGroup(), await newGroup()];
      const rule = await modified(tcp(1, from(old)), { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, ReferencedGroupId: other });
      expect(rule.ReferencedGroupInfo.GroupId).toBe(other);
    });

    test('one kind of peer never becomes another', async () => {
      const call = modified(tcp(1, ipv4('10.0.0.0/8')), { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, CidrIpv6: '::/0' });
      expect(await code(call)).toBe('InvalidParameterValue');
    });

    test('a rule that is not there cannot be revoked', async () => {
      const call = ec2('revoke_security_group_ingress', { GroupId: await newGroup(), IpPermissions: [tcp(9, ipv4('10.0.0.0/8'))] });
      expect(await code(call)).toBe('InvalidPermission.NotFound');
    });
  });
});
