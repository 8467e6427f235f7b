import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../lib/model';
import { codesOf, FRAMEWORKS, mapsOf, policyIn, TestApp } from './frameworks';

describe.each(FRAMEWORKS)('deploy-time values in $name', (framework) => {
  /** An app whose policy gives both values one name. */
  function appWith(values: (test: TestApp) => [string, string]): TestApp {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1' }).protect(web);
    const peers = values(test).map((value) => Peer.token('nat', value, IpFamily.IPV4));
    peers.forEach((peer) => web.allowFrom(peer));
    return test;
  }

  test('GIVEN an attribute, which is a new token each time it is asked for, WHEN it is named twice THEN that is one peer and one rule', () => {
    const test = appWith((app) => {
      const address = app.make(app.stack('Network'), 'eip', 'Address', {});
      return [address.publicIp, address.publicIp];
    });
    expect(Object.keys(mapsOf(test.synth().configuration('Shop')).ingress)).toHaveLength(1);
  });

  test.each([['/32', '/0'], ['/0', '/32'], ['', '/0'], ['/0', '']])(
    'GIVEN one address as a block of "%s" and of "%s" WHEN they have one name THEN MSEG1007, and never the wider one for both',
    (first, second) => {
      const test = appWith((app) => {
        const { publicIp } = app.make(app.stack('Network'), 'eip', 'Address', {});
        return [`${publicIp}${first}`, `${publicIp}${second}`];
      });
      expect(codesOf(() => test.synth())).toEqual(['MSEG1007']);
    },
  );

  test('GIVEN attributes of two resources WHEN they have one name THEN MSEG1007, also where they read alike in their own stacks', () => {
    const twins = appWith((app) => {
      const [one, other] = ['One', 'Two'].map((id) => app.make(app.stack(id), 'eip', 'Address', {}).publicIp as string);
      return [one, other];
    });
    expect(codesOf(() => twins.synth())).toEqual(['MSEG1007']);
  });
});
