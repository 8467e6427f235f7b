import { EnforcementMode, IpFamily, Peer, Service } from '../../../lib/model';
import { LinuxHostPlan, LinuxHostsRequest } from '../../../lib/platforms/linux/plan-types';
import { renderAddressBook, renderRuleSet } from '../../../lib/platforms/linux/render';
import { CDK_TOKEN, HOSTILE_TEXTS, payments, policyNamed } from '../../model/policies';
import { codesOf, problemsOf } from '../../support/problems';
import { hostsOf } from './hosts';

/** A web server and a database with addresses, and one flow between them. */
function shop(mode = EnforcementMode.ENFORCE, expires?: string) {
  const policy = payments({ mode });
  const web = policy.addWorkload('Web', { addresses: ['10.0.1.0/24', '2001:db8:1::/64'], services: [Service.HTTPS] });
  const ledger = policy.addWorkload('Ledger', { addresses: ['10.0.2.1', '10.0.2.2', '10.0.2.3'], services: [Service.POSTGRES] });
  web.allowTo(ledger, { expires });
  return { policy, web, ledger };
}

/** Elements of a set, as the address book has them. */
function elements(host: LinuxHostPlan, set: string): string[] {
  const [, content] = new RegExp(`add element inet ${host.table} ${set} \\{\\n([^}]*)\\}`).exec(renderAddressBook(host)) ?? [];
  return (content ?? '').split(',\n').filter((line) => line !== '');
}

function ofWorkload(hosts: readonly LinuxHostPlan[], workload: string): LinuxHostPlan {
  return hosts.find((host) => host.workload === workload)!;
}

test('GIVEN a flow between workloads WHEN planned THEN each end names the other by its addresses, joined where they touch', () => {
  const hosts = hostsOf(shop().policy);
  expect(elements(ofWorkload(hosts, 'Web'), 'out4')).toEqual(['10.0.2.1-10.0.2.3 . 6 . 5432']);
  expect(elements(ofWorkload(hosts, 'Ledger'), 'in4')).toEqual(['10.0.1.0/24 . 6 . 5432']);
  expect(elements(ofWorkload(hosts, 'Ledger'), 'in6')).toEqual(['2001:db8:1::/64 . 6 . 5432']);
  expect(elements(ofWorkload(hosts, 'Ledger'), 'out4')).toEqual([]);
});

test('GIVEN messages, whole protocols and everything WHEN planned THEN the third part of the key says which', () => {
  const { policy, web } = shop();
  web.allowFrom(Peer.cidr('192.0.2.1'), { services: [Service.icmp(8), Service.icmp(3, 4), Service.protocol(47)] });
  web.allowFrom(Peer.cidr('192.0.2.2'), { services: [Service.any()] });
  const host = ofWorkload(hostsOf(policy), 'Web');
  expect([...elements(host, 'in4'), ...elements(host, 'in4_exact')].sort()).toEqual([
    '192.0.2.1 . 1 . 2048-2303', '192.0.2.1 . 1 . 772', '192.0.2.1 . 47 . 0-65535', '192.0.2.2 . 0-255 . 0-65535',
  ]);
});

test('GIVEN flows that expire WHEN planned THEN their elements end with the last second before, and what lasts longer is not said twice', () => {
  const { policy, web } = shop(undefined, '2026-06-30');
  web.allowFrom(Peer.cidr('192.0.2.0/24'), { services: [Service.tcp(80)], expires: '2026-02-01T00:00:00.500Z' });
  web.allowFrom(Peer.cidr('192.0.2.0/25'), { services: [Service.tcp(80)] });
  const host = ofWorkload(hostsOf(policy), 'Web');
  expect(elements(host, 'out4')).toEqual([]);
  expect(elements(host, 'out4_until')).toEqual([`10.0.2.1-10.0.2.3 . 6 . 5432 . 0-${Date.parse('2026-07-01T00:00:00Z') / 1000 - 1}`]);
  expect(elements(host, 'in4')).toEqual(['192.0.2.0/25 . 6 . 80']);
  expect(elements(host, 'in4_until')).toEqual([`192.0.2.128/25 . 6 . 80 . 0-${Date.parse('2026-02-01T00:00:00Z') / 1000}`]);
});

test('GIVEN deploy-time values with different services WHEN planned THEN their elements would be equal or disjoint if the values were one', () => {
  const { policy, web } = shop();
  web.allowTo(Peer.token('nat', CDK_TOKEN, IpFamily.IPV4), { services: [Service.tcpRange(80, 90)] });
  web.allowTo(Peer.token('proxy', CDK_TOKEN.replace('7', '8'), IpFamily.IPV4), { services: [Service.tcpRange(85, 99)] });
  const host = ofWorkload(hostsOf(policy), 'Web');
  const anonymous = elements(host, 'out4_deploy').map((element) => element.replace(/^\S+/, '$'));
  expect(anonymous.sort()).toEqual(['$ . 6 . 80-84', '$ . 6 . 85-90', '$ . 6 . 85-90', '$ . 6 . 91-99']);
  expect(renderAddressBook(host).match(/^define d_\w+ = \$\{Token\[TOKEN\.\d\]\}$/gm)).toHaveLength(2);
});

test('GIVEN single peers and blocks, single ports and ranges WHEN planned THEN what holds no range at all is in the hash table, and nothing else', () => {
  const { policy, web } = shop();
  web.allowFrom(Peer.cidr('192.0.2.1'), { services: [Service.tcp(80), Service.tcp(90), Service.tcpRange(100, 101), Service.icmp(8)] });
  web.allowFrom(Peer.cidr('192.0.2.8/29'), { services: [Service.tcp(80)] });
  web.allowFrom(Peer.cidr('2001:db8::1'), { services: [Service.tcp(80)] });
  const host = ofWorkload(hostsOf(policy), 'Web');
  expect(elements(host, 'in4_exact').sort()).toEqual(['192.0.2.1 . 6 . 80', '192.0.2.1 . 6 . 90']);
  expect(elements(host, 'in4').sort()).toEqual(['192.0.2.1 . 1 . 2048-2303', '192.0.2.1 . 6 . 100-101', '192.0.2.8/29 . 6 . 80']);
  expect([elements(host, 'in6_exact'), elements(host, 'in6')]).toEqual([['2001:db8::1 . 6 . 80'], []]);
  expect(renderRuleSet(host)).toMatch(/set in4_exact \{\n +type ipv4_addr \. inet_proto \. inet_service\n +\}/);
});

test('GIVEN a peer whose address changes WHEN rendered THEN only the address book changes', () => {
  const files = (address: string) => {
    const { policy, web } = shop();
    web.allowFrom(Peer.cidr(address));
    const host = ofWorkload(hostsOf(policy), 'Web');
    return [renderRuleSet(host), renderAddressBook(host)];
  };
  const [one, other] = [files('192.0.2.1'), files('2001:db8::1')];
  expect(one[0]).toBe(other[0]);
  expect(one[1]).not.toBe(other[1]);
});

test('GIVEN management access WHEN rendered THEN it is accepted ahead of every lookup, and in VISIBILITY logged like the rest', () => {
  const management = [{ cidr: '10.9.0.0/16', port: 22 }, { cidr: '10.9.1.0/24', port: 22 }, { cidr: '2001:db8:9::/48', port: 22 }];
  const strict = renderRuleSet(hostsOf(shop().policy, { management })[0]);
  expect(strict).toContain('elements = { 10.9.0.0/16 . 22 }');
  expect(strict.indexOf('@management6 accept')).toBeLessThan(strict.indexOf('jump ingress'));
  expect(renderRuleSet(hostsOf(shop(EnforcementMode.VISIBILITY).policy, { management })[0])).not.toContain('management');
});

test('GIVEN ids of 64 characters WHEN planned THEN log prefixes keep to 127 characters and tell workloads apart', () => {
  const policy = policyNamed('P'.repeat(64));
  policy.addWorkload(`${'W'.repeat(63)}1`, { addresses: ['10.0.0.1'] });
  policy.addWorkload(`${'W'.repeat(63)}2`, { addresses: ['10.0.0.2'] });
  const prefixes = hostsOf(policy).flatMap(({ logPrefixes }) => Object.values(logPrefixes).flatMap((byEnd) => Object.values(byEnd)));
  expect(prefixes.filter((prefix) => prefix.length > 127)).toEqual([]);
  expect(new Set(prefixes).size).toBe(8);
});

test('GIVEN hostile labels and justifications WHEN rendered THEN the files are what they are without', () => {
  const files = (text: string) => {
    const policy = payments({ mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web', { addresses: ['10.0.0.1'], labels: { app: text.slice(0, 256) }, services: [Service.HTTPS] });
    web.allowFrom(Peer.anyIpv4(), { justification: text, owner: text });
    return hostsOf(policy).map((host) => renderRuleSet(host) + renderAddressBook(host));
  };
  for (const text of HOSTILE_TEXTS) expect(files(text)).toEqual(files('plain'));
});

describe('GIVEN a request that no host can enforce WHEN planned THEN it is refused', () => {
  const refused = (wishes: Partial<LinuxHostsRequest>) => codesOf(() => hostsOf(shop().policy, wishes));
  const log = { group: 100, ratePerSecond: 100, burst: 1000 };

  test.each([-1, 1.5, 65_536])('log group %d', (group) => expect(refused({ log: { ...log, group } })).toEqual(['MSEG4002']));
  test('no log records at all', () => expect(refused({ log: { ...log, ratePerSecond: 0 } })).toEqual(['MSEG4002']));
  test.each([['10.0.0.1/8', 22], ['any', 22], ['10.0.0.0/8', 0], ['10.0.0.0/8', 65_536]])('management from %s to port %d', (cidr, port) => {
    expect(refused({ management: [{ cidr, port }] })).toEqual(['MSEG4003']);
  });
  test.each(['', 'lo', '*', 'a'.repeat(16), 'eth0"', 'eth0\n', ...HOSTILE_TEXTS.filter((text) => !/^[\w-]{1,15}$/.test(text))])('container interface %j', (name) => {
    expect(refused({ protects: [{ workload: 'Web', containerInterfaces: [name] }] })).toEqual(['MSEG4004']);
  });
  test('a limit of no elements', () => expect(refused({ limits: { elements: 0 } })).toEqual(['MSEG4005']));
  test('more elements than the limit', () => expect(refused({ limits: { elements: 1 } })).toEqual(['MSEG4006']));
  test('a known peer address that is none', () => {
    expect(refused({ peerAddresses: { Ledger: [{ value: '10.0.0.0/33', family: 4, opaque: false }] } })).toEqual(['MSEG1004']);
  });
  test.each(['10.0.0.1', '${Token[TOKEN.1]}\n}', '${Token[TOKEN.1]} . 6 . 22, 0.0.0.0/0', '${Token[TOKEN.1]}; flush ruleset', '', ...HOSTILE_TEXTS.filter((text) => text !== '${Token[TOKEN.1]}')])(
    'the deploy-time value %j', (value) => {
      expect(refused({ peerAddresses: { Ledger: [{ value, family: 4, opaque: true }] } })).toEqual(['MSEG4007']);
    });
});

test('GIVEN peers without address and peers of other platforms WHEN planned THEN all of them are named at once', () => {
  const { policy, web } = shop();
  const stranger = policy.addWorkload('Stranger', {});
  web.allowFrom(stranger);
  web.allowTo(stranger, { services: [Service.HTTPS] });
  web.allowFrom(Peer.serviceTag('AzureLoadBalancer'));
  web.allowTo(Peer.prefixList('pl-1', { name: 's3', maxEntries: 10 }), { services: [Service.HTTPS] });
  const protects = [{ workload: 'Web' }, { workload: 'Ledger' }];
  const codes = problemsOf(() => hostsOf(policy, { protects })).map(({ code }) => code);
  expect(codes.sort()).toEqual(['MSEG3401', 'MSEG3401', 'MSEG4001', 'MSEG4001']);
});
