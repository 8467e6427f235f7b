import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildApp } from '../../examples/payments-aws-cdk/app';
import { carriersByWorkload, FORBIDDEN, soundPolicyOf, temporaryDirectory } from './examples';

// The framework's own template validation is not what is tested here, and takes most of the time.
process.env.CDK_VALIDATION = 'false';

/** What cdk-nag answers; its types promise less. */
interface NagReport {
  readonly violations: readonly { readonly ruleName: string; readonly violatingResources: readonly { readonly constructPath: string }[] }[];
}

describe('GIVEN the payments application of AWS CDK', () => {
  const directory = temporaryDirectory();
  const { app } = buildApp({ outdir: join(directory, 'out') });
  const assembly = app.synth();

  test('WHEN synthesized THEN its manifest is valid, its templates admit exactly what is declared, and its invariants hold', () => {
    expect(soundPolicyOf(assembly.directory).mode).toBe('enforce');
  });

  test('WHEN its templates are read THEN every workload is found on resources of its own stack, and on its hosts', () => {
    expect(carriersByWorkload(assembly.directory)).toEqual({
      Api: ['Back.template.json'],
      Bastion: ['Front.template.json', 'Hosts.template.json'],
      Cache: ['Back.template.json'],
      Collector: ['Back.template.json', 'Hosts.template.json'],
      Ledger: ['Back.template.json'],
      LoadBalancer: ['Front.template.json'],
      SharedServices: ['Back.template.json', 'Hosts.template.json'],
      Web: ['Front.template.json'],
      Worker: ['Back.template.json'],
    });
  });

  test('WHEN flows go from front to back and from back to front THEN neither stack depends on the other', () => {
    const dependencies = Object.fromEntries(assembly.stacks.map((stack) => (
      [stack.id, stack.dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets')).sort()])));
    expect(dependencies).toEqual({ Network: [], Front: ['Network'], Back: ['Network'], Hosts: ['Back', 'Front', 'Network'] });
  });

  test('WHEN synthesized THEN there is nothing to warn of', () => {
    expect(assembly.stacks.flatMap(({ messages }) => messages).map(({ entry }) => entry.data)).toEqual([]);
  });

  test('WHEN cdk-nag looks at groups, flow logs and agents THEN it finds the one exposure that is declared: customers reach the load balancer', () => {
    const violations = (new AwsSolutionsChecks().validateScope(app) as unknown as NagReport).violations;
    const found = violations.flatMap(({ ruleName, violatingResources }) => (
      violatingResources.map(({ constructPath }) => ({ ruleName, constructPath }))));
    expect(found.filter(({ constructPath }) => /^(Network\/(Groups|FlowLogs)|Hosts\/Agents)\//.test(constructPath))).toEqual([
      { ruleName: 'AwsSolutions-EC23', constructPath: 'Network/Groups/Group:LoadBalancer' },
    ]);
  });

  test.each(FORBIDDEN)('WHEN somebody adds %s THEN it does not synthesize', (_what, change, message) => {
    const other = buildApp({ outdir: join(directory, 'forbidden') });
    change(other.policy);
    expect(() => other.app.synth()).toThrow(message);
  });
});
