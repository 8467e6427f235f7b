import { compilePolicy } from '../../../lib/compiler';
import { Peer, Service } from '../../../lib/model';
import { GOOGLE_CAPABILITIES } from '../../../lib/platforms/gcp/capabilities';
import { payments } from '../../model/policies';
import { codesOf } from '../../support/problems';
import { planOf } from './plans';

test.each([
  ['tcp/443', Service.tcp(443), true], ['udp/53-54', Service.udpRange(53, 54), true], ['sctp/9', Service.sctp(9), true],
  ['icmp', Service.icmp(), true], ['icmp/8', Service.icmp(8), false], ['icmp/3/4', Service.icmp(3, 4), false],
  ['icmpv6', Service.icmpv6(), true], ['icmpv6/128', Service.icmpv6(128), false],
  ['esp', Service.protocol(50), true], ['ipip', Service.protocol(4), true], ['protocol 0', Service.protocol(0), true], ['all', Service.any(), true],
])('GIVEN %s WHEN asked THEN what can be filtered exactly is what the planner takes', (_, service, exact) => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [service] });
  web.allowFrom(Peer.any());
  const [declared] = compilePolicy(policy).workloads[0].services;
  expect(GOOGLE_CAPABILITIES.canFilter(declared)).toBe(exact);
  expect(codesOf(() => planOf(policy))).toEqual(exact ? [] : ['MSEG3305']);
});
