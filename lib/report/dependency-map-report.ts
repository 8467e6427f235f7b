import { DependencyMap, MapEdge, MapNode } from '../discovery/dependency-map';
import { printable } from '../support/printable';
import { counted, table } from './terminal';
import { jsonText } from './words';

/** Rows that people read; `--json` has all of them. */
const MOST_ROWS = 40;
const MOST_GAPS = 5;

/** The map as the stable JSON document. */
export function dependencyMapJson(map: DependencyMap): string {
  return jsonText(map);
}

/** The map for people: what was read and what is missing, then edges with those first that somebody should look at. */
export function dependencyMapText(map: DependencyMap): string {
  return `${[
    ...sourceLines(map), '', ...edgeLines(map), '', ...proposalLines(map), ...noiseLines(map), ...completenessLines(map),
  ].join('\n')}\n`;
}

function sourceLines({ sources, window }: DependencyMap): string[] {
  const shown = sources.slice(0, MOST_ROWS).map(({ path, format, records, rejected, gaps }) => (
    [path, format, number(records), number(rejected), number(gaps.length)]));
  const gaps = sources.flatMap((source) => source.gaps.map((gap) => ({ path: source.path, ...gap })));
  return [
    table(['log', 'format', 'records', 'rejected', 'gaps'], shown),
    ...more(sources.length - shown.length, 'log'),
    ...gaps.slice(0, MOST_GAPS).map(({ path, detail, from, to }) => (
      printable(`gap in ${path}: ${detail}${from === undefined ? '' : `, from ${from}`}${to === undefined ? '' : ` to ${to}`}`))),
    ...more(gaps.length - MOST_GAPS, 'gap'),
    window ? `seen from ${window.from} to ${window.to}` : 'no record at all',
  ];
}

function edgeLines({ nodes, edges }: DependencyMap): string[] {
  const kinds = new Map(nodes.map((node) => [node.id, node.kind]));
  const ordered = [...edges].sort((a, b) => weight(b, kinds) - weight(a, kinds) || b.connections - a.connections);
  const rows = ordered.slice(0, MOST_ROWS).map((edge) => [
    edge.client, edge.server, service(edge), number(edge.connections), edge.lastSeen.slice(0, 10),
    `${edge.evidence[0] ?? 'none'} ${edge.confidence.toFixed(2)}`, remark(edge, kinds),
  ]);
  const count = (kind: MapNode['kind']) => nodes.filter((node) => node.kind === kind).length;
  return [
    `${counted(count('workload'), 'workload')}, ${counted(count('unmanaged'), 'unknown machine')}, ${counted(edges.length, 'edge')}`,
    ...(rows.length === 0 ? [] : [table(['client', 'server', 'service', 'connections', 'last seen', 'evidence', ''], rows)]),
    ...more(edges.length - rows.length, 'edge'),
  ];
}

/** Denied traffic first, then what comes from or goes to the outside or somebody unknown, then what is unsure. */
function weight({ client, server, denied, confidence }: MapEdge, kinds: ReadonlyMap<string, MapNode['kind']>): number {
  const outside = [client, server].some((id) => kinds.get(id) === 'internet');
  const unknown = [client, server].some((id) => kinds.get(id) === 'unmanaged');
  return Number(denied) * 8 + Number(outside) * 4 + Number(confidence < 0.7) * 2 + Number(unknown);
}

function remark({ client, server, denied, confidence }: MapEdge, kinds: ReadonlyMap<string, MapNode['kind']>): string {
  return [
    ...(denied ? ['denied'] : []),
    ...(kinds.get(client) === 'internet' ? ['from outside'] : []),
    ...(kinds.get(server) === 'internet' ? ['to outside'] : []),
    ...(confidence < 0.7 ? ['unsure'] : []),
  ].join(', ');
}

/** Workloads of which the inventory does not say what part they play, by what their traffic says. */
function proposalLines({ nodes }: DependencyMap): string[] {
  const groups = new Map<string, { readonly ids: string[]; confidence: number }>();
  for (const { id, proposed } of nodes) {
    if (!proposed) continue;
    const label = Object.entries(proposed.labels).map(([key, value]) => `${key} ${value}`).join(', ');
    const group = groups.get(label) ?? { ids: [], confidence: 1 };
    groups.set(label, group);
    group.ids.push(id);
    group.confidence = Math.min(group.confidence, proposed.confidence);
  }
  if (groups.size === 0) return [];
  const rows = [...groups].slice(0, MOST_ROWS).map(([label, { ids, confidence }]) => [
    label, `${ids.slice(0, 4).join(', ')}${ids.length > 4 ? ` and ${ids.length - 4} more` : ''}`, confidence.toFixed(2),
  ]);
  return ['parts that unlabelled workloads seem to play:', table(['part', 'workloads', 'confidence'], rows), ...more(groups.size - rows.length, 'part'), ''];
}

function noiseLines({ noise }: DependencyMap): string[] {
  if (noise.length === 0) return [];
  const ordered = [...noise].sort((a, b) => b.edges.length - a.edges.length);
  const rows = ordered.slice(0, MOST_ROWS).map(({ kind, source, edges }) => (
    [kind, source, number(edges.length), number(edges.reduce((sum, { connections }) => sum + connections, 0))]));
  return ['set apart as noise:', table(['kind', 'from', 'targets', 'connections'], rows), ...more(noise.length - rows.length, 'source'), ''];
}

function completenessLines({ completeness, edges }: DependencyMap): string[] {
  const { expectedUnseenEdges, probabilityNewEdgePerDay, newEdgesByDay } = completeness;
  if (edges.length === 0) return ['nothing was seen, so nothing can be said of what is missing'];
  if (newEdgesByDay.length === 1) return ['one day of logs says little of what the next one brings: collect more before you enforce'];
  // An estimate above what it is made of is a number, and says nothing.
  const unseen = expectedUnseenEdges > edges.length ? 'more edges than were seen, so collect logs for longer' : `${expectedUnseenEdges.toFixed(0)} edges or more`;
  return [
    `not seen yet, as far as the logs can tell: ${unseen}; chance of a new one tomorrow: ${(probabilityNewEdgePerDay * 100).toFixed(0)}%`,
    `new edges by day: ${newEdgesByDay.join(' ')}`,
    'what runs monthly, yearly or in an emergency is in this estimate only if it ran',
  ];
}

function service({ protocol, port }: MapEdge): string {
  return port === undefined ? protocol : `${protocol}/${port}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function more(count: number, noun: string): string[] {
  return count > 0 ? [`and ${counted(count, `more ${noun}`)}; --json has all`] : [];
}
