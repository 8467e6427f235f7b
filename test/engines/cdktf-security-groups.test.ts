import { join } from 'node:path';
import { FlowLogs, SecurityGroups } from '../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../lib/model';
import { FRAMEWORKS, Json, policyIn, TestApp } from '../bindings/cdktf/frameworks';
import { changesOf, describeWithEngines, GroupRecord, Moto, planIsEmpty, readInterfaces, readRules, TerraformApp, TerraformStackRoot } from './harness';

const HOSTILE = 'open ${path.module} for $5; {all} %{ if true }';

/** The network with its groups in one stack, and what carries the groups in another. */
function synthesize(mode: EnforcementMode, withCallback = false): TestApp {
  const test = new TestApp(FRAMEWORKS[0]);
  const network = test.stack('Network');
  const vpc = test.make(network, 'vpc', 'Vpc', { cidrBlock: '10.0.0.0/16' });
  const subnet = test.make(network, 'subnet', 'Subnet', { vpcId: vpc.id, cidrBlock: '10.0.1.0/24' });
  const nat = test.make(network, 'eip', 'Nat', { domain: 'vpc' });
  const offices = test.make(network, 'ec2-managed-prefix-list', 'Offices', { name: 'offices', maxEntries: 5, addressFamily: 'IPv4' });
  new FlowLogs(network, 'FlowLogs', { vpcId: vpc.id });

  const policy = policyIn(network, 'Payments', { mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
  const idle = policy.addWorkload('Idle');
  const groups = new SecurityGroups(network, 'Groups', { policy, vpcId: vpc.id, monitorScope: [vpc.cidrBlock], tags: { Cost: HOSTILE } });
  groups.protect(idle);
  web.allowFrom(Peer.any(), { justification: HOSTILE });
  web.allowFrom(Peer.ipv6('2001:db8::/32'), { services: [Service.icmpv6(128)] });
  web.allowFrom(Peer.prefixList(offices.id, { name: 'offices', maxEntries: 5 }), { services: [Service.SSH] });
  web.allowFrom(Peer.token('nat', `${nat.publicIp}/32`, IpFamily.IPV4), { services: [Service.icmp(8)] });
  web.allowTo(db, { justification: 'orders' });
  if (withCallback) db.allowTo(web, { justification: 'callback' });

  const app = test.stack('App');
  for (const workload of [web, db]) {
    const securityGroups = groups.securityGroupIds(workload);
    test.make(app, 'network-interface', workload.workloadId, { subnetId: subnet.id, securityGroups });
  }
  return test.synth();
}

const outOf = (test: TestApp, stack: string) => join(test.app.outdir, 'stacks', stack);

describeWithEngines(['terraform', 'awsProvider', 'moto'], 'security groups of CDK for Terraform', () => {
  let moto: Moto;
  let terraform: TerraformApp;
  let network: TerraformStackRoot;
  let app: TerraformStackRoot;
  let before: GroupRecord[];

  beforeAll(async () => {
    moto = await Moto.start();
    terraform = new TerraformApp(moto.endpoint);
    const test = synthesize(EnforcementMode.MONITOR);
    network = terraform.stack('Network', outOf(test, 'Network'));
    app = terraform.stack('App', outOf(test, 'App'));
    for (const root of [network, app]) {
      root.init();
      root.apply();
    }
    before = await readRules(moto.aws);
  });

  afterAll(async () => {
    terraform?.remove();
    await moto?.stop();
  });

  test('GIVEN a policy in MONITOR WHEN applied THEN nothing is left to do in either stack', () => {
    expect(planIsEmpty(network.plan())).toBe(true);
    expect(planIsEmpty(app.plan())).toBe(true);
  });

  test('GIVEN the stacks applied WHEN the API is asked THEN each interface carries the groups of its workload', async () => {
    expect(Object.values(await readInterfaces(moto.aws)).sort()).toEqual([['Db'], ['Web']]);
  });

  test('GIVEN hostile text WHEN the API is asked THEN it stands there as it was written', async () => {
    const { SecurityGroups: all } = await moto.aws.call('ec2', 'describe_security_groups');
    const costs = all.flatMap(({ Tags: tags = [] }: Json) => tags.filter(({ Key: key }: Json) => key === 'Cost').map(({ Value: value }: Json) => value));

    expect(costs).toEqual(Array.from({ length: 6 }, () => HOSTILE));
    const review = before.find(({ workload, role }) => workload === 'Web' && role === 'review')!;
    const descriptions = review.rules.map(({ description }) => description);
    // A percent sign is not in the character set of descriptions.
    expect(descriptions).toContainEqual(expect.stringContaining('open ${path.module} for $5; {all} -{ if true }'));
  });

  test('GIVEN a workload without flows WHEN the API is asked THEN its review group admits nothing in either direction', () => {
    expect(before.filter(({ workload, role }) => workload === 'Idle' && role === 'review').map(({ rules }) => rules)).toEqual([[]]);
  });

  test('GIVEN one more flow WHEN planned THEN exactly its rules are added, once attached and once for review', () => {
    const test = synthesize(EnforcementMode.MONITOR, true);
    network.resynthesize(outOf(test, 'Network'));

    const changes = changesOf(network.plan());

    expect(changes.map(({ actions }) => actions)).toEqual(Array.from({ length: 4 }, () => ['create']));
    expect(changes.map(({ address }) => address.split('.')[0]).sort()).toEqual([
      'aws_vpc_security_group_egress_rule', 'aws_vpc_security_group_egress_rule',
      'aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_ingress_rule',
    ]);
  });

  test('GIVEN the policy in ENFORCE WHEN applied THEN the attached groups hold what the review groups held, and no interface changes', async () => {
    const test = synthesize(EnforcementMode.ENFORCE);
    network.resynthesize(outOf(test, 'Network'));
    app.resynthesize(outOf(test, 'App'));
    const changes = changesOf(network.plan());
    network.apply({ planned: true });

    expect(changes.every(({ address, actions }) => actions.join() === 'delete' && /^aws_(security_group|vpc_security_group_\w+_rule)\./.test(address))).toBe(true);
    const reviewed = before.filter(({ role }) => role === 'review').map(({ workload, rules }) => [workload, rules]);
    expect((await readRules(moto.aws)).map(({ workload, rules }) => [workload, rules])).toEqual(reviewed);
    expect(planIsEmpty(network.plan())).toBe(true);
    expect(planIsEmpty(app.plan())).toBe(true);
  });
});
