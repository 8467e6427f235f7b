import { join } from 'node:path';
import { buildApp } from '../../examples/hybrid-cdktf/main';
import { ShopPolicy } from '../../examples/hybrid-cdktf/policy';
import { EnforcementMode, Service } from '../../lib/model';
import {
  changesOf, describeWithEngines, InMemoryProviders, Moto, planIsEmpty, readRules, TerraformApp, TerraformStackRoot,
} from './harness';
import { Outputs } from './payments';

/** In the order of their references: AWS takes an address from Google Cloud. */
const STACKS = ['Google', 'Azure', 'Aws'];

function synthesize(outdir: string, mode?: EnforcementMode, change: (policy: ShopPolicy) => void = () => undefined): void {
  const { app, policy } = buildApp({ outdir, mode });
  change(policy);
  app.synth();
}

/** A request from Google Cloud to AWS: Azure has no part in it. */
function addFlow({ warehouse, orders }: ShopPolicy): void {
  warehouse.allowTo(orders, { services: [Service.tcp(8444)], justification: 'recommendations' });
}

describeWithEngines(['terraform', 'awsProvider', 'moto'], 'one policy over three clouds, applied by Terraform', () => {
  const outputs = new Outputs();
  const [enforced, extended, monitored] = ['enforced', 'extended', 'monitored'].map((name) => outputs.directory(name));
  const roots = new Map<string, TerraformStackRoot>();
  const objections: string[] = [];
  let moto: Moto;
  let providers: InMemoryProviders;
  let terraform: TerraformApp;

  beforeAll(async () => {
    synthesize(enforced);
    synthesize(extended, EnforcementMode.ENFORCE, addFlow);
    synthesize(monitored, EnforcementMode.MONITOR);
    [moto, providers] = await Promise.all([Moto.start(), InMemoryProviders.start('azurerm', 'google')]);
    terraform = new TerraformApp({ endpoint: moto.endpoint, providers });
    for (const name of STACKS) {
      const root = terraform.stack(name, join(enforced, 'stacks', name));
      root.init();
      const { ok, text } = root.validate();
      if (!ok) objections.push(`${name}: ${text}`);
      root.apply();
      roots.set(name, root);
    }
  });
  afterAll(async () => {
    outputs.remove();
    terraform?.remove();
    await providers?.stop();
    await moto?.stop();
  });

  /** What it takes to turn what is deployed into another synthesis, by stack; then that is done. */
  function changesTo(outdir: string, stacks = STACKS): { [stack: string]: string[] } {
    return Object.fromEntries(stacks.map((name) => {
      const root = roots.get(name)!;
      root.resynthesize(join(outdir, 'stacks', name));
      const changes = changesOf(root.plan()).map(({ address, actions }) => `${actions.join()} ${address.split('.')[0]}`);
      if (changes.length > 0) root.apply({ planned: true });
      return [name, changes.sort()];
    }));
  }

  test('GIVEN the configurations WHEN validated THEN Terraform and the providers object to nothing', () => {
    expect(objections).toEqual([]);
  });

  test('GIVEN the collector deployed on Google Cloud WHEN AWS is asked THEN its rules name the address that it got there', async () => {
    const [{ network_interface: [{ network_ip: address }] }] = (await providers.resources('google_compute_instance'))
      .filter(({ name }) => name === 'collector') as unknown as [{ network_interface: [{ network_ip: string }] }];
    const rules = (await readRules(moto.aws)).flatMap(({ workload, rules: own }) => own.map((rule) => ({ workload, ...rule })));

    expect(rules.filter(({ from }) => from === 4317).map(({ workload, direction, peer }) => [workload, direction, peer])).toEqual([
      ['Orders', 'egress', { cidrIpv4: `${address}/32` }], ['Web', 'egress', { cidrIpv4: `${address}/32` }],
    ]);
  });

  test('GIVEN the stacks applied WHEN planned again THEN nothing is left to do', () => {
    expect(STACKS.map((name) => planIsEmpty(roots.get(name)!.plan()))).toEqual([true, true, true]);
  });

  test('GIVEN one more flow from Google Cloud to AWS WHEN applied THEN one rule is made at each end, and nothing else changes', () => {
    expect(changesTo(extended)).toEqual({
      Google: ['create google_compute_network_firewall_policy_rule'],
      Azure: [],
      Aws: ['create aws_vpc_security_group_ingress_rule'],
    });
  });

  test('GIVEN the policy taken back to MONITOR WHEN applied THEN of each workload only the scope rules change, in place', () => {
    const { Azure, Google } = changesTo(monitored, ['Azure', 'Google']);

    // Two workloads each. Google takes the ranges of each family in a rule of its own, outbound of both.
    expect(Azure).toEqual(Array.from({ length: 4 }, () => 'update azurerm_network_security_rule'));
    expect(Google.filter((change) => !change.startsWith('delete'))).toEqual(Array.from({ length: 6 }, () => 'update google_compute_network_firewall_policy_rule'));
  });
});
