import { monitorRules } from '../../../lib/platforms/aws/monitor';
import { NetworkRange } from '../../../lib/platforms/network-range';

const texts = (scope: NetworkRange[]) => monitorRules(scope).map(({ end, traffic, peer }) => `${end} ${traffic.protocol} ${'cidr' in peer ? peer.cidr : (peer as { name: string }).name}`);
const OUTWARD = ['egress -1 0.0.0.0/1', 'egress -1 128.0.0.0/1', 'egress -1 ::/1', 'egress -1 8000::/1'];

test('GIVEN the ranges of a network WHEN monitoring THEN inbound only these are open, outbound everything', () => {
  const scope: NetworkRange[] = [
    { kind: 'cidrIpv4', cidr: '10.0.0.0/16' }, { kind: 'cidrIpv6', cidr: '2001:db8::/56' }, { kind: 'token', name: 'monitor:vpc', value: '${Token[TOKEN.1]}', family: 4 },
  ];
  expect(texts(scope)).toEqual(['ingress -1 10.0.0.0/16', 'ingress -1 2001:db8::/56', 'ingress -1 monitor:vpc', ...OUTWARD]);
});

test('GIVEN no range, or one twice, WHEN monitoring THEN nothing inbound is open by itself, and nothing stands twice', () => {
  expect(texts([])).toEqual(OUTWARD);
  const block: NetworkRange = { kind: 'cidrIpv4', cidr: '10.0.0.0/16' };
  expect(texts([block, block])).toEqual(['ingress -1 10.0.0.0/16', ...OUTWARD]);
});

test('GIVEN monitoring rules WHEN counted THEN each weighs one in its family', () => {
  expect(monitorRules([{ kind: 'token', name: 'monitor:v6', value: '${Token[TOKEN.1]}', family: 6 }]).map(({ weight }) => weight)).toEqual([
    { 4: 0, 6: 1 }, { 4: 1, 6: 0 }, { 4: 1, 6: 0 }, { 4: 0, 6: 1 }, { 4: 0, 6: 1 },
  ]);
});
