import { readText } from '../../support/flow-logs/read';

const nsg = (tuples: unknown[], rule = 'UserRule_web', version = 2) => JSON.stringify({
  records: [{ macAddress: '000D3A', category: 'NetworkSecurityGroupFlowEvent', properties: { Version: version, flows: [{ rule, flows: [{ mac: '000D3A', flowTuples: tuples }] }] } }],
});
const vnet = (tuples: unknown[], rule = 'web') => JSON.stringify({
  records: [{ macAddress: '000D3A', category: 'FlowLogFlowEvent', flowRecords: { flows: [{ aclID: 'a', flowGroups: [{ rule, flowTuples: tuples }] }] } }],
});

describe('a tuple of a network security group', () => {
  test('goes from the client to the server, with what both sent since the tuple before', () => {
    expect(readText('azure-nsg', nsg(['1790000000,10.0.0.1,10.0.0.2,40000,443,T,I,A,E,5,500,6,600'])).records).toEqual([{
      start: 1_790_000_000_000, end: 1_790_000_000_000, source: '10.0.0.1', destination: '10.0.0.2', sourcePort: 40_000, destinationPort: 443, protocol: 6,
      packets: 5, bytes: 500, replyPackets: 6, replyBytes: 600, connections: 0, initiator: 'source', outcome: 'allowed', sensor: '000D3A', rule: 'UserRule_web',
    }]);
  });

  test.each([
    ['begins a connection', '1790000000,10.0.0.1,10.0.0.2,40000,53,U,O,A,B,,,,', { connections: 1, protocol: 17, outcome: 'allowed' }],
    ['was denied', '1790000000,10.0.0.1,10.0.0.2,40000,443,T,I,D,B,,,,', { connections: 1, outcome: 'denied' }],
    ['is of version 1', '1790000000,10.0.0.1,10.0.0.2,40000,443,T,I,A', { connections: 1, outcome: 'allowed', bytes: 0 }],
  ])('may say that it %s', (_, tuple, expected) => {
    expect(readText('azure-nsg', nsg([tuple])).records).toEqual([expect.objectContaining(expected)]);
  });
});

describe('a tuple of a virtual network', () => {
  test('has milliseconds, the number of the protocol, and a denial as its state', () => {
    const { records } = readText('azure-vnet', vnet(['1790000000123,10.0.0.1,10.0.0.2,40000,443,6,I,D,NX,0,0,0,0', '1790000000123,10.0.0.1,10.0.0.2,0,0,1,I,B,X,0,0,0,0']));
    expect(records).toMatchObject([
      { start: 1_790_000_000_123, protocol: 6, outcome: 'denied', connections: 1 },
      { protocol: 1, outcome: 'allowed' },
    ]);
    expect(records[1]).not.toHaveProperty('destinationPort');
  });

  test('that a rule of a monitored workload admitted would have been denied', () => {
    const outcomes = ['scope-inbound-ipv4', 'UserRule_scope-outbound', 'scope-of-mine'].map((rule) => (
      readText('azure-vnet', vnet(['1790000000123,10.0.0.1,10.0.0.2,40000,443,6,I,B,NX,0,0,0,0'], rule)).records[0].outcome));
    expect(outcomes).toEqual(['wouldDeny', 'wouldDeny', 'allowed']);
  });
});

test.each([
  ['of too few fields', '1790000000,10.0.0.1'],
  ['that is no text', 5],
  ['without a decision', '1790000000,10.0.0.1,10.0.0.2,40000,443,T,I,Q,B,,,,'],
  ['whose decision is the name of a member of all objects', '1790000000,10.0.0.1,10.0.0.2,40000,443,T,I,constructor,B,,,,'],
  ['with a port that is none', '1790000000,10.0.0.1,10.0.0.2,40000,x,T,I,A,B,,,,'],
])('an Azure tuple %s is rejected, and the others of its record are kept', (_, damaged) => {
  const { records, rejected } = readText('azure-nsg', nsg([damaged, '1790000000,10.0.0.1,10.0.0.2,40000,443,T,I,A,B,,,,']));
  expect([records.length, rejected.length]).toEqual([1, 1]);
});

test('Azure records one a line are read, and one without flows is rejected', () => {
  const record = JSON.stringify((JSON.parse(vnet(['1790000000123,10.0.0.1,10.0.0.2,40000,443,6,I,B,NX,0,0,0,0'])) as { records: unknown[] }).records[0]);
  const { records, rejected } = readText('azure-vnet', `${record}\n{"category":"FlowLogFlowEvent"}\n${record}\n`);
  expect(records).toHaveLength(2);
  expect(rejected).toEqual([{ line: 2, reason: 'a record without flows' }]);
});

test('a document that breaks off keeps what came before, and says where it broke', () => {
  const text = JSON.stringify(JSON.parse(nsg(['1790000000,10.0.0.1,10.0.0.2,40000,443,T,I,A,B,,,,'])), undefined, 1);
  const record = text.slice(text.indexOf('[') + 1, text.lastIndexOf(']')).trimEnd();
  const { records, rejected } = readText('azure-nsg', `{"records": [${record},\n${record},\n${record.slice(0, 200)}`);
  expect(records).toHaveLength(2);
  expect(rejected).toEqual([{ line: expect.any(Number), reason: 'the document ends before it is complete' }]);
  expect(rejected[0].line).toBeGreaterThan(2 * record.split('\n').length);
});

describe('an entry of Google Cloud', () => {
  const connection = { src_ip: '10.0.0.1', src_port: 40_000, dest_ip: '10.0.0.2', dest_port: 443, protocol: 6 };
  const entry = (payload: object) => `${JSON.stringify({ timestamp: '2026-09-21T14:13:21Z', jsonPayload: { connection, ...payload } })}\n`;
  const flow = { reporter: 'SRC', bytes_sent: '800', packets_sent: '7', start_time: '2026-09-21T14:13:20.123456789Z', end_time: '2026-09-21T14:13:21Z' };

  test('of VPC flow logs is one direction, of which one end reports, and a notice that there is more', () => {
    expect(readText('gcp', entry(flow) + entry(flow))).toEqual({
      records: Array(2).fill(expect.objectContaining({ start: 1_790_000_000_123, bytes: 800, packets: 7, outcome: 'allowed', sensor: 'SRC', source: '10.0.0.1' })),
      rejected: [],
      gaps: [{ kind: 'sampled', detail: expect.stringContaining('samples') }],
    });
  });

  test('of VPC flow logs whose packets carry nothing has the bytes of their headers, as in other logs', () => {
    expect(readText('gcp', entry({ ...flow, bytes_sent: '0' })).records).toEqual([expect.objectContaining({ packets: 7, bytes: 280 })]);
  });

  test('names machines by their group, and pods by their workload', () => {
    const named = { src_instance: { project_id: 'p', vm_name: 'vm-1', managed_instance_group: { name: 'web' } }, dest_gke_details: { pod: { pod_namespace: 'shop', pod_workload: { workload_name: 'cart' } } } };
    expect(readText('gcp', entry({ ...flow, ...named })).records).toEqual([expect.objectContaining({ sourceName: 'p/web', destinationName: 'shop/cart' })]);
  });

  test('of firewall rules is a connection from its client, and a decision', () => {
    const decision = { disposition: 'DENIED', rule_details: { reference: 'network:n/firewall:f', direction: 'INGRESS' }, instance: { vm_name: 'db', project_id: 'p' } };
    expect(readText('gcp', entry(decision))).toEqual({
      records: [expect.objectContaining({ outcome: 'denied', initiator: 'source', connections: 1, destinationName: 'p/db', sensor: 'db', rule: 'network:n/firewall:f' })],
      rejected: [],
      gaps: [],
    });
  });

  test('without addresses is rejected', () => {
    expect(readText('gcp', entry({ connection: {} })).rejected).toEqual([{ line: 1, reason: expect.stringContaining('no two addresses') }]);
  });
});
