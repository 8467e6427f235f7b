import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AddressSet, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { EnforcementMode, Peer, Service } from '../../../lib/model';
import { LinuxHostsRequest } from '../../../lib/platforms/linux/plan-types';
import { LinuxReader, readLive } from '../../../lib/platforms/linux/read';
import { renderAddressBook, renderRuleSet } from '../../../lib/platforms/linux/render';
import { EnforcedWorkload } from '../../../lib/platforms/platform';
import { payments } from '../../model/policies';
import { problemsOf } from '../../support/problems';
import { ANYWHERE, EVERYTHING, hostsOf } from './hosts';

interface Files {
  readonly rules: string;
  readonly book: string;
}

function web(wishes: Partial<LinuxHostsRequest> = {}, mode = EnforcementMode.ENFORCE): Files {
  const policy = payments({ mode });
  policy.addWorkload('Web', { services: [Service.HTTPS] }).allowFrom(Peer.cidr('10.0.0.0/8'));
  const [host] = hostsOf(policy, wishes);
  return { rules: renderRuleSet(host), book: renderAddressBook(host) };
}

function read({ rules, book }: Files): EnforcedWorkload[] {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-linux-'));
  try {
    writeFileSync(join(directory, 'rules.nft'), rules);
    writeFileSync(join(directory, 'addresses.nft'), book);
    return new LinuxReader().read(directory).flatMap(({ workloads }) => workloads);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What somebody lets in at the host, as text. */
function ingress(files: Files): string[] {
  return read(files)[0].ingress.entries().map(({ peer, services }) => `${'kind' in peer ? peer.id : peer.toString()} ${services.toString()}`);
}

const FILES = web();
const DECLARED = '10.0.0.0/8 tcp/443';

/** The rule set with a line in front of the chain's first rule. */
function withRule(rule: string, chain = 'ingress', files = FILES): Files {
  return { ...files, rules: files.rules.replace(`chain ${chain} {\n`, `chain ${chain} {\n    ${rule}\n`) };
}

test('GIVEN rendered files WHEN read THEN policy, workload, carrier and role are known', () => {
  expect(read(FILES)).toEqual([expect.objectContaining({
    policy: 'Payments', workload: 'Web', role: 'attached', carrier: expect.stringMatching(/^rules\.nft#microseg_\w{12}$/),
  })]);
  expect(ingress(FILES)).toEqual([DECLARED]);
});

test('GIVEN management access WHEN read THEN it is admitted', () => {
  expect(ingress(web({ management: [{ cidr: '192.0.2.0/24', port: 22 }] }))).toEqual(['192.0.2.0/24 tcp/22', DECLARED]);
});

test('GIVEN a container host WHEN read THEN forwarded traffic is a carrier of its own, with the same flows', () => {
  const [host, containers] = read(web({ protects: [{ workload: 'Web', containerInterfaces: ['docker0', 'br-*'] }] }));
  expect(containers.carrier).toBe(`${host.carrier}/forward`);
  expect(containers.ingress.equals(host.ingress)).toBe(true);
  expect(containers.egress.isEmpty()).toBe(true);
});

test.each([EnforcementMode.MONITOR, EnforcementMode.VISIBILITY])('GIVEN a host in %s WHEN read THEN everything is admitted, forwarded or not', (mode) => {
  for (const { ingress: inbound, egress } of read(web({ protects: [{ workload: 'Web', containerInterfaces: ['docker0'] }] }, mode))) {
    expect([inbound.equals(EVERYTHING), egress.equals(EVERYTHING)]).toEqual([true, true]);
  }
});

describe('GIVEN a rule set that somebody changed by hand WHEN read THEN the change shows', () => {
  test.each([
    ['tcp dport 22 accept', 'input', ANYWHERE, ServiceSet.tcp(22)],
    ['ip saddr 192.0.2.0/24 accept', 'input', AddressSet.cidr('192.0.2.0/24'), ServiceSet.ALL],
    ['ip saddr { 192.0.2.1, 192.0.2.2-192.0.2.9 } udp dport { 53, 54-99 } counter accept', 'ingress', AddressSet.range('192.0.2.1', '192.0.2.9'), ServiceSet.udp(53, 99)],
    ['ip saddr . meta l4proto . tcp dport { 192.0.2.1 . tcp . 22, 192.0.2.2 . udp . 22 } accept', 'input', AddressSet.cidr('192.0.2.1/32'), ServiceSet.tcp(22)],
    ['meta l4proto gre return', 'ingress', ANYWHERE, ServiceSet.protocol(47)],
    ['meta l4proto != { 0-46, 48-255 } return', 'ingress', ANYWHERE, ServiceSet.protocol(47)],
    ['icmp type echo-request accept', 'input', ANYWHERE, ServiceSet.icmp(8)],
    ['ct state new ip6 saddr 2001:db8::/32 log prefix "x" return', 'ingress', AddressSet.cidr('2001:db8::/32'), ServiceSet.ALL],
    ['meta nfproto ipv6 accept', 'input', AddressSet.ANY_IPV6, ServiceSet.ALL],
    ['ct state vmap { new : accept, established : drop }', 'input', ANYWHERE, ServiceSet.ALL],
  ])('%s in %s', (rule, chain, peer, services) => {
    const declared = { peer: AddressSet.cidr('10.0.0.0/8'), services: ServiceSet.tcp(443) };
    expect(read(withRule(rule, chain))[0].ingress.equals(PeerTraffic.of([declared, { peer, services }]))).toBe(true);
  });

  test.each(['ct state established accept', 'counter', 'iif "lo" accept', 'log prefix "tcp dport 22 accept" group 7', 'limit rate 5/second counter'])(
    '%s admits nothing', (rule) => expect(ingress(withRule(rule))).toEqual([DECLARED]));

  test('drop ahead of a lookup', () => {
    expect(ingress(withRule('ip saddr 10.0.0.0/9 drop'))).toEqual(['10.128.0.0/9 tcp/443']);
    expect(ingress(withRule('drop'))).toEqual([]);
  });

  test('other verdicts, policies and chains', () => {
    const changed = (from: string, to: string) => ingress({ ...FILES, rules: FILES.rules.replace(from, to) });
    expect(changed('counter drop', 'counter accept')).toEqual(['0.0.0.0/0, ::/0 all']);
    expect(changed('    goto undeclared_ingress\n', '')).toEqual(['0.0.0.0/0, ::/0 all']);
    expect(changed('type filter hook input priority filter - 10; policy drop;', '')).toEqual(['0.0.0.0/0, ::/0 all']);
    // A chain that was jumped to and comes to its end goes back to where it was left.
    expect(changed('    goto verdict\n', '')).toEqual(['0.0.0.0/0, ::/0 all']);
  });

  test('elements of the address book', () => {
    const { book } = FILES;
    expect(ingress({ ...FILES, book: book.replace('10.0.0.0/8 . 6 . 443', '10.0.0.0-10.0.0.9 . 6-17 . 0-65535') })).toEqual(['10.0.0.0/29, 10.0.0.8/31 tcp/0-65535, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, udp/0-65535']);
    expect(ingress({ ...FILES, book: '' })).toEqual([]);
    const [, table] = /flush set inet (\w+) in6/.exec(book)!;
    expect(ingress({ ...FILES, book: `${book}add element inet ${table} in6 { ::/0 . tcp . 22 comment "a } b" }\n` })).toEqual(['::/0 tcp/22', DECLARED]);
  });
});

describe('GIVEN what nobody can tell the meaning of WHEN read THEN it is a problem with its place', () => {
  test.each([
    'tcp flags syn accept', 'ip daddr 10.0.0.1 accept', 'iifname "eth0" accept', 'meta mark 1 accept', 'limit rate 5/second accept', 'ip saddr != 10.0.0.0/8 accept',
    'th dport 22 accept', 'tcp sport 22 accept', 'ct state untracked accept', 'jump nowhere', 'jump ingress', 'ip saddr @nothing accept', 'meta skuid 0 accept', 'ip saddr 10.0.0.1 . accept',
    'ip6 hoplimit 254 accept', 'ip saddr 2001:db8::/32 accept', 'queue num 0', 'dnat to 10.0.0.1', 'ip saddr . meta l4proto . th sport @in4 return', '"', '`', '$(reboot)',
  ])('%s', (rule) => {
    const problems = problemsOf(() => read(withRule(rule)));
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['MSEG8004']));
    expect(problems[0].where).toMatch(/^rules\.nft:\d+$/);
  });

  test.each([
    ['a command', { ...FILES, rules: `${FILES.rules}flush ruleset\n` }], ['another file', { ...FILES, rules: `include "/etc/x.nft"\n${FILES.rules}` }],
    ['a map', { ...FILES, rules: FILES.rules.replace('set in4 {', 'map other { type ipv4_addr : verdict; }\n  set in4 {') }],
    ['a sleeping table', { ...FILES, rules: FILES.rules.replace('set in4 {', 'flags dormant\n  set in4 {') }],
    ['a chain elsewhere', { ...FILES, rules: FILES.rules.replace('hook output', 'hook prerouting') }],
    ['another priority', { ...FILES, rules: FILES.rules.replace('type filter hook input', 'type nat hook input') }],
    ['no identity', { ...FILES, rules: FILES.rules.replace(/ comment "microseg:workload=Web"/g, '') }],
    ['another family', { rules: FILES.rules.replace(/inet/g, 'ip'), book: FILES.book.replace(/inet/g, 'ip') }],
    ['a set of nobody', { ...FILES, book: FILES.book.replace(/in4/g, 'in5') }],
    ['a value without definition', { ...FILES, book: FILES.book.replace('10.0.0.0/8', '$d_x') }],
    ['a block left open', { ...FILES, book: FILES.book.replace(/\}\n/, '') }],
  ])('%s', (_, files) => {
    expect(new Set(problemsOf(() => read(files)).map(({ code }) => code))).toEqual(new Set(['MSEG8004']));
  });

  test('a dropped block that may hold a deploy-time value', () => {
    const book = FILES.book.replace('10.0.0.0/8', '$d_x').replace(/^/, 'define d_x = ${var.nat}\n');
    expect(ingress({ ...FILES, book })).toEqual(['${var.nat} tcp/443']);
    expect(problemsOf(() => read({ ...withRule('ip saddr 10.0.0.0/9 drop'), book })).map(({ code }) => code)).toEqual(['MSEG8004']);
  });
});

test('GIVEN a rule set without its address book WHEN read THEN it is refused', () => {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-linux-'));
  writeFileSync(join(directory, 'rules.nft'), FILES.rules);
  expect(problemsOf(() => new LinuxReader().read(directory))).toEqual([expect.objectContaining({ code: 'MSEG8002', where: 'rules.nft' })]);
  rmSync(directory, { recursive: true });
});

test.each(['', '[]', '{}', '{"nftables": 1}', 'table inet x'])('GIVEN %j instead of a dump WHEN read THEN it is refused', (text) => {
  expect(problemsOf(() => readLive('dump.json', text))).toEqual([expect.objectContaining({ code: 'MSEG8002', where: expect.stringMatching(/^dump\.json(:1:2)?$/) })]);
});

describe('GIVEN a dump with what nobody can tell the meaning of WHEN read THEN it is a problem', () => {
  const own = { family: 'inet', table: 'microseg_x' };
  const base = [{ table: { family: 'inet', name: 'microseg_x' } }, { chain: { ...own, name: 'input', hook: 'input', policy: 'drop' } }];
  const rule = (...expr: unknown[]) => ({ rule: { ...own, chain: 'input', handle: 7, expr } });

  test.each([
    ['a map', { map: { ...own, name: 'm' } }], ['a flow table', { flowtable: { ...own, name: 'f' } }],
    ['a sleeping table', { table: { family: 'inet', name: 'microseg_x', flags: 'dormant' } }],
    ['a set of another kind', { set: { ...own, name: 's', elem: [{ strange: 1 }] } }],
    ['a rule of no chain', { rule: { ...own, chain: 'nowhere', handle: 7, expr: [] } }],
    ['an unknown statement', rule({ mangle: {} }, { accept: null })], ['an unknown comparison', rule({ match: { op: '<', left: { meta: { key: 'length' } }, right: 9 } }, { accept: null })],
    ['another field', rule({ match: { op: '==', left: { '&': [1, 2] }, right: 9 } }, { accept: null })],
    ['another map', rule({ vmap: { key: { meta: { key: 'mark' } }, data: { set: [] } } })], ['no statement', rule(7)], ['no identity', rule({ accept: null })],
  ])('%s', (_, object) => {
    const problems = problemsOf(() => readLive('dump.json', JSON.stringify({ nftables: [...base, object] })));
    expect(problems.map(({ code }) => code)).toContain('MSEG8004');
    expect(problems.every(({ where }) => where.startsWith('dump.json'))).toBe(true);
  });

  test('but not where it is in the table of somebody else', () => {
    const theirs = [{ table: { family: 'ip', name: 'docker' } }, { map: { family: 'ip', table: 'docker', name: 'm' } }];
    expect(readLive('dump.json', JSON.stringify({ nftables: theirs })).workloads).toEqual([]);
  });
});
