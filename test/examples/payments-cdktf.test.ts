import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp as buildCdkApp } from '../../examples/payments-aws-cdk/app';
import { buildApp } from '../../examples/payments-cdktf/main';
import { carriersByWorkload, FORBIDDEN, soundPolicyOf, temporaryDirectory } from './examples';

process.env.CDK_VALIDATION = 'false';

interface Stacks {
  readonly stacks: { readonly [name: string]: { readonly dependencies: string[]; readonly annotations: { readonly message: string }[] } };
}

describe('GIVEN the payments application of CDK for Terraform', () => {
  const directory = temporaryDirectory();
  const outdir = join(directory, 'out');
  const { app } = buildApp({ outdir });
  app.synth();
  const { stacks } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as Stacks;

  test('WHEN synthesized THEN its manifest is valid, its configurations admit exactly what is declared, and its invariants hold', () => {
    expect(soundPolicyOf(outdir).mode).toBe('enforce');
  });

  test('WHEN its configurations are read THEN every workload is found on resources of its own stack, and on its hosts', () => {
    expect(carriersByWorkload(outdir)).toEqual({
      Api: ['Back/cdk.tf.json'],
      Bastion: ['Front/cdk.tf.json', 'Hosts/linux-hosts/Payments/Bastion/rules.nft'],
      Cache: ['Back/cdk.tf.json'],
      Collector: ['Back/cdk.tf.json', 'Hosts/linux-hosts/Payments/Collector/rules.nft'],
      Ledger: ['Back/cdk.tf.json'],
      LoadBalancer: ['Front/cdk.tf.json'],
      SharedServices: ['Back/cdk.tf.json', 'Hosts/linux-hosts/Payments/SharedServices/rules.nft'],
      Web: ['Front/cdk.tf.json'],
      Worker: ['Back/cdk.tf.json'],
    });
  });

  test('WHEN flows go from front to back and from back to front THEN neither stack depends on the other', () => {
    const dependencies = Object.fromEntries(Object.entries(stacks).map(([name, stack]) => [name, [...stack.dependencies].sort()]));
    expect(dependencies).toEqual({ Network: [], Front: ['Network'], Back: ['Network'], Hosts: ['Back', 'Front', 'Network'] });
  });

  test('WHEN synthesized THEN there is nothing to warn of', () => {
    expect(Object.values(stacks).flatMap(({ annotations }) => annotations)).toEqual([]);
  });

  test('WHEN AWS CDK synthesizes the same application THEN both manifests declare the same policy', () => {
    const assembly = buildCdkApp({ outdir: join(directory, 'cdk') }).app.synth();
    // All but where it is enforced, and how much each framework can tell of the network.
    const [terraform, cloudFormation] = [outdir, assembly.directory].map(soundPolicyOf).map((policy) => ({
      ...policy,
      enforcementPoints: [],
      opaquePeers: [],
      workloads: policy.workloads.map((workload) => ({ ...workload, enforcementPoints: [] })),
    }));
    expect(terraform).toEqual(cloudFormation);
  });

  test.each(FORBIDDEN)('WHEN somebody adds %s THEN it does not synthesize', (_what, change, message) => {
    const other = buildApp({ outdir: join(directory, 'forbidden') });
    change(other.policy);
    expect(() => other.app.synth()).toThrow(message);
  });
});
