import { aws_ec2 as ec2, Fn, Stack } from 'aws-cdk-lib';
import { IpFamily, Peer, Service } from '../../../lib/model';
import { fixture } from './fixture';

/** What synthesis says of a policy that gives both values one name. */
function synthesize(values: (stack: Stack, other: Stack) => [string, string]): string {
  const { app, stack, policy, groups } = fixture();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  groups.securityGroupIds(web);
  const other = new Stack(app, 'Other', { env: { account: '123456789012', region: 'eu-west-1' } });
  for (const value of values(stack, other)) web.allowFrom(Peer.token('nat', value, IpFamily.IPV4));
  try {
    app.synth();
    return 'fine';
  } catch (error) {
    return /MSEG\d{4}/.exec((error as Error).message)?.[0] ?? String(error);
  }
}

test('GIVEN one value for which the framework makes a new token each time WHEN it is named twice THEN that is one peer', () => {
  expect(synthesize(() => [Fn.importValue('nat'), Fn.importValue('nat')])).toBe('fine');
  expect(synthesize((stack) => {
    const address = new ec2.CfnEIP(stack, 'Address', {});
    return [`${address.attrPublicIp}/32`, `${address.attrPublicIp}/32`];
  })).toBe('fine');
});

test('GIVEN two values WHEN they have one name THEN MSEG1007, also where they read alike in their own stacks', () => {
  expect(synthesize(() => [Fn.importValue('nat-a'), Fn.importValue('nat-b')])).toBe('MSEG1007');
  const twins = (stack: Stack, other: Stack) => [stack, other].map((scope) => new ec2.CfnEIP(scope, 'Address', {}).attrPublicIp);
  expect(synthesize((stack, other) => twins(stack, other) as [string, string])).toBe('MSEG1007');
  expect(synthesize((stack, other) => twins(stack, other).map((address) => Fn.join('/', [address, '32'])) as [string, string])).toBe('MSEG1007');
});

test.each([['/32', '/0'], ['/0', '/32'], ['', '/0'], ['/0', '']])(
  'GIVEN one address as a block of "%s" and of "%s" WHEN they have one name THEN MSEG1007, and never the wider one for both',
  (first, second) => {
    expect(synthesize((stack) => {
      const { attrPublicIp } = new ec2.CfnEIP(stack, 'Address', {});
      return [`${attrPublicIp}${first}`, `${attrPublicIp}${second}`];
    })).toBe('MSEG1007');
  },
);
