import { ManifestService } from '../../../lib/compiler';
import { familyOfProtocol, RuleTraffic, ruleTraffic } from '../../../lib/platforms/aws/rule-traffic';
import { problemsOf } from '../../support/problems';

test.each<[ManifestService, RuleTraffic]>([
  [{ protocol: 'all' }, { protocol: '-1' }],
  [{ protocol: 'tcp', fromPort: 443, toPort: 443 }, { protocol: 'tcp', fromPort: 443, toPort: 443 }],
  [{ protocol: 'udp' }, { protocol: 'udp', fromPort: 0, toPort: 65_535 }],
  [{ protocol: 'icmp' }, { protocol: 'icmp', fromPort: -1, toPort: -1 }],
  [{ protocol: 'icmp', fromPort: 8 }, { protocol: 'icmp', fromPort: 8, toPort: -1 }],
  [{ protocol: 'icmp', fromPort: 0, toPort: 0 }, { protocol: 'icmp', fromPort: 0, toPort: 0 }],
  [{ protocol: 'icmpv6', fromPort: 128, toPort: 0 }, { protocol: 'icmpv6', fromPort: 128, toPort: 0 }],
  [{ protocol: '50' }, { protocol: '50' }],
  [{ protocol: '0' }, { protocol: '0' }],
  [{ protocol: 'sctp' }, { protocol: '132' }],
  [{ protocol: 'sctp', fromPort: 0, toPort: 65_535 }, { protocol: '132' }],
])('GIVEN %j WHEN written as a rule THEN it is %j', (service, expected) => {
  expect(ruleTraffic(service, 'App')).toEqual(expected);
});

test.each([[0, 65_534], [1, 65_535], [80, 80]])('GIVEN ports %d-%d of SCTP WHEN written as a rule THEN MSEG3006, since AWS would admit all of them', (fromPort, toPort) => {
  expect(problemsOf(() => ruleTraffic({ protocol: 'sctp', fromPort, toPort }, 'App/Web'))).toEqual([expect.objectContaining({ code: 'MSEG3006', where: 'App/Web' })]);
});

test('GIVEN protocols WHEN asked for their family THEN only ICMP has one', () => {
  expect(['icmp', 'icmpv6', 'tcp', '-1', '50'].map(familyOfProtocol)).toEqual([4, 6, undefined, undefined, undefined]);
});
