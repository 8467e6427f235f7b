import { AZURE_CAPABILITIES } from '../../../lib/platforms/azure/capabilities';

test.each([
  ['a TCP port', { protocol: 'tcp', fromPort: 443, toPort: 443 }, true],
  ['all of UDP', { protocol: 'udp' }, true],
  ['TCP by its number', { protocol: '6' }, true],
  ['all of ICMP', { protocol: 'icmp' }, true],
  ['ESP', { protocol: '50' }, true],
  ['AH', { protocol: '51' }, true],
  ['everything', { protocol: 'all' }, true],
  ['an ICMP type', { protocol: 'icmp', fromPort: 8 }, false],
  ['ICMPv6', { protocol: 'icmpv6' }, false],
  ['all of SCTP', { protocol: 'sctp' }, false],
  ['an SCTP port', { protocol: 'sctp', fromPort: 9, toPort: 9 }, false],
  ['GRE', { protocol: '47' }, false],
])('GIVEN %s, %j, WHEN asked THEN Azure filters it exactly: %s', (_, service, expected) => {
  expect(AZURE_CAPABILITIES.canFilter(service)).toBe(expected);
});
