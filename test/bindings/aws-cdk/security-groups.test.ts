import { App, aws_elasticache as elasticache, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroups } from '../../../lib/bindings/aws-cdk';
import { EnforcementMode, Invariant, IpFamily, Peer, SegmentationPolicy, Selector, Service, Workload } from '../../../lib/model';
import { cache, Fixture, fixture, groupIdOf, Json, refTo, resourcesOf, rulesOf } from './fixture';

/** A workload on a cache of its own, which has no other groups. */
function protectedWorkload({ stack, policy, groups }: Fixture, id: string, services: Service[] = [Service.tcp(80)]): Workload {
  const workload = policy.addWorkload(id, { services });
  groups.protect(workload, cache(stack, `${id}Cache`));
  return workload;
}

describe('GIVEN flows', () => {
  test('WHEN between two protected workloads THEN each end is opened at its own group, and nothing else', () => {
    const f = fixture();
    const [web, db] = [protectedWorkload(f, 'Web', [Service.HTTPS]), protectedWorkload(f, 'Db', [Service.POSTGRES])];
    web.allowTo(db);

    const template = Template.fromStack(f.stack);

    expect(rulesOf(template, 'Web', 'ingress')).toEqual([]);
    expect(rulesOf(template, 'Web', 'egress')).toEqual(['tcp/5432-5432 Db']);
    expect(rulesOf(template, 'Db', 'ingress')).toEqual(['tcp/5432-5432 Web']);
    expect(rulesOf(template, 'Db', 'egress')).toEqual([]);
  });

  test('WHEN with addresses, prefix lists and deploy-time values THEN they stand in the group as they are', () => {
    const f = fixture();
    const web = protectedWorkload(f, 'Web', [Service.HTTPS]);
    const nat = new ec2.CfnEIP(f.stack, 'Nat');
    web.allowFrom(Peer.ipv4('203.0.113.0/24'));
    web.allowFrom(Peer.ipv6('2001:db8::/32'));
    web.allowFrom(Peer.prefixList('pl-12345678', { maxEntries: 10 }));
    web.allowTo(Peer.token('nat', `${nat.attrPublicIp}/32`, IpFamily.IPV4), { services: [Service.icmp(8)] });

    const template = Template.fromStack(f.stack);

    expect(rulesOf(template, 'Web', 'ingress')).toEqual(['tcp/443-443 2001:db8::/32', 'tcp/443-443 203.0.113.0/24', 'tcp/443-443 pl-12345678']);
    expect(rulesOf(template, 'Web', 'egress')).toEqual(['icmp/8--1 {"Fn::Join":["",[{"Fn::GetAtt":["Nat","PublicIp"]},"/32"]]}']);
    expect(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress')).toEqual({});
  });

  test('WHEN in both directions and within a segment THEN no group refers to itself through others', () => {
    const f = fixture();
    ['A', 'B', 'C'].forEach((id) => protectedWorkload(f, id));
    f.policy.addWorkload('Outside', { labels: { outside: 'yes' } });
    f.policy.addSegment('All', { members: Selector.unlabeled('outside') }).allowWithin();

    const template = Template.fromStack(f.stack);

    for (const id of ['A', 'B', 'C']) {
      expect(rulesOf(template, id, 'ingress')).toEqual(['tcp/80-80 A', 'tcp/80-80 B', 'tcp/80-80 C']);
      expect(rulesOf(template, id, 'egress')).toEqual(['tcp/80-80 A', 'tcp/80-80 B', 'tcp/80-80 C']);
    }
    expectAcyclic(template);
  });

  test('WHEN declared after the enforcement point and in any order THEN the template is the same', () => {
    const declare = (reverse: boolean) => {
      const f = fixture();
      const [a, b, c] = ['A', 'B', 'C'].map((id) => protectedWorkload(f, id));
      const flows = [() => a.allowTo(b), () => b.allowTo(c), () => c.allowTo(a)];
      (reverse ? flows.reverse() : flows).forEach((flow) => flow());
      return Template.fromStack(f.stack).toJSON();
    };
    expect(declare(true)).toEqual(declare(false));
  });

  test('WHEN one is added THEN its two rules are added and nothing else changes', () => {
    const synthesize = (more: boolean) => {
      const f = fixture();
      const [a, b, c] = ['A', 'B', 'C'].map((id) => protectedWorkload(f, id));
      a.allowTo(b);
      c.allowTo(a);
      if (more) b.allowTo(c);
      return Template.fromStack(f.stack);
    };
    const [before, after] = [synthesize(false), synthesize(true)];

    const standalone = (template: Template) => ({ ...resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'), ...resourcesOf(template, 'AWS::EC2::SecurityGroupEgress') });
    expect(standalone(after)).toMatchObject(standalone(before));
    expect(Object.keys(standalone(after))).toHaveLength(Object.keys(standalone(before)).length + 1);
    const group = (template: Template, id: string) => resourcesOf(template, 'AWS::EC2::SecurityGroup')[groupIdOf(template, id)];
    expect(group(after, 'A')).toEqual(group(before, 'A'));
    expect(group(after, 'B')).toEqual(group(before, 'B'));
    expect(rulesOf(after, 'B', 'egress')).toEqual(['tcp/80-80 C']);
    expect(rulesOf(after, 'C', 'ingress')).toEqual(['tcp/80-80 B']);
  });
});

describe('GIVEN a workload that is not enforced', () => {
  const synthesize = (mode: EnforcementMode) => {
    const f = fixture({}, { mode });
    const [web, db] = [protectedWorkload(f, 'Web', [Service.HTTPS]), protectedWorkload(f, 'Db', [Service.POSTGRES])];
    web.allowFrom(Peer.anyIpv4());
    web.allowTo(db);
    return Template.fromStack(f.stack);
  };

  test.each([EnforcementMode.MONITOR, EnforcementMode.VISIBILITY])('WHEN in %s THEN the network and everything outbound is admitted, and the strict rules are shown', (mode) => {
    const template = synthesize(mode);

    expect(rulesOf(template, 'Web', 'ingress')).toEqual(['-1 10.0.0.0/16', 'tcp/443-443 0.0.0.0/0']);
    expect(rulesOf(template, 'Db', 'ingress')).toEqual(['-1 10.0.0.0/16', 'tcp/5432-5432 Web']);
    expect(rulesOf(template, 'Web', 'egress')).toEqual(['-1 0.0.0.0/1', '-1 128.0.0.0/1', '-1 8000::/1', '-1 ::/1', 'tcp/5432-5432 Db']);
    expect(rulesOf(template, 'Db', 'ingress', 'review')).toEqual(['tcp/5432-5432 Web']);
    expect(rulesOf(template, 'Db', 'egress', 'review')).toEqual([]);
  });

  test('WHEN it is enforced THEN rules and review groups go, and everything else stays', () => {
    const [watched, enforced] = [synthesize(EnforcementMode.MONITOR).toJSON(), synthesize(EnforcementMode.ENFORCE).toJSON()];

    const withoutRules = (template: Json) => Object.fromEntries(Object.entries<Json>(template.Resources)
      .filter(([, { Properties }]) => !Properties.Tags?.some(({ Value }: Json) => Value === 'review'))
      .map(([id, { Properties: { SecurityGroupIngress: _ingress, SecurityGroupEgress: _egress, ...rest }, ...resource }]) => (
        [id, { ...resource, Properties: rest }])));
    expect(withoutRules(enforced)).toEqual(withoutRules(watched));
  });

  test('WHEN the VPC has IPv6 ranges THEN they count as the network', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1, ipProtocol: ec2.IpProtocol.DUAL_STACK, restrictDefaultSecurityGroup: false });
    const policy = new SegmentationPolicy(stack, 'Payments');
    new SecurityGroups(stack, 'Groups', { policy, vpc }).protect(policy.addWorkload('Web'), cache(stack, 'Cache'));

    const ingress = rulesOf(Template.fromStack(stack), 'Web', 'ingress');

    expect(ingress).toEqual(['-1 10.0.0.0/16', expect.stringMatching(/^-1 \{"Fn::Select":\[0,\{"Fn::GetAtt":\["Vpc\w+","Ipv6CidrBlocks"\]\}\]\}$/)]);
  });

  test('WHEN the ranges of the VPC are unknown THEN MSEG3012, unless they are given', () => {
    const synthesizeImported = (monitorScope?: string[]) => {
      const stack = new Stack(new App(), 'Stack');
      const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
      const policy = new SegmentationPolicy(stack, 'Payments');
      new SecurityGroups(stack, 'Groups', { policy, vpc, monitorScope }).protect(policy.addWorkload('Web'), cache(stack, 'Cache'));
      return Template.fromStack(stack);
    };
    expect(() => synthesizeImported()).toThrow(/^MSEG3012 \[Stack\/Groups\]/);
    expect(rulesOf(synthesizeImported(['172.16.0.0/12']), 'Web', 'ingress')).toEqual(['-1 172.16.0.0/12']);
  });
});

describe('GIVEN stacks', () => {
  test('WHEN two of them depend on each other by flows in both directions, and one by reference, THEN it synthesizes', () => {
    const app = new App();
    const [network, front, back] = ['Network', 'Front', 'Back'].map((id) => new Stack(app, id));
    const vpc = new ec2.Vpc(network, 'Vpc', { natGateways: 0, maxAzs: 1 });
    const policy = new SegmentationPolicy(network, 'Payments', { mode: EnforcementMode.ENFORCE });
    const groups = new SecurityGroups(network, 'Groups', { policy, vpc });
    const [web, api] = ['Web', 'Api'].map((id) => policy.addWorkload(id, { services: [Service.HTTPS] }));
    const apiCache = cache(back, 'Cache');
    const webCache = cache(front, 'Cache');
    webCache.replicationGroupDescription = apiCache.attrPrimaryEndPointAddress;
    groups.protect(web, webCache);
    groups.protect(api, apiCache);
    web.allowTo(api);
    api.allowTo(web);

    const template = Template.fromStack(network);

    expect(rulesOf(template, 'Web', 'ingress')).toEqual(['tcp/443-443 Api']);
    expect(rulesOf(template, 'Api', 'ingress')).toEqual(['tcp/443-443 Web']);
    expect(back.dependencies).toEqual([network]);
    expect(front.dependencies).toEqual(expect.arrayContaining([back]));
    Template.fromStack(front).hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      SecurityGroupIds: [{ 'Fn::ImportValue': Match.stringLikeRegexp('^Network:') }],
    });
  });

  test('WHEN other stacks use more groups than a stack has outputs THEN MSEG3011', () => {
    const synthesize = (count: number) => {
      const f = fixture();
      const other = new Stack(f.app, 'Other', { env: { account: '123456789012', region: 'eu-west-1' } });
      for (let i = 0; i < count; i++) f.groups.protect(f.policy.addWorkload(`W${i}`), cache(other, `Cache${i}`));
      return Object.keys(Template.fromStack(f.stack).toJSON().Outputs);
    };
    expect(synthesize(200)).toHaveLength(200);
    expect(() => synthesize(201)).toThrow(/MSEG3011 \[Stack\/Groups\] other stacks use 201 of its groups/);
  });

  test('WHEN a workload is protected elsewhere THEN its addresses stand for it, or its group where one is given', () => {
    const synthesize = (ownerAccountId?: string, securityGroupId?: string) => {
      const f = fixture();
      const audit = f.policy.addWorkload('Audit', { addresses: ['192.168.7.0/24'], services: [Service.tcp(6514)] });
      const web = f.policy.addWorkload('Web', { services: [Service.HTTPS] });
      const peerGroups = securityGroupId ? [{ workload: audit, securityGroupId, ownerAccountId }] : undefined;
      new SecurityGroups(f.stack, 'Here', { policy: f.policy, vpc: f.vpc, peerGroups }).protect(web, cache(f.stack, 'Web'));
      web.allowTo(audit);
      web.allowFrom(audit);
      const [group] = Object.values(resourcesOf(Template.fromStack(f.stack), 'AWS::EC2::SecurityGroup')).filter(({ Tags }) => Tags[1].Value);
      return [group.SecurityGroupIngress, group.SecurityGroupEgress];
    };
    const [https, syslog] = [443, 6514].map((port) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, Description: expect.any(String) }));

    expect(synthesize()).toEqual([[{ ...https, CidrIp: '192.168.7.0/24' }], [{ ...syslog, CidrIp: '192.168.7.0/24' }]]);
    expect(synthesize(undefined, 'sg-1')).toEqual([[{ ...https, SourceSecurityGroupId: 'sg-1' }], [{ ...syslog, DestinationSecurityGroupId: 'sg-1' }]]);
    expect(synthesize('210987654321', 'sg-1')).toEqual([
      [{ ...https, SourceSecurityGroupId: 'sg-1', SourceSecurityGroupOwnerId: '210987654321' }],
      [{ ...syslog, CidrIp: '192.168.7.0/24' }],
    ]);
  });
});

describe('GIVEN misuse', () => {
  test('WHEN a workload is protected twice THEN MSEG3001', () => {
    const f = fixture();
    const web = protectedWorkload(f, 'Web');
    expect(() => f.groups.protect(web, cache(f.stack, 'Again'))).toThrow(/^MSEG3001 \[Stack\/Payments\/Web\]/);
  });

  test('WHEN a workload of another policy is protected THEN MSEG3002', () => {
    const f = fixture();
    const foreign = new SegmentationPolicy(f.stack, 'Other').addWorkload('Web');
    expect(() => f.groups.protect(foreign, cache(f.stack, 'Cache'))).toThrow(/^MSEG3002/);
  });

  test('WHEN an unmanaged workload is protected THEN MSEG3003', () => {
    const f = fixture();
    const partner = f.policy.addUnmanagedWorkload('Partner', { addresses: ['192.0.2.1/32'] });
    expect(() => f.groups.protect(partner, cache(f.stack, 'Cache'))).toThrow(/^MSEG3003/);
    expect(() => f.groups.securityGroupIds(partner)).toThrow(/^MSEG3003/);
  });

  test('WHEN two policies have one id THEN MSEG1007', () => {
    const f = fixture();
    const other = new Stack(f.app, 'Other');
    const policy = new SegmentationPolicy(other, 'Payments');
    expect(() => new SecurityGroups(other, 'Groups', { policy, vpc: f.vpc })).toThrow(/^MSEG1007/);
  });

  test('WHEN an invariant is broken THEN MSEG2006 names the counterexample', () => {
    const f = fixture();
    const [web, db] = [protectedWorkload(f, 'Web'), protectedWorkload(f, 'Db')];
    web.allowTo(db);
    f.policy.addInvariant(Invariant.denies(web, db));
    expect(() => Template.fromStack(f.stack)).toThrow(/^MSEG2006 \[Stack\/Payments\].*Web.*Db/);
  });

  test('WHEN a workload whose rules take several groups is used by its single group THEN MSEG3015', () => {
    const f = fixture({ limits: { rulesPerGroup: 5 } });
    const web = f.policy.addWorkload('Web', { services: [Service.HTTPS] });
    new elasticache.CfnReplicationGroup(f.stack, 'Cache', {
      replicationGroupDescription: 'cache', securityGroupIds: [f.groups.securityGroup(web).securityGroupId],
    });
    for (let i = 0; i < 12; i++) web.allowFrom(Peer.ipv4(`10.0.${2 * i}.0/24`));
    expect(() => Template.fromStack(f.stack)).toThrow(/MSEG3015 \[Stack\/Payments\/Web\]/);
  });

  test('WHEN something is declared after synthesis has begun THEN MSEG3013', () => {
    const f = fixture();
    const web = protectedWorkload(f, 'Web');
    Template.fromStack(f.stack);
    web.allowFrom(Peer.anyIpv4());
    expect(() => f.app.synth({ force: true })).toThrow(/MSEG3013 \[Stack\/Payments\]/);
  });
});

test('GIVEN more rules than a group holds WHEN protected THEN the resource carries all groups of the workload', () => {
  const f = fixture({ limits: { rulesPerGroup: 5 } });
  const web = protectedWorkload(f, 'Web', [Service.HTTPS]);
  for (let i = 0; i < 12; i++) web.allowFrom(Peer.ipv4(`10.0.${2 * i}.0/24`));

  const template = Template.fromStack(f.stack);

  const [{ SecurityGroupIds: carried }] = Object.values(resourcesOf(template, 'AWS::ElastiCache::ReplicationGroup'));
  expect(carried).toEqual(['1/3', '2/3', '3/3'].map((shard) => refTo(template, 'Web', 'attached', shard)));
});

describe('GIVEN warnings', () => {
  test('WHEN a managed workload is never protected THEN MSEG3101, once however many enforcement points there are', () => {
    const f = fixture();
    new SecurityGroups(f.stack, 'More', { policy: f.policy, vpc: f.vpc });
    f.policy.addWorkload('Forgotten');
    f.policy.addUnmanagedWorkload('Partner', { addresses: ['192.0.2.1/32'] });

    const warnings = Annotations.fromStack(f.stack).findWarning('*', Match.stringLikeRegexp('MSEG3101'));

    expect(warnings.map(({ id, entry }) => [id, entry.data])).toEqual([['/Stack/Groups', expect.stringContaining('MSEG3101 [Stack/Payments/Forgotten]')]]);
  });

  test('WHEN workloads are watched without flow logs THEN MSEG3103', () => {
    const f = fixture({}, { mode: EnforcementMode.MONITOR });
    protectedWorkload(f, 'Web');
    Annotations.fromStack(f.stack).hasWarning('/Stack/Groups', Match.stringLikeRegexp('MSEG3103'));
  });
});

/** References from group to group lead nowhere back. */
function expectAcyclic(template: Template): void {
  const groups = resourcesOf(template, 'AWS::EC2::SecurityGroup');
  const refers = (id: string) => Object.keys(groups).filter((other) => JSON.stringify(groups[id]).includes(`"Fn::GetAtt":["${other}"`));
  const visit = (id: string, path: string[]): void => {
    expect(path).not.toContain(id);
    refers(id).forEach((next) => visit(next, [...path, id]));
  };
  Object.keys(groups).forEach((id) => visit(id, []));
}
