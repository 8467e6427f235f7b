import { EnforcementMode, IpFamily, Peer, Service } from '../../../lib/model';
import { NetworkRange } from '../../../lib/platforms/network-range';
import { declareSynthPolicy, Size } from '../../bench/synth-policy';
import { CDK_TOKEN, HOSTILE_TEXTS, payments } from '../../model/policies';
import { problemsOf } from '../../support/problems';
import { flowRulesOf, groupOf, peerText, planOf, requestFor, ruleText, shop } from './plans';

describe('rules of flows', () => {
  test('GIVEN two workloads on network interfaces WHEN planned THEN both ends are open, by application security group', () => {
    const { policy, web, db } = shop();
    web.allowTo(db);
    const plan = planOf(policy);
    expect(flowRulesOf(plan, 'Web')).toEqual(['Outbound Tcp/5432 Db']);
    expect(flowRulesOf(plan, 'Db')).toEqual(['Inbound Tcp/5432 Web']);
    expect(plan.applicationGroups.map(({ workload }) => workload)).toEqual(['Db', 'Web']);
    expect(plan.flowEnds.map(({ workload, end, peer, via }) => `${workload} ${end} ${peer} ${via}`)).toEqual(['Db ingress Web group', 'Web egress Db group']);
    expect(groupOf(plan, 'Db').tags).toEqual({ 'microseg:policy': 'Payments', 'microseg:workload': 'Db' });
  });

  test('GIVEN a workload on subnets only WHEN planned THEN it has no application security group, and peers name its addresses', () => {
    const { policy, web } = shop();
    const cache = policy.addWorkload('Cache', { services: [Service.REDIS], addresses: ['10.2.0.0/24', '2001:db8::/64'] });
    web.allowTo(cache);
    const protects = [
      { workload: 'Web', networkInterfaces: true, subnets: true }, { workload: 'Cache', networkInterfaces: false, subnets: true },
    ];
    const plan = planOf(policy, { protects });
    expect(flowRulesOf(plan, 'Web')).toEqual(['Outbound Tcp/6379 10.2.0.0/24', 'Outbound Tcp/6379 2001:db8::/64']);
    expect(flowRulesOf(plan, 'Cache')).toEqual(['Inbound Tcp/6379 Web']);
    expect(plan.applicationGroups.map(({ workload }) => workload)).toEqual(['Web']);
    expect(plan.flowEnds.map(({ workload, via }) => `${workload} ${via}`)).toEqual(['Cache group', 'Web addresses']);
    expect(groupOf(plan, 'Cache')).toMatchObject({ onNetworkInterfaces: false, onSubnets: true });
  });

  test('GIVEN addresses of a peer from the request WHEN planned THEN they are used beside the declared ones, each in a rule of its own', () => {
    const policy = payments();
    policy.addWorkload('Web').allowTo(policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.9.0.0/24'] }));
    const peerAddresses = { Db: [{ value: CDK_TOKEN, family: 4 as const }, { value: '${Token[TOKEN.8]}', family: 4 as const }] };
    const plan = planOf(policy, { only: ['Web'], peerAddresses });
    expect(flowRulesOf(plan, 'Web')).toEqual([
      `Outbound Tcp/5432 ${CDK_TOKEN}`, 'Outbound Tcp/5432 ${Token[TOKEN.8]}', 'Outbound Tcp/5432 10.9.0.0/24',
    ]);
  });

  test('GIVEN deploy-time values that the framework writes anew WHEN planned THEN names and priorities stay', () => {
    const rules = (value: string) => {
      const { policy, web, db } = shop();
      web.allowFrom(Peer.token('nat', value, IpFamily.IPV4));
      web.allowTo(db);
      const plan = planOf(policy, { only: ['Web'], peerAddresses: { Db: [{ value, family: 4 }] } });
      return groupOf(plan, 'Web').rules.map(({ name, priority }) => `${name} ${priority}`);
    };
    expect(rules('${Token[TOKEN.7]}')).toEqual(rules('${Token[TOKEN.70]}'));
  });

  test('GIVEN peers of every kind for one service WHEN planned THEN each kind and family is one rule, without blocks inside of others', () => {
    const { policy, web, db } = shop();
    const sources = ['10.0.0.0/8', '10.1.0.0/16', '192.168.0.0/24', '192.168.1.0/24', '2001:db8::/32', '2001:db8:1::/48'].map((cidr) => Peer.cidr(cidr));
    for (const peer of [...sources, Peer.serviceTag('AzureLoadBalancer'), Peer.token('nat', CDK_TOKEN, IpFamily.IPV4), db]) web.allowFrom(peer);
    expect(flowRulesOf(planOf(policy), 'Web')).toEqual([
      `Inbound Tcp/443 ${CDK_TOKEN}`, 'Inbound Tcp/443 10.0.0.0/8 192.168.0.0/23', 'Inbound Tcp/443 2001:db8::/32', 'Inbound Tcp/443 Db',
      'Inbound Tcp/443 tag AzureLoadBalancer',
    ]);
  });

  test.each([
    ['any IPv4 address', [Peer.anyIpv4()], ['Inbound Tcp/443 0.0.0.0/0']],
    ['any IPv6 address', [Peer.anyIpv6()], ['Inbound Tcp/443 ::/0']],
    ['any address', [Peer.any()], ['Inbound Tcp/443 *']],
    ['both halves of IPv4', [Peer.cidr('0.0.0.0/1'), Peer.cidr('128.0.0.0/1')], ['Inbound Tcp/443 0.0.0.0/0']],
  ])('GIVEN %s WHEN planned THEN it is * only if it is both families', (_, peers, expected) => {
    const { policy, web } = shop();
    peers.forEach((peer) => web.allowFrom(peer));
    expect(flowRulesOf(planOf(policy), 'Web')).toEqual(expected);
  });

  test('GIVEN services of each protocol WHEN planned THEN each is a rule; ICMP stands with IPv4 alone', () => {
    const { policy, web } = shop();
    const whole = [Service.icmp(), Service.protocol(50), Service.protocol(51)];
    web.allowFrom(Peer.ipv4('10.0.0.0/8'), { services: [Service.tcpRange(8000, 8099), Service.udpRange(0, 65_535), ...whole] });
    web.allowTo(policy.addUnmanagedWorkload('Two', { addresses: ['192.0.2.0/24', '2001:db8::/32'] }), { services: [Service.icmp()] });
    web.allowTo(Peer.ipv6('2001:db8::/32'), { services: [Service.any()] });
    expect(flowRulesOf(planOf(policy), 'Web')).toEqual([
      'Inbound Ah/* 10.0.0.0/8', 'Inbound Esp/* 10.0.0.0/8', 'Inbound Icmp/* 10.0.0.0/8', 'Inbound Tcp/8000-8099 10.0.0.0/8', 'Inbound Udp/* 10.0.0.0/8',
      'Outbound */* 2001:db8::/32', 'Outbound Icmp/* 192.0.2.0/24',
    ]);
  });

  test('GIVEN hostile text WHEN planned THEN names and descriptions stay inside what Azure takes', () => {
    const { policy, web } = shop();
    HOSTILE_TEXTS.forEach((text, index) => (
      web.allowFrom(Peer.ipv4(`10.0.${index}.0/24`), { justification: text, owner: text, services: [Service.tcp(1000 + index)] })));
    const rules = groupOf(planOf(policy), 'Web').rules;
    expect(rules.length).toBeGreaterThan(HOSTILE_TEXTS.length);
    for (const { name, description } of rules) {
      expect(name).toMatch(/^\w[\w.-]{0,78}\w$/);
      expect(description).toMatch(/^[A-Za-z0-9 ._\-:/()#,@=;!*']{1,140}$/);
    }
  });
});

describe('rules below those of flows', () => {
  const bottom = (mode: EnforcementMode, monitorScope = requestFor(payments()).monitorScope) => (
    groupOf(planOf(shop(mode).policy, { monitorScope }), 'Web').rules.map((rule) => `${rule.priority} ${ruleText(rule)}`));

  test('GIVEN a workload in ENFORCE WHEN planned THEN the scope is denied, and everything after it', () => {
    expect(bottom(EnforcementMode.ENFORCE)).toEqual([
      '4095 Deny Inbound */* 10.0.0.0/16', '4096 Deny Inbound */* *', '4095 Deny Outbound */* *', '4096 Deny Outbound */* *',
    ]);
  });

  test('GIVEN ranges of both families and a deploy-time value WHEN monitored THEN each family is admitted inbound by one rule', () => {
    const scope: NetworkRange[] = [
      { kind: 'token', name: 'monitor:vnet', value: CDK_TOKEN, family: 4 }, { kind: 'cidrIpv6', cidr: '2001:db8::/48' },
      { kind: 'cidrIpv4', cidr: '10.0.0.0/17' }, { kind: 'cidrIpv4', cidr: '10.0.128.0/17' },
    ];
    expect(bottom(EnforcementMode.MONITOR, scope)).toEqual([
      '4094 Inbound */* 2001:db8::/48', `4095 Inbound */* 10.0.0.0/16 ${CDK_TOKEN}`, '4096 Deny Inbound */* *', '4095 Outbound */* *', '4096 Deny Outbound */* *',
    ]);
  });

  test('GIVEN a policy in MONITOR WHEN switched to ENFORCE THEN nothing but the access of the scope rules changes', () => {
    const rules = (mode: EnforcementMode) => {
      const { policy, web, db } = shop(mode);
      web.allowTo(db);
      return planOf(policy).securityGroups.flatMap((group) => group.rules);
    };
    const [watching, strict] = [rules(EnforcementMode.MONITOR), rules(EnforcementMode.ENFORCE)];
    const changed = watching.filter((rule, index) => JSON.stringify(rule) !== JSON.stringify(strict[index]));
    expect(changed.map(({ name }) => name)).toEqual(['scope-inbound-ipv4', 'scope-outbound', 'scope-inbound-ipv4', 'scope-outbound']);
    expect(strict.map((rule) => ({ ...rule, access: '' }))).toEqual(watching.map((rule) => ({ ...rule, access: '' })));
  });
});

describe('one flow more', () => {
  const SIZE: Size = { workloads: 60, flows: 300 };
  const rulesOf = (change: (made: ReturnType<typeof declareSynthPolicy>) => void) => {
    const made = declareSynthPolicy(payments(), SIZE);
    change(made);
    return new Map(planOf(made.policy).securityGroups
      .flatMap(({ workload, rules }) => rules.map((rule) => [`${workload} ${rule.name}`, rule] as const)));
  };

  test('GIVEN 300 flows WHEN another is inserted THEN every name and priority stays, and at most the two ends change', () => {
    const before = rulesOf(() => undefined);
    for (let index = 0; index < SIZE.workloads; index += 7) {
      const services = [Service.tcp(443), Service.tcp(7)];
      const after = rulesOf(({ workloads }) => workloads[index].allowTo(workloads[(index + 31) % 60], { services }));
      const same = [...before].filter(([key, rule]) => after.get(key)?.priority === rule.priority);
      expect(same).toHaveLength(before.size);
      expect([...before].filter(([key, rule]) => peerText(rule.peer) !== peerText(after.get(key)!.peer)).length).toBeLessThanOrEqual(2);
    }
  });

  test('GIVEN a service with more peers than a rule takes WHEN a peer is added THEN the rules that it is not in stay as they are', () => {
    const planned = (count: number) => {
      const policy = payments();
      const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
      for (let index = 0; index < count; index += 1) policy.addWorkload(`App${index}`).allowTo(db);
      return groupOf(planOf(policy), 'Db').rules.filter(({ name }) => name.startsWith('in-'));
    };
    for (let count = 40; count < 60; count += 5) {
      const [before, after] = [planned(count), planned(count + 1)];
      expect(after.flatMap(({ peer }) => peerText(peer).split(' '))).toHaveLength(count + 1);
      const kept = before.filter((rule) => after.some(({ name, priority }) => name === rule.name && priority === rule.priority));
      const untouched = before.filter((rule) => after.some((other) => JSON.stringify(other) === JSON.stringify(rule)));
      expect(kept).toHaveLength(before.length);
      expect(untouched).toHaveLength(before.length - 1);
    }
  });

  test('GIVEN 200 workloads and 1,000 flows WHEN planned THEN there are fewer rules than one for each end of each flow', () => {
    const { policy } = declareSynthPolicy(payments(), { workloads: 200, flows: 1000 });
    const rules = planOf(policy).securityGroups.flatMap((group) => group.rules).filter(({ priority }) => priority < 4094);
    expect(rules.length).toBeLessThan(2 * 1000);
    // Servers have one port each, so every server has one inbound rule.
    expect(rules.filter(({ direction }) => direction === 'Inbound')).toHaveLength(200);
  });
});

describe('what Azure cannot say', () => {
  test.each([Service.sctp(9), Service.icmp(8), Service.icmpv6(), Service.protocol(47)])('GIVEN $name WHEN planned THEN MSEG3204, at the flow', (service) => {
    const { policy, web, db } = shop();
    web.allowTo(db, { services: [service, Service.HTTPS] });
    expect(problemsOf(() => planOf(policy)).map(({ code }) => code)).toEqual(['MSEG3204']);
  });

  test('GIVEN peers without address and of other platforms WHEN planned THEN all of them are named at once', () => {
    const { policy, web, db } = shop();
    web.allowTo(db);
    web.allowFrom(Peer.prefixList('pl-1', { maxEntries: 1 }));
    expect(problemsOf(() => planOf(policy, { only: ['Web'] })).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'MSEG3401 the flow from prefixList:pl-1 to Web names "pl-1", which exists on aws only', 'MSEG3205 the flow from Web to Db needs the address of Db at its egress end',
    ]);
  });
});
