import { join } from 'node:path';
import { PaymentsPolicy } from '../../examples/payments/policy';
import { buildApp } from '../../examples/payments-cdktf/main';
import { declaredRules } from './declared-rules';
import { changesOf, describeWithEngines, GroupRecord, Moto, planIsEmpty, readRules, TerraformApp, TerraformStackRoot } from './harness';
import { ADDED_RULES, addFlow, Outputs, rulesInForce } from './payments';

function synthesize(outdir: string, change: (policy: PaymentsPolicy) => void = () => undefined): string {
  const { app, policy } = buildApp({ outdir });
  change(policy);
  app.synth();
  return outdir;
}

describeWithEngines(['terraform', 'awsProvider', 'moto'], 'the payments application of CDK for Terraform, applied by Terraform', () => {
  const outputs = new Outputs();
  const [plain, extended] = ['plain', 'extended'].map((name) => outputs.directory(name));
  let moto: Moto;
  let terraform: TerraformApp;
  let network: TerraformStackRoot;
  let deployed: GroupRecord[];

  beforeAll(async () => {
    synthesize(plain);
    synthesize(extended, addFlow);
    moto = await Moto.start();
    terraform = new TerraformApp(moto.endpoint);
    network = terraform.stack('Network', join(plain, 'stacks', 'Network'));
    network.init();
    network.apply();
    deployed = await readRules(moto.aws);
  });
  afterAll(async () => {
    outputs.remove();
    terraform?.remove();
    await moto?.stop();
  });

  test('GIVEN the network applied WHEN the API is asked THEN groups hold exactly the declared rules, descriptions included', () => {
    expect(rulesInForce(deployed)).toEqual(declaredRules(join(plain, 'stacks', 'Network')));
  });

  // Databases, services and functions are validated and not applied: the simulator lacks some, and waits by the clock for others.
  test.each(['Front', 'Back'])('GIVEN the workloads of stack %s WHEN validated THEN the provider takes them', (name) => {
    const root = terraform.stack(name, join(plain, 'stacks', name));
    root.init();
    expect(root.validate()).toMatchObject({ ok: true });
  });

  test('GIVEN the network applied WHEN planned again THEN nothing is left to do', () => {
    expect(planIsEmpty(network.plan())).toBe(true);
  });

  test('GIVEN one more flow WHEN planned and applied THEN its two rules are added and nothing else changes', async () => {
    network.resynthesize(join(extended, 'stacks', 'Network'));
    const changes = changesOf(network.plan());
    network.apply({ planned: true });

    expect(changes.map(({ actions }) => actions.join())).toEqual(['create', 'create']);
    const before = rulesInForce(deployed);
    const added = Object.fromEntries(Object.entries(rulesInForce(await readRules(moto.aws))).map(([workload, rules]) => [
      workload, rules.filter((rule) => !before[workload].some((old) => JSON.stringify(old) === JSON.stringify(rule))),
    ]).filter(([, rules]) => rules.length > 0));
    expect(added).toEqual({ Cache: [ADDED_RULES.Cache], Web: [ADDED_RULES.Web] });
  });

  test('GIVEN rules changed behind its back WHEN planned THEN the lost one is to be made again and the extra one shows as drift', async () => {
    network.run('apply', '-refresh-only', '-auto-approve');
    const { SecurityGroups: [web] } = await moto.aws.call('ec2', 'describe_security_groups', {
      Filters: [{ Name: 'tag:microseg:workload', Values: ['Web'] }],
    });
    const { SecurityGroupRules: rules } = await moto.aws.call('ec2', 'describe_security_group_rules', {
      Filters: [{ Name: 'group-id', Values: [web.GroupId] }],
    });
    const lost = rules.find((rule: { IsEgress: boolean }) => rule.IsEgress);
    await moto.aws.call('ec2', 'revoke_security_group_egress', { GroupId: web.GroupId, SecurityGroupRuleIds: [lost.SecurityGroupRuleId] });
    await moto.aws.call('ec2', 'authorize_security_group_ingress', {
      GroupId: web.GroupId, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 3389, ToPort: 3389, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });

    const plan = network.plan();

    expect(changesOf(plan).map(({ address, actions }) => `${actions.join()} ${address.split('.')[0]}`))
      .toEqual(['create aws_vpc_security_group_egress_rule']);
    const drift = (plan.resource_drift ?? []).filter(({ type }: { type: string }) => type === 'aws_security_group');
    expect(drift.map(({ index }: { index: string }) => index)).toEqual(['Web']);
    expect(JSON.stringify(drift[0].change.after.ingress)).toContain('3389');
    expect(JSON.stringify(drift[0].change.before.ingress)).not.toContain('3389');
  });
});
