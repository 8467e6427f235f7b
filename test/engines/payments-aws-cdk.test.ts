import { PaymentsPolicy } from '../../examples/payments/policy';
import { buildApp, PaymentsAppProps } from '../../examples/payments-aws-cdk/app';
import { EnforcementMode } from '../../lib/model';
import { declaredRules } from './declared-rules';
import {
  Answer, deployAssembly, DeployedStack, describeWithEngines, GroupRecord, lintTemplates, Moto, readAssembly, readInterfaces, readRules,
} from './harness';
import { ADDED_RULES, addedRules, addFlow, Outputs, rulesInForce, UNMODELLED } from './payments';

function synthesize(props: PaymentsAppProps, change: (policy: PaymentsPolicy) => void = () => undefined): void {
  const { app, policy } = buildApp(props);
  change(policy);
  app.synth();
}

const statuses = (stacks: readonly DeployedStack[]) => Object.fromEntries(stacks.map(({ name, status }) => [name, status]));
const everywhere = (status: string) => ({ 'payments-network': status, 'payments-front': status, 'payments-back': status, 'payments-hosts': status });
/** What carries the groups, and everything else that is not a group or a rule. */
const otherResources = (stacks: readonly DeployedStack[]) => stacks.flatMap(({ resources }) => resources)
  .filter(({ type }) => !type.startsWith('AWS::EC2::SecurityGroup'));

describeWithEngines(['moto', 'cfnLint'], 'the payments application of AWS CDK, deployed by CloudFormation', () => {
  const outputs = new Outputs();
  const [monitor, enforce, extended] = ['monitor', 'enforce', 'extended'].map((name) => outputs.directory(name));
  let moto: Moto;
  const deploy = async (directory: string): Promise<{ stacks: DeployedStack[]; groups: GroupRecord[]; ruleIds: string[] }> => {
    const stacks = await deployAssembly(moto.aws, directory);
    const { SecurityGroupRules: rules } = await moto.aws.call('ec2', 'describe_security_group_rules');
    return { stacks, groups: await readRules(moto.aws), ruleIds: rules.map((rule: Answer) => rule.SecurityGroupRuleId) };
  };
  let watched: Awaited<ReturnType<typeof deploy>>;
  let enforced: typeof watched;
  let grown: typeof watched;

  beforeAll(async () => {
    synthesize({ outdir: monitor, mode: EnforcementMode.MONITOR });
    synthesize({ outdir: enforce });
    synthesize({ outdir: extended }, addFlow);
    moto = await Moto.start({ ignoredTypes: UNMODELLED });
    watched = await deploy(monitor);
    enforced = await deploy(enforce);
    grown = await deploy(extended);
  });
  afterAll(async () => {
    outputs.remove();
    await moto?.stop();
  });

  test('GIVEN the policy in MONITOR WHEN deployed THEN the review groups hold exactly the declared rules', () => {
    expect(statuses(watched.stacks)).toEqual(everywhere('CREATE_COMPLETE'));
    expect(rulesInForce(watched.groups, 'review')).toEqual(declaredRules(monitor));
  });

  test('GIVEN the policy in MONITOR WHEN deployed THEN the groups in force admit the network and the declared flows, and let everything out', () => {
    const monitoring = [
      { direction: 'ingress', protocol: '-1', peer: { cidrIpv4: '10.20.0.0/16' } },
      ...['0.0.0.0/1', '128.0.0.0/1'].map((cidrIpv4) => ({ direction: 'egress', protocol: '-1', peer: { cidrIpv4 } })),
      ...['::/1', '8000::/1'].map((cidrIpv6) => ({ direction: 'egress', protocol: '-1', peer: { cidrIpv6 } })),
    ];
    const declared = declaredRules(monitor);
    for (const [workload, rules] of Object.entries(rulesInForce(watched.groups))) {
      expect(rules).toEqual(expect.arrayContaining([...declared[workload]]));
      expect(rules.filter(({ protocol }) => protocol === '-1').map(({ description: _, ...rule }) => rule)).toEqual(expect.arrayContaining(monitoring));
      expect(rules).toHaveLength(declared[workload].length + monitoring.length);
    }
  });

  test('GIVEN the policy in ENFORCE WHEN deployed over it THEN the groups in force hold exactly the declared rules, descriptions included', () => {
    expect(rulesInForce(enforced.groups)).toEqual(declaredRules(enforce));
    expect(enforced.groups.filter(({ role }) => role !== 'attached')).toEqual([]);
  });

  test('GIVEN the switch to ENFORCE WHEN deployed THEN no resource but groups and rules has changed', () => {
    expect(statuses(enforced.stacks)['payments-network']).toBe('UPDATE_COMPLETE');
    expect(otherResources(enforced.stacks)).toEqual(otherResources(watched.stacks));
  });

  test('GIVEN one more flow WHEN deployed THEN its two rules are new, and every other rule is the one that was there', () => {
    const added = addedRules(rulesInForce(enforced.groups), rulesInForce(grown.groups));
    expect(added).toEqual({ Cache: [ADDED_RULES.Cache], Web: [ADDED_RULES.Web] });
    expect(grown.ruleIds.filter((id) => !enforced.ruleIds.includes(id))).toHaveLength(2);
    expect(enforced.ruleIds.filter((id) => !grown.ruleIds.includes(id))).toEqual([]);
  });

  test('GIVEN the stacks deployed WHEN the API is asked THEN each instance carries the group of its workload and no other', async () => {
    const groups = Object.values(await readInterfaces(moto.aws)).filter(([first]) => !first.startsWith('sg-'));
    expect(groups.sort()).toEqual(expect.arrayContaining([['Bastion'], ['Collector'], ['SharedServices']]));
    expect(groups.every(({ length }) => length === 1)).toBe(true);
  });

  test('GIVEN the templates of every mode WHEN linted THEN cfn-lint finds no error', () => {
    const files = [monitor, enforce].flatMap((directory) => readAssembly(directory).stacks.map(({ templateFile }) => templateFile));
    expect(lintTemplates(files).filter(({ level }) => level === 'Error')).toEqual([]);
  });
});
