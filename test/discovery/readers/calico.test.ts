import { calicoReader } from '../../../lib/discovery/readers/calico';
import { readText } from '../../support/flow-logs/read';

const enterprise = (changes: object = {}) => ({
  start_time: 1795385100, end_time: 1795385115, source_ip: null, source_name: '-', source_name_aggr: 'web-5f7-*', source_namespace: 'shop', source_port: null, source_type: 'wep',
  source_labels: { labels: ['app=web'] }, dest_ip: '10.1.0.9', dest_name: '-', dest_name_aggr: 'cart-7f-*', dest_namespace: 'shop', dest_port: 7070, dest_type: 'wep', dest_labels: null,
  proto: 'tcp', action: 'allow', reporter: 'src', policies: { all_policies: ['0|default|shop/default.cart|allow|0'] }, bytes_in: 900, bytes_out: 300, packets_in: 9, packets_out: 3,
  num_flows: 4, num_flows_started: 2, ...changes,
});
const read = (...events: object[]) => readText(calicoReader, events.map((event) => JSON.stringify(event)).join('\n'));

test('a flow log names workloads where addresses are aggregated away', () => {
  expect(read(enterprise()).records).toEqual([{
    start: 1795385100000, end: 1795385115000, sourceName: 'shop/web-5f7', sourceLabels: { app: 'web' }, destination: '10.1.0.9', destinationName: 'shop/cart-7f', destinationLabels: {},
    destinationPort: 7070, protocol: 6, bytes: 300, packets: 3, replyBytes: 900, replyPackets: 9, connections: 2, initiator: 'source', outcome: 'allowed', sensor: 'src',
    rule: '0|default|shop/default.cart|allow|0',
  }]);
});

test('what is in for the one who reports at the destination came from the source', () => {
  expect(read(enterprise({ reporter: 'dst' })).records).toMatchObject([{ bytes: 900, replyBytes: 300, sensor: 'dst' }]);
});

test('denied, and denied by a staged policy only', () => {
  const pending = { policies: { enforced_policies: ['0|default|shop/x|allow|0'], pending_policies: ['0|default|shop/y|deny|0'] } };
  expect(read(enterprise({ action: 'deny' }), enterprise(pending)).records.map(({ outcome }) => outcome)).toEqual(['denied', 'wouldDeny']);
});

test('networks outside the cluster are named, unless their address is there', () => {
  const aggregated = enterprise({ source_name_aggr: 'pub', source_type: 'net', source_namespace: '-' });
  const known = enterprise({ source_name_aggr: 'pvt', source_type: 'net', source_namespace: '-', source_ip: '192.168.7.7' });
  const [first, second] = read(aggregated, known).records;
  expect(first).toMatchObject({ sourceName: 'internet' });
  expect(second).toMatchObject({ source: '192.168.7.7' });
  expect(second).not.toHaveProperty('sourceName');
});

test('a flow of Goldmane has a key and names actions in capitals', () => {
  const goldmane = {
    Key: {
      source_name: 'web-*', source_namespace: 'shop', source_type: 'WorkloadEndpoint', dest_name: 'cart-*', dest_namespace: 'shop', dest_port: 7070, proto: 'tcp', reporter: 'Dst', action: 'Allow',
      policies: { enforced_policies: [{ kind: 'NetworkPolicy', namespace: 'shop', name: 'cart', tier: 'default', action: 'Allow' }], pending_policies: [{ name: 'strict', action: 'Deny' }] },
    },
    start_time: 1795385100, end_time: 1795385115, packets_in: 9, bytes_in: 900, packets_out: 3, bytes_out: 300, num_connections_started: 2,
  };
  expect(calicoReader.recognizes(JSON.stringify(goldmane))).toBe(true);
  expect(read(goldmane).records).toMatchObject([{ sourceName: 'shop/web', destinationName: 'shop/cart', outcome: 'wouldDeny', bytes: 900, connections: 2, rule: 'default/shop/cart' }]);
});

test('port 0 says nothing', () => {
  expect(read(enterprise({ dest_port: 0 })).records[0].destinationPort).toBeUndefined();
});

test('a flow that names one end only is reported', () => {
  expect(read(enterprise({ source_name_aggr: '-' })).rejected).toEqual([{ line: 1, reason: 'it does not name both ends' }]);
});
