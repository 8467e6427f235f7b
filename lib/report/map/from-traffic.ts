import { DependencyMap, MapEdge, MapNode as ObservedNode } from '../../discovery/dependency-map';
import { fail } from '../../support/errors';
import { isObject } from '../../support/files';
import { printable } from '../../support/printable';
import { MapData, MapFlow, MapNode } from './map-data';
import { groupingsOf, NodeTable, NOTHING_KNOWN, outside, printableLabels } from './nodes';
import { seenFacts, serviceText } from './replay';

/** A dependency map as far as it is drawn: parts of it may be missing, and a hand may have written it. */
type TrafficMap = Pick<DependencyMap, 'window'> & Partial<Pick<DependencyMap, 'noise'>> & {
  readonly nodes: readonly TrafficNode[];
  readonly edges: readonly TrafficEdge[];
};
type TrafficNode = Pick<ObservedNode, 'id' | 'kind'> & Partial<ObservedNode>;
type TrafficEdge = Pick<MapEdge, 'client' | 'server' | 'protocol'> & Partial<MapEdge>;

/** The map of observed traffic. @throws MSEG5030 if the content is no such map */
export function mapOfTraffic(content: { readonly [key: string]: unknown }, file: string): MapData {
  const { window, nodes, edges, noise } = checked(content, file);
  const known = new Map(nodes.map((node) => [node.id, node]));
  const table = new NodeTable();
  for (const node of nodes) if (isHost(node)) table.indexOf(node.id, () => hostNode(node));
  const flows = edges.map((edge): MapFlow => ({
    client: endOf(edge.client, 'client', known, table),
    server: endOf(edge.server, 'server', known, table),
    services: [serviceText(edge)],
    verdict: edge.denied ? 'denied' : 'observed',
    facts: [
      ...seenFacts(edge),
      ...(['bytes', 'evidence', 'confidence'] as const).flatMap((name): [string, string][] => (edge[name] === undefined ? [] : [[title(name), plain(edge[name])]])),
    ],
  }));
  const groupings = groupingsOf(table.nodes);
  return {
    title: 'Observed traffic',
    notes: [
      ...(window?.from !== undefined && window.to !== undefined ? [printable(`Seen from ${window.from} to ${window.to}.`)] : []),
      ...(noise && noise.length > 0 ? [`Set apart as noise and not drawn: ${noise.length}.`] : []),
    ],
    groupings,
    groupBy: groupings[0].key,
    nodes: table.nodes,
    flows,
    reach: { direct: directOf(table.nodes, flows), hubs: [] },
  };
}

function checked(content: { readonly [key: string]: unknown }, file: string): TrafficMap {
  const { schemaVersion, nodes, edges } = content;
  if (schemaVersion !== 1 || !Array.isArray(nodes) || !Array.isArray(edges)) fail('MSEG5030', file, 'it is no dependency map of version 1');
  const texts = (entries: unknown[], ...keys: string[]) => entries.every((entry) => isObject(entry) && keys.every((key) => typeof entry[key] === 'string'));
  if (!texts(nodes, 'id', 'kind')) fail('MSEG5030', `${file}#/nodes`, 'a node lacks its id or kind');
  if (!texts(edges, 'client', 'server', 'protocol')) fail('MSEG5030', `${file}#/edges`, 'an edge lacks its client, server or protocol');
  return content as unknown as TrafficMap;
}

function isHost({ kind }: TrafficNode): boolean {
  return kind === 'workload' || kind === 'unmanaged';
}

function hostNode({ id, kind, addresses = [], labels = {} }: TrafficNode): MapNode {
  return {
    ...NOTHING_KNOWN,
    name: printable(id),
    kind: 'workload',
    mode: kind === 'unmanaged' ? 'unmanaged' : undefined,
    policy: '',
    labels: printableLabels(labels),
    addresses: addresses.map(printable),
  };
}

function endOf(id: string, side: 'client' | 'server', known: ReadonlyMap<string, TrafficNode>, table: NodeTable): number {
  return table.find(id) ?? table.indexOf(JSON.stringify([side, id]), () => (
    outside(id, side, '', { addresses: (known.get(id)?.addresses ?? []).map(printable) })));
}

function directOf(nodes: readonly MapNode[], flows: readonly MapFlow[]): number[][] {
  const direct = nodes.map(() => new Set<number>());
  const isWorkload = (index: number) => nodes[index].kind === 'workload';
  for (const { client, server, verdict } of flows) {
    if (verdict === 'observed' && isWorkload(client) && isWorkload(server)) direct[client].add(server);
  }
  return direct.map((servers) => [...servers]);
}

function title(name: string): string {
  return name[0].toUpperCase() + name.slice(1);
}

function plain(value: unknown): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
