import { join } from 'node:path';
import { PaymentsPolicy } from '../../examples/payments/policy';
import { buildApp as buildCdkApp } from '../../examples/payments-aws-cdk/app';
import { buildApp } from '../../examples/payments-cdktf/main';
import { declaredRules } from './declared-rules';
import {
  Answer, changesOf, deployAssembly, describeWithEngines, GroupRecord, Moto, planIsEmpty, readInterfaces, readRules, readServices,
  TerraformApp, TerraformResult, TerraformStackRoot,
} from './harness';
import { ADDED_RULES, addedRules, addFlow, Outputs, rulesInForce, UNMODELLED } from './payments';

/** Both are built on the network, and neither on the other. */
const WORKLOAD_STACKS = ['Front', 'Back'];

/** Attributes, none of them of the network, that the simulator forgets or invents, so that every plan sets them again. */
const NOT_KEPT = ['aws_ecs_service.api update availability_zone_rebalancing', 'aws_lambda_function.worker update image_config'];

function synthesize(outdir: string, change: (policy: PaymentsPolicy) => void = () => undefined): void {
  const { app, policy } = buildApp({ outdir });
  change(policy);
  app.synth();
}

/** Each change with the attributes that it sets anew. */
function changesInDetail(plan: Answer): string[] {
  return changesOf(plan).map(({ address, actions }) => {
    const { before, after } = plan.resource_changes.find((each: Answer) => each.address === address).change;
    const attributes = Object.keys(after ?? {}).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before?.[name]));
    return `${address} ${actions.join()} ${attributes.join()}`;
  });
}

describeWithEngines(['terraform', 'awsProvider', 'moto'], 'the payments application of CDK for Terraform, applied by Terraform', () => {
  const outputs = new Outputs();
  const [plain, extended] = ['plain', 'extended'].map((name) => outputs.directory(name));
  const objections: string[] = [];
  let moto: Moto;
  let terraform: TerraformApp;
  let network: TerraformStackRoot;
  let workloads: TerraformStackRoot[];
  let applied: Promise<TerraformResult[]>;
  let deployed: GroupRecord[];

  function open(name: string): TerraformStackRoot {
    const root = terraform.stack(name, join(plain, 'stacks', name));
    root.init();
    const { ok, text } = root.validate();
    if (!ok) objections.push(`${name}: ${text}`);
    return root;
  }

  beforeAll(async () => {
    synthesize(plain);
    synthesize(extended, addFlow);
    moto = await Moto.start();
    terraform = new TerraformApp(moto.endpoint);
    network = open('Network');
    network.apply();
    workloads = WORKLOAD_STACKS.map(open);
    // The provider waits a minute for a load balancer and longer for a database: until then, tests look at the network.
    applied = Promise.all(workloads.map((root) => root.applyInBackground()));
    // Groups are made before their rules: only now does the state learn what rules they have.
    network.run('apply', '-refresh-only', '-auto-approve');
    deployed = await readRules(moto.aws);
  });
  afterAll(async () => {
    await applied;
    outputs.remove();
    terraform?.remove();
    await moto?.stop();
  });

  test('GIVEN the whole configurations WHEN validated THEN Terraform and the provider object to nothing', () => {
    expect(objections).toEqual([]);
  });

  test('GIVEN the network applied WHEN the API is asked THEN the groups hold exactly the declared rules, descriptions included', () => {
    expect(rulesInForce(deployed)).toEqual(declaredRules(join(plain, 'stacks', 'Network')));
    expect(deployed.filter(({ role }) => role !== 'attached')).toEqual([]);
  });

  test('GIVEN the application of AWS CDK deployed elsewhere WHEN both APIs are asked THEN CloudFormation and Terraform made the same rules', async () => {
    const other = await Moto.start({ ignoredTypes: UNMODELLED });
    try {
      await deployAssembly(other.aws, buildCdkApp({ outdir: outputs.directory('cdk') }).app.synth().directory);
      expect(rulesInForce(await readRules(other.aws))).toEqual(rulesInForce(deployed));
    } finally {
      await other.stop();
    }
  });

  test('GIVEN the network applied WHEN planned again THEN nothing is left to do, and nothing has drifted', () => {
    const plan = network.plan();
    expect(planIsEmpty(plan)).toBe(true);
    expect(plan.resource_drift ?? []).toEqual([]);
  });

  test('GIVEN a rule taken out and a rule put in behind its back WHEN planned THEN both show, and applying makes the lost one again', async () => {
    const { SecurityGroups: [{ GroupId }] } = await moto.aws.call('ec2', 'describe_security_groups', {
      Filters: [{ Name: 'tag:microseg:workload', Values: ['Web'] }],
    });
    const { SecurityGroupRules: rules } = await moto.aws.call('ec2', 'describe_security_group_rules', { Filters: [{ Name: 'group-id', Values: [GroupId] }] });
    const { SecurityGroupRuleId: lost } = rules.find((rule: Answer) => rule.IsEgress);
    const extra = { GroupId, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 3389, ToPort: 3389, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] };
    await moto.aws.call('ec2', 'revoke_security_group_egress', { GroupId, SecurityGroupRuleIds: [lost] });
    await moto.aws.call('ec2', 'authorize_security_group_ingress', extra);

    const plan = network.plan();
    expect(changesOf(plan).map(({ address, actions }) => [address.split('.')[0], ...actions])).toEqual([['aws_vpc_security_group_egress_rule', 'create']]);
    const [group, ...others] = plan.resource_drift.filter(({ type }: Answer) => type === 'aws_security_group');
    expect([group.index, others]).toEqual(['Web', []]);
    const ports = ({ ingress }: Answer) => ingress.map(({ from_port: port }: Answer) => port);
    expect(ports(group.change.after).filter((port: number) => !ports(group.change.before).includes(port))).toEqual([3389]);

    network.apply({ planned: true });
    await moto.aws.call('ec2', 'revoke_security_group_ingress', extra);
    expect(await readRules(moto.aws)).toEqual(deployed);
  });

  test('GIVEN one more flow WHEN planned and applied THEN its two rules are added, and nothing else changes', async () => {
    network.resynthesize(join(extended, 'stacks', 'Network'));
    const changes = changesOf(network.plan());
    network.apply({ planned: true });

    expect(changes.map(({ address, actions }) => [address.split('.')[0], ...actions])).toEqual([
      ['aws_vpc_security_group_egress_rule', 'create'], ['aws_vpc_security_group_ingress_rule', 'create'],
    ]);
    const grown = rulesInForce(await readRules(moto.aws));
    expect(addedRules(rulesInForce(deployed), grown)).toEqual({ Cache: [ADDED_RULES.Cache], Web: [ADDED_RULES.Web] });
    expect(grown).toEqual(declaredRules(join(extended, 'stacks', 'Network')));
  });

  test('GIVEN all stacks applied WHEN the APIs are asked THEN everything carries the group of its workload and no other', async () => {
    expect((await applied).filter(({ ok }) => !ok).map(({ text }) => text)).toEqual([]);
    // The simulator gives the NAT gateway a group; in AWS it has none.
    const interfaces = Object.values(await readInterfaces(moto.aws)).filter(([first]) => !first.startsWith('sg-'));
    expect(interfaces.sort()).toEqual([['Bastion'], ['Collector'], ['SharedServices'], ['Web'], ['Web']]);
    expect(await readServices(moto.aws)).toEqual({
      'network load balancer': ['LoadBalancer'],
      'containers payments-api': ['Api'],
      'database payments-ledger': ['Ledger'],
      'cache payments-cache-001': ['Cache'],
      'cache payments-cache-002': ['Cache'],
      'function payments-worker': ['Worker'],
    });
  });

  test('GIVEN all stacks applied WHEN planned again THEN nothing is left to do', async () => {
    await applied;
    const [ofFront, ofBack] = workloads.map((root) => root.plan());
    expect(planIsEmpty(ofFront)).toBe(true);
    expect(changesInDetail(ofBack).filter((change) => !NOT_KEPT.includes(change))).toEqual([]);
  });

  test('GIVEN all stacks applied WHEN the addresses of the hosts are asked for THEN each is told those of its peers, as EC2 gave them', async () => {
    await applied;
    const hosts = open('Hosts');
    hosts.apply();
    expect(objections).toEqual([]);
    expect(planIsEmpty(hosts.plan())).toBe(true);

    const told = Object.entries<Answer>(hosts.show().values.outputs).map(([name, { value }]) => [name, deployTimeAddresses(value)]);
    const { of } = await addressesInEc2(moto);
    const [web, api] = [of('payments-web-1', 'payments-web-2'), of('payments-api-1', 'payments-api-2')];
    expect(Object.fromEntries(told)).toEqual({
      'Bastion-addresses': [...web, ...of('collector', 'shared-services')].sort(),
      'Collector-addresses': [...web, ...api, ...of('bastion', 'shared-services')].sort(),
      'SharedServices-addresses': [...web, ...api, ...of('payments-worker-1', 'payments-worker-2', 'bastion', 'collector')].sort(),
    });
  });
});

/** What a host's address book, as Terraform filled it in, has for the addresses that synthesis did not know. */
function deployTimeAddresses(addressBook: string): string[] {
  return [...addressBook.matchAll(/^define \w+ = (.*)$/gm)].map(([, address]) => address).sort();
}

/** Blocks of instances and subnets by their names. */
async function addressesInEc2(moto: Moto): Promise<{ of(...names: string[]): string[] }> {
  const { Reservations: reservations } = await moto.aws.call('ec2', 'describe_instances', {});
  const { Subnets: subnets } = await moto.aws.call('ec2', 'describe_subnets', {});
  const instances: Answer[] = reservations.flatMap(({ Instances }: Answer) => Instances);
  const nameOf = ({ Tags = [] }: Answer): string => Tags.find(({ Key }: Answer) => Key === 'Name')?.Value;
  const blocks = new Map<string, string>([
    ...instances.map((each): [string, string] => [nameOf(each), `${each.PrivateIpAddress}/32`]),
    ...subnets.map((each: Answer): [string, string] => [nameOf(each), each.CidrBlock]),
  ]);
  return { of: (...names) => names.map((name) => blocks.get(name)!) };
}
