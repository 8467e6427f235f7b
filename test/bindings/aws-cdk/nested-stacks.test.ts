import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { SecurityGroups } from '../../../lib/bindings/aws-cdk';
import { EnforcementMode, SegmentationPolicy, Service } from '../../../lib/model';
import { cache, Json } from './fixture';

const WORKLOADS = 60;

interface Synthesized {
  /** By file, or by nested stack. */
  readonly templates: Record<string, Json>;
  readonly point: SecurityGroups;
}

/** Each workload talks to five others; `more` adds one flow. */
function synthesize(mode: EnforcementMode, more = false): Synthesized {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
  const policy = new SegmentationPolicy(stack, 'Payments', { mode });
  const point = new SecurityGroups(stack, 'Groups', { policy, vpc, partitions: 4 });
  const workloads = Array.from({ length: WORKLOADS }, (_, i) => policy.addWorkload(`W${i}`, { services: [Service.tcp(8000 + (i % 7))] }));
  workloads.forEach((workload, i) => {
    for (let step = 1; step <= 5; step++) workload.allowTo(workloads[(i + step * 7) % WORKLOADS]);
  });
  if (more) workloads[0].allowTo(workloads[1]);
  point.protect(workloads[0], cache(stack, 'First'));
  workloads.slice(1).forEach((workload) => point.securityGroupIds(workload));
  const { directory } = app.synth();
  const files = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
  return { point, templates: Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(join(directory, file), 'utf8'))])) };
}

/** Every resource with the template and logical id that it stands at. */
function resources({ templates }: Synthesized): Json[] {
  return Object.entries(templates).flatMap(([file, { Resources }]) => Object.entries<Json>(Resources)
    .map(([id, resource]) => ({ place: `${file} ${id}`, ...resource })));
}

describe('GIVEN more groups and rules than a stack holds', () => {
  const plain = synthesize(EnforcementMode.MONITOR);

  test('WHEN synthesized THEN no template is beyond CloudFormation\'s limits', () => {
    expect(Object.keys(plain.templates).length).toBeGreaterThan(4);
    for (const template of Object.values(plain.templates)) {
      expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
      expect(Object.keys(template.Parameters ?? {}).length).toBeLessThanOrEqual(200);
      expect(Object.keys(template.Outputs ?? {}).length).toBeLessThanOrEqual(200);
      expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
    }
  });

  test('WHEN synthesized THEN every rule is there once, and every workload has its groups', () => {
    const count = (type: string) => resources(plain).filter(({ Type }) => Type === type).length;

    expect(count('AWS::EC2::SecurityGroup')).toBe(2 * WORKLOADS);
    expect(count('AWS::EC2::SecurityGroupIngress')).toBe(2 * 5 * WORKLOADS);
    expect(count('AWS::EC2::SecurityGroupEgress')).toBe(2 * 5 * WORKLOADS);
  });

  test('WHEN synthesized THEN nested stacks depend on each other in one direction only', () => {
    const { Resources } = plain.templates['Stack.template.json'];
    const nested = Object.entries<Json>(Resources).filter(([, { Type }]) => Type === 'AWS::CloudFormation::Stack');
    const refersTo = ([, { Properties: { Parameters = {} } }]: [string, Json]) => nested.map(([id]) => id)
      .filter((id) => JSON.stringify(Parameters).includes(`"${id}"`));
    for (const stack of nested) {
      const [id] = stack;
      if (/^GroupsGroups\d/.test(id)) expect(refersTo(stack)).toEqual([]);
      else expect(refersTo(stack).every((other) => /^GroupsGroups\d/.test(other))).toBe(true);
    }
  });

  test('WHEN a flow is added THEN only its rules are added, each to one stack', () => {
    const more = synthesize(EnforcementMode.MONITOR, true);

    const rules = (synthesized: Synthesized) => resources(synthesized)
      .filter(({ Type }) => Type.startsWith('AWS::EC2::SecurityGroup')).map(({ place, Properties }) => `${place} ${JSON.stringify(Properties)}`);
    const before = new Set(rules(plain));
    const after = new Set(rules(more));
    expect([...before].filter((rule) => !after.has(rule))).toEqual([]);
    expect([...after].filter((rule) => !before.has(rule))).toHaveLength(4);
  });

  test('WHEN it is enforced THEN every group stays in its stack', () => {
    const enforced = synthesize(EnforcementMode.ENFORCE);

    const places = (synthesized: Synthesized) => resources(synthesized)
      .filter(({ Type, Properties }) => Type === 'AWS::EC2::SecurityGroup' && JSON.stringify(Properties.Tags ?? []).includes('"attached"'))
      .map(({ place }) => place);
    expect(places(enforced)).toEqual(places(plain));
    expect(places(enforced)).toHaveLength(WORKLOADS);
  });
});

test.each([
  { options: { resourceBudget: 12 }, warnings: 1 },
  { options: { resourceBudget: 12, partitions: 1 }, warnings: 0 },
  { options: {}, warnings: 0 },
])('GIVEN $options WHEN synthesized THEN $warnings warnings name the number of partitions to fix', ({ options, warnings }) => {
  const stack = new Stack(new App(), 'Stack');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
  const policy = new SegmentationPolicy(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
  const point = new SecurityGroups(stack, 'Groups', { policy, vpc, ...options });
  const workloads = Array.from({ length: 5 }, (_, i) => policy.addWorkload(`W${i}`, { services: [Service.HTTPS] }));
  workloads.forEach((workload, i) => workload.allowTo(workloads[(i + 1) % 5]));
  workloads.forEach((workload) => point.securityGroupIds(workload));

  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('MSEG3104 .*1 partitions'));
  expect(found).toHaveLength(warnings);
});
