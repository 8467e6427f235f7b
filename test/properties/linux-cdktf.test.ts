import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import { LinuxHostAgents } from '../../lib/bindings/cdktf';
import { LinuxReader } from '../../lib/platforms/linux/read';
import { temporary } from './apps';
import { batchesOf, expectVerified, HostedPolicy, HostsStack } from './hosted-policies';
import { runs, SEED } from './runs';

function hostsIn(app: App, index: number): HostsStack {
  const stack = new TerraformStack(app, `S${index}`);
  return {
    stack,
    late: (name, suffix) => (
      { value: `${new TerraformVariable(stack, name, { type: 'string' }).stringValue}${suffix}`, synthesized: `\${var.${name}}${suffix}` }),
    protect: (policy, workloads) => {
      const agents = new LinuxHostAgents(stack, 'Agents', { policy, management: [] });
      workloads.forEach((workload) => agents.protect(workload));
      return agents;
    },
  };
}

test.each(batchesOf(SEED + 7, runs(1, 25)))('GIVEN policies from %d on, with deploy-time peers WHEN their bundles are read back THEN they admit what is declared', (_, specs) => {
  const app = new App({ outdir: temporary('hosts'), skipValidation: true });
  const policies = specs.map((spec, index) => new HostedPolicy(hostsIn(app, index), spec, index));
  app.synth();

  policies.forEach((policy, index) => {
    const read = new LinuxReader().read(join(app.outdir, 'stacks', `S${index}`)).flatMap(({ workloads }) => workloads);
    expect(policy.deviations(read)).toEqual([]);
  });
  expectVerified(app.outdir, policies.length);
  rmSync(app.outdir, { recursive: true });
}, 120_000);
