import { IpFamily, Peer, Selector } from '../../lib/model';
import { problemsOf } from '../support/problems';
import { CDK_TOKEN, CDKTF_TOKEN } from './policies';

test.each([
  ['no address at all', 'tomorrow'], ['nothing', ''], ['host bits', '10.0.0.1/8'], ['host bits of IPv6', '2001:db8::1/32'], ['an octet above 255', '10.0.0.256'],
  ['a prefix of 33', '10.0.0.0/33'], ['a prefix of 129', '::/129'], ['a netmask', '10.0.0.0/255.0.0.0'], ['an octal octet', '010.0.0.0/8'],
  ['three octets', '10.0.0/24'], ['a zone', 'fe80::1%eth0'], ['blanks', ' 10.0.0.0/8'], ['a minus', '10.0.0.0/-1'], ['a quote', '10.0.0.0/8"'],
  ['a line break', '10.0.0.0/8\n'], ['a hostile expression', '${file("/etc/passwd")}'],
])('GIVEN a block with %s WHEN declared THEN MSEG1004 says what is wrong', (_, cidr) => {
  expect(problemsOf(() => Peer.cidr(cidr))).toEqual([{ code: 'MSEG1004', where: 'Peer', message: expect.stringMatching(/.+/) }]);
  expect(problemsOf(() => Peer.cidr('0.0.0.0/0', [cidr])).map(({ code }) => code)).toEqual(['MSEG1004']);
});

test('GIVEN host bits WHEN declared THEN the message offers the block that was meant', () => {
  expect(problemsOf(() => Peer.ipv4('10.1.2.3/8'))[0].message).toContain('10.0.0.0/8');
});

test('GIVEN a block of the other family WHEN declared THEN MSEG1004 says so', () => {
  expect(problemsOf(() => Peer.ipv4('::/0'))).toEqual([expect.objectContaining({ code: 'MSEG1004', message: '"::/0" is not an IPv4 address or block' })]);
  expect(problemsOf(() => Peer.ipv6('0.0.0.0/0'))).toEqual([expect.objectContaining({ code: 'MSEG1004', message: '"0.0.0.0/0" is not an IPv6 address or block' })]);
});

test.each([['CDK', CDK_TOKEN], ['CDKTF', CDKTF_TOKEN]])('GIVEN a token of %s where an address should be WHEN declared THEN MSEG1012 points to Peer.token', (_, token) => {
  expect(problemsOf(() => Peer.cidr(token))).toEqual([expect.objectContaining({ code: 'MSEG1012' })]);
  expect(problemsOf(() => Peer.prefixList(token, { maxEntries: 1 }))).toEqual([expect.objectContaining({ code: 'MSEG1012' })]);
  expect(problemsOf(() => Peer.prefixList(token, { maxEntries: 1, name: 's3' }))).toEqual([]);
  expect(problemsOf(() => Peer.token('nat', token, IpFamily.IPV4))).toEqual([]);
});

test('GIVEN a known address as a token WHEN declared THEN MSEG1012 points to Peer.cidr, where it can be checked', () => {
  expect(problemsOf(() => Peer.token('everybody', '0.0.0.0/0', IpFamily.IPV4))).toEqual([expect.objectContaining({ code: 'MSEG1012' })]);
  expect(problemsOf(() => Peer.token('nobody', '', IpFamily.IPV4))).toEqual([expect.objectContaining({ code: 'MSEG1012' })]);
});

test.each(['', '1a', 'a b', 'a\nb', 'a"', '${x}', 'a/b', 'a'.repeat(65)])('GIVEN the name %j WHEN a token or prefix list takes it THEN MSEG1006', (name) => {
  expect(problemsOf(() => Peer.token(name, CDK_TOKEN, IpFamily.IPV4))).toEqual([expect.objectContaining({ code: 'MSEG1006' })]);
  expect(problemsOf(() => Peer.prefixList('pl-1', { name, maxEntries: 1 }))).toEqual([expect.objectContaining({ code: 'MSEG1006' })]);
});

test.each([0, -1, 1.5, NaN, Infinity, 1001, '10' as unknown as number])('GIVEN a prefix list of %p entries WHEN declared THEN MSEG1013', (maxEntries) => {
  expect(problemsOf(() => Peer.prefixList('pl-1', { maxEntries }))).toEqual([expect.objectContaining({ code: 'MSEG1013', where: 'Peer.prefixList pl-1' })]);
});

test.each(['', ' ', '0.0.0.0/0', 'pl-1 ', 'pl-1"', '${x}'])('GIVEN the prefix list id %j, which is none, WHEN declared THEN MSEG1013, since a rule without a peer could be anybody', (id) => {
  expect(problemsOf(() => Peer.prefixList(id, { name: 's3', maxEntries: 1 }))).toEqual([expect.objectContaining({ code: 'MSEG1013' })]);
});

test.each<[string, () => unknown]>([
  ['no label', () => Selector.matching({})],
  ['an empty key', () => Selector.matching({ '': 'x' })],
  ['an empty value', () => Selector.matching({ app: '' })],
  ['no value', () => Selector.oneOf('app')],
  ['no value to be without', () => Selector.noneOf('app')],
  ['no selector', () => Selector.all()],
  ['no label for a peer', () => Peer.labeled({})],
])('GIVEN a selector with %s WHEN declared THEN MSEG1015, since it could choose everything', (_, declare) => {
  expect(problemsOf(declare)).toEqual([expect.objectContaining({ code: 'MSEG1015', where: 'Selector' })]);
});
