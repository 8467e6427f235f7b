import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { Criticality, EnforcementMode, Invariant, Peer, Service } from '../../../lib/model';
import { codesOf, FRAMEWORKS, messageOf, policyIn, TestApp } from './frameworks';

describe.each(FRAMEWORKS)('errors and warnings in $name', (framework) => {
  function point(mode = EnforcementMode.ENFORCE, props = {}) {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Payments', { mode });
    const groups = new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1', ...props });
    return { test, stack, policy, groups };
  }

  test('GIVEN a workload of another policy WHEN protected or named as a peer group THEN it is refused', () => {
    const { stack, groups } = point();
    const stranger = policyIn(stack, 'Other').addWorkload('Web');

    expect(codesOf(() => groups.protect(stranger))).toEqual(['MSEG3002']);
    expect(codesOf(() => groups.securityGroupIds(stranger))).toEqual(['MSEG3002']);
    expect(codesOf(() => groups.addPeerGroup({ workload: stranger, securityGroupId: 'sg-1' }))).toEqual(['MSEG3002']);
  });

  test('GIVEN an unmanaged workload WHEN protected THEN it is refused', () => {
    const { policy, groups } = point();
    const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.1'] });

    expect(codesOf(() => groups.protect(audit))).toEqual(['MSEG3003']);
  });

  test('GIVEN a protected workload WHEN protected again THEN only other options are refused', () => {
    const { policy, groups } = point();
    const web = policy.addWorkload('Web');
    groups.securityGroupIds(web);
    groups.protect(web, { otherGroups: 1 });
    groups.protect(web);
    groups.protect(web, { otherGroups: 1 });

    expect(codesOf(() => groups.protect(web, { otherGroups: 2 }))).toEqual(['MSEG3001']);
    expect(codesOf(() => groups.protect(web, { otherGroups: -1 }))).toEqual(['MSEG3010']);
  });

  test('GIVEN two policies with one id WHEN both are enforced in an app THEN the second is refused', () => {
    const { test } = point();
    const other = test.stack('Other');

    expect(codesOf(() => new SecurityGroups(other, 'Groups', { policy: policyIn(other), vpcId: 'vpc-1' }))).toEqual(['MSEG1007']);
  });

  test.each([EnforcementMode.MONITOR, EnforcementMode.VISIBILITY])('GIVEN %s and no monitorScope WHEN synthesized THEN it fails and says so', (mode) => {
    const { test, policy, groups } = point(mode);
    groups.protect(policy.addWorkload('Web'));

    expect(() => test.synth()).toThrow(/MSEG3012 \[Shop\/Groups\].*Web \((monitor|visibility)\).*monitorScope/);
  });

  test('GIVEN a range with host bits THEN it is refused', () => {
    expect(codesOf(() => point(EnforcementMode.MONITOR, { monitorScope: ['10.0.0.1/8'] }))).toEqual(['MSEG1004']);
  });

  test('GIVEN several kinds of problems WHEN synthesized THEN the message carries all of them, with place and remedy', () => {
    const { test, policy, groups } = point(EnforcementMode.MONITOR);
    const web = policy.addWorkload('Web', { criticality: Criticality.CROWN_JEWEL });
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
    groups.protect(web);
    web.allowTo(db);
    policy.addInvariant(Invariant.denies(web, db));

    expect(codesOf(() => test.synth())).toEqual(['MSEG2006', 'MSEG3012', 'MSEG3005']);
    expect(() => test.synth()).toThrow(/MSEG3005 \[Shop\/Payments\/Web\].*Db.*Peer\.token/);
  });

  test('GIVEN a policy that cannot be compiled WHEN the stack is validated THEN the validation says so too', () => {
    const { stack, policy, groups } = point();
    const web = policy.addWorkload('Web');
    groups.protect(web);
    web.allowFrom(Peer.labeled({ nobody: 'has' }), { services: [Service.HTTPS] });

    expect(codesOf(() => stack.runAllValidations())).toEqual(['MSEG2002']);
    expect(groups.node.validate()).toEqual([expect.stringMatching(/^MSEG2002 /)]);
  });

  test('GIVEN several enforcement points with problems WHEN synthesized THEN one message carries those of all, without stack traces', () => {
    const { test, stack, policy, groups } = point(EnforcementMode.MONITOR);
    groups.protect(policy.addWorkload('Web'));
    new SecurityGroups(stack, 'More', { policy, vpcId: 'vpc-2' }).protect(policy.addWorkload('Db'));

    const message = messageOf(() => test.synth());

    expect(message).toMatch(/MSEG3012 \[Shop\/Groups\][^]*MSEG3012 \[Shop\/More\]/);
    expect(message).not.toMatch(/creation stack/);
  });

  test('GIVEN validations that are skipped WHEN a broken policy is rendered THEN that fails too', () => {
    const { stack, policy, groups } = point(EnforcementMode.MONITOR);
    groups.protect(policy.addWorkload('Web'));
    stack.prepareStack();

    expect(codesOf(() => stack.toTerraform())).toEqual(['MSEG3012']);
  });

  test('GIVEN an aspect of a later stack that declares a flow WHEN synthesized THEN it fails instead of leaving the flow out', () => {
    const { test, policy, groups } = point();
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    groups.protect(web);
    let once = 0;
    const late = test.stack('ZLate');
    framework.core.Aspects.of(late).add({ visit: () => { if (once++ === 0) web.allowFrom(Peer.anyIpv4()); } });

    expect(codesOf(() => test.synth())).toEqual(['MSEG3013']);
  });

  test('GIVEN an enforcement point that is written WHEN something else is protected THEN it is refused', () => {
    const { test, policy, groups } = point();
    groups.protect(policy.addWorkload('Web'));
    const db = policy.addWorkload('Db');
    test.synth();

    expect(codesOf(() => groups.securityGroupIds(db))).toEqual(['MSEG3013']);
  });

  test('GIVEN findings, a workload that nobody protects and no flow logs WHEN synthesized THEN there is a warning for each, once', () => {
    const { test, stack, policy, groups } = point(EnforcementMode.MONITOR, { monitorScope: ['10.0.0.0/8'] });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    policy.addWorkload('Forgotten');
    groups.protect(web);
    new SecurityGroups(stack, 'More', { policy, vpcId: 'vpc-2', monitorScope: ['10.0.0.0/8'] }).protect(web);
    web.allowFrom(Peer.anyIpv4());
    web.allowFrom(Peer.ipv4('192.0.2.0/24'));

    const codes = test.synth().warnings('Shop').map((text) => text.slice(0, 8)).sort();

    expect(codes).toEqual(['MSEG2103', 'MSEG3101', 'MSEG3103', 'MSEG3103']);
  });
});
