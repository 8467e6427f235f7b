import {
  aws_autoscaling as autoscaling, aws_docdb as docdb, aws_ec2 as ec2, aws_ecs as ecs, aws_efs as efs, aws_elasticache as elasticache,
  aws_elasticloadbalancingv2 as elbv2, aws_lambda as lambda, aws_msk as msk, aws_opensearchservice as opensearch, aws_rds as rds,
  aws_redshift as redshift, CfnParameter, CfnResource,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IConstruct } from 'constructs';
import { Fixture, fixture, Json, refTo, resourcesOf } from './fixture';

const IMAGE = ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-12345678' });
const MICRO = new ec2.InstanceType('t3.micro');
const PUBLIC = { subnetType: ec2.SubnetType.PUBLIC };

interface Case {
  /** Makes the resource, with one group of its own where its type allows. */
  readonly make: (fixture: Fixture, own: ec2.SecurityGroup) => IConstruct;
  readonly type: string;
  /** Where the groups are in the template. */
  readonly lists: (properties: Json) => unknown[];
}

const launchTemplate = ({ stack }: Fixture, own: ec2.SecurityGroup) => (
  new ec2.LaunchTemplate(stack, 'Template', { machineImage: IMAGE, instanceType: MICRO, securityGroup: own }));
const fleetOf = ({ stack, vpc }: Fixture, template: ec2.ILaunchTemplate) => (
  new autoscaling.AutoScalingGroup(stack, 'Fleet', { vpc, vpcSubnets: PUBLIC, launchTemplate: template }));
const subnets = ({ vpc }: Fixture) => vpc.publicSubnets.map(({ subnetId }) => subnetId);

const CASES: { readonly [name: string]: Case } = {
  'an instance': {
    make: ({ stack, vpc }, own) => new ec2.Instance(stack, 'R', { vpc, vpcSubnets: PUBLIC, instanceType: MICRO, machineImage: IMAGE, securityGroup: own }),
    type: 'AWS::EC2::Instance',
    lists: (p) => [p.SecurityGroupIds],
  },
  'an instance with an interface of its own': {
    make: ({ stack, vpc }, own) => new ec2.Instance(stack, 'R', {
      vpc, vpcSubnets: PUBLIC, instanceType: MICRO, machineImage: IMAGE, securityGroup: own, associatePublicIpAddress: true,
    }),
    type: 'AWS::EC2::Instance',
    lists: (p) => p.NetworkInterfaces.map((i: Json) => i.GroupSet),
  },
  'a bastion host, which wraps an instance': {
    make: ({ stack, vpc }, own) => new ec2.BastionHostLinux(stack, 'R', { vpc, subnetSelection: PUBLIC, securityGroup: own }),
    type: 'AWS::EC2::Instance',
    lists: (p) => [p.SecurityGroupIds],
  },
  'a launch template': {
    make: launchTemplate,
    type: 'AWS::EC2::LaunchTemplate',
    lists: (p) => [p.LaunchTemplateData.SecurityGroupIds],
  },
  'an Auto Scaling group with a launch template elsewhere': {
    make: (f, own) => fleetOf(f, launchTemplate(f, own)),
    type: 'AWS::EC2::LaunchTemplate',
    lists: (p) => [p.LaunchTemplateData.SecurityGroupIds],
  },
  'an Auto Scaling group with mixed instances': {
    make: (f, own) => new autoscaling.AutoScalingGroup(f.stack, 'Fleet', {
      vpc: f.vpc, vpcSubnets: PUBLIC, mixedInstancesPolicy: { launchTemplate: launchTemplate(f, own) },
    }),
    type: 'AWS::EC2::LaunchTemplate',
    lists: (p) => [p.LaunchTemplateData.SecurityGroupIds],
  },
  'an application load balancer': {
    make: ({ stack, vpc }, own) => new elbv2.ApplicationLoadBalancer(stack, 'R', { vpc, internetFacing: true, securityGroup: own }),
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    lists: (p) => [p.SecurityGroups],
  },
  'a network load balancer': {
    make: ({ stack, vpc }, own) => new elbv2.NetworkLoadBalancer(stack, 'R', { vpc, internetFacing: true, securityGroups: [own] }),
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    lists: (p) => [p.SecurityGroups],
  },
  'a database instance': {
    make: ({ stack, vpc }, own) => new rds.DatabaseInstance(stack, 'R', {
      vpc, vpcSubnets: PUBLIC, securityGroups: [own],
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
    }),
    type: 'AWS::RDS::DBInstance',
    lists: (p) => [p.VPCSecurityGroups],
  },
  'a database cluster': {
    make: ({ stack, vpc }, own) => new rds.DatabaseCluster(stack, 'R', {
      vpc, vpcSubnets: PUBLIC, engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
      writer: rds.ClusterInstance.serverlessV2('Writer'), securityGroups: [own],
    }),
    type: 'AWS::RDS::DBCluster',
    lists: (p) => [p.VpcSecurityGroupIds],
  },
  'a document database cluster': {
    make: ({ stack, vpc }, own) => new docdb.DatabaseCluster(stack, 'R', { vpc, vpcSubnets: PUBLIC, masterUser: { username: 'admin1' }, instanceType: MICRO, securityGroup: own }),
    type: 'AWS::DocDB::DBCluster',
    lists: (p) => [p.VpcSecurityGroupIds],
  },
  'a Fargate service': {
    make: ({ stack, vpc }, own) => {
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
      taskDefinition.addContainer('Main', { image: ecs.ContainerImage.fromRegistry('nginx') });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
      return new ecs.FargateService(stack, 'R', { cluster, taskDefinition, vpcSubnets: PUBLIC, assignPublicIp: true, securityGroups: [own] });
    },
    type: 'AWS::ECS::Service',
    lists: (p) => [p.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups],
  },
  'a function in the VPC': {
    make: ({ stack, vpc }, own) => new lambda.Function(stack, 'R', {
      vpc, vpcSubnets: PUBLIC, allowPublicSubnet: true, securityGroups: [own],
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => 1;'),
    }),
    type: 'AWS::Lambda::Function',
    lists: (p) => [p.VpcConfig.SecurityGroupIds],
  },
  'a file system, which has an interface in each subnet': {
    make: ({ stack, vpc }, own) => new efs.FileSystem(stack, 'R', { vpc, vpcSubnets: PUBLIC, securityGroup: own }),
    type: 'AWS::EFS::MountTarget',
    lists: (p) => [p.SecurityGroups],
  },
  'a cache': {
    make: ({ stack }, own) => new elasticache.CfnReplicationGroup(stack, 'R', { replicationGroupDescription: 'cache', securityGroupIds: [own.securityGroupId] }),
    type: 'AWS::ElastiCache::ReplicationGroup',
    lists: (p) => [p.SecurityGroupIds],
  },
  'a Kafka cluster': {
    make: (f, own) => new msk.CfnCluster(f.stack, 'R', {
      clusterName: 'events', kafkaVersion: '3.6.0', numberOfBrokerNodes: 2,
      brokerNodeGroupInfo: { instanceType: 'kafka.t3.small', clientSubnets: subnets(f), securityGroups: [own.securityGroupId] },
    }),
    type: 'AWS::MSK::Cluster',
    lists: (p) => [p.BrokerNodeGroupInfo.SecurityGroups],
  },
  'a search domain': {
    make: ({ stack, vpc }, own) => new opensearch.Domain(stack, 'R', {
      version: opensearch.EngineVersion.OPENSEARCH_2_17, vpc, vpcSubnets: [{ subnets: [vpc.publicSubnets[0]] }], securityGroups: [own],
    }),
    type: 'AWS::OpenSearchService::Domain',
    lists: (p) => [p.VPCOptions.SecurityGroupIds],
  },
  'a warehouse': {
    make: ({ stack }, own) => new redshift.CfnCluster(stack, 'R', {
      clusterType: 'single-node', dbName: 'dw', masterUsername: 'admin1', nodeType: 'ra3.large', vpcSecurityGroupIds: [own.securityGroupId],
    }),
    type: 'AWS::Redshift::Cluster',
    lists: (p) => [p.VpcSecurityGroupIds],
  },
  'an interface endpoint': {
    make: ({ stack, vpc }, own) => new ec2.InterfaceVpcEndpoint(stack, 'R', { vpc, service: ec2.InterfaceVpcEndpointAwsService.SQS, subnets: PUBLIC, securityGroups: [own], open: false }),
    type: 'AWS::EC2::VPCEndpoint',
    lists: (p) => [p.SecurityGroupIds],
  },
  'a network interface': {
    make: (f, own) => new ec2.CfnNetworkInterface(f.stack, 'R', { subnetId: subnets(f)[0], groupSet: [own.securityGroupId] }),
    type: 'AWS::EC2::NetworkInterface',
    lists: (p) => [p.GroupSet],
  },
};

function protectedCase({ make, type, lists }: Case, exclusive: boolean): { attached: unknown[]; ours: object; own: unknown } {
  const f = fixture();
  const own = new ec2.SecurityGroup(f.stack, 'Own', { vpc: f.vpc, allowAllOutbound: false });
  const workload = f.policy.addWorkload('Workload');
  f.groups.protect(workload, make(f, own), { exclusive });
  const template = Template.fromStack(f.stack);
  const attached = Object.values(resourcesOf(template, type)).flatMap(lists);
  return { attached, ours: refTo(template, 'Workload'), own: f.stack.resolve(own.securityGroupId) };
}

describe.each(Object.entries(CASES))('GIVEN %s', (_name, resource) => {
  test('WHEN protected THEN it carries the group of the workload beside its own', () => {
    const { attached, ours, own } = protectedCase(resource, false);

    expect(attached.length).toBeGreaterThan(0);
    for (const list of attached) expect(list).toEqual([own, ours]);
  });

  test('WHEN protected exclusively THEN it carries the group of the workload only', () => {
    const { attached, ours } = protectedCase(resource, true);

    expect(attached.length).toBeGreaterThan(0);
    for (const list of attached) expect(list).toEqual([ours]);
  });
});

test('GIVEN a resource without groups WHEN protected THEN it carries the group of the workload', () => {
  const { stack, policy, groups } = fixture();
  groups.protect(policy.addWorkload('Cache'), new elasticache.CfnReplicationGroup(stack, 'Cache', { replicationGroupDescription: 'cache' }));

  const template = Template.fromStack(stack);

  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { SecurityGroupIds: [refTo(template, 'Cache')] });
});

test('GIVEN several resources of one workload WHEN protected together THEN each carries its group', () => {
  const { stack, policy, groups } = fixture();
  const cache = (id: string) => new elasticache.CfnReplicationGroup(stack, id, { replicationGroupDescription: id });
  groups.protectAll(policy.addWorkload('Cache'), [cache('A'), cache('B')]);

  const template = Template.fromStack(stack);

  expect(Object.values(resourcesOf(template, 'AWS::ElastiCache::ReplicationGroup')).map((p) => p.SecurityGroupIds))
    .toEqual([[refTo(template, 'Cache')], [refTo(template, 'Cache')]]);
});

test('GIVEN a resource that takes ids when it is created WHEN given those of the workload THEN it carries them', () => {
  const { stack, vpc, policy, groups } = fixture();
  const workload = policy.addWorkload('Workload');
  const ids = groups.securityGroupIds(workload);
  new elasticache.CfnReplicationGroup(stack, 'Cache', { replicationGroupDescription: 'cache', securityGroupIds: ids });
  new ec2.Instance(stack, 'Instance', {
    vpc, vpcSubnets: PUBLIC, instanceType: MICRO, machineImage: IMAGE, securityGroup: groups.securityGroup(workload),
  });

  const template = Template.fromStack(stack);

  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { SecurityGroupIds: [refTo(template, 'Workload')] });
  template.hasResourceProperties('AWS::EC2::Instance', { SecurityGroupIds: [refTo(template, 'Workload')] });
});

describe('GIVEN something that no group can be put on', () => {
  test.each<[string, (f: Fixture) => IConstruct]>([
    ['a queue', ({ stack }) => new CfnResource(stack, 'R', { type: 'AWS::SQS::Queue' })],
    ['an untyped resource', ({ stack }) => new CfnResource(stack, 'R', { type: 'AWS::EC2::Instance' })],
    ['an imported database', ({ stack }) => rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'R', {
      instanceIdentifier: 'db', instanceEndpointAddress: 'db.example.com', port: 5432, securityGroups: [],
    })],
    ['connections without a construct', () => new ec2.Connections({}) as unknown as IConstruct],
  ])('WHEN %s is protected THEN MSEG3009 at once', (_name, make) => {
    const f = fixture();
    expect(() => f.groups.protect(f.policy.addWorkload('Workload'), make(f))).toThrow(/^MSEG3009/);
  });

  test.each<[string, (f: Fixture) => IConstruct]>([
    ['a function outside any VPC', ({ stack }) => new lambda.Function(stack, 'R', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => 1;'),
    })],
    ['a gateway endpoint', ({ stack, vpc }) => new ec2.GatewayVpcEndpoint(stack, 'R', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3 })],
    ['an instance on an interface that exists', ({ stack }) => new ec2.CfnInstance(stack, 'R', {
      imageId: 'ami-12345678', networkInterfaces: [{ deviceIndex: '0', networkInterfaceId: 'eni-1' }],
    })],
    ['a cluster member, whose groups are the cluster\'s', ({ stack }) => new rds.CfnDBInstance(stack, 'R', { dbClusterIdentifier: 'cluster', engine: 'aurora-mysql' })],
  ])('WHEN %s is protected THEN MSEG3009 at synthesis', (_name, make) => {
    const f = fixture();
    f.groups.protect(f.policy.addWorkload('Workload'), make(f));
    expect(() => Template.fromStack(f.stack)).toThrow(/^MSEG3009 \[Stack\/R/);
  });
});

test('GIVEN a list of groups that only the deployment knows WHEN protected THEN MSEG3008', () => {
  const { stack, policy, groups } = fixture();
  const list = new CfnParameter(stack, 'List', { type: 'List<AWS::EC2::SecurityGroup::Id>' });
  groups.protect(policy.addWorkload('Cache'), new elasticache.CfnReplicationGroup(stack, 'Cache', {
    replicationGroupDescription: 'cache', securityGroupIds: list.valueAsList,
  }));

  expect(() => Template.fromStack(stack)).toThrow(/MSEG3008 \[Stack\/Cache\].*Stack\/List/);
});

test('GIVEN a protected resource WHEN its groups are replaced afterwards THEN MSEG3014', () => {
  const { stack, policy, groups } = fixture();
  const cache = new elasticache.CfnReplicationGroup(stack, 'Cache', { replicationGroupDescription: 'cache' });
  groups.protect(policy.addWorkload('Cache'), cache);
  cache.addPropertyOverride('SecurityGroupIds', ['sg-12345678']);

  expect(() => Template.fromStack(stack)).toThrow(/MSEG3014 \[Stack\/Cache\]/);
});
