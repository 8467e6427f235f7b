import { App, aws_ec2 as ec2, aws_elasticache as elasticache, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroups, SecurityGroupsProps } from '../../../lib/bindings/aws-cdk';
import { EnforcementMode, SegmentationPolicy, SegmentationPolicyProps } from '../../../lib/model';

// The framework's own template validation is not what is tested here, and takes most of the time.
process.env.CDK_VALIDATION = 'false';

export interface Fixture {
  readonly app: App;
  readonly stack: Stack;
  readonly vpc: ec2.Vpc;
  readonly policy: SegmentationPolicy;
  readonly groups: SecurityGroups;
}

/** A stack with a VPC, a policy in ENFORCE and an enforcement point. */
export function fixture(props: Partial<SecurityGroupsProps> = {}, policyProps: SegmentationPolicyProps = {}): Fixture {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const policy = new SegmentationPolicy(stack, 'Payments', { mode: EnforcementMode.ENFORCE, ...policyProps });
  const groups = new SecurityGroups(stack, 'Groups', { policy, vpc, ...props });
  return { app, stack, vpc, policy, groups };
}

/** The smallest resource that carries security groups; it has none of its own. */
export function cache(stack: Stack, id: string): elasticache.CfnReplicationGroup {
  return new elasticache.CfnReplicationGroup(stack, id, { replicationGroupDescription: id });
}

/** A piece of a template; what a test looks for in it, it knows. */

export type Json = any;

export type Properties = Record<string, Json>;

/** Resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Record<string, Properties> {
  return Object.fromEntries(Object.entries(template.findResources(type)).map(([id, resource]) => [id, resource.Properties as Properties]));
}

/** Logical id of a workload's group. */
export function groupIdOf(template: Template, workload: string, role = 'attached', shard = '1/1'): string {
  const has = ({ Tags: tags = [] }: Properties, key: string, value: string): boolean => (
    tags.some((tag: Json) => tag.Key === key && tag.Value === value));
  const found = Object.entries(resourcesOf(template, 'AWS::EC2::SecurityGroup'))
    .filter(([, group]) => has(group, 'microseg:workload', workload))
    .filter(([, group]) => has(group, 'microseg:role', role) && has(group, 'microseg:shard', shard));
  expect(found).toHaveLength(1);
  return found[0][0];
}

/** A reference to a workload's group, as it stands in the same template. */
export function refTo(template: Template, workload: string, role?: string, shard?: string): object {
  return { 'Fn::GetAtt': [groupIdOf(template, workload, role, shard), 'GroupId'] };
}

/** What stands in a group that lets nothing out. */
const NOTHING = 'icmp/252-86 255.255.255.255/32';

/** Every rule of a workload's group, inline and standalone, without description, sorted as text. */
export function rulesOf(template: Template, workload: string, end: 'ingress' | 'egress', role?: string): string[] {
  const id = groupIdOf(template, workload, role);
  const inline = resourcesOf(template, 'AWS::EC2::SecurityGroup')[id][end === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress'] ?? [];
  // Without an inline egress rule CloudFormation would keep EC2's default of allowing everything.
  if (end === 'egress') expect(inline).not.toEqual([]);
  const standalone = Object.values(resourcesOf(template, `AWS::EC2::SecurityGroup${end === 'ingress' ? 'Ingress' : 'Egress'}`))
    .filter(({ GroupId }) => GroupId['Fn::GetAtt'][0] === id);
  return [...inline, ...standalone].map((rule) => ruleText(template, rule)).filter((text) => text !== NOTHING).sort();
}

function ruleText(template: Template, rule: Properties): string {
  const group = (rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId)?.['Fn::GetAtt'][0];
  const tags: Properties[] = group === undefined ? [] : resourcesOf(template, 'AWS::EC2::SecurityGroup')[group].Tags ?? [];
  const peer = rule.CidrIp ?? rule.CidrIpv6 ?? rule.SourcePrefixListId ?? rule.DestinationPrefixListId
    ?? tags.find(({ Key }) => Key === 'microseg:workload')?.Value ?? group;
  const ports = rule.FromPort === undefined ? '' : `/${rule.FromPort}-${rule.ToPort}`;
  return `${rule.IpProtocol}${ports} ${typeof peer === 'string' ? peer : JSON.stringify(peer)}`;
}
