import { CloudFormationReader } from '../../../lib/platforms/aws/read-cloudformation';
import { admitted, admittedAt, directoryOf, problemsOf } from './read/artifacts';
import { group, idOf, instance, MATCH_NOTHING, owned, ref, rule, tags, tcp } from './read/templates';

const read = (files: { [path: string]: unknown }) => new CloudFormationReader().read(directoryOf(files));
const readResources = (Resources: object, more: object = {}) => read({ 'App.template.json': { Resources, ...more } });
const atWeb = (properties: { [name: string]: unknown }, others: object = {}) => admittedAt(readResources({ Web: owned('Web', properties), ...others }), 'Web');
const problems = (Resources: object, more: object = {}) => problemsOf(() => readResources(Resources, more));

describe('protocols and ports', () => {
  const services = (content: object) => atWeb({ SecurityGroupIngress: [{ CidrIp: '10.0.0.0/8', ...content }] });

  test.each([
    ['a port', { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }, 'tcp/443/443'],
    ['ports as text', { IpProtocol: 'TCP', FromPort: '80', ToPort: '81' }, 'tcp/80/81'],
    ['port 0', { IpProtocol: 'udp', FromPort: 0, ToPort: 0 }, 'udp/0/0'],
    ['a protocol number', { IpProtocol: 6, FromPort: 22, ToPort: 22 }, 'tcp/22/22'],
    ['TCP without ports', { IpProtocol: 'tcp' }, 'tcp/0/65535'],
    ['TCP with -1 for both ports', { IpProtocol: 'tcp', FromPort: -1, ToPort: -1 }, 'tcp/0/65535'],
    ['every protocol, whatever the ports', { IpProtocol: '-1', FromPort: 443, ToPort: 443 }, 'all'],
    ['another protocol, whatever the ports', { IpProtocol: '132', FromPort: 443, ToPort: 443 }, 'sctp/0/65535'],
    ['an ICMP type and code', { IpProtocol: 'icmp', FromPort: 3, ToPort: 4 }, 'icmp/3/4'],
    ['an ICMP type', { IpProtocol: 'icmp', FromPort: 8, ToPort: -1 }, 'icmp/8'],
    ['all ICMP', { IpProtocol: '1', FromPort: -1, ToPort: -1 }, 'icmp'],
  ])('GIVEN %s THEN that is admitted', (_, content, expected) => {
    expect(services(content)).toEqual([`in ${expected} 10.0.0.0/8`]);
  });

  test.each([
    ['an unknown protocol name', { IpProtocol: 'quic' }],
    ['a protocol known at deployment only', { IpProtocol: ref('Protocol') }],
    ['a port known at deployment only', { IpProtocol: 'tcp', FromPort: ref('Port'), ToPort: 443 }],
    ['half a range', { IpProtocol: 'tcp', FromPort: 443 }],
    ['ports in the wrong order', { IpProtocol: 'tcp', FromPort: 443, ToPort: 80 }],
    ['no protocol', {}],
  ])('GIVEN %s THEN reading fails and names file and group', (_, content) => {
    expect(problems({ Web: owned('Web', { SecurityGroupIngress: [{ CidrIp: '10.0.0.0/8', ...content }] }) })).toEqual(['MSEG8004 App.template.json#Web']);
  });
});

describe('peers', () => {
  const ingress = (...rules: object[]) => atWeb({ SecurityGroupIngress: rules });

  test('GIVEN host bits in a block THEN EC2 masks them', () => {
    expect(ingress(tcp(1, { CidrIp: '10.0.0.5/24' }))).toEqual(['in tcp/1/1 10.0.0.0/24']);
  });

  test('GIVEN IPv4 and IPv6 THEN neither stands for the other', () => {
    expect(ingress(tcp(1, { CidrIpv6: '::/0' }))).toEqual(['in tcp/1/1 ::/0']);
  });

  test.each(['010.0.0.1/8', '10.0/8', '10.0.0.0/33', 'any', '0.0.0.0/0 or so'])('GIVEN %s, which is no block THEN it stays an opaque text', (text) => {
    expect(ingress(tcp(1, { CidrIp: text }))).toEqual([`in tcp/1/1 token:${text}`]);
  });

  test('GIVEN an intrinsic instead of a block THEN it stays the compact text that it has', () => {
    expect(ingress(tcp(1, { CidrIp: { 'Fn::GetAtt': ['Nat', 'PublicIp'] } }))).toEqual(['in tcp/1/1 token:{"Fn::GetAtt":["Nat","PublicIp"]}']);
  });

  test('GIVEN prefix lists THEN they are named as they stand, and never taken for tokens', () => {
    expect(atWeb({
      SecurityGroupIngress: tcp(1, { SourcePrefixListId: 'pl-1' }),
      SecurityGroupEgress: [tcp(2, { DestinationPrefixListId: ref('List') })],
    })).toEqual(['in tcp/1/1 prefixList:pl-1', 'out tcp/2/2 prefixList:{"Ref":"List"}']);
  });

  test('GIVEN references to a workload\'s group in each form THEN they are that workload', () => {
    const forms = [idOf('Db'), { 'Fn::GetAtt': 'Db.GroupId' }, ref('Db'), { 'Fn::Sub': '${Db.GroupId}' }];
    expect(atWeb({ SecurityGroupIngress: forms.map((form, index) => tcp(index, { SourceSecurityGroupId: form })) }, { Db: owned('Db') })).toEqual(['in tcp/0/3 Db']);
  });

  test('GIVEN references to an unknown, an untagged, a review and another policy\'s group THEN none is taken for a workload', () => {
    const others = { Plain: group(), Review: group({ Tags: tags('Db', 'review') }), Foreign: group({ Tags: tags('Db', 'attached', 'Q') }) };
    const rules = ['sg-1', idOf('Plain'), idOf('Review'), idOf('Foreign')].map((id) => tcp(1, { SourceSecurityGroupId: id }));
    expect(atWeb({ SecurityGroupIngress: rules }, others)).toEqual([
      'in tcp/1/1 token:sg-1',
      ...['Foreign', 'Plain', 'Review'].map((id) => `in tcp/1/1 token:{"Fn::GetAtt":["${id}","GroupId"]}`),
    ]);
  });

  test('GIVEN an untagged group that only workloads carry THEN a reference to it is these workloads', () => {
    expect(atWeb({ SecurityGroupIngress: [tcp(1, { SourceSecurityGroupId: idOf('Alb') })] }, {
      Alb: group(), Db: owned('Db'), Api: owned('Api'), One: instance(idOf('Alb'), idOf('Db')), Two: instance(idOf('Alb'), idOf('Api')),
    })).toEqual(['in tcp/1/1 Api', 'in tcp/1/1 Db']);
  });

  test('GIVEN an untagged group that something else carries, too THEN a reference to it stays opaque', () => {
    expect(atWeb({ SecurityGroupIngress: [tcp(1, { SourceSecurityGroupId: idOf('Alb') })] }, {
      Alb: group(), Db: owned('Db'), One: instance(idOf('Alb'), idOf('Db')), Two: instance(idOf('Alb'), idOf('Db2')), Three: instance(idOf('Alb')), Db2: group(),
    })).toEqual(['in tcp/1/1 token:{"Fn::GetAtt":["Alb","GroupId"]}']);
  });

  test('GIVEN a rule without any peer THEN reading fails', () => {
    expect(problems({ Web: owned('Web', { SecurityGroupIngress: [tcp(1, {})] }) })).toEqual(['MSEG8004 App.template.json#Web']);
  });
});

describe('default egress', () => {
  const EVERYTHING = ['out all 0.0.0.0/0, ::/0'];

  test('GIVEN no egress rule inside the group THEN EC2 lets everything out, even with standalone rules', () => {
    const standalone = rule('Egress', { GroupId: idOf('Web'), ...tcp(1, { CidrIp: '10.0.0.0/8' }) });
    expect(atWeb({ SecurityGroupEgress: undefined }, { Rule: standalone })).toEqual(EVERYTHING);
    expect(atWeb({ SecurityGroupEgress: [] })).toEqual(EVERYTHING);
    expect(atWeb({ SecurityGroupEgress: ref('AWS::NoValue') })).toEqual(EVERYTHING);
  });

  test('GIVEN the rule that matches nothing THEN nothing goes out', () => {
    expect(atWeb({ SecurityGroupEgress: MATCH_NOTHING })).toEqual([]);
  });

  test('GIVEN a rule that only looks like it THEN it counts', () => {
    expect(atWeb({ SecurityGroupEgress: [{ ...MATCH_NOTHING, CidrIpv6: '::/0' }] })).not.toEqual([]);
    expect(atWeb({ SecurityGroupEgress: [{ ...MATCH_NOTHING, CidrIp: '0.0.0.0/0' }] })).toEqual(['out icmp/252/86 0.0.0.0/0']);
  });

  test('GIVEN a condition that may take the only egress rule away THEN everything may go out', () => {
    const only = { 'Fn::If': ['Strict', tcp(1, { CidrIp: '10.0.0.0/8' }), ref('AWS::NoValue')] };
    expect(atWeb({ SecurityGroupEgress: [only] })).toEqual(EVERYTHING);
    expect(atWeb({ SecurityGroupEgress: { 'Fn::If': ['Strict', [MATCH_NOTHING], ref('AWS::NoValue')] } })).toEqual(EVERYTHING);
    expect(atWeb({ SecurityGroupEgress: [only, MATCH_NOTHING] })).toEqual(['out tcp/1/1 10.0.0.0/8']);
  });
});

describe('standalone rules and conditions', () => {
  test('GIVEN standalone rules THEN they belong to the group that they name', () => {
    expect(atWeb({}, {
      Db: owned('Db'),
      In: rule('Ingress', { GroupId: idOf('Web'), ...tcp(1, { SourceSecurityGroupId: idOf('Db') }) }),
      Out: rule('Egress', { GroupId: ref('Web'), ...tcp(2, { DestinationSecurityGroupId: idOf('Db') }) }),
    })).toEqual(['in tcp/1/1 Db', 'out tcp/2/2 Db']);
  });

  test('GIVEN a rule for a group by its name THEN it belongs to it', () => {
    const In = rule('Ingress', { GroupName: 'web', ...tcp(22, { CidrIp: '0.0.0.0/0' }) });
    expect(atWeb({ GroupName: 'web' }, { In })).toEqual(['in tcp/22/22 0.0.0.0/0']);
    expect(atWeb({ GroupName: 'other' }, { In })).toEqual([]);
  });

  test('GIVEN conditions around rules, peers and groups THEN every branch counts', () => {
    expect(atWeb({
      SecurityGroupIngress: [
        { 'Fn::If': ['C', tcp(1, { CidrIp: '10.0.0.0/8' }), tcp(2, { CidrIp: '10.0.0.0/8' })] },
        tcp(3, { CidrIp: { 'Fn::If': ['C', '10.0.0.0/8', '192.168.0.0/16'] } }),
      ],
    }, {
      Db: owned('Db'),
      In: { ...rule('Ingress', { GroupId: { 'Fn::If': ['C', idOf('Web'), idOf('Db')] }, ...tcp(4, { CidrIp: '10.0.0.0/8' }) }) as object, Condition: 'C' },
    })).toEqual(['in tcp/1/4 10.0.0.0/8', 'in tcp/3/3 192.168.0.0/16']);
  });

  test('GIVEN a rule for a group of somebody else THEN it is none of ours', () => {
    const others = [
      { GroupId: 'sg-1' }, { GroupId: { 'Fn::GetAtt': ['Cluster', 'ClusterSecurityGroupId'] } }, { GroupId: { 'Fn::ImportValue': 'elsewhere' } },
    ].map((owner, index) => [`R${index}`, rule('Ingress', { ...owner, IpProtocol: '-1', CidrIp: '0.0.0.0/0' })]);
    expect(atWeb({}, { Cluster: { Type: 'AWS::EKS::Cluster' }, ...Object.fromEntries(others) })).toEqual([]);
  });

  test('GIVEN a rule for a group that may be any THEN reading fails', () => {
    const lost = rule('Ingress', { GroupId: ref('Anything'), IpProtocol: '-1', CidrIp: '0.0.0.0/0' });
    expect(problems({ Web: owned('Web'), Lost: lost }, { Parameters: { Anything: { Type: 'String' } } })).toEqual(['MSEG8004 App.template.json#Lost']);
  });

  test.each([
    ['a macro inside a group', { Web: owned('Web', { 'Fn::Transform': { Name: 'M' } }) }, 'Web'],
    ['a macro inside a rule', { Web: owned('Web', { SecurityGroupIngress: [{ ...tcp(1, { CidrIp: '10.0.0.0/8' }), 'Fn::Transform': {} }] }) }, 'Web'],
    ['rules from a mapping', { Web: owned('Web', { SecurityGroupIngress: { 'Fn::FindInMap': ['A', 'B', 'C'] } }) }, 'Web/SecurityGroupIngress'],
    ['a loop that makes groups', { 'Fn::ForEach::Groups': ['X', ['A'], { 'Web${X}': owned('Web') }] }, 'Fn::ForEach::Groups'],
    ['a rule for a group that is looked up', { Web: owned('Web'), R: rule('Ingress', { GroupId: '{{resolve:ssm:/id}}', ...tcp(1, { CidrIp: '0.0.0.0/0' }) }) }, 'R'],
    ['a rule for what a program makes of a group', {
      Web: owned('Web'),
      C: { Type: 'Custom::Echo', Properties: { Group: idOf('Web') } },
      R: rule('Ingress', { GroupId: { 'Fn::GetAtt': ['C', 'Group'] }, ...tcp(1, { CidrIp: '0.0.0.0/0' }) }),
    }, 'R'],
    ['a nested stack that is not there, given a group', {
      Web: owned('Web'), Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/a', Parameters: { Group: idOf('Web') } } },
    }, 'Nested'],
    ['a tag known at deployment only', { Web: group({ Tags: [{ Key: 'microseg:workload', Value: ref('Name') }] }) }, 'Web'],
  ])('GIVEN %s THEN reading fails and says where', (_, resources, where) => {
    expect(problems(resources)).toEqual([`MSEG8004 App.template.json#${where}`]);
  });

  test('GIVEN a macro over a template with groups THEN reading fails, unless it is known to leave groups alone', () => {
    expect(problems({ Web: owned('Web') }, { Transform: 'Mine' })).toEqual(['MSEG8004 App.template.json#Transform']);
    expect(problems({ Web: owned('Web') }, { Transform: ['AWS::LanguageExtensions'] })).toEqual([]);
  });
});

describe('carriers', () => {
  const WEB = owned('Web', { SecurityGroupIngress: [tcp(1, { CidrIp: '10.0.0.0/8' })] });

  test('GIVEN resources with groups THEN each is a carrier, wherever its type keeps them', () => {
    expect(Object.keys(admitted(readResources({
      Web: WEB,
      Vm: instance(idOf('Web')),
      Template: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { NetworkInterfaces: [{ Groups: [idOf('Web')] }] } } },
      Fleet: { Type: 'AWS::EC2::SpotFleet', Properties: { Config: { LaunchSpecifications: [{ SecurityGroups: [{ GroupId: idOf('Web') }] }] } } },
      Policy: { Type: 'AWS::IAM::Policy', Properties: { Resource: [idOf('Web')] } },
      Function: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { GROUP: idOf('Web') } } } },
    })))).toEqual(['Fleet', 'Template', 'Vm'].map((id) => `P/Web attached App.template.json#${id}`));
  });

  test('GIVEN other groups beside ours THEN their rules count, and an unknown group counts as everything', () => {
    expect(atWeb({}, {
      Open: group({ SecurityGroupIngress: [tcp(22, { CidrIp: '0.0.0.0/0' })] }), Vm: instance(idOf('Web'), idOf('Open')),
    })).toEqual(['in tcp/22/22 0.0.0.0/0']);
    expect(atWeb({}, { Vm: instance(idOf('Web'), 'sg-1') })).toEqual([
      'in all token:whatever group sg-1 admits', 'out all token:whatever group sg-1 admits',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['of somebody else', ['sg-1'], 'sg-1'],
    ['given by a parameter', ref('Groups'), '{"Ref":"Groups"}'],
    ['of a mapping', { 'Fn::FindInMap': ['A', 'B', 'C'] }, '{"Fn::FindInMap":["A","B","C"]}'],
    ['that may be left out', { 'Fn::If': ['C', [idOf('Web')], ref('AWS::NoValue')] }, 'of the network by default'],
    ['that are left out', undefined, 'of the network by default'],
  ])('GIVEN a second interface with groups %s THEN these count as everything', (_, GroupSet, text) => {
    const everything = ['in', 'out'].map((way) => `${way} all token:whatever group ${text} admits`);
    const second = { DeviceIndex: '1', ...(GroupSet === undefined ? {} : { GroupSet }) };
    const ofMachine = { Type: 'AWS::EC2::Instance', Properties: { NetworkInterfaces: [{ DeviceIndex: '0', GroupSet: [idOf('Web')] }, second] } };
    const Eni = { Type: 'AWS::EC2::NetworkInterface', Properties: second };
    const Attachment = { Type: 'AWS::EC2::NetworkInterfaceAttachment', Properties: { InstanceId: ref('Vm'), NetworkInterfaceId: ref('Eni') } };
    expect(atWeb({}, { Vm: ofMachine })).toEqual(everything);
    expect(atWeb({}, { Vm: instance(idOf('Web')), Eni, Attachment })).toEqual(everything);
  });

  test('GIVEN a condition that puts other groups in the place of ours THEN they count as everything', () => {
    const SecurityGroupIds = { 'Fn::If': ['C', [idOf('Web')], ['sg-1']] };
    expect(atWeb({}, { Vm: { Type: 'AWS::EC2::Instance', Properties: { SecurityGroupIds } } })).toContain('in all token:whatever group sg-1 admits');
  });

  test('GIVEN a service with several places for single groups THEN all of them count', () => {
    const Instances = { EmrManagedMasterSecurityGroup: idOf('Web'), ServiceAccessSecurityGroup: 'sg-1', EmrManagedSlaveSecurityGroup: ref('Slaves') };
    const expected = ['sg-1', '{"Ref":"Slaves"}'].map((text) => `in all token:whatever group ${text} admits`);
    expect(atWeb({}, { Cluster: { Type: 'AWS::EMR::Cluster', Properties: { Instances } } })).toEqual(expect.arrayContaining(expected));
  });

  test('GIVEN a property that only sounds like one of groups THEN it is none', () => {
    const Properties = { SecurityGroups: [idOf('Web')], EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on' };
    expect(atWeb({}, { Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties } })).toEqual([]);
  });

  test.each([
    ['an attachment', { Attachment: { Type: 'AWS::EC2::NetworkInterfaceAttachment', Properties: { InstanceId: ref('Vm'), NetworkInterfaceId: ref('Eni') } } }],
    ['an attachment by attributes', { Attachment: {
      Type: 'AWS::EC2::NetworkInterfaceAttachment',
      Properties: { InstanceId: { 'Fn::GetAtt': ['Vm', 'InstanceId'] }, NetworkInterfaceId: { 'Fn::GetAtt': 'Eni.Id' } },
    } }],
    ['the instance', { Vm: {
      Type: 'AWS::EC2::Instance', Properties: { SecurityGroupIds: [idOf('Web')], NetworkInterfaces: [{ DeviceIndex: '1', NetworkInterfaceId: ref('Eni') }] },
    } }],
  ])('GIVEN a second interface of a machine, which %s says, THEN its groups admit to the machine, too', (_, said) => {
    const open = group({ SecurityGroupIngress: [tcp(22, { CidrIp: '0.0.0.0/0' })] });
    const machine = { Open: open, Vm: instance(idOf('Web')), Eni: { Type: 'AWS::EC2::NetworkInterface', Properties: { GroupSet: [idOf('Open')] } } };
    expect(atWeb({}, { ...machine, ...said })).toEqual(['in tcp/22/22 0.0.0.0/0']);
    expect(atWeb({}, machine)).toEqual([]);
  });

  test('GIVEN two shards of which a carrier has one THEN it has the rules of that one only', () => {
    const second = owned('Web', { SecurityGroupIngress: [tcp(2, { CidrIp: '10.0.0.0/8' })] });
    const artifacts = readResources({ Web: WEB, Second: second, Whole: instance(idOf('Web'), idOf('Second')), Half: instance(idOf('Second')) });
    expect(admitted(artifacts)).toEqual({
      'P/Web attached App.template.json#Half': ['in tcp/2/2 10.0.0.0/8'],
      'P/Web attached App.template.json#Whole': ['in tcp/1/2 10.0.0.0/8'],
    });
  });

  test('GIVEN groups that nothing carries THEN they stand for the workload, all shards together; review groups for themselves', () => {
    const artifacts = readResources({ Web: WEB, Web2: WEB, Review: group({ Tags: tags('Web', 'review') }) });
    expect(admitted(artifacts)).toEqual({
      'P/Web attached App.template.json#Web, App.template.json#Web2': ['in tcp/1/1 10.0.0.0/8'],
      'P/Web review App.template.json#Review': [],
    });
  });

  test('GIVEN a condition between groups THEN the carrier has both', () => {
    expect(atWeb({}, {
      Open: group({ SecurityGroupIngress: [tcp(22, { CidrIp: '0.0.0.0/0' })] }),
      Vm: { Type: 'AWS::EC2::Instance', Properties: { SecurityGroupIds: { 'Fn::If': ['C', [idOf('Web')], [idOf('Web'), idOf('Open')]] } } },
    })).toEqual(['in tcp/22/22 0.0.0.0/0']);
  });

  test('GIVEN groups in a form that cannot be evaluated THEN reading fails', () => {
    const SecurityGroupIds = { 'Fn::Split': [',', { 'Fn::Sub': ['${A},sg-1', { A: idOf('Web') }] }] };
    expect(problems({ Web: WEB, Vm: { Type: 'AWS::EC2::Instance', Properties: { SecurityGroupIds } } })).toEqual(['MSEG8004 App.template.json#Vm']);
  });
});

describe('several templates', () => {
  const DB = owned('Db', { SecurityGroupIngress: [tcp(1, { SourceSecurityGroupId: ref('WebId') })] });
  const webIs = (files: { [path: string]: unknown }) => admittedAt(read(files), 'Db');
  const nested = (parameters: object, url: unknown, metadata = {}) => (
    { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url, Parameters: parameters }, Metadata: metadata });
  const CHILD = { Parameters: { WebId: { Type: 'String' } }, Resources: { Db: DB } };

  test.each([
    ['its asset path', 'x.nested.template.json', { 'Fn::Sub': 'https://s3/h.json' }, { 'aws:asset:path': 'x.nested.template.json' }],
    ['the hash of its asset', 'y.nested.template.json', { 'Fn::Join': ['', ['https://s3/', '/', `${'ab'.repeat(32)}.json`]] }, {}],
    ['its file name', 'z.template.json', 'https://bucket/prefix/z.template.json', {}],
  ])('GIVEN a nested stack found by %s THEN its parameters are what the parent passes', (_, file, url, metadata) => {
    const artifacts = read({
      'App.template.json': { Resources: { Web: owned('Web'), Nested: nested({ WebId: idOf('Web') }, url, metadata) } },
      'App.assets.json': { files: { ['ab'.repeat(32)]: { source: { path: 'y.nested.template.json' } } } },
      [file]: CHILD,
    });
    expect(admittedAt(artifacts, 'Db')).toEqual(['in tcp/1/1 Web']);
    expect(artifacts.map(({ path }) => path)).toEqual(['App.template.json']);
  });

  test('GIVEN a group in one nested stack and its peer in another THEN output and parameter lead from one to the other', () => {
    expect(webIs({
      'App.template.json': { Resources: {
        A: nested({}, 'a.template.json'),
        B: nested({ WebId: { 'Fn::GetAtt': ['A', 'Outputs.WebId'] } }, 'b.template.json'),
      } },
      'a.template.json': { Resources: { Web: owned('Web') }, Outputs: { WebId: { Value: idOf('Web') } } },
      'b.template.json': CHILD,
    })).toEqual(['in tcp/1/1 Web']);
  });

  test('GIVEN a template nested twice with different parameters THEN nobody knows which is meant', () => {
    expect(webIs({
      'App.template.json': { Resources: {
        Web: owned('Web'), Other: owned('Other'), A: nested({ WebId: idOf('Web') }, 'b.template.json'), B: nested({ WebId: idOf('Other') }, 'b.template.json'),
      } },
      'b.template.json': CHILD,
    })).toEqual(['in tcp/1/1 token:{"Ref":"WebId"}']);
  });

  test.each([
    ['a literal name', 'app-web', 'app-web'],
    ['a name put together from the account', { 'Fn::Join': ['-', ['app', ref('AWS::AccountId')]] }, { 'Fn::Sub': 'app-${AWS::AccountId}' }],
    ['a name after its stack', { 'Fn::Sub': '${AWS::StackName}-web' }, 'A-web'],
  ])('GIVEN an export with %s THEN an import of it is its group', (_, name, imported) => {
    expect(webIs({
      'A.template.json': { Resources: { Web: owned('Web') }, Outputs: { O: { Value: idOf('Web'), Export: { Name: name } } } },
      'B.template.json': { Resources: { Db: owned('Db', { SecurityGroupIngress: [tcp(1, { SourceSecurityGroupId: { 'Fn::ImportValue': imported } })] }) } },
    })).toEqual(['in tcp/1/1 Web']);
  });

  test('GIVEN two stages with the same export THEN an import means the one of its own stage', () => {
    const exporter = (workload: string) => (
      { Resources: { G: owned(workload) }, Outputs: { O: { Value: idOf('G'), Export: { Name: 'web' } } } });
    const importer = { Resources: { Db: owned('Db', { SecurityGroupIngress: [tcp(1, { SourceSecurityGroupId: { 'Fn::ImportValue': 'web' } })] }) } };
    const files = { 'assembly-Dev/A.template.json': exporter('DevWeb'), 'assembly-Prod/A.template.json': exporter('Web') };
    expect(webIs({ ...files, 'assembly-Prod/B.template.json': importer })).toEqual(['in tcp/1/1 Web']);
    expect(webIs({ ...files, 'B.template.json': importer })).toEqual(['in tcp/1/1 token:{"Fn::ImportValue":"web"}']);
  });

  test('GIVEN an output of another stack read by stack name THEN it is its group', () => {
    const output = { 'Fn::GetStackOutput': { StackName: 'network', OutputName: 'WebId' } };
    expect(webIs({
      'manifest.json': { artifacts: { A: { properties: { templateFile: 'A.template.json', stackName: 'network' } } } },
      'A.template.json': { Resources: { Web: owned('Web') }, Outputs: { WebId: { Value: idOf('Web') } } },
      'B.template.json': { Resources: { Db: owned('Db', { SecurityGroupIngress: [tcp(1, { SourceSecurityGroupId: output })] }) } },
    })).toEqual(['in tcp/1/1 Web']);
  });

  test('GIVEN lists of groups joined on their way to another stack THEN the carrier there has them all', () => {
    const open = owned('Web', { SecurityGroupIngress: [tcp(2, { CidrIp: '10.0.0.0/8' })] });
    const list = { 'Fn::Split': ['|', { 'Fn::ImportValue': 'groups' }] };
    const artifacts = read({
      'A.template.json': {
        Resources: { Web: owned('Web'), Web2: open, Nested: nested({ Ids: { 'Fn::Join': [',', [idOf('Web'), idOf('Web2')]] } }, 'c.template.json') },
        Outputs: { O: { Value: { 'Fn::Join': ['|', [idOf('Web'), idOf('Web2')]] }, Export: { Name: 'groups' } } },
      },
      'B.template.json': { Resources: { Vm: { Type: 'AWS::EC2::Instance', Properties: { SecurityGroupIds: list } }, One: instance({ 'Fn::Select': [0, list] }) } },
      'c.template.json': {
        Parameters: { Ids: { Type: 'List<AWS::EC2::SecurityGroup::Id>' } },
        Resources: { Lb: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { SecurityGroups: ref('Ids') } } },
      },
    });
    expect(admitted(artifacts)).toEqual({
      'P/Web attached B.template.json#One': [],
      'P/Web attached B.template.json#Vm': ['in tcp/2/2 10.0.0.0/8'],
      'P/Web attached c.template.json#Lb': ['in tcp/2/2 10.0.0.0/8'],
    });
  });

  test('GIVEN parameters and outputs that feed each other THEN reading comes to an end', () => {
    const circle = nested({ WebId: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Nested', 'Outputs.O'] }, 'x']] } }, 'b.template.json');
    expect(webIs({
      'App.template.json': { Resources: { Nested: circle } },
      'b.template.json': { ...CHILD, Outputs: { O: { Value: { 'Fn::Join': ['', [ref('WebId'), 'x']] }, Export: { Name: { 'Fn::Sub': '${WebId}' } } } } },
    })).toEqual(['in tcp/1/1 token:{"Ref":"WebId"}']);
  });
});

describe('files', () => {
  test('GIVEN a template that is no JSON THEN reading fails and names it', () => {
    expect(problemsOf(() => read({ 'a/b.template.json': '{' }))).toEqual(['MSEG8002 a/b.template.json']);
    expect(problemsOf(() => read({ 'b.template.json': '[]' }))).toEqual(['MSEG8002 b.template.json']);
  });

  test('GIVEN bundled assets with templates of somebody else THEN they are left alone', () => {
    expect(read({ 'asset.0a/x.template.json': { Resources: { Web: owned('Web') } } })).toEqual([]);
  });

  test('GIVEN a hostile key THEN it is a name like any other', () => {
    const files = { 'x.template.json': `{"Resources":{"__proto__":${JSON.stringify(owned('Web'))},"constructor":${JSON.stringify(instance(idOf('__proto__')))}}}` };
    expect(Object.keys(admitted(read(files)))).toEqual(['P/Web attached x.template.json#constructor']);
  });
});
