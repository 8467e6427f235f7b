import { Construct } from 'constructs';
import { FLOW_LOG_AGGREGATION_SECONDS, FLOW_LOG_ROLE_ACTIONS, FLOW_LOG_SERVICES, FLOW_LOG_TRAFFIC, flowLogFormat } from '../../../platforms/aws/flow-log-fields';
import { identityOf } from '../deploy-time-values';
import { TerraformFamily } from '../family';
import { registerNetwork } from '../registry';
import { literal, textTags } from '../terraform-text';

/** Properties of `FlowLogs`. */
export interface FlowLogsProps {
  /** Id of the VPC whose connections are logged, such as `vpc.id`. */
  readonly vpcId: string;

  /**
   * ARN of the bucket to write to, with a folder if need be. Its bucket policy must let the log delivery service in.
   *
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
   * @default - a log group of its own in CloudWatch Logs
   */
  readonly bucketArn?: string;

  /** How many days the log group keeps the logs: one of the numbers that CloudWatch Logs takes. @default 90 */
  readonly retentionDays?: number;

  /** ARN of the key that encrypts the log group. @default - the key of CloudWatch Logs */
  readonly kmsKeyArn?: string;

  /** Tags of everything that is made here. @default - a name only */
  readonly tags?: { [key: string]: string };
}

/**
 * Flow logs of a VPC, with every field that discovery and monitoring need.
 *
 *     new FlowLogs(stack, 'FlowLogs', { vpcId: vpc.id });
 *
 * AWS security groups cannot say what they would block. While a policy is in MONITOR or VISIBILITY, these logs are what
 * the policy is judged by. Accepted and rejected connections are logged, aggregated over one minute.
 */
export class FlowLogs extends Construct {
  /** Id of the VPC whose connections are logged. */
  public readonly vpcId: string;

  /** Id of the flow log. */
  public readonly flowLogId: string;

  /** Name of the log group; absent if the logs go to a bucket. */
  public readonly logGroupName?: string;

  private readonly family: TerraformFamily;
  private readonly tags: { readonly [key: string]: string };

  /** @throws MSEG9001 if the AWS provider is not installed; MSEG9002 outside of a Terraform stack. */
  public constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    this.family = TerraformFamily.of(this);
    this.vpcId = props.vpcId;
    this.tags = { Name: literal(this.node.path), ...textTags(props.tags) };
    const logGroup = props.bucketArn === undefined ? this.createLogGroup(props) : undefined;
    this.logGroupName = logGroup?.name;
    const { FlowLog } = this.family.provider('aws', 'flow-log');
    this.flowLogId = new FlowLog(this, 'flow-log', {
      vpcId: props.vpcId,
      trafficType: FLOW_LOG_TRAFFIC,
      maxAggregationInterval: FLOW_LOG_AGGREGATION_SECONDS,
      logFormat: literal(flowLogFormat()),
      tags: { ...this.tags },
      ...(logGroup === undefined
        ? { logDestinationType: 's3', logDestination: props.bucketArn }
        : { logDestinationType: 'cloud-watch-logs', logDestination: logGroup.arn, iamRoleArn: this.createRole(logGroup.arn) }),
    }).id;
    registerNetwork(this, `aws ${identityOf(this.family, props.vpcId)}`);
  }

  private createLogGroup({ retentionDays, kmsKeyArn }: FlowLogsProps): { readonly name: string; readonly arn: string } {
    const { CloudwatchLogGroup } = this.family.provider('aws', 'cloudwatch-log-group');
    return new CloudwatchLogGroup(this, 'log-group', {
      namePrefix: 'microseg-flow-logs-',
      retentionInDays: retentionDays ?? 90,
      kmsKeyId: kmsKeyArn,
      tags: { ...this.tags },
    });
  }

  /** A role that writes to this log group and to nothing else, for flow logs of this account alone. */
  private createRole(logGroupArn: string): string {
    const { IamRole } = this.family.provider('aws', 'iam-role');
    const { IamRolePolicy } = this.family.provider('aws', 'iam-role-policy');
    const { DataAwsCallerIdentity } = this.family.provider('aws', 'data-aws-caller-identity');
    const account = new DataAwsCallerIdentity(this, 'account', {}).accountId;
    const role = new IamRole(this, 'role', {
      assumeRolePolicy: policyDocument({
        Principal: { Service: FLOW_LOG_SERVICES.logs },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      tags: { ...this.tags },
    });
    new IamRolePolicy(this, 'role-policy', {
      role: role.id,
      policy: policyDocument({ Action: FLOW_LOG_ROLE_ACTIONS, Resource: [logGroupArn, `${logGroupArn}:*`] }),
    });
    return role.arn;
  }
}

function policyDocument(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
}
