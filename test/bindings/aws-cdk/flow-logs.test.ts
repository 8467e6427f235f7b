import { App, aws_ec2 as ec2, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { FlowLogs, FlowLogsProps } from '../../../lib/bindings/aws-cdk';
import { EnforcementMode } from '../../../lib/model';
import { FLOW_LOG_FIELDS } from '../../../lib/platforms/aws/flow-log-fields';
import { cache, fixture, resourcesOf } from './fixture';

function synthesize(props: (stack: Stack) => Omit<FlowLogsProps, 'vpc'> = () => ({})): Template {
  const stack = new Stack(new App(), 'Stack');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
  new FlowLogs(stack, 'FlowLogs', { vpc, ...props(stack) });
  return Template.fromStack(stack);
}

test('GIVEN a VPC THEN all its traffic is logged each minute, with every field that discovery needs', () => {
  const template = synthesize();

  const [flowLog, ...more] = Object.values(resourcesOf(template, 'AWS::EC2::FlowLog'));
  expect(more).toEqual([]);
  expect(flowLog).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL', MaxAggregationInterval: 60, LogDestinationType: 'cloud-watch-logs' });
  expect(flowLog.LogFormat.split(' ')).toEqual(FLOW_LOG_FIELDS.map((field) => `\${${field}}`));
});

test('GIVEN no bucket THEN a log group of its own, which only the service may write to, and for this account', () => {
  const template = synthesize();

  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 90 }, DeletionPolicy: 'Retain' });
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [Match.objectLike({
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
      })],
    },
  });
  const [group] = Object.keys(resourcesOf(template, 'AWS::Logs::LogGroup'));
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Allow', Resource: { 'Fn::GetAtt': [group, 'Arn'] } })] },
  });
});

test('GIVEN a bucket THEN the logs go to its folder, and delivery alone may write there', () => {
  const template = synthesize((stack) => ({ bucket: new s3.Bucket(stack, 'Bucket'), prefix: 'flow-logs' }));

  const [bucket] = Object.keys(resourcesOf(template, 'AWS::S3::Bucket'));
  template.resourceCountIs('AWS::Logs::LogGroup', 0);
  template.resourceCountIs('AWS::IAM::Role', 0);
  template.hasResourceProperties('AWS::EC2::FlowLog', {
    LogDestinationType: 's3', LogDestination: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket, 'Arn'] }, '/flow-logs/']] },
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Action: 's3:PutObject', Principal: { Service: 'delivery.logs.amazonaws.com' }, Resource: Match.objectLike({ 'Fn::Join': ['', Match.arrayWith(['/*'])] }) }),
        Match.objectLike({ Action: 's3:GetBucketAcl', Resource: { 'Fn::GetAtt': [bucket, 'Arn'] } }),
      ],
    },
  });
});

test('GIVEN flow logs of its VPC WHEN a workload is watched THEN nobody is warned', () => {
  const f = fixture({}, { mode: EnforcementMode.MONITOR });
  f.groups.protect(f.policy.addWorkload('Web'), cache(f.stack, 'Cache'));
  new FlowLogs(f.stack, 'FlowLogs', { vpc: f.vpc });
  Annotations.fromStack(f.stack).hasNoWarning('*', Match.stringLikeRegexp('MSEG3103'));
});
