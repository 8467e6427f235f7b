import { Service } from '../../lib/model';
import { problemsOf } from '../support/problems';

const bad = (value: unknown) => value as number;

test.each<[string, () => Service]>([
  ['port 70000', () => Service.tcp(70_000)],
  ['a negative port', () => Service.udp(-1)],
  ['half a port', () => Service.tcp(80.5)],
  ['NaN', () => Service.tcp(NaN)],
  ['a port as text', () => Service.tcp(bad('443'))],
  ['no port', () => Service.tcp(bad(undefined))],
  ['null', () => Service.tcp(bad(null))],
  ['from above to', () => Service.tcpRange(90, 80)],
  ['a range past the end', () => Service.udpRange(65_000, 65_536)],
  ['an open range', () => Service.sctpRange(80, bad(undefined))],
])('GIVEN %s WHEN declared THEN MSEG1001 says so', (_, declare) => {
  expect(problemsOf(declare)).toEqual([{ code: 'MSEG1001', where: expect.stringMatching(/^Service /), message: expect.any(String) }]);
});

test.each<[string, unknown]>([
  ['a name', 'tcp'], ['256', 256], ['a negative number', -1], ['half a number', 6.5], ['nothing', undefined], ['a number as text', '6'],
])('GIVEN %s for a protocol number WHEN declared THEN MSEG1002 says so', (_, protocol) => {
  expect(problemsOf(() => Service.protocol(bad(protocol)))).toEqual([expect.objectContaining({ code: 'MSEG1002' })]);
});

test.each<[string, () => Service]>([
  ['type 256', () => Service.icmp(256)],
  ['code -1', () => Service.icmp(8, -1)],
  ['type -1, the way AWS writes any', () => Service.icmp(-1)],
  ['a code without a type', () => Service.icmpv6(undefined, 0)],
  ['a type as text', () => Service.icmp(bad('8'))],
])('GIVEN ICMP with %s WHEN declared THEN MSEG1003 says so', (_, declare) => {
  expect(problemsOf(declare)).toEqual([expect.objectContaining({ code: 'MSEG1003' })]);
});

test('GIVEN a named service without content WHEN declared THEN MSEG1016 names it', () => {
  expect(problemsOf(() => Service.of('directory'))).toEqual([expect.objectContaining({ code: 'MSEG1016', where: 'Service directory' })]);
});

test('GIVEN the ends of each scale WHEN declared THEN they are taken', () => {
  expect(Service.tcp(0)._ranges).toEqual([{ protocol: 'tcp', fromPort: 0, toPort: 0 }]);
  expect(Service.udpRange(0, 65_535)._ranges).toEqual([{ protocol: 'udp', fromPort: 0, toPort: 65_535 }]);
  expect(Service.protocol(255)._ranges).toEqual([{ protocol: '255' }]);
  expect(Service.icmp(255, 255)._ranges).toEqual([{ protocol: 'icmp', fromPort: 255, toPort: 255 }]);
});

test('GIVEN the number of a protocol that has a name WHEN declared THEN it is all of that protocol', () => {
  const ranges = (number: number) => Service.protocol(number)._ranges;
  expect(ranges(6)).toEqual([{ protocol: 'tcp', fromPort: 0, toPort: 65_535 }]);
  expect(ranges(1)).toEqual([{ protocol: 'icmp' }]);
  expect(ranges(58)).toEqual([{ protocol: 'icmpv6' }]);
});

test('GIVEN services WHEN named THEN the name is the one given, or says the ports', () => {
  expect(Service.HTTPS.name).toBe('https');
  expect(Service.tcpRange(80, 90).name).toBe('tcp/80-90');
  expect(Service.icmp(8, 0).name).toBe('icmp/8/0');
  expect(Service.of('directory', Service.tcp(389), Service.udp(389))._ranges).toHaveLength(2);
});
