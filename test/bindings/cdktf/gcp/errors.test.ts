import { GoogleIdentity } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../../lib/model';
import { codesOf, frameworksWith, policyIn } from '../frameworks';
import { shop } from './fixture';

describe.each(frameworksWith('google'))('errors of firewalls of Google Cloud in $name', (framework) => {
  test('GIVEN a workload of another policy, or one that is not managed WHEN protected THEN it is refused', () => {
    const { stack, policy, firewall } = shop(framework);
    const stranger = policyIn(stack, 'Other').addWorkload('Web');
    const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.1'] });

    expect(codesOf(() => firewall.protect(stranger))).toEqual(['MSEG3002']);
    expect(codesOf(() => firewall.addPeerAddressGroup({ workload: stranger, addressGroupId: 'g' }))).toEqual(['MSEG3002']);
    expect(codesOf(() => firewall.secureTag(audit))).toEqual(['MSEG3003']);
  });

  test('GIVEN what identifies workloads elsewhere WHEN protected THEN the error says by what they are known here', () => {
    const { web, firewall } = shop(framework);
    const accounts = shop(framework, EnforcementMode.ENFORCE, { identity: GoogleIdentity.SERVICE_ACCOUNTS });

    expect(() => firewall.protect(web, { networkTag: 'web' })).toThrow(/MSEG3311 .*knows workloads by secureTag, and is given a networkTag/);
    expect(codesOf(() => firewall.networkTag(web))).toEqual(['MSEG3311']);
    expect(() => accounts.firewall.protect(accounts.web)).toThrow(/MSEG3311 .*knows workloads by serviceAccount, and is given none/);
  });

  test('GIVEN a network of which the project is unknown WHEN a tag is needed THEN it is refused', () => {
    const { web, db, firewall } = shop(framework, EnforcementMode.ENFORCE, { network: 'default' });
    firewall.protect(db, { secureTag: 'tagValues/1' });

    expect(codesOf(() => firewall.protect(web))).toEqual(['MSEG3311']);
  });

  test('GIVEN a protected workload WHEN protected again THEN only something else is refused', () => {
    const { test, stack, web, db, firewall } = shop(framework);
    const key = test.make(stack, 'tags-tag-key', 'Key', { parent: 'projects/shop', shortName: 'key' });
    const value = test.make(stack, 'tags-tag-value', 'Value', { parent: key.id, shortName: 'value' });
    firewall.protect(web, { secureTag: value.id, otherTags: 1 });
    firewall.protect(web, { secureTag: value.id });
    firewall.protect(web, { otherTags: 1 });
    firewall.protect(db);

    expect(codesOf(() => firewall.protect(web, { secureTag: 'tagValues/7' }))).toEqual(['MSEG3001']);
    expect(codesOf(() => firewall.protect(web, { otherTags: 2 }))).toEqual(['MSEG3001']);
    expect(codesOf(() => firewall.protect(db, { otherTags: 0.5 }))).toEqual(['MSEG3308']);
    expect(() => test.synth()).not.toThrow();
  });

  test('GIVEN one tag for two workloads WHEN synthesized THEN it fails, even if its token is another each time', () => {
    const { test, stack, web, db, firewall } = shop(framework);
    const value = test.make(stack, 'tags-tag-value', 'Value', { parent: 'tagKeys/1', shortName: 'value' });
    firewall.protect(web, { secureTag: value.id });
    firewall.protect(db, { secureTag: value.id });

    expect(codesOf(() => test.synth())).toEqual(['MSEG3310']);
  });

  test('GIVEN quotas WHEN synthesized THEN they count', () => {
    const { test, web, db, firewall } = shop(framework, EnforcementMode.ENFORCE, { limits: { attributesPerPolicy: 3 } });
    const limits = { firewallRulesPerProject: 3 };
    const rules = shop(framework, EnforcementMode.ENFORCE, { identity: GoogleIdentity.NETWORK_TAGS, limits });
    [web, db].forEach((workload) => firewall.protect(workload));
    [rules.web, rules.db].forEach((workload) => rules.firewall.protect(workload));

    expect(codesOf(() => test.synth())).toEqual(['MSEG3302']);
    expect(codesOf(() => rules.test.synth())).toEqual(['MSEG3301']);
  });

  test('GIVEN a destination without addresses WHEN synthesized THEN the error names the flow, the side and the choices', () => {
    const { test, policy, web, db, firewall } = shop(framework);
    [web, db].forEach((workload) => firewall.protect(workload));
    const ledger = policy.addWorkload('Ledger', { services: [Service.HTTPS] });
    web.allowTo(ledger);
    firewall.protect(ledger);

    expect(() => test.synth()).toThrow(/MSEG3304 .*needs the address of Ledger at its egress end, where no rule can match its identity.*peerAddresses/);
  });

  test('GIVEN an address group for network tags, an unknown service, a peer of another platform WHEN synthesized THEN it fails', () => {
    const { test, policy, web, db, firewall } = shop(framework, EnforcementMode.ENFORCE, { identity: GoogleIdentity.NETWORK_TAGS });
    [web, db].forEach((workload) => firewall.protect(workload));
    const ledger = policy.addWorkload('Ledger');
    firewall.addPeerAddressGroup({ workload: ledger, addressGroupId: 'g', family: IpFamily.IPV6 });
    web.allowFrom(ledger);
    web.allowFrom(Peer.ipv4('192.0.2.0/24'), { services: [Service.icmp(8)] });
    web.allowFrom(Peer.serviceTag('AzureLoadBalancer'));

    expect(codesOf(() => test.synth()).sort()).toEqual(['MSEG3305', 'MSEG3307', 'MSEG3401']);
  });

  test('GIVEN a workload that is watched, which logs itself WHEN synthesized THEN nobody asks for flow logs', () => {
    const { test, web, db, firewall } = shop(framework, EnforcementMode.MONITOR);
    [web, db].forEach((workload) => firewall.protect(workload));

    expect(test.synth().warnings('Shop')).toEqual([]);
  });
});
