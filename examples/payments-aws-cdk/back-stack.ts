import {
  aws_ec2 as ec2, aws_ecs as ecs, aws_elasticache as elasticache, aws_lambda as lambda, aws_rds as rds, Stack, StackProps,
} from 'aws-cdk-lib';
import { Workload } from 'cdk-microsegmentation';
import { Construct } from 'constructs';
import { ProtectedHost } from './hosts-stack';
import { NetworkStack } from './network-stack';

export interface BackStackProps extends StackProps {
  readonly network: NetworkStack;
}

const PRIVATE: ec2.SubnetSelection = { subnetGroupName: 'Private' };

/** What nobody outside ever sees: the API with its data, the worker, and the helpers of the whole estate. */
export class BackStack extends Stack {
  public readonly hosts: ProtectedHost[];
  private readonly network: NetworkStack;

  public constructor(scope: Construct, id: string, { network, ...props }: BackStackProps) {
    super(scope, id, props);
    this.network = network;
    const { collector, sharedServices } = network.policy.workloads;
    this.createApi();
    this.createLedger();
    this.createCache();
    this.createWorker();
    this.hosts = [collector, sharedServices].map((workload) => this.createHost(workload));
  }

  private createApi(): void {
    const { vpc, groups, policy: { workloads } } = this.network;
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'ApiTask', { cpu: 256, memoryLimitMiB: 512 });
    taskDefinition.addContainer('Api', {
      image: ecs.ContainerImage.fromRegistry('registry.payments.internal:5000/api:1.4'),
      portMappings: [{ containerPort: 8443 }],
    });
    new ecs.FargateService(this, 'Api', {
      cluster: new ecs.Cluster(this, 'Cluster', { vpc }),
      taskDefinition,
      desiredCount: 2,
      minHealthyPercent: 50,
      circuitBreaker: { rollback: true },
      vpcSubnets: { subnetGroupName: 'Api' },
      securityGroups: [groups.securityGroup(workloads.api)],
    });
  }

  private createLedger(): void {
    const { vpc, groups, policy: { workloads } } = this.network;
    const database = new rds.DatabaseInstance(this, 'Ledger', {
      vpc,
      vpcSubnets: PRIVATE,
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
      instanceType: new ec2.InstanceType('t3.medium'),
      manageMasterUserPassword: true,
      storageEncrypted: true,
    });
    // The construct has made a group that lets everything out. With it on the interface, no policy would hold: it goes.
    groups.protect(workloads.ledger, database, { exclusive: true });
  }

  private createCache(): void {
    const { vpc, groups, policy: { workloads } } = this.network;
    const subnets = new elasticache.CfnSubnetGroup(this, 'CacheSubnets', {
      description: 'Private subnets of the sessions',
      subnetIds: vpc.selectSubnets(PRIVATE).subnetIds,
    });
    const cache = new elasticache.CfnReplicationGroup(this, 'Cache', {
      replicationGroupDescription: 'Sessions of the API',
      engine: 'valkey',
      cacheNodeType: 'cache.t4g.micro',
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      cacheSubnetGroupName: subnets.ref,
    });
    groups.protect(workloads.cache, cache);
  }

  private createWorker(): void {
    const { vpc, groups, policy: { workloads } } = this.network;
    new lambda.Function(this, 'Worker', {
      vpc,
      vpcSubnets: { subnetGroupName: 'Worker' },
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async ({ Records }) => console.log(`${Records.length} settlements`);'),
      securityGroups: [groups.securityGroup(workloads.worker)],
    });
  }

  private createHost(workload: Workload): ProtectedHost {
    const { vpc, groups } = this.network;
    const instance = new ec2.Instance(this, workload.workloadId, {
      vpc,
      vpcSubnets: PRIVATE,
      instanceType: new ec2.InstanceType('t3.small'),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      httpTokens: ec2.HttpTokens.REQUIRED,
      securityGroup: groups.securityGroup(workload),
    });
    return { workload, instance };
  }
}
