import { mapOfTraffic } from '../../../lib/report/map/from-traffic';
import { problemsOf } from '../../support/problems';
import { accessOf } from './page';
import { HOSTILE } from './policies';

const TRAFFIC = {
  schemaVersion: 1,
  window: { from: '2026-01-01T00:00:00Z', to: '2026-01-08T00:00:00Z' },
  nodes: [
    { id: 'web', addresses: ['10.0.0.1'], labels: { app: 'shop' }, kind: 'workload' },
    { id: 'db', addresses: ['10.0.0.2'], labels: { app: 'shop' }, kind: 'workload' },
    { id: '10.9.9.9', addresses: ['10.9.9.9'], labels: {}, kind: 'unmanaged' },
    { id: 'Internet', addresses: [], labels: {}, kind: 'internet' },
  ],
  edges: [
    { client: 'Internet', server: 'web', protocol: 'tcp', port: 443, connections: 12, bytes: 4096, denied: false, evidence: 'syn', confidence: 0.9 },
    { client: 'web', server: 'db', protocol: 'tcp', port: 5432, connections: 3, denied: false },
    { client: '10.9.9.9', server: 'db', protocol: 'tcp', port: 22, connections: 1, denied: true, firstSeen: '2026-01-02T00:00:00Z' },
    { client: 'web', server: 'Internet', protocol: 'udp', port: 53, denied: false },
  ],
  noise: [{ kind: 'scanner', source: '10.9.9.9', edges: 40 }],
};

describe('a map of observed traffic', () => {
  const map = mapOfTraffic(TRAFFIC, 'map.json');
  const place = (name: string) => map.nodes.findIndex((node) => node.name === name);

  test('THEN hosts are grouped by their labels, and what is neither ours nor known stands outside, as client and as server', () => {
    expect(map.nodes.map(({ name, kind, side, mode }) => [name, kind, side, mode])).toEqual([
      ['web', 'workload', undefined, undefined], ['db', 'workload', undefined, undefined], ['10.9.9.9', 'workload', undefined, 'unmanaged'],
      ['Internet', 'outside', 'client', undefined], ['Internet', 'outside', 'server', undefined],
    ]);
    expect(map.groupBy).toBe('label:app');
  });

  test('THEN edges are observed or denied, with counts, evidence and confidence', () => {
    expect(map.flows.map(({ verdict }) => verdict)).toEqual(['observed', 'observed', 'denied', 'observed']);
    expect(map.flows[0].facts).toEqual([['Connections', '12'], ['Bytes', '4096'], ['Evidence', 'syn'], ['Confidence', '0.9']]);
    expect(map.notes).toEqual(['Seen from 2026-01-01T00:00:00Z to 2026-01-08T00:00:00Z.', 'Set apart as noise and not drawn: 1.']);
  });

  test('THEN reach goes along what was seen to work, and no flat network is made up', () => {
    const access = accessOf(map.reach);
    expect([...access.policy.from(place('web')).keys()]).toEqual([place('db')]);
    expect(access.policy.from(place('10.9.9.9')).size).toBe(0);
    expect(access.flat).toBeUndefined();
  });

  test('GIVEN hostile ids and labels THEN they are printable', () => {
    const hostile = { ...TRAFFIC, nodes: HOSTILE.map((id) => ({ id, kind: 'workload', labels: { [id]: id } })), edges: [] };
    expect(JSON.stringify(mapOfTraffic(hostile, 'map.json'))).not.toMatch(/[\u2028\u2029\u202e]/);
  });
});

test.each([
  ['another version', { ...TRAFFIC, schemaVersion: 2 }, 'map.json'],
  ['no edges', { ...TRAFFIC, edges: undefined }, 'map.json'],
  ['a node without kind', { ...TRAFFIC, nodes: [{ id: 'x' }] }, 'map.json#/nodes'],
  ['an edge without protocol', { ...TRAFFIC, edges: [{ client: 'web', server: 'db' }] }, 'map.json#/edges'],
])('GIVEN %s THEN MSEG5030 says where', (_, content, where) => {
  expect(problemsOf(() => mapOfTraffic(content, 'map.json'))).toMatchObject([{ code: 'MSEG5030', where }]);
});
