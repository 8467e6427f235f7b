import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { GROUP_TAGS } from '../../../lib/bindings/cdktf/aws/group-resources';
import { EnforcementMode, Peer, Service } from '../../../lib/model';
import { FRAMEWORKS, Json, mapsOf, only, policyIn, rulesOf, TestApp } from './frameworks';

describe.each(FRAMEWORKS)('security groups in $name', (framework) => {
  /** A web server that the Internet reaches, and its database. */
  function shop(mode: EnforcementMode, change: (shop: Json) => void = () => undefined): TestApp {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Payments', { mode });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
    const groups = new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1', monitorScope: ['10.0.0.0/16'] });
    groups.protect(web);
    groups.protect(db);
    web.allowFrom(Peer.anyIpv4(), { justification: 'public site' });
    web.allowTo(db, { justification: 'orders' });
    change({ test, stack, policy, web, db, groups });
    return test.synth();
  }

  test('GIVEN flows declared after the enforcement point WHEN synthesized THEN both ends are open, and nothing else', () => {
    const { groups, ingress, egress } = mapsOf(shop(EnforcementMode.ENFORCE).configuration('Shop'));

    expect(Object.keys(groups)).toEqual(['Db', 'Web']);
    const tcp = (port: number) => ({ ip_protocol: 'tcp', from_port: port, to_port: port });
    expect(Object.values(ingress)).toEqual(expect.arrayContaining([
      { group: 'Web', ...tcp(443), cidr_ipv4: '0.0.0.0/0', description: expect.stringContaining('public site') },
      { group: 'Db', ...tcp(5432), referenced_security_group_id: expect.stringMatching(/^\$\{aws_security_group\.\w+\["Web"\]\.id\}$/), description: expect.stringContaining('orders') },
    ]));
    expect(Object.values(ingress)).toHaveLength(2);
    expect(Object.values(egress)).toEqual([
      { group: 'Web', ...tcp(5432), referenced_security_group_id: expect.stringMatching(/^\$\{aws_security_group\.\w+\["Db"\]\.id\}$/), description: expect.stringContaining('orders') },
    ]);
  });

  test('GIVEN any rule resource WHEN synthesized THEN every way to name a peer is there, because the provider demands it', () => {
    const rule = only(shop(EnforcementMode.ENFORCE).configuration('Shop'), 'aws_vpc_security_group_ingress_rule');

    const names = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id', 'from_port', 'to_port', 'description'];
    expect(rule).toMatchObject(Object.fromEntries(names.map((name) => [name, `\${try(each.value.${name}, null)}`])));
    expect(rule.ip_protocol).toBe('${each.value.ip_protocol}');
    expect(rule.security_group_id).toMatch(/^\$\{aws_security_group\.\w+\[each\.value\.group\]\.id\}$/);
  });

  test('GIVEN a workload without any flow WHEN synthesized THEN its groups exist and hold no rule', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1' }).protect(policy.addWorkload('Web'));

    expect(mapsOf(test.synth().configuration('Shop'))).toEqual({ groups: { Web: expect.anything() }, ingress: {}, egress: {} });
  });

  test('GIVEN a group WHEN synthesized THEN its resource carries every tag that is planned for it', () => {
    const configuration = shop(EnforcementMode.MONITOR).configuration('Shop');

    const planned = Object.values<Json>(mapsOf(configuration).groups).map(({ tags }) => Object.keys(tags).sort());
    expect(planned).toEqual(planned.map(() => [...GROUP_TAGS].sort()));
    expect(only(configuration, 'aws_security_group').tags).toEqual(Object.fromEntries(GROUP_TAGS.map((tag) => [tag, `\${each.value.tags["${tag}"]}`])));
  });

  test('GIVEN MONITOR and ENFORCE WHEN compared THEN only monitoring rules and review groups differ', () => {
    const monitor = mapsOf(shop(EnforcementMode.MONITOR).configuration('Shop'));
    const enforce = mapsOf(shop(EnforcementMode.ENFORCE).configuration('Shop'));

    expect(monitor.groups).toMatchObject(enforce.groups);
    expect(Object.keys(monitor.groups)).toEqual(['Db', 'Db/review', 'Web', 'Web/review']);
    for (const end of ['ingress', 'egress'] as const) {
      expect(monitor[end]).toMatchObject(enforce[end]);
      const added = Object.entries<Json>(monitor[end]).filter(([id]) => !(id in enforce[end])).map(([, rule]) => rule);
      const attached = added.filter(({ group }) => !group.endsWith('/review'));
      expect(attached.every(({ description, ip_protocol: protocol }) => protocol === '-1' && /^Monitoring: /.test(description))).toBe(true);
      expect(rulesOf(monitor[end], 'Web/review').map(withoutGroup)).toEqual(rulesOf(enforce[end], 'Web').map(withoutGroup));
    }
    expect(new Set(rulesOf(monitor.ingress, 'Db').map((rule) => rule.cidr_ipv4))).toEqual(new Set([undefined, '10.0.0.0/16']));
  });

  test('GIVEN ranges of both families, written out and known at deploy time WHEN monitored THEN each is a rule of its family', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const vpc = test.make(stack, 'vpc', 'Vpc', { cidrBlock: '10.0.0.0/16', assignGeneratedIpv6CidrBlock: true });
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.VISIBILITY });
    const scope = { monitorScope: [vpc.cidrBlock, '10.9.0.0/16', '2001:db8::/32'], monitorScopeIpv6: [vpc.ipv6CidrBlock] };
    new SecurityGroups(stack, 'Groups', { policy, vpcId: vpc.id, ...scope }).protect(policy.addWorkload('Web'));

    const { ingress } = mapsOf(test.synth().configuration('Shop'));

    const admitted = rulesOf(ingress, 'Web').map(({ ip_protocol: protocol, cidr_ipv4: ipv4, cidr_ipv6: ipv6 }) => [protocol, ipv4, ipv6]);
    expect(admitted).toHaveLength(4);
    expect(admitted).toEqual(expect.arrayContaining([
      ['-1', '${aws_vpc.Vpc.cidr_block}', undefined],
      ['-1', '10.9.0.0/16', undefined],
      ['-1', undefined, '2001:db8::/32'],
      ['-1', undefined, '${aws_vpc.Vpc.ipv6_cidr_block}'],
    ]));
    expect(test.manifest('Shop').policies[0].enforcementPoints[0].monitorScope).toEqual([
      { cidr: '10.9.0.0/16' }, { cidr: '2001:db8::/32' }, { token: 'monitor:Shop/Groups:0' }, { token: 'monitor:Shop/Groups:ipv6:0' },
    ]);
  });

  test('GIVEN one more flow WHEN synthesized again THEN its two rules are added and everything else stays', () => {
    const before = mapsOf(shop(EnforcementMode.ENFORCE).configuration('Shop'));
    const after = mapsOf(shop(EnforcementMode.ENFORCE, ({ web, db }) => db.allowTo(web, { justification: 'callback' })).configuration('Shop'));

    expect(after.groups).toEqual(before.groups);
    for (const [end, group] of [['ingress', 'Web'], ['egress', 'Db']] as const) {
      expect(after[end]).toMatchObject(before[end]);
      const added = Object.keys(after[end]).filter((id) => !(id in before[end]));
      expect(added.map((id) => after[end][id])).toEqual([expect.objectContaining({ group, from_port: 443, description: expect.stringContaining('callback') })]);
    }
  });

  test('GIVEN more rules than a group holds WHEN synthesized THEN the list of ids names every group, the one of peers first', () => {
    const many = Array.from({ length: 70 }, (_, i) => Peer.ipv4(`192.0.2.${2 * i}`));
    const configuration = shop(EnforcementMode.ENFORCE, ({ test, stack, web, groups }) => {
      many.forEach((peer) => web.allowFrom(peer, { services: [Service.SSH] }));
      test.make(stack, 'instance', 'Web', { ami: 'ami-1', instanceType: 't3.micro', vpcSecurityGroupIds: groups.securityGroupIds(web) });
    }).configuration('Shop');

    const name = /^\$\{local\.(.+)\}$/.exec(only(configuration, 'aws_instance').vpc_security_group_ids)![1];
    const keys = configuration.locals[name].map((id: string) => /\["(.+)"\]\.id\}$/.exec(id)![1]);
    expect(keys).toEqual(['Web', 'Web/2']);
    const { ingress } = mapsOf(configuration);
    expect(rulesOf(ingress, 'Web').length + rulesOf(ingress, 'Web/2').length).toBe(71);
  });

  test('GIVEN other groups on the interfaces WHEN synthesized THEN they take up groups of the interface', () => {
    const many = Array.from({ length: 70 }, (_, i) => Peer.ipv4(`192.0.2.${2 * i}`));
    const synth = () => shop(EnforcementMode.ENFORCE, ({ web, groups }) => {
      many.forEach((peer) => web.allowFrom(peer, { services: [Service.SSH] }));
      groups.protect(web, { otherGroups: 4 });
    });

    expect(synth).toThrow(/MSEG3004 \[Shop\/Payments\/Web\]/);
  });

  test('GIVEN ids asked for several times WHEN synthesized THEN one list serves all resources of the workload', () => {
    const configuration = shop(EnforcementMode.ENFORCE, ({ test, stack, web, groups }) => {
      for (const id of ['a', 'b']) test.make(stack, 'instance', id, { ami: 'ami-1', instanceType: 't3.micro', vpcSecurityGroupIds: groups.securityGroupIds(web) });
    }).configuration('Shop');

    const lists = Object.values<Json>(configuration.resource.aws_instance).map((instance) => instance.vpc_security_group_ids);
    expect(new Set(lists).size).toBe(1);
    expect(Object.keys(configuration.locals)).toHaveLength(1);
  });

  test('GIVEN an aspect that tags everything WHEN synthesized THEN the groups carry its tag beside their own', () => {
    const configuration = shop(EnforcementMode.ENFORCE, ({ stack }) => {
      framework.core.Aspects.of(stack).add({
        visit: (node: Json) => { if (node.terraformResourceType === 'aws_security_group') node.tags = { ...node.tagsInput, Team: 'shop' }; },
      });
    }).configuration('Shop');

    expect(Object.keys(only(configuration, 'aws_security_group').tags).sort()).toEqual([...GROUP_TAGS, 'Team'].sort());
  });

  test('GIVEN two enforcement points WHEN each names a group of the other THEN their rules refer to these groups', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web');
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
    const front = new SecurityGroups(stack, 'Front', { policy, vpcId: 'vpc-1' });
    const back = new SecurityGroups(stack, 'Back', { policy, vpcId: 'vpc-2', peerGroups: [{ workload: web, securityGroupId: front.securityGroupId(web) }] });
    front.addPeerGroup({ workload: db, securityGroupId: back.securityGroupId(db) });
    db.allowFrom(web);

    const { resource, locals } = test.synth().configuration('Shop');

    const [ingress] = rules(resource.aws_vpc_security_group_ingress_rule);
    const [egress] = rules(resource.aws_vpc_security_group_egress_rule);
    expect(named(locals, ingress.referenced_security_group_id)).toMatch(/Front.*\["Web"\]\.id\}$/);
    expect(named(locals, egress.referenced_security_group_id)).toMatch(/Back.*\["Db"\]\.id\}$/);
    expect(ingress.group).toBe('Db');
    expect(egress.group).toBe('Web');
  });

  test('GIVEN a group that only ingress rules may refer to WHEN synthesized THEN egress rules use addresses', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    const [web, db] = ['Web', 'Db'].map((id) => policy.addWorkload(id, { services: [Service.POSTGRES], addresses: [`10.0.${id.length}.0/24`] }));
    const peerGroups = [{ workload: web, securityGroupId: '123456789012/sg-1', ingressOnly: true }];
    new SecurityGroups(stack, 'Back', { policy, vpcId: 'vpc-1', peerGroups }).protect(db);
    db.allowFrom(web);
    db.allowTo(web);

    const { ingress, egress } = mapsOf(test.synth().configuration('Shop'));

    expect(Object.values<Json>(ingress).map((rule) => rule.referenced_security_group_id)).toEqual(['123456789012/sg-1']);
    expect(Object.values<Json>(egress).map((rule) => rule.cidr_ipv4)).toEqual(['10.0.3.0/24']);
    expect(test.manifest('Shop').policies[0].opaquePeers).toEqual([{ kind: 'group', name: 'Web', rendered: ['123456789012/sg-1'] }]);
  });
});

function withoutGroup({ group: _, ...rule }: Json): Json {
  return rule;
}

function rules(resources: Json): Json[] {
  return Object.values<Json>(resources).flatMap(({ for_each: map }) => Object.values(map));
}

function named(locals: Json, reference: string): string {
  return locals[/^\$\{local\.(.+)\}$/.exec(reference)![1]];
}
