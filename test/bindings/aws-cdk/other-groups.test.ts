import { aws_autoscaling as autoscaling, aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EnforcementMode, Peer, Service, Workload } from '../../../lib/model';
import { cache, Fixture, fixture } from './fixture';

/** A policy with one protected workload whose resource has a group of its own. */
function withOwnGroup(mode = EnforcementMode.ENFORCE, allowAllOutbound = false): Fixture & { web: Workload; own: ec2.SecurityGroup } {
  const f = fixture({}, { mode });
  const own = new ec2.SecurityGroup(f.stack, 'Own', { vpc: f.vpc, allowAllOutbound });
  const web = f.policy.addWorkload('Web', { services: [Service.HTTPS] });
  web.allowFrom(Peer.ipv4('10.1.0.0/16'));
  const resource = cache(f.stack, 'Cache');
  resource.securityGroupIds = [own.securityGroupId];
  f.groups.protect(web, resource);
  return { ...f, web, own };
}

describe('GIVEN a protected resource with a group of its own', () => {
  test('WHEN the group admits less than the policy THEN it may stay', () => {
    const { stack, own } = withOwnGroup();
    own.addIngressRule(ec2.Peer.ipv4('10.1.2.0/24'), ec2.Port.tcp(443));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test.each<[string, (own: ec2.SecurityGroup) => void, RegExp]>([
    ['another port', (own) => own.addIngressRule(ec2.Peer.ipv4('10.1.0.0/16'), ec2.Port.tcp(22)), /tcp\/22 of 10\.1\.0\.0\/16/],
    ['more addresses', (own) => own.addIngressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443)), /tcp\/443 of 10\.0\.0\.0\/16/],
    ['everybody over IPv6', (own) => own.addIngressRule(ec2.Peer.anyIpv6(), ec2.Port.tcp(443)), /tcp\/443 of ::\/0/],
    ['a prefix list', (own) => own.addIngressRule(ec2.Peer.prefixList('pl-1'), ec2.Port.tcp(443)), /tcp\/443 of prefixList pl-1/],
    ['a group that nobody knows', (own) => own.addIngressRule(ec2.Peer.securityGroupId('sg-12345678'), ec2.Port.tcp(443)), /tcp\/443 of token "sg-12345678"/],
    ['something outbound', (own) => own.addEgressRule(ec2.Peer.ipv4('10.9.0.0/16'), ec2.Port.udp(53)), /egress .* udp\/53 of 10\.9\.0\.0\/16/],
  ])('WHEN the group admits %s THEN MSEG3007 names group, workload and rule', (_name, widen, widest) => {
    const { stack, own } = withOwnGroup();
    widen(own);
    expect(() => Template.fromStack(stack)).toThrow(/MSEG3007 \[Stack\/Own\/Resource\] Stack\/Own\/Resource on a resource of Stack\/Payments\/Web/);
    expect(() => Template.fromStack(stack)).toThrow(widest);
  });

  test('WHEN the group keeps EC2\'s default of allowing everything outbound THEN MSEG3007 in ENFORCE and nothing in MONITOR', () => {
    expect(() => Template.fromStack(withOwnGroup(EnforcementMode.ENFORCE, true).stack)).toThrow(/MSEG3007 .*egress/);
    expect(() => Template.fromStack(withOwnGroup(EnforcementMode.MONITOR, true).stack)).not.toThrow();
  });

  test('WHEN the group is an L1 without egress rules THEN it counts as allowing everything outbound', () => {
    const f = fixture();
    const own = new ec2.CfnSecurityGroup(f.stack, 'Own', { groupDescription: 'own', vpcId: f.vpc.vpcId });
    const resource = cache(f.stack, 'Cache');
    resource.securityGroupIds = [own.attrGroupId];
    f.groups.protect(f.policy.addWorkload('Web'), resource);
    expect(() => Template.fromStack(f.stack)).toThrow(/MSEG3007 \[Stack\/Own\].*egress.*all of 0\.0\.0\.0\/0/);
  });

  test('WHEN MONITOR THEN the network may be admitted, the Internet not', () => {
    const inside = withOwnGroup(EnforcementMode.MONITOR);
    inside.own.addIngressRule(ec2.Peer.ipv4(inside.vpc.vpcCidrBlock), ec2.Port.allTraffic());
    expect(() => Template.fromStack(inside.stack)).not.toThrow();

    const outside = withOwnGroup(EnforcementMode.MONITOR);
    outside.own.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));
    expect(() => Template.fromStack(outside.stack)).toThrow(/MSEG3007.*tcp\/22/);
  });

  test('WHEN a rule of its own resource in another stack widens the group THEN MSEG3007', () => {
    const { app, stack, own } = withOwnGroup();
    const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '123456789012', region: 'eu-west-1' } });
    new ec2.CfnSecurityGroupIngress(elsewhere, 'Rule', { groupId: own.securityGroupId, ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' });
    expect(() => Template.fromStack(stack)).toThrow(/MSEG3007 \[Stack\/Own\/Resource\].*tcp\/22 of 0\.0\.0\.0\/0/);
  });

  test('WHEN the protocol of a rule is known at deployment only THEN MSEG3008', () => {
    const { stack, own } = withOwnGroup();
    new ec2.CfnSecurityGroupIngress(stack, 'Rule', { groupId: own.securityGroupId, ipProtocol: Fn.importValue('protocol'), cidrIp: '10.1.0.0/16' });
    expect(() => Template.fromStack(stack)).toThrow(/MSEG3008 \[Stack\/Own\/Resource\]/);
  });

  test('WHEN the group is imported THEN MSEG3008, unless the resource is protected exclusively', () => {
    const synthesize = (exclusive: boolean) => {
      const f = fixture();
      const resource = cache(f.stack, 'Cache');
      resource.securityGroupIds = [ec2.SecurityGroup.fromSecurityGroupId(f.stack, 'Imported', 'sg-12345678').securityGroupId];
      f.groups.protect(f.policy.addWorkload('Web'), resource, { exclusive });
      return Template.fromStack(f.stack);
    };
    expect(() => synthesize(false)).toThrow(/MSEG3008 \[Stack\/Cache\].*sg-12345678/);
    expect(() => synthesize(true)).not.toThrow();
  });

  test('WHEN the ids were handed to the resource beside a wider group THEN MSEG3007 all the same', () => {
    const f = fixture();
    const own = new ec2.SecurityGroup(f.stack, 'Own', { vpc: f.vpc });
    cache(f.stack, 'Cache').securityGroupIds = Fn.split(',', Fn.join(',', [own.securityGroupId]));
    const resource = cache(f.stack, 'Other');
    resource.securityGroupIds = [own.securityGroupId, ec2.SecurityGroup.fromSecurityGroupId(f.stack, 'I', f.groups.securityGroup(f.policy.addWorkload('Web')).securityGroupId).securityGroupId];
    expect(() => Template.fromStack(f.stack)).toThrow(/MSEG3007 \[Stack\/Own\/Resource\]/);
  });

  test('WHEN the group belongs to another workload of the policy THEN MSEG3007 if that admits more', () => {
    const f = fixture();
    const [web, db] = ['Web', 'Db'].map((id) => f.policy.addWorkload(id, { services: [Service.HTTPS] }));
    db.allowFrom(Peer.ipv4('10.1.0.0/16'));
    const resource = cache(f.stack, 'Cache');
    f.groups.protect(web, resource);
    f.groups.protect(db, resource);
    expect(() => Template.fromStack(f.stack)).toThrow(/MSEG3007 \[Stack\/Groups\/Group:Db\].*Web.*tcp\/443 of 10\.1\.0\.0\/16/);
  });

  test('WHEN there are more groups than an interface may carry THEN MSEG3004', () => {
    const f = fixture({ limits: { groupsPerInterface: 2 } });
    const resource = cache(f.stack, 'Cache');
    const own = ['A', 'B'].map((id) => new ec2.SecurityGroup(f.stack, id, { vpc: f.vpc, allowAllOutbound: false }).securityGroupId);
    resource.securityGroupIds = own;
    f.groups.protect(f.policy.addWorkload('Web'), resource);
    expect(() => Template.fromStack(f.stack)).toThrow(/MSEG3004/);
  });
});

describe('GIVEN a load balancer and its targets, between whose groups the framework writes rules', () => {
  function loadBalanced(mode: EnforcementMode, allowed: boolean): Stack {
    const { stack, vpc, policy, groups } = fixture({}, { mode });
    const open = { vpc, allowAllOutbound: false };
    const balancerGroup = new ec2.SecurityGroup(stack, 'BalancerGroup', open);
    // The framework takes its match-nothing rule out again as soon as it adds a rule of another kind; this one stays.
    balancerGroup.addEgressRule(ec2.Peer.ipv4('10.0.255.0/24'), ec2.Port.tcp(8080));
    const balancer = new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true, securityGroup: balancerGroup });
    const fleet = new autoscaling.AutoScalingGroup(stack, 'Fleet', {
      vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, securityGroup: new ec2.SecurityGroup(stack, 'FleetGroup', open),
      instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-12345678' }),
    });
    balancer.addListener('Http', { port: 80, open: false }).addTargets('Targets', { port: 8080, targets: [fleet] });
    const [edge, web] = ['Edge', 'Web'].map((id) => policy.addWorkload(id, { services: [Service.tcp(8080)] }));
    groups.protect(edge, balancer);
    groups.protect(web, fleet);
    edge.allowTo(Peer.ipv4('10.0.255.0/24'), { services: [Service.tcp(8080)] });
    if (allowed) edge.allowTo(web);
    return stack;
  }

  test('WHEN both are protected and the policy allows the flow THEN the rules may stay', () => {
    expect(() => Template.fromStack(loadBalanced(EnforcementMode.ENFORCE, true))).not.toThrow();
  });

  test('WHEN the policy does not allow the flow THEN MSEG3007 in ENFORCE and nothing in MONITOR', () => {
    expect(() => Template.fromStack(loadBalanced(EnforcementMode.ENFORCE, false))).toThrow(/MSEG3007.*tcp\/8080 of workload (Edge|Web)/);
    expect(() => Template.fromStack(loadBalanced(EnforcementMode.MONITOR, false))).not.toThrow();
  });
});
