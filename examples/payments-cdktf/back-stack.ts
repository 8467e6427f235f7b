import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster';
import { EcsService } from '@cdktf/provider-aws/lib/ecs-service';
import { EcsTaskDefinition } from '@cdktf/provider-aws/lib/ecs-task-definition';
import { ElasticacheReplicationGroup } from '@cdktf/provider-aws/lib/elasticache-replication-group';
import { ElasticacheSubnetGroup } from '@cdktf/provider-aws/lib/elasticache-subnet-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { Construct } from 'constructs';
import { idsOf } from './network-stack';
import { WorkloadStack, WorkloadStackProps } from './workload-stack';

/** What nobody outside ever sees: the API with its data, the worker, and the helpers of the whole estate. */
export class BackStack extends WorkloadStack {
  public constructor(scope: Construct, id: string, props: WorkloadStackProps) {
    super(scope, id, props);
    const { privateSubnetIds: [subnetId], policy: { workloads } } = this.network;
    this.createApi();
    this.createLedger();
    this.createCache();
    this.createWorker();
    this.createHost('collector', workloads.collector, subnetId);
    this.createHost('shared-services', workloads.sharedServices, subnetId);
  }

  private createApi(): void {
    const { ownSubnets: { api }, groups, policy: { workloads } } = this.network;
    const container = { name: 'api', image: 'registry.payments.internal:5000/api:1.4', essential: true, portMappings: [{ containerPort: 8443 }] };
    const task = new EcsTaskDefinition(this, 'api-task', {
      family: 'payments-api',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: JSON.stringify([container]),
    });
    new EcsService(this, 'api', {
      name: 'payments-api',
      cluster: new EcsCluster(this, 'cluster', { name: 'payments' }).arn,
      taskDefinition: task.arn,
      launchType: 'FARGATE',
      desiredCount: 2,
      networkConfiguration: { subnets: idsOf(api), securityGroups: groups.securityGroupIds(workloads.api) },
    });
  }

  private createLedger(): void {
    const { privateSubnetIds, groups, policy: { workloads } } = this.network;
    const subnets = new DbSubnetGroup(this, 'ledger-subnets', { name: 'payments-ledger', subnetIds: privateSubnetIds });
    new DbInstance(this, 'ledger', {
      identifier: 'payments-ledger',
      engine: 'postgres',
      engineVersion: '16',
      instanceClass: 'db.t3.medium',
      allocatedStorage: 100,
      storageEncrypted: true,
      username: 'ledger',
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnets.name,
      finalSnapshotIdentifier: 'payments-ledger-final',
      // Without this list a database carries the VPC's default group, which nobody here has looked at.
      vpcSecurityGroupIds: groups.securityGroupIds(workloads.ledger),
    });
  }

  private createCache(): void {
    const { privateSubnetIds, groups, policy: { workloads } } = this.network;
    const subnets = new ElasticacheSubnetGroup(this, 'cache-subnets', { name: 'payments-cache', subnetIds: privateSubnetIds });
    new ElasticacheReplicationGroup(this, 'cache', {
      replicationGroupId: 'payments-cache',
      description: 'Sessions of the API',
      engine: 'valkey',
      nodeType: 'cache.t4g.micro',
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      atRestEncryptionEnabled: 'true',
      transitEncryptionEnabled: true,
      subnetGroupName: subnets.name,
      securityGroupIds: groups.securityGroupIds(workloads.cache),
    });
  }

  private createWorker(): void {
    const { ownSubnets, groups, policy: { workloads } } = this.network;
    const assumedBy = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };
    const role = new IamRole(this, 'worker-role', { assumeRolePolicy: JSON.stringify({ Version: '2012-10-17', Statement: [assumedBy] }) });
    const access = new IamRolePolicyAttachment(this, 'worker-network', {
      role: role.name,
      policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole',
    });
    new LambdaFunction(this, 'worker', {
      functionName: 'payments-worker',
      role: role.arn,
      packageType: 'Image',
      imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/payments-worker:1.4',
      vpcConfig: { subnetIds: idsOf(ownSubnets.worker), securityGroupIds: groups.securityGroupIds(workloads.worker) },
      dependsOn: [access],
    });
  }
}
