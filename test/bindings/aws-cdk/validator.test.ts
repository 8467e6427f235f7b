import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, AspectPriority, Aspects, aws_ec2 as ec2, CfnResource, Fn, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { SecurityGroups, SecurityGroupsProps, SegmentationValidator, SegmentationValidatorProps } from '../../../lib/bindings/aws-cdk';
import { EnforcementMode, ExpiryAction, IpFamily, Peer, SegmentationPolicy, SegmentationPolicyProps, Service, Workload } from '../../../lib/model';
import { messageOf } from '../../support/problems';
import { cache } from './fixture';

process.env.CDK_VALIDATION = 'false';

interface Shop {
  readonly stack: Stack;
  readonly groups: SecurityGroups;
  readonly policy: SegmentationPolicy;
  readonly web: Workload;
  readonly db: Workload;
}

/** Two protected workloads and a flow from one to the other. */
function shop(scope: Construct, id: string, props: Partial<SecurityGroupsProps> = {}, policyProps: SegmentationPolicyProps = {}): Shop {
  const stack = new Stack(scope, id, { env: { account: '123456789012', region: 'eu-west-1' } });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const policy = new SegmentationPolicy(stack, `${id}Policy`, { mode: EnforcementMode.ENFORCE, ...policyProps });
  const groups = new SecurityGroups(stack, 'Groups', { policy, vpc, ...props });
  const [web, db] = [policy.addWorkload('Web'), policy.addWorkload('Db', { services: [Service.POSTGRES] })];
  web.allowTo(db, { justification: 'orders' });
  groups.protect(web, cache(stack, 'WebCache'));
  groups.protect(db, cache(stack, 'DbCache'));
  return { stack, groups, policy, web, db };
}

/** An app with the validator. */
function guarded(props: SegmentationValidatorProps = {}, outdir?: string): App {
  const app = new App({ outdir });
  Validations.of(app).addPlugins(new SegmentationValidator(props));
  return app;
}

/** The report of a synthesis that failed; empty if it did not. */
const report = (app: App) => messageOf(() => app.synth());

/** A standalone rule on the first group of a workload, as anybody can write it. */
function hole({ stack, groups, db }: Shop, scope: Construct = stack): void {
  new ec2.CfnSecurityGroupIngress(scope, 'Hole', {
    groupId: Fn.select(0, groups.securityGroupIds(db)), ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0',
  });
}

/** Changes the groups of a workload after everything else has had its say. */
function alter({ stack }: Shop, workload: string, change: (group: CfnResource) => void): void {
  Aspects.of(stack).add({
    visit: (node: IConstruct) => {
      if (node instanceof ec2.CfnSecurityGroup && node.tags.tagValues()['microseg:workload'] === workload) change(node);
    },
  }, { priority: AspectPriority.READONLY });
}

const OPEN = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];

describe('GIVEN an app with the validator', () => {
  test('WHEN nothing was tampered with THEN it synthesizes', () => {
    const app = guarded();
    const { web } = shop(app, 'Shop', {}, { mode: EnforcementMode.MONITOR });
    web.allowFrom(Peer.token('office', Fn.importValue('OfficeCidr'), IpFamily.IPV4), { services: [Service.HTTPS], justification: 'staff' });
    expect(report(app)).toBe('');
  });

  test('WHEN no policy is enforced in it THEN it synthesizes', () => {
    const app = guarded();
    new ec2.Vpc(new Stack(app, 'Plain'), 'Vpc');
    expect(report(app)).toBe('');
  });

  test.each<[string, (shop: Shop) => void, RegExp[]]>([
    ['a hand-written rule on a group of ours', (it) => hole(it), [
      /MSEG5020/, /Db lets any IPv4 address in with tcp\/22, which nobody declared\. Done by Shop\/Hole \(test\/bindings\/aws-cdk\/validator\.test\.ts:\d+\)/,
      /Declared at Shop\/ShopPolicy\/Db/, /Remove the rule that admits it, or declare the flow/,
    ]],
    ['an override of a group by an aspect', (it) => alter(it, 'Db', (group) => group.addPropertyOverride('SecurityGroupIngress', OPEN)), [
      /MSEG5020/, /Db lets any IPv4 address in with all protocols.*Done by Shop\/Groups\//,
    ]],
    ['a rule on another port', ({ stack }) => Aspects.of(stack).add({ visit: (node: IConstruct) => {
      if (node instanceof ec2.CfnSecurityGroupIngress) ['FromPort', 'ToPort'].forEach((name) => node.addPropertyOverride(name, 5433));
    } }), [
      /MSEG5020/, /Db lets Web in with tcp\/5433, which nobody declared/, /MSEG5021/, /Db does not let Web in with tcp\/5432, which is declared/,
    ]],
    ['egress left to the default of EC2', (it) => alter(it, 'Db', (group) => group.addPropertyDeletionOverride('SecurityGroupEgress')), [
      /MSEG5020/, /Db lets all protocols out to any IPv4 address/,
    ]],
    ['a group put on a protected resource by an escape hatch', ({ stack }) => {
      const open = new ec2.CfnSecurityGroup(stack, 'Open', { groupDescription: 'open', securityGroupIngress: [{ ipProtocol: '-1', cidrIp: '10.0.0.0/8' }] });
      const resource = stack.node.findChild('DbCache') as CfnResource;
      resource.addPropertyOverride('SecurityGroupIds.1', open.attrGroupId);
    }, [/MSEG(5020|3007)/, /Shop\/Open/]],
    ['a rule that only the deployment knows', ({ stack, groups, db }) => {
      new CfnResource(stack, 'Hole', { type: 'AWS::EC2::SecurityGroupIngress', properties: {
        'GroupId': Fn.select(0, groups.securityGroupIds(db)), 'IpProtocol': 'tcp', 'Fn::Transform': { Name: 'Macro' },
      } });
    }, [/MSEG8004/, /Fn::Transform changes it at deployment.*Done by Shop\/Hole/]],
  ])('WHEN there is %s THEN synthesis fails and the report says what it opens and whose doing it is', (_, tamper, expected) => {
    const app = guarded();
    tamper(shop(app, 'Shop'));
    const text = report(app);
    for (const part of expected) expect(text).toMatch(part);
  });

  test('WHEN the groups stand in nested stacks THEN the nested construct is named', () => {
    const app = guarded();
    const it = shop(app, 'Shop', { partitions: 2 });
    hole(it, new NestedStack(it.stack, 'Inner'));
    expect(report(app)).toMatch(/tcp\/22.*Done by Shop\/Inner\/Hole/);
  });

  test('WHEN one of two policies is tampered with THEN that one alone is reported', () => {
    const app = guarded();
    hole(shop(app, 'Shop'));
    shop(app, 'Bank');
    const text = report(app);
    expect(text).toMatch(/Shop\/ShopPolicy\/Db/);
    expect(text).not.toMatch(/Bank/);
  });

  test('WHEN one of two stages is tampered with THEN its own constructs are named', () => {
    const app = guarded();
    hole(shop(new Stage(app, 'Prod'), 'Shop'));
    shop(new Stage(app, 'Dev'), 'Shop');
    const text = report(app);
    expect(text).toMatch(/Done by Prod\/Shop\/Hole .*Declared at Prod\/Shop\/ShopPolicy\/Db/);
    expect(text).not.toMatch(/Dev\//);
  });

  test('WHEN it is added to a stage THEN that stage alone is judged', () => {
    const app = new App();
    const [prod, dev] = [new Stage(app, 'Prod'), new Stage(app, 'Dev')];
    Validations.of(prod).addPlugins(new SegmentationValidator());
    hole(shop(dev, 'Shop'));
    shop(prod, 'Shop');
    expect(report(app)).toBe('');
  });

  test('WHEN the output holds stacks and stages of an earlier synthesis THEN these do not count', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'microseg-stale-'));
    const before = new App({ outdir });
    hole(shop(before, 'Shop'));
    hole(shop(before, 'Gone', { partitions: 2 }));
    hole(shop(new Stage(before, 'GoneToo'), 'Shop'));
    before.synth();
    writeFileSync(join(outdir, 'Broken.template.json'), '{');

    const app = guarded({}, outdir);
    shop(app, 'Shop');

    expect(report(app)).toBe('');
    rmSync(outdir, { recursive: true });
  });
});

describe('GIVEN a flow that has expired and a policy that only warns of it', () => {
  const EXPIRED = { onExpiredFlow: ExpiryAction.WARN, asOf: '2026-06-01' };
  const expired = (app: App) => {
    const { web, db } = shop(app, 'Shop', {}, EXPIRED);
    web.allowTo(db, { services: [Service.SSH], justification: 'migration', expires: '2026-03-01' });
  };

  test('WHEN judged after its expiry THEN the error of lint fails the synthesis', () => {
    const app = guarded({ asOf: '2026-06-01' });
    expired(app);
    expect(report(app)).toMatch(/the flow Web -> Db tcp\/22 expired on 2026-03-01.*\n *Shop\/ShopPolicy\/Web[\s\S]*MSEG5010/);
  });

  test('WHEN judged before it THEN it synthesizes', () => {
    const app = guarded({ asOf: '2026-02-01' });
    expired(app);
    expect(report(app)).toBe('');
  });
});

test('GIVEN a moment that is none THEN MSEG1008', () => {
  expect(() => new SegmentationValidator({ asOf: 'tomorrow' })).toThrow(/MSEG1008/);
});
