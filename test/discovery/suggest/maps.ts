import * as fc from 'fast-check';
import { DependencyMap, MapEdge, MapNode, MapNodeKind, NoiseKind } from '../../../lib/discovery/dependency-map';
import { HOSTILE_TEXTS } from '../../model/policies';

export function node(id: string, more: Partial<MapNode> = {}): MapNode {
  return { id, addresses: [], labels: {}, kind: 'workload', ...more };
}

export function edge(client: string, server: string, port: number | undefined, more: Partial<MapEdge> = {}): MapEdge {
  return {
    client, server, protocol: 'tcp', port, connections: 3, bytes: 100, firstSeen: '2026-09-01T00:00:00.000Z', lastSeen: '2026-09-02T00:00:00.000Z',
    denied: false, evidence: ['synFlags'], confidence: 0.97, ...more,
  };
}

export function mapOf(nodes: readonly MapNode[], edges: readonly MapEdge[], noise: DependencyMap['noise'] = []): DependencyMap {
  return {
    schemaVersion: 1, window: { from: '2026-09-01T00:00:00.000Z', to: '2026-09-02T00:00:00.000Z' }, sources: [], nodes, edges, noise,
    completeness: { expectedUnseenEdges: 0, probabilityNewEdgePerDay: 0, newEdgesByDay: [] },
  };
}

const SERVICES: readonly Pick<MapEdge, 'protocol' | 'port'>[] = [
  { protocol: 'tcp', port: 443 }, { protocol: 'tcp', port: 5432 }, { protocol: 'tcp', port: 8443 },
  { protocol: 'udp', port: 53 }, { protocol: 'tcp', port: 53 },
  { protocol: 'icmp', port: 8 }, { protocol: '50' }, { protocol: 'tcp', port: undefined }, { protocol: 'sctp', port: 0 },
];

const PLAIN = ['web', 'api', 'DB-1', '10.0.0.9', 'shop/web', 'shop-web', 'policy', 'class', 'address'];
const ids = fc.oneof(fc.constantFrom(...PLAIN), fc.constantFrom(...HOSTILE_TEXTS).filter((text) => text.trim() !== ''));
const labels = fc.record({ tier: fc.constantFrom('web', 'db'), app: fc.constantFrom('a', 'b', '"\'`\\\n*/') }, { requiredKeys: [] })
  .chain((plain) => fc.constantFrom(plain, { ...plain, ['__proto__']: 'x' }, { ...plain, 'a b': '${x}' })) as fc.Arbitrary<{ [key: string]: string }>;
const kinds = fc.constantFrom<MapNodeKind>('workload', 'workload', 'workload', 'workload', 'unmanaged', 'service', 'internet');

/** Maps with labels that overlap, nodes of every kind, hostile names, noise and denied traffic. */
export const MAPS: fc.Arbitrary<DependencyMap> = fc.uniqueArray(fc.tuple(ids, kinds, labels), {
  selector: ([id]) => id, minLength: 2, maxLength: 9, size: 'max',
}).chain((found) => {
  const nodes = found.map(([id, kind, given], place) => node(id, {
    kind,
    labels: kind === 'workload' ? given : {},
    addresses: kind === 'internet' && place % 2 ? [] : [`10.0.${place}.1`, ...(place % 3 ? [] : [`2001:db8::${place}`])],
  }));
  const place = fc.nat({ max: nodes.length - 1 });
  const services = fc.oneof({ weight: 3, arbitrary: fc.constant(SERVICES[0]) }, { weight: 2, arbitrary: fc.constantFrom(...SERVICES) });
  const facts = [fc.constantFrom(0.97, 0.97, 0.97, 0.97, 0.3), fc.constantFrom(false, false, false, false, true)] as const;
  const edges = fc.uniqueArray(fc.tuple(place, place, services, ...facts), {
    selector: ([client, server, service]) => JSON.stringify([client, server, service]), maxLength: 40, size: 'max',
  });
  return fc.tuple(edges, fc.nat({ max: 2 })).map(([all, noisy]) => {
    const made = all.map(([client, server, service, confidence, denied]) => (
      edge(nodes[client].id, nodes[server].id, service.port, { ...service, confidence, denied })));
    const noise = made.slice(0, noisy).map((each) => ({ kind: 'scan' as NoiseKind, source: each.client, edges: [each] }));
    return mapOf(nodes, made.slice(noisy), noise);
  });
});
