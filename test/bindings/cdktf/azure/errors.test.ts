import { NetworkSecurityGroups, VnetFlowLogs } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../../lib/model';
import { codesOf, frameworksWith, policyIn } from '../frameworks';
import { LOCATED, shop } from './fixture';

describe.each(frameworksWith('azurerm'))('errors and warnings of network security groups in $name', (framework) => {
  test('GIVEN a workload of another policy, or one that is not managed WHEN protected THEN it is refused', () => {
    const { stack, policy, groups } = shop(framework);
    const stranger = policyIn(stack, 'Other').addWorkload('Web');
    const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.1'] });

    expect(codesOf(() => groups.protect(stranger))).toEqual(['MSEG3002']);
    expect(codesOf(() => groups.networkSecurityGroupId(stranger))).toEqual(['MSEG3002']);
    expect(codesOf(() => groups.applicationSecurityGroupId(audit))).toEqual(['MSEG3003']);
  });

  test('GIVEN an interface or subnet of two workloads WHEN protected THEN the second is refused', () => {
    const { test, stack, web, db, groups } = shop(framework);
    const subnet = test.make(stack, 'subnet', 'Subnet', { name: 's', resourceGroupName: 'shop', virtualNetworkName: 'v', addressPrefixes: ['10.2.1.0/24'] });
    groups.protect(web, { networkInterfaceIds: ['/nics/1'], subnetIds: [subnet.id] });

    expect(codesOf(() => groups.protect(db, { networkInterfaceIds: ['/nics/1'] }))).toEqual(['MSEG3208']);
    expect(codesOf(() => groups.protect(db, { subnetIds: [subnet.id] }))).toEqual(['MSEG3208']);
  });

  test('GIVEN a list that is known at deploy time only WHEN protected THEN it is refused', () => {
    const { stack, web, groups } = shop(framework);
    const variable = new framework.core.TerraformVariable(stack, 'nics', { type: 'list(string)' });

    expect(codesOf(() => groups.protect(web, { networkInterfaceIds: variable.listValue }))).toEqual(['MSEG3207']);
  });

  test('GIVEN a number of other application groups WHEN it changes, or is none THEN it is refused', () => {
    const { web, groups } = shop(framework);
    groups.protect(web, { otherApplicationGroups: 2 });
    groups.protect(web, { otherApplicationGroups: 2 });

    expect(codesOf(() => groups.protect(web, { otherApplicationGroups: 3 }))).toEqual(['MSEG3001']);
    expect(codesOf(() => groups.protect(web, { otherApplicationGroups: -1 }))).toEqual(['MSEG3206']);
  });

  test('GIVEN more application groups than an interface takes WHEN synthesized THEN it fails', () => {
    const { test, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'], otherApplicationGroups: 20 });
    groups.protect(db);

    expect(codesOf(() => test.synth())).toEqual(['MSEG3203']);
  });

  test('GIVEN lower quotas WHEN synthesized THEN they count', () => {
    const { test, web, groups } = shop(framework, EnforcementMode.ENFORCE, { limits: { rulesPerGroup: 5 } });
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });

    expect(codesOf(() => test.synth())).toEqual(['MSEG3201']);
  });

  test('GIVEN a peer of which nobody knows where it is WHEN its address is given THEN that is used', () => {
    const { test, policy, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
    groups.protect(db);
    const ledger = policy.addWorkload('Ledger', { services: [Service.HTTPS] });
    web.allowTo(ledger);

    expect(() => test.synth()).toThrow(/MSEG3205 .*needs the address of Ledger at its egress end.*peerAddresses/);

    const again = shop(framework);
    const peer = again.policy.addWorkload('Ledger', { services: [Service.HTTPS] });
    const address = new framework.core.TerraformVariable(again.stack, 'ledger', { type: 'string' }).stringValue;
    again.groups.protect(again.web, { networkInterfaceIds: ['/nics/web'] });
    again.groups.protect(again.db);
    again.groups.addPeerAddress({ workload: peer, ipv4Blocks: [address] });
    again.web.allowTo(peer);
    expect(JSON.stringify(again.test.synth().configuration('Shop'))).toContain('"destination_address_prefix":"${var.ledger}"');
  });

  test('GIVEN a service that Azure cannot filter, or a peer of another platform WHEN synthesized THEN it fails', () => {
    const { test, web, groups } = shop(framework);
    groups.protect(web, { subnetIds: ['/subnets/web'] });
    web.allowFrom(Peer.ipv4('10.0.0.0/8'), { services: [Service.icmp(8)] });
    web.allowFrom(Peer.addressGroup('partners', 'projects/p/locations/global/addressGroups/partners', IpFamily.IPV4));

    expect(codesOf(() => test.synth()).sort()).toEqual(['MSEG3204', 'MSEG3401']);
  });

  test('GIVEN no monitorScope WHEN a workload is watched THEN it fails', () => {
    const { test, web, groups } = shop(framework, EnforcementMode.MONITOR, { monitorScope: [] });
    groups.protect(web, { subnetIds: ['/subnets/web'] });

    expect(codesOf(() => test.synth())).toEqual(['MSEG3012']);
  });

  test('GIVEN an enforcement point that is written WHEN something else is protected THEN it is refused', () => {
    const { test, policy, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
    groups.protect(db);
    const late = policy.addWorkload('Late');
    test.synth();

    expect(codesOf(() => groups.protect(late))).toEqual(['MSEG3013']);
    expect(codesOf(() => groups.protect(web, { subnetIds: ['/subnets/web'] }))).toEqual(['MSEG3013']);
  });

  test.each([['the same', true], ['another', false]])('GIVEN flow logs of %s network WHEN monitored THEN the warning follows', (_, same) => {
    const { test, stack, web, db, groups } = shop(framework, EnforcementMode.MONITOR);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
    groups.protect(db, { subnetIds: ['/subnets/db'] });
    new VnetFlowLogs(stack, 'Logs', { virtualNetworkId: same ? LOCATED.virtualNetworkId : '/vnets/other', storageAccountId: '/storage', location: 'westeurope' });

    expect(test.synth().warnings('Shop').some((text) => text.startsWith('MSEG3103'))).toBe(!same);
  });

  test('GIVEN two networks with the same blocks WHEN synthesized THEN the overlap is found', () => {
    const { test, stack, policy, web, db, groups } = shop(framework);
    groups.protect(web, { networkInterfaceIds: ['/nics/web'] });
    new NetworkSecurityGroups(stack, 'There', { policy, ...LOCATED, virtualNetworkId: '/vnets/there', monitorScope: ['10.2.0.0/16'] }).protect(db);

    expect(codesOf(() => test.synth())).toContain('MSEG3402');
  });
});
