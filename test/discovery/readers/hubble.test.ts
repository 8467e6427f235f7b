import { hubbleReader } from '../../../lib/discovery/readers/hubble';
import { readText } from '../../support/flow-logs/read';

const flow = (changes: object = {}) => ({
  time: '2026-11-23T10:00:05.250123456Z', verdict: 'FORWARDED', IP: { source: '10.1.0.5', destination: '10.1.0.9', ipVersion: 'IPv4' },
  l4: { TCP: { source_port: 60002, destination_port: 57706, flags: { ACK: true } } }, Type: 'L3_L4', node_name: 'node-1', traffic_direction: 'INGRESS',
  source: { namespace: 'shop', labels: ['k8s:app=cart', 'k8s:io.kubernetes.pod.namespace=shop'], pod_name: 'cart-7f', workloads: [{ name: 'cart', kind: 'Deployment' }] },
  destination: { labels: ['reserved:world'] }, is_reply: true, ...changes,
});
const wrapped = (changes: object = {}) => ({ flow: flow(changes), node_name: 'node-1', time: '2026-11-23T10:00:05Z' });
const read = (...events: object[]) => readText(hubbleReader, events.map((event) => JSON.stringify(event)).join('\n'));

test('a reply names its destination as the one who asked, whatever the ports', () => {
  expect(read(wrapped()).records).toEqual([{
    start: Date.UTC(2026, 10, 23, 10, 0, 5, 250), end: Date.UTC(2026, 10, 23, 10, 0, 5, 250), source: '10.1.0.5', destination: '10.1.0.9',
    sourceName: 'shop/cart', sourceLabels: { app: 'cart' }, sourcePort: 60002, destinationPort: 57706, protocol: 6, tcpFlags: 16,
    bytes: 0, packets: 1, replyBytes: 0, replyPackets: 0, initiator: 'destination', outcome: 'allowed', sensor: 'node-1/INGRESS',
  }]);
});

test('a policy drops, audit would, and any other drop is no denial', () => {
  const dropped = { verdict: 'DROPPED', is_reply: undefined };
  const outcomes = read(
    wrapped({ ...dropped, drop_reason_desc: 'POLICY_DENIED' }), wrapped({ ...dropped, drop_reason: 181 }), wrapped({ verdict: 'AUDIT' }), wrapped({ ...dropped, drop_reason_desc: 'INVALID_PACKET' }),
  ).records.map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['denied', 'denied', 'wouldDeny', 'attempt']);
});

test('a dropped packet leaves to the flags who asked', () => {
  const [record] = read(flow({ verdict: 'DROPPED', is_reply: undefined, l4: { TCP: { source_port: 40000, destination_port: 443, flags: { SYN: true } } } })).records;
  expect(record).toMatchObject({ tcpFlags: 2 });
  expect(record).not.toHaveProperty('initiator');
});

test('the policy that decided is named', () => {
  expect(read(flow({ ingress_denied_by: [{ name: 'deny-all', namespace: 'shop' }] })).records).toMatchObject([{ rule: 'shop/deny-all' }]);
});

test('an array over many lines is read as well, and absent members of ICMP are 0', () => {
  const text = JSON.stringify([wrapped({ l4: { ICMPv4: { code: 1 } } }), wrapped({ l4: { ICMPv6: { type: 128 } } })], null, 2);
  expect(hubbleReader.recognizes(text)).toBe(true);
  expect(readText(hubbleReader, text).records).toMatchObject([{ protocol: 1, destinationPort: 0 }, { protocol: 58, destinationPort: 128 }]);
});

test('requests of layer 7 repeat what the packets said', () => {
  expect(read(wrapped({ Type: 'L7', l7: { http: {} } }))).toEqual({ records: [], rejected: [], gaps: [] });
});
