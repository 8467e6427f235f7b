import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElasticacheReplicationGroup } from '@cdktf/provider-aws/lib/elasticache-replication-group';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, aws_ec2 as ec2, aws_elasticache as elasticache, Fn, Stack } from 'aws-cdk-lib';
import { App as TerraformApp, TerraformStack, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import * as cdk from '../../lib/bindings/aws-cdk';
import * as cdktf from '../../lib/bindings/cdktf';
import { compilePolicy, CompiledPolicy } from '../../lib/compiler';
import { SegmentationPolicy, Workload } from '../../lib/model';
import { AWS_DEFAULT_LIMITS } from '../../lib/platforms/aws/limits';
import { planSecurityGroups } from '../../lib/platforms/aws/plan';
import { AwsLimits, SecurityGroupsRequest } from '../../lib/platforms/aws/plan-types';
import { NetworkRange } from '../../lib/platforms/network-range';
import { AS_OF } from '../model/policies';
import { codesOf } from '../support/problems';
import { withoutTokenStacks } from '../support/token-stacks';
import { Declared, modeOf, Opaque } from './declare';
import { PolicySpec } from './specs';

// The frameworks' own checks of what they wrote are not what is tested here, and take most of the time.
process.env.CDK_VALIDATION = 'false';
withoutTokenStacks('cdktf');

/** The network's own ranges: blocks that flows speak of, too. */
export const MONITOR_SCOPE = ['10.1.0.0/16', '2001:db8:1::/48'];

/** An app with one stack for each policy, synthesized. */
export interface Synthesized {
  readonly framework: string;
  readonly directory: string;
  readonly policies: SynthesizedPolicy[];
  /** Names of tokens and prefix lists by the text in which they stand in the artifacts. */
  readonly names: ReadonlyMap<string, string>;
}

export interface SynthesizedPolicy {
  readonly spec: PolicySpec;
  readonly compiled: CompiledPolicy;
  /** Ids of the workloads of each enforcement point. */
  readonly points: string[][];
  /** Most groups that one workload has. */
  readonly shards: number;
}

/** What the bindings have in common, as far as a policy is concerned. */
interface Framework {
  readonly name: string;
  readonly names: ReadonlyMap<string, string>;
  opaque(stack: Construct): Opaque;
  protect(stack: Construct, id: string, policy: SegmentationPolicy, workloads: readonly Workload[], options: PointOptions): void;
}

interface PointOptions {
  readonly limits: AwsLimits;
  /** Differs from policy to policy: turns things on and off that must not matter. */
  readonly variant: number;
}

/** Tight quotas first, so that many policies need several groups for a workload. */
const LIMITS: AwsLimits[] = [
  { rulesPerGroup: 12, groupsPerInterface: 16 }, AWS_DEFAULT_LIMITS, { rulesPerGroup: 60, groupsPerInterface: 16 },
];

/** @param beforeSynthesis is given the app when everything is declared */
export function synthesizeCloudFormation(specs: readonly PolicySpec[], beforeSynthesis: (app: App) => void = () => {}): Synthesized {
  const app = new App({ outdir: temporary('cdk') });
  const policies = specs.map((spec, index) => declare(CLOUDFORMATION, new Stack(app, `S${index}`), spec, index));
  beforeSynthesis(app);
  const { directory } = app.synth();
  return { framework: CLOUDFORMATION.name, directory, policies, names: CLOUDFORMATION.names };
}

/** @param beforeSynthesis is given the app when everything is declared; without it the framework's validations are left out */
export function synthesizeTerraform(specs: readonly PolicySpec[], beforeSynthesis?: (app: TerraformApp) => void): Synthesized {
  const app = new TerraformApp({ outdir: temporary('cdktf'), skipValidation: beforeSynthesis === undefined });
  const policies = specs.map((spec, index) => {
    const stack = new TerraformStack(app, `S${index}`);
    new AwsProvider(stack, 'Aws', { region: 'eu-west-1' });
    return declare(TERRAFORM, stack, spec, index);
  });
  beforeSynthesis?.(app);
  app.synth();
  return { framework: TERRAFORM.name, directory: app.outdir, policies, names: TERRAFORM.names };
}

const CLOUDFORMATION: Framework = {
  name: 'CloudFormation',
  names: new Map([...opaqueNames((name) => `{"Fn::ImportValue":"${name}"}`), ['pl-4444', 'p4']]),
  opaque: () => ({ token: { 4: Fn.importValue('t4'), 6: Fn.importValue('t6') }, prefixList: { 4: 'pl-4444', 6: Fn.importValue('p6') } }),
  protect: (stack, id, policy, workloads, { limits, variant }) => {
    const vpc = ec2.Vpc.fromVpcAttributes(stack, `${id}Vpc`, { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] });
    const partitions = variant % 5 === 4 ? 2 : undefined;
    const groups = new cdk.SecurityGroups(stack, id, { policy, vpc, limits, monitorScope: MONITOR_SCOPE, partitions });
    workloads.forEach((workload, index) => {
      if ((index + variant) % 3 === 0) return void groups.securityGroupIds(workload);
      groups.protect(workload, new elasticache.CfnReplicationGroup(stack, `${workload.workloadId}Cache`, { replicationGroupDescription: 'cache' }));
    });
  },
};

const TERRAFORM: Framework = {
  name: 'Terraform',
  names: new Map([...opaqueNames((name) => `\${var.${name}}`), ['pl-4444', 'p4']]),
  opaque: (stack) => {
    const [t4, t6, p6] = ['t4', 't6', 'p6'].map((name) => new TerraformVariable(stack, name, { type: 'string' }).stringValue);
    return { token: { 4: t4, 6: t6 }, prefixList: { 4: 'pl-4444', 6: p6 } };
  },
  protect: (stack, id, policy, workloads, { limits, variant }) => {
    const groups = new cdktf.SecurityGroups(stack, id, { policy, vpcId: 'vpc-1', limits, monitorScope: MONITOR_SCOPE });
    workloads.forEach((workload, index) => {
      if ((index + variant) % 3 === 0) return groups.protect(workload);
      new ElasticacheReplicationGroup(stack, `${workload.workloadId}Cache`, {
        replicationGroupId: 'cache', description: 'cache', securityGroupIds: groups.securityGroupIds(workload),
      });
    });
  },
};

function declare(framework: Framework, stack: Construct, spec: PolicySpec, variant: number): SynthesizedPolicy {
  const policy = new SegmentationPolicy(stack, `P${variant}`, { mode: modeOf(spec.mode), asOf: AS_OF });
  const { workloads } = new Declared(policy, spec, framework.opaque(stack));
  const managed = workloads.filter((workload) => workload.managed);
  const points = spec.split ? [managed.filter((_, index) => index % 2 === 0), managed.filter((_, index) => index % 2 === 1)] : [managed];
  const compiled = compilePolicy(policy);
  const shards = points.map((own, index) => {
    if (own.length === 0) return 1;
    const request = requestFor(compiled, own);
    framework.protect(stack, `Groups${index}`, policy, own, { limits: request.limits, variant });
    return Math.max(...planSecurityGroups(request).groups.map((group) => group.shards));
  });
  return { spec, compiled, points: points.map((own) => own.map(({ workloadId }) => workloadId)), shards: Math.max(...shards) };
}

/** With the tightest quotas that hold the policy. */
function requestFor(policy: CompiledPolicy, workloads: readonly Workload[]): SecurityGroupsRequest {
  const monitorScope = MONITOR_SCOPE.map((cidr): NetworkRange => ({ kind: cidr.includes(':') ? 'cidrIpv6' : 'cidrIpv4', cidr }));
  const protects = workloads.map(({ workloadId }) => ({ workload: workloadId, otherGroups: 0 }));
  const requests = LIMITS.map((limits) => ({ policy, enforcementPoint: 'x', protects, limits, monitorScope }));
  return requests.find((request) => codesOf(() => planSecurityGroups(request)).length === 0)!;
}

function opaqueNames(textOf: (name: string) => string): [string, string][] {
  return ['t4', 't6', 'p6'].map((name) => [textOf(name), name]);
}

export function temporary(name: string): string {
  return mkdtempSync(join(tmpdir(), `microseg-${name}-`));
}
