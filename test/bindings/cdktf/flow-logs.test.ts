import { FlowLogs, SecurityGroups } from '../../../lib/bindings/cdktf';
import { FLOW_LOG_FIELDS } from '../../../lib/platforms/aws/flow-log-fields';
import { FRAMEWORKS, only, policyIn, TestApp } from './frameworks';

describe.each(FRAMEWORKS)('flow logs in $name', (framework) => {
  test('GIVEN a VPC WHEN logged THEN all traffic, every field and the shortest aggregation go to a log group', () => {
    const test = new TestApp(framework);
    const logs = new FlowLogs(test.stack('Network'), 'Logs', { vpcId: 'vpc-1', retentionDays: 30 });

    const configuration = test.synth().configuration('Network');

    const log = only(configuration, 'aws_flow_log');
    expect(log).toMatchObject({ vpc_id: 'vpc-1', traffic_type: 'ALL', max_aggregation_interval: 60, log_destination_type: 'cloud-watch-logs' });
    expect(log.log_format.split(' ')).toEqual(FLOW_LOG_FIELDS.map((field) => `$\${${field}}`));
    expect(log.log_destination).toMatch(/^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}$/);
    expect(only(configuration, 'aws_cloudwatch_log_group').retention_in_days).toBe(30);
    expect(logs.logGroupName).toBeDefined();
  });

  test('GIVEN the role of a log group WHEN synthesized THEN it may write there and nowhere else, for this account', () => {
    const test = new TestApp(framework);
    new FlowLogs(test.stack('Network'), 'Logs', { vpcId: 'vpc-1' });

    const configuration = test.synth().configuration('Network');

    const group = only(configuration, 'aws_flow_log').log_destination;
    const [permission] = JSON.parse(only(configuration, 'aws_iam_role_policy').policy).Statement;
    expect(permission.Resource).toEqual([group, `${group}:*`]);
    expect(permission.Action.every((action: string) => /^logs:[A-Z]\w+$/.test(action))).toBe(true);
    const [trust] = JSON.parse(only(configuration, 'aws_iam_role').assume_role_policy).Statement;
    expect(trust.Principal).toEqual({ Service: 'vpc-flow-logs.amazonaws.com' });
    expect(trust.Condition.StringEquals['aws:SourceAccount']).toMatch(/^\$\{data\.aws_caller_identity\./);
  });

  test('GIVEN a bucket WHEN logged THEN nothing else is made', () => {
    const test = new TestApp(framework);
    new FlowLogs(test.stack('Network'), 'Logs', { vpcId: 'vpc-1', bucketArn: 'arn:aws:s3:::logs/vpc' });

    const configuration = test.synth().configuration('Network');

    expect(only(configuration, 'aws_flow_log')).toMatchObject({ log_destination_type: 's3', log_destination: 'arn:aws:s3:::logs/vpc' });
    expect(Object.keys(configuration.resource)).toEqual(['aws_flow_log']);
  });

  test.each([['the same', true], ['another', false]])('GIVEN flow logs of %s VPC in another stack WHEN monitored THEN the warning follows', (_, same) => {
    const test = new TestApp(framework);
    const network = test.stack('Network');
    const [vpc, other] = ['Vpc', 'Other'].map((id) => test.make(network, 'vpc', id, { cidrBlock: '10.0.0.0/16' }));
    new FlowLogs(network, 'Logs', { vpcId: (same ? vpc : other).id });
    const stack = test.stack('Shop');
    const policy = policyIn(stack);
    new SecurityGroups(stack, 'Groups', { policy, vpcId: vpc.id, monitorScope: [vpc.cidrBlock] }).protect(policy.addWorkload('Web'));

    const warned = test.synth().warnings('Shop').some((text) => text.startsWith('MSEG3103'));

    expect(warned).toBe(!same);
  });
});
