import { rmSync } from 'node:fs';
import { App, aws_ec2 as ec2, aws_iam as iam, CfnParameter, Stack } from 'aws-cdk-lib';
import { LinuxHostAgents } from '../../lib/bindings/aws-cdk';
import { LinuxCloudFormationReader } from '../../lib/platforms/linux/read-cloudformation';
import { temporary } from './apps';
import { batchesOf, expectVerified, HostedPolicy, HostsStack } from './hosted-policies';
import { runs, SEED } from './runs';

// The framework's own template validation is not what is tested here, and takes most of the time.
process.env.CDK_VALIDATION = 'false';

/** Every other workload has its bundle from an association, the rest from user data. */
function hostsIn(app: App, index: number): HostsStack {
  const stack = new Stack(app, `S${index}`);
  return {
    stack,
    late: (name, suffix) => {
      const reference = { Ref: name.replace(/\W/g, '') };
      return {
        value: `${new CfnParameter(stack, name).valueAsString}${suffix}`,
        synthesized: JSON.stringify(suffix === '' ? reference : { 'Fn::Join': ['', [reference, suffix]] }),
      };
    },
    protect: (policy, workloads) => {
      const agents = new LinuxHostAgents(stack, 'Agents', { policy, management: [] });
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
      workloads.forEach((workload, place) => {
        const id = workload.workloadId;
        if (place % 2 === 0) agents.protect(workload, role, { targets: [{ key: 'tag:workload', values: [id] }] });
        else new ec2.LaunchTemplate(stack, `Boot-${id}`, { userData: agents.userData(workload, role) });
      });
      return agents;
    },
  };
}

test.each(batchesOf(SEED + 8, runs(1, 50)))('GIVEN policies from %d on, with deploy-time peers WHEN their assembly is read back THEN it admits what is declared', (_, specs) => {
  const app = new App({ outdir: temporary('assembly') });
  const policies = specs.map((spec, index) => new HostedPolicy(hostsIn(app, index), spec, index));
  app.synth();

  const found = new Map(new LinuxCloudFormationReader().read(app.outdir).map(({ path, workloads }) => [path, workloads]));
  policies.forEach((policy, index) => expect(policy.deviations(found.get(`S${index}.template.json`) ?? [])).toEqual([]));
  expectVerified(app.outdir, policies.length);
  rmSync(app.outdir, { recursive: true });
}, 120_000);
