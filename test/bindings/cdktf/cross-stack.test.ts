import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../lib/model';
import { FRAMEWORKS, Json, mapsOf, only, policyIn, rulesOf, TestApp } from './frameworks';

describe.each(FRAMEWORKS)('stacks in $name', (framework) => {
  /** The enforcement point stands in its own stack; the workloads that talk to each other stand in two others. */
  function landscape(): TestApp {
    const test = new TestApp(framework);
    const [network, front, back] = ['Network', 'Front', 'Back'].map((id) => test.stack(id));
    const vpc = test.make(network, 'vpc', 'Vpc', { cidrBlock: '10.0.0.0/16' });
    const points = test.stack('Security');
    const policy = policyIn(points, 'Payments');
    const [web, db] = ['Web', 'Db'].map((id) => policy.addWorkload(id, { services: [Service.POSTGRES] }));
    const groups = new SecurityGroups(points, 'Groups', { policy, vpcId: vpc.id, monitorScope: [vpc.cidrBlock] });
    const instance = { ami: 'ami-1', instanceType: 't3.micro' };
    test.make(front, 'instance', 'Web', { ...instance, vpcSecurityGroupIds: groups.securityGroupIds(web) });
    test.make(back, 'instance', 'Db', { ...instance, vpcSecurityGroupIds: groups.securityGroupIds(db) });
    web.allowTo(db);
    db.allowTo(web);
    return test;
  }

  test('GIVEN workloads in two stacks that talk in both directions WHEN synthesized THEN both depend on the groups, and on nothing else', () => {
    const test = landscape().synth();

    for (const stack of ['Front', 'Back']) {
      const configuration = test.configuration(stack);
      expect(Object.keys(configuration.data.terraform_remote_state)).toEqual(['cross-stack-reference-input-Security']);
      expect(only(configuration, 'aws_instance').vpc_security_group_ids)
        .toMatch(/^\$\{data\.terraform_remote_state\.cross-stack-reference-input-Security\.outputs\.cross-stack-output-localGroups_ids-\w+\}$/);
    }
    const outputs = Object.values<Json>(test.configuration('Security').output).map(({ value }) => value);
    expect(outputs.filter((value) => /^\$\{local\.Groups_ids-(Web|Db)_\w+\}$/.test(value))).toHaveLength(2);
  });

  test('GIVEN the VPC of another stack WHEN synthesized THEN its id and its range are references to that stack', () => {
    const test = landscape().synth();

    const configuration = test.configuration('Security');

    const remote = /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-Network\.outputs\./;
    expect(only(configuration, 'aws_security_group').vpc_id).toMatch(remote);
    const scope = rulesOf(mapsOf(configuration).ingress, 'Web').find(({ description }) => /^Monitoring/.test(description));
    expect(scope.cidr_ipv4).toMatch(remote);
    const [{ enforcementPoints, opaquePeers }] = test.manifest('Security').policies;
    expect(enforcementPoints[0].monitorScope).toEqual([{ token: 'monitor:Security/Groups:0' }]);
    expect(opaquePeers).toEqual([{ kind: 'token', name: 'monitor:Security/Groups:0', rendered: [scope.cidr_ipv4] }]);
  });

  test('GIVEN an address and a prefix list of other stacks in late flows WHEN synthesized THEN rules and manifest agree', () => {
    const test = new TestApp(framework);
    const points = test.stack('Security');
    const other = test.stack('Other');
    const nat = test.make(other, 'eip', 'Nat', {});
    const list = test.make(other, 'ec2-managed-prefix-list', 'List', { name: 'l', maxEntries: 5, addressFamily: 'IPv4' });
    const policy = policyIn(points, 'Payments', { mode: EnforcementMode.ENFORCE });
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
    new SecurityGroups(points, 'Groups', { policy, vpcId: 'vpc-1' }).protect(db);
    db.allowFrom(Peer.token('nat', `${nat.publicIp}/32`, IpFamily.IPV4));
    db.allowFrom(Peer.prefixList(list.id, { name: 'offices', maxEntries: 5 }));

    const { ingress } = mapsOf(test.synth().configuration('Security'));

    const addresses = Object.values<Json>(ingress).flatMap((rule) => rule.cidr_ipv4 ?? []);
    const lists = Object.values<Json>(ingress).flatMap((rule) => rule.prefix_list_id ?? []);
    const remote = '\\$\\{data\\.terraform_remote_state\\.cross-stack-reference-input-Other\\.outputs\\.[\\w-]+\\}';
    expect(addresses).toEqual([expect.stringMatching(new RegExp(`^${remote}/32$`))]);
    expect(lists).toEqual([expect.stringMatching(new RegExp(`^${remote}$`))]);
    expect(test.manifest('Security').policies[0].opaquePeers).toEqual([
      { kind: 'prefixList', name: 'offices', family: 4, rendered: lists },
      { kind: 'token', name: 'nat', family: 4, rendered: addresses },
    ]);
  });

  test('GIVEN a policy enforced in two stacks WHEN synthesized THEN the same manifest stands next to both', () => {
    const test = new TestApp(framework);
    const [one, two] = ['One', 'Two'].map((id) => test.stack(id));
    const policy = policyIn(one, 'Payments', { mode: EnforcementMode.ENFORCE });
    const [web, db] = ['Web', 'Db'].map((id, i) => policy.addWorkload(id, { services: [Service.POSTGRES], addresses: [`10.${i}.0.0/16`] }));
    new SecurityGroups(one, 'Groups', { policy, vpcId: 'vpc-1' }).protect(web);
    new SecurityGroups(two, 'Groups', { policy, vpcId: 'vpc-2' }).protect(db);
    web.allowTo(db);

    test.synth();

    expect(test.manifest('One')).toEqual(test.manifest('Two'));
    expect(test.manifest('One').policies[0].workloads.map(({ id, enforcementPoints }: Json) => [id, enforcementPoints])).toEqual([
      ['Db', [{ platform: 'aws', path: 'Two/Groups' }]],
      ['Web', [{ platform: 'aws', path: 'One/Groups' }]],
    ]);
  });
});
