import { IpFamily, Peer, Service } from '../../../lib/model';
import { lowerFlows } from '../../../lib/platforms/aws/lower';
import { SecurityGroupsRequest } from '../../../lib/platforms/aws/plan-types';
import { CDK_TOKEN, payments } from '../../model/policies';
import { problemsOf } from '../../support/problems';
import { requestFor, ruleText } from './plans';

function shop() {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.1.0.0/28', '2001:db8:1::/64'] });
  const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.7'] });
  return { policy, web, db, audit };
}

function lowered(request: SecurityGroupsRequest): Record<string, string[]> {
  return Object.fromEntries([...lowerFlows(request)].map(([workload, rules]) => [
    workload, rules.map(({ end, peer, traffic }) => ruleText({ id: '', description: '', end, peer, ...traffic })).sort(),
  ]));
}

test('GIVEN two workloads protected together WHEN lowered THEN each end names the group of the other', () => {
  const { policy, web, db } = shop();
  web.allowTo(db);
  expect(lowered(requestFor(policy))).toEqual({ Web: ['egress tcp/5432-5432 group Db'], Db: ['ingress tcp/5432-5432 group Web'] });
});

test('GIVEN a peer that is not protected here WHEN lowered THEN its addresses stand for it', () => {
  const { policy, web, db, audit } = shop();
  web.allowTo(db);
  db.allowFrom(audit);
  expect(lowered(requestFor(policy, { only: ['Web'] }))).toEqual({ Web: ['egress tcp/5432-5432 10.1.0.0/28', 'egress tcp/5432-5432 2001:db8:1::/64'] });
  expect(lowered(requestFor(policy)).Db).toEqual(['ingress tcp/5432-5432 192.0.2.7/32', 'ingress tcp/5432-5432 group Web']);
});

test('GIVEN a peer of another enforcement point WHEN its group may be named at one end THEN it is named there, and its addresses elsewhere', () => {
  const { policy, web, db } = shop();
  web.allowTo(db);
  web.allowFrom(db);
  const only = ['Web'];
  expect(lowered(requestFor(policy, { only, foreignGroups: { Db: ['ingress', 'egress'] } })).Web).toEqual(['egress tcp/5432-5432 foreign Db', 'ingress tcp/443-443 foreign Db']);
  expect(lowered(requestFor(policy, { only, foreignGroups: { Db: ['ingress'] } })).Web).toEqual([
    'egress tcp/5432-5432 10.1.0.0/28', 'egress tcp/5432-5432 2001:db8:1::/64', 'ingress tcp/443-443 foreign Db',
  ]);
});

test('GIVEN peers without group and without address WHEN lowered THEN MSEG3005 for each, with flow, end and peer, and nothing is opened instead', () => {
  const { policy, web, db } = shop();
  web.allowTo(db, { services: [Service.SSH] });
  db.allowTo(web);
  expect(problemsOf(() => lowerFlows(requestFor(policy, { only: ['Db'] })))).toEqual([
    { code: 'MSEG3005', where: 'Payments/Db', message: 'the flow from Db to Web needs the address of Web at its egress end' },
    { code: 'MSEG3005', where: 'Payments/Web', message: 'the flow from Web to Db needs the address of Web at its ingress end' },
  ]);
});

test('GIVEN services that groups cannot filter WHEN lowered THEN MSEG3006 beside the other problems', () => {
  const { policy, web, db } = shop();
  web.allowFrom(Peer.anyIpv4(), { services: [Service.sctp(80)] });
  db.allowFrom(web);
  const codes = problemsOf(() => lowerFlows(requestFor(policy, { only: ['Db'] }))).map(({ code }) => code);
  expect(codes).toEqual(['MSEG3005']);
  expect(problemsOf(() => lowerFlows(requestFor(policy))).map(({ code, where }) => `${code} ${where}`)).toEqual(['MSEG3006 Payments/Web']);
});

test('GIVEN ICMP and peers of both families WHEN lowered THEN each family gets what exists there', () => {
  const { policy, web, db } = shop();
  web.allowTo(db, { services: [Service.icmp(8), Service.icmpv6(128, 0), Service.HTTPS] });
  expect(lowered(requestFor(policy, { only: ['Web'] })).Web).toEqual([
    'egress icmp/8--1 10.1.0.0/28', 'egress icmpv6/128-0 2001:db8:1::/64', 'egress tcp/443-443 10.1.0.0/28', 'egress tcp/443-443 2001:db8:1::/64',
  ]);
});

test('GIVEN everything outbound WHEN lowered THEN it is written in halves; inbound, or with ports, it stays whole', () => {
  const { policy, web } = shop();
  web.allowTo(Peer.any(), { services: [Service.any()] });
  web.allowTo(Peer.anyIpv4(), { services: [Service.tcpRange(0, 65_535)] });
  web.allowFrom(Peer.anyIpv4(), { services: [Service.any()] });
  // The TCP flow is part of the first one, and goes with it.
  expect(lowered(requestFor(policy)).Web).toEqual(['egress -1 0.0.0.0/1', 'egress -1 128.0.0.0/1', 'egress -1 8000::/1', 'egress -1 ::/1', 'ingress -1 0.0.0.0/0']);
});

test('GIVEN prefix lists and tokens WHEN lowered THEN value and identity stay, and weights are as AWS counts them', () => {
  const { policy, web, db } = shop();
  web.allowFrom(Peer.prefixList('pl-1', { maxEntries: 12 }), { services: [Service.HTTPS] });
  web.allowFrom(Peer.prefixList('pl-2', { maxEntries: 7, family: IpFamily.IPV6 }), { services: [Service.HTTPS] });
  web.allowFrom(Peer.token('nat', CDK_TOKEN, IpFamily.IPV6), { services: [Service.HTTPS] });
  web.allowFrom(db);
  web.allowFrom(Peer.ipv4('10.0.0.0/8'));
  web.allowFrom(Peer.ipv6('2001:db8::/32'));

  const rules = lowerFlows(requestFor(policy)).get('Web')!.map(({ peer, weight }) => [peer, weight]);
  expect(rules).toHaveLength(6);
  expect(rules).toEqual(expect.arrayContaining([
    [{ kind: 'prefixList', name: 'pl-1', value: 'pl-1' }, { 4: 12, 6: 0 }],
    [{ kind: 'prefixList', name: 'pl-2', value: 'pl-2' }, { 4: 0, 6: 7 }],
    [{ kind: 'token', name: 'nat', value: CDK_TOKEN, family: 6 }, { 4: 0, 6: 1 }],
    [{ kind: 'group', key: 'Db' }, { 4: 1, 6: 1 }],
    [{ kind: 'cidrIpv4', cidr: '10.0.0.0/8' }, { 4: 1, 6: 0 }],
    [{ kind: 'cidrIpv6', cidr: '2001:db8::/32' }, { 4: 0, 6: 1 }],
  ]));
});

test('GIVEN two peers with one address WHEN lowered THEN there is one rule, for both flows: AWS refuses duplicates', () => {
  const { policy, db, audit } = shop();
  db.allowFrom(audit, { justification: 'audit' });
  db.allowFrom(Peer.ipv4('192.0.2.7'), { justification: 'legacy' });
  const rules = lowerFlows(requestFor(policy)).get('Db')!;
  expect(rules.map(({ peer }) => peer)).toEqual([{ kind: 'cidrIpv4', cidr: '192.0.2.7/32' }]);
  expect([...rules[0].flows].map(({ justification }) => justification).sort()).toEqual(['audit', 'legacy']);
});

test('GIVEN a workload that talks to itself WHEN lowered THEN its group names itself at both ends', () => {
  const { policy, web } = shop();
  web.allowTo(web);
  expect(lowered(requestFor(policy)).Web).toEqual(['egress tcp/443-443 group Web', 'ingress tcp/443-443 group Web']);
});
