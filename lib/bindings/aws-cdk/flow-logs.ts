import { aws_ec2 as ec2, aws_iam as iam, aws_logs as logs, aws_s3 as s3, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FLOW_LOG_AGGREGATION_SECONDS, FLOW_LOG_ROLE_ACTIONS, FLOW_LOG_SERVICES, FLOW_LOG_TRAFFIC, flowLogFormat } from '../../platforms/aws/flow-log-fields';

/** Properties of `FlowLogs`. */
export interface FlowLogsProps {
  /** The network whose connections are logged. */
  readonly vpc: ec2.IVpc;

  /** Bucket to write to. @default - a log group of its own in CloudWatch Logs */
  readonly bucket?: s3.IBucket;

  /** Folder of the bucket, without slashes at its ends. @default - the top of the bucket */
  readonly prefix?: string;

  /** How long the log group keeps the logs. @default RetentionDays.THREE_MONTHS */
  readonly retention?: logs.RetentionDays;

  /** What becomes of the log group when it is taken out of the app. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Flow logs of a VPC, with every field that discovery and monitoring need.
 *
 *     new FlowLogs(stack, 'FlowLogs', { vpc });
 *
 * AWS security groups cannot say what they would block. While a policy is in MONITOR or VISIBILITY, these logs are what
 * the policy is judged by. Accepted and rejected connections are logged, aggregated over one minute.
 */
export class FlowLogs extends Construct {
  /** Where the logs go; absent if they go to a bucket. */
  public readonly logGroup?: logs.ILogGroup;

  /** Id of the flow log. */
  public readonly flowLogId: string;

  public constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    if (props.bucket === undefined) {
      this.logGroup = new logs.LogGroup(this, 'LogGroup', {
        retention: props.retention ?? logs.RetentionDays.THREE_MONTHS,
        removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      });
    }
    const flowLog = new ec2.CfnFlowLog(this, 'FlowLog', {
      resourceId: props.vpc.vpcId,
      resourceType: 'VPC',
      trafficType: FLOW_LOG_TRAFFIC,
      maxAggregationInterval: FLOW_LOG_AGGREGATION_SECONDS,
      logFormat: flowLogFormat(),
      ...(this.logGroup ? this.toLogGroup(this.logGroup) : this.toBucket(props.bucket!, props.prefix)),
    });
    Tags.of(flowLog).add('Name', this.node.path);
    this.flowLogId = flowLog.attrId;
  }

  private toLogGroup(logGroup: logs.ILogGroup): Partial<ec2.CfnFlowLogProps> {
    const service = new iam.ServicePrincipal(FLOW_LOG_SERVICES.logs, { conditions: this.ownAccount('vpc-flow-log/*', 'ec2') });
    const role = new iam.Role(this, 'Role', { assumedBy: service });
    role.addToPolicy(new iam.PolicyStatement({
      actions: [...FLOW_LOG_ROLE_ACTIONS],
      // The streams of the group stand behind its name.
      resources: [logGroup.logGroupArn],
    }));
    return { logDestinationType: 'cloud-watch-logs', logDestination: logGroup.logGroupArn, deliverLogsPermissionArn: role.roleArn };
  }

  /** A bucket of another app has its own policy, which this does not touch. */
  private toBucket(bucket: s3.IBucket, prefix?: string): Partial<ec2.CfnFlowLogProps> {
    const principals = [new iam.ServicePrincipal(FLOW_LOG_SERVICES.s3)];
    const conditions = this.ownAccount('*', 'logs');
    const objects = [prefix, 'AWSLogs', Stack.of(this).account, '*'].filter((part) => part !== undefined).join('/');
    bucket.addToResourcePolicy(new iam.PolicyStatement({
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(objects)],
      conditions: { ...conditions, StringEquals: { ...conditions.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }));
    bucket.addToResourcePolicy(new iam.PolicyStatement({ principals, actions: ['s3:GetBucketAcl'], resources: [bucket.bucketArn], conditions }));
    return { logDestinationType: 's3', logDestination: prefix === undefined ? bucket.bucketArn : `${bucket.bucketArn}/${prefix}/` };
  }

  /** The service works for many accounts; only its work for this one may use what is granted here. */
  private ownAccount(resource: string, service: string): { StringEquals: { [key: string]: string }; ArnLike: { [key: string]: string } } {
    const { account, partition, region } = Stack.of(this);
    return {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:${service}:${region}:${account}:${resource}` },
    };
  }
}
