import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { App, aws_ec2 as ec2, Fn, Stack, Validations } from 'aws-cdk-lib';
import { App as TerraformApp } from 'cdktf';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { ServiceSet } from '../../lib/algebra';
import * as cdk from '../../lib/bindings/aws-cdk';
import * as cdktf from '../../lib/bindings/cdktf';
import { compilePolicy, evaluate } from '../../lib/compiler';
import { SegmentationPolicy, Workload } from '../../lib/model';
import { AS_OF } from '../model/policies';
import { messageOf } from '../support/problems';
import { synthesizeCloudFormation, synthesizeTerraform } from './apps';
import { runs, SEED } from './runs';
import { policySpecs, PolicySpec } from './specs';

const BATCH = 25;
const SPECS = fc.sample(policySpecs({ size: 6, sctpPorts: false }), { seed: SEED + 2, numRuns: runs(1, 25) });
const BATCHES = SPECS.flatMap((_, index) => (index % BATCH === 0 ? [[index, SPECS.slice(index, index + BATCH)] as const] : []));

/** A protocol and an address that few policies open. */
const [PROTOCOL, STRANGER] = [200, '198.51.100.77'];

/** Where a rule is added that nobody declared, and at which workload. */
interface Hole { readonly rule: string; readonly workload: string }

type Widen = (point: IConstruct, workload: Workload, id: string) => IConstruct;

interface Framework {
  /** Synthesizes with the validator, and with one more rule at some enforcement points. @returns what the validator says */
  report(specs: readonly PolicySpec[], widen: (app: IConstruct, points: Widened) => void): string;
}

interface Point { readonly point: IConstruct; readonly policy: SegmentationPolicy; readonly workloads: readonly string[] }

interface Widened { readonly points: (app: IConstruct) => Point[]; readonly add: Widen }

const CLOUDFORMATION: Framework = {
  report: (specs, widen) => messageOf(() => synthesizeCloudFormation(specs, (app: App) => {
    Validations.of(app).addPlugins(new cdk.SegmentationValidator({ asOf: AS_OF }));
    widen(app, {
      points: (root) => root.node.findAll().filter((node) => node instanceof cdk.SecurityGroups)
        .map((point) => ({ point, policy: point.policy, workloads: point._workloads })),
      add: (point, workload, id) => new ec2.CfnSecurityGroupIngress(Stack.of(point), id, {
        groupId: Fn.select(0, (point as cdk.SecurityGroups).securityGroupIds(workload)), ipProtocol: String(PROTOCOL), cidrIp: `${STRANGER}/32`,
      }),
    });
  })),
};

/** What stands behind an enforcement point, which its construct keeps to itself. */
const behind = (point: cdktf.SecurityGroups) => (point as unknown as { point: { workloads: string[] } }).point;

const TERRAFORM: Framework = {
  report: (specs, widen) => messageOf(() => synthesizeTerraform(specs, (app: TerraformApp) => {
    cdktf.SegmentationValidator.attach(app, { asOf: AS_OF });
    widen(app, {
      points: (root) => root.node.findAll().filter((node) => node instanceof cdktf.SecurityGroups)
        .map((point) => ({ point, policy: point.policy, workloads: behind(point).workloads })),
      add: (point, workload, id) => new VpcSecurityGroupIngressRule(point.node.scope!, id, {
        securityGroupId: (point as cdktf.SecurityGroups).securityGroupId(workload), ipProtocol: String(PROTOCOL), cidrIpv4: `${STRANGER}/32`,
      }),
    });
  })),
};

/** Adds a rule at every second enforcement point that has a workload to which it adds something. */
function widenEverySecond(holes: Hole[]): (app: IConstruct, by: Widened) => void {
  return (app, { points, add }) => points(app).filter((_, index) => index % 2 === 1).forEach(({ point, policy, workloads }, index) => {
    const found = policy.node.children.find((child): child is Workload => (
      child instanceof Workload && workloads.includes(child.workloadId) && !isOpen(policy, child.workloadId)));
    if (found) holes.push({ rule: add(point, found, `Hole${index}`).node.path, workload: found.node.path });
  });
}

function isOpen(policy: SegmentationPolicy, workload: string): boolean {
  const packet = { client: { address: STRANGER }, server: { workload }, service: ServiceSet.protocol(PROTOCOL) };
  return evaluate(compilePolicy(policy), packet).ingress!.length > 0;
}

/** Every finding as the rule that did it and the workload that it is about. */
function holesIn(report: string): Hole[] {
  const aws = [...report.matchAll(/Done by (\S+)(?: \([^)]*\))?\. Declared at (\S+)(?: \([^)]*\))?\./g)];
  const terraform = [...report.matchAll(/MSEG5020 \[([^\]]+)\] .*?; declared at (\S+)(?: \([^)]*\))?\./g)];
  return [...aws, ...terraform].map(([, rule, workload]) => ({ rule, workload }));
}

const sorted = (holes: readonly Hole[]) => holes.map(({ rule, workload }) => `${rule} ${workload}`).sort();

describe.each([['CloudFormation', CLOUDFORMATION], ['Terraform', TERRAFORM]])('%s', (_, { report }) => {
  test.each(BATCHES)('GIVEN generated policies from %d WHEN nobody tampers with them THEN the validator accepts all', (__, specs) => {
    expect(report(specs, () => {})).toBe('');
  }, 60_000);

  test.each(BATCHES)('GIVEN generated policies from %d WHEN some are widened THEN the validator reports exactly these', (__, specs) => {
    const holes: Hole[] = [];
    const text = report(specs, widenEverySecond(holes));
    expect(sorted(holesIn(text))).toEqual(sorted(holes));
    expect(text.match(/\bMSEG\d{4}/g)?.filter((code) => code !== 'MSEG5020')).toEqual([]);
    expect(holes.length).toBeGreaterThan(3);
  }, 60_000);
});
