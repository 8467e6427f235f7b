import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Construct, RootConstruct } from 'constructs';
import { SecurityGroups, SegmentationValidator } from '../../../lib/bindings/cdktf';
import { EnforcementMode, ExpiryAction, SegmentationPolicy, Service, Workload } from '../../../lib/model';
import { codesOf, Framework, FRAMEWORKS, messageOf, policyIn, TestApp } from './frameworks';

interface Shop {
  readonly test: TestApp;
  readonly groups: SecurityGroups;
  readonly policy: SegmentationPolicy;
  readonly web: Workload;
  readonly db: Workload;
  readonly stack: ReturnType<TestApp['stack']>;
}

/** Two workloads and a flow from one to the other, with their resources in another stack. */
function shop(framework: Framework, test = new TestApp(framework), id = 'Shop'): Shop {
  const stack = test.stack(id);
  const policy = policyIn(stack, `${id}Policy`, { mode: EnforcementMode.ENFORCE, onExpiredFlow: ExpiryAction.WARN });
  const groups = new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1' });
  const [web, db] = [policy.addWorkload('Web'), policy.addWorkload('Db', { services: [Service.POSTGRES] })];
  web.allowTo(db, { justification: 'orders' });
  const machines = test.stack(`${id}Machines`);
  for (const workload of [web, db]) {
    test.make(machines, 'elasticache-replication-group', workload.workloadId, {
      replicationGroupId: 'cache', description: 'cache', securityGroupIds: groups.securityGroupIds(workload),
    });
  }
  return { test, groups, policy, web, db, stack };
}

const OPEN = { ip_protocol: 'tcp', from_port: 22, to_port: 22, cidr_ipv4: '0.0.0.0/0' };

describe.each(FRAMEWORKS)('GIVEN an app of $name with the validator', (framework) => {
  const guarded = (): Shop => {
    const it = shop(framework);
    SegmentationValidator.attach(it.stack);
    return it;
  };
  const report = ({ test }: Shop) => messageOf(() => test.synth());

  test('WHEN nothing was tampered with THEN it synthesizes', () => {
    expect(report(guarded())).toBe('');
  });

  test('WHEN it is attached again THEN each finding is still reported once', () => {
    const it = guarded();
    SegmentationValidator.attach(it.test.app);
    it.test.make(it.stack, 'vpc-security-group-ingress-rule', 'Hole', {
      securityGroupId: it.groups.securityGroupId(it.db), ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIpv4: '0.0.0.0/0',
    });
    expect(report(it).match(/MSEG5020/g)).toHaveLength(1);
  });

  test.each<[string, (shop: Shop) => void, RegExp[]]>([
    ['a hand-written rule on a group of ours', ({ test, stack, groups, db }) => test.make(stack, 'vpc-security-group-ingress-rule', 'Hole', {
      securityGroupId: groups.securityGroupId(db), ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIpv4: '0.0.0.0/0',
    }), [/MSEG5020 \[Shop\/Hole\] Db lets any IPv4 address in with tcp\/22, which nobody declared; declared at Shop\/ShopPolicy\/Db \(test\/bindings\/cdktf\/validator\.test\.ts:\d+\)\. Remove the rule/]],
    ['a hand-written rule in another stack', ({ test, groups, db }) => test.make(test.stack('Other'), 'vpc-security-group-ingress-rule', 'Hole', {
      securityGroupId: groups.securityGroupId(db), ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIpv4: '0.0.0.0/0',
    }), [/MSEG5020 \[Other\/Hole\] Db lets any IPv4 address in with tcp\/22/]],
    ['a group of somebody else on a protected resource', ({ test, stack, groups, db }) => {
      const open = test.make(stack, 'security-group', 'Open', { vpcId: 'vpc-1', ingress: [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['10.0.0.0/8'] }] });
      test.make(stack, 'instance', 'Server', { ami: 'ami-1', instanceType: 't3.micro', vpcSecurityGroupIds: [groups.securityGroupId(db), open.id] });
    }, [/MSEG5020 \[Shop\/Open\] Db lets 10\.0\.0\.0\/8 in with all protocols/]],
    ['an override of a rule of ours', ({ stack }) => {
      const rules = stack.node.findAll().find((node) => /ingress_rule/.test((node as { terraformResourceType?: string }).terraformResourceType ?? ''));
      (rules as unknown as { addOverride(path: string, value: unknown): void }).addOverride('to_port', 65535);
    }, [/MSEG5020 \[Shop\/Groups\/[^\]]*\] Db lets Web in with tcp\/5433-65535/]],
    ['a rule that an override of the stack adds', ({ stack, groups, web }) => (
      stack.addOverride('resource.aws_vpc_security_group_egress_rule.hole', { ...OPEN, security_group_id: groups.securityGroupId(web) })
    ), [/MSEG5020 \[stacks\/Shop\/cdk\.tf\.json#aws_vpc_security_group_egress_rule\.hole\] Web lets tcp\/22 out to any IPv4 address/]],
    ['a rule that an aspect takes away', ({ stack }) => framework.core.Aspects.of(stack).add({ visit: (node) => {
      const { terraformResourceType: type = '' } = node as { terraformResourceType?: string };
      if (type.endsWith('ingress_rule')) (node as unknown as { addOverride(path: string, value: unknown): void }).addOverride('for_each', {});
    } }), [/MSEG5021 \[.*\] Db does not let Web in with tcp\/5432, which is declared/]],
    ['a rule that nobody can read', ({ stack, groups, web }) => (
      stack.addOverride('resource.aws_vpc_security_group_egress_rule.hole', { ...OPEN, to_port: '${var.port}', security_group_id: groups.securityGroupId(web) })
    ), [/MSEG8004/]],
    ['a flow that has expired', ({ web, db }) => web.allowTo(db, { services: [Service.SSH], justification: 'migration', expires: '2025-03-01' }), [
      /MSEG5010 \[Shop\/ShopPolicy\/Web \(test\/bindings\/cdktf\/validator\.test\.ts:\d+\)\] the flow Web -> Db tcp\/22 expired on 2025-03-01\. Remove the flow/,
    ]],
  ])('WHEN there is %s THEN synthesis fails and names whose doing it is', (_, tamper, expected) => {
    const it = guarded();
    tamper(it);
    const text = report(it);
    for (const part of expected) expect(text).toMatch(part);
  });

  test('WHEN one of two policies is tampered with THEN that one alone is reported', () => {
    const it = guarded();
    const bank = shop(framework, it.test, 'Bank');
    it.test.make(bank.stack, 'vpc-security-group-ingress-rule', 'Hole', {
      securityGroupId: bank.groups.securityGroupId(bank.db), ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIpv4: '0.0.0.0/0',
    });
    const text = report(it);
    expect(text).toMatch(/\[Bank\/Hole\]/);
    expect(text).not.toMatch(/Shop/);
  });

  test('WHEN the output holds a stack of an earlier synthesis THEN it does not count', () => {
    const it = guarded();
    const gone = join(it.test.app.outdir, 'stacks', 'Gone');
    mkdirSync(gone, { recursive: true });
    writeFileSync(join(gone, 'cdk.tf.json'), '{');
    writeFileSync(join(gone, 'segmentation.json'), '{');
    expect(report(it)).toBe('');
  });

  test('WHEN flows are judged before they expire THEN it synthesizes', () => {
    const it = shop(framework);
    SegmentationValidator.attach(it.test.app, { asOf: '2025-02-01' });
    it.web.allowTo(it.db, { services: [Service.SSH], justification: 'migration', expires: '2025-03-01' });
    expect(report(it)).toBe('');
  });
});

describe.each(FRAMEWORKS)('GIVEN $name', ({ core }) => {
  const app = (config: object = {}) => new core.App({ outdir: mkdtempSync(join(tmpdir(), 'microseg-cdktf-')), ...config });

  test('WHEN the validator could not judge the output THEN MSEG9030', () => {
    expect(codesOf(() => SegmentationValidator.attach(app({ hclOutput: true })))).toEqual(['MSEG9030']);
    expect(codesOf(() => SegmentationValidator.attach(app({ skipValidation: true })))).toEqual(['MSEG9030']);
  });

  test('WHEN there is no app THEN MSEG9002', () => {
    expect(codesOf(() => SegmentationValidator.attach(new Construct(new RootConstruct('Root'), 'Child')))).toEqual(['MSEG9002']);
  });

  test('WHEN the moment is none THEN MSEG1008', () => {
    expect(codesOf(() => SegmentationValidator.attach(app(), { asOf: 'tomorrow' }))).toEqual(['MSEG1008']);
  });
});
