import { DependencyMap, MapEdge, MapNode } from '../dependency-map';
import { blocksOf } from './blocks';
import { LeftOutEdge, LeftOutReason } from './suggestion';

/** Edges that a policy should allow, and those that it should not be learnt from. */
export interface Selection {
  readonly edges: readonly MapEdge[];
  readonly leftOut: readonly LeftOutEdge[];
}

/** Sorts the edges of a map into those to allow and those left out, each with its reason. */
export function selectEdges({ nodes, edges, noise }: DependencyMap, minConfidence: number): Selection {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kept: MapEdge[] = [];
  const leftOut = noise.flatMap((group) => group.edges.map((edge) => left(edge, 'noise')));
  for (const edge of edges) {
    const reason = reasonAgainst(edge, byId, minConfidence);
    if (reason === undefined) kept.push(edge);
    else leftOut.push(left(edge, reason));
  }
  return { edges: kept, leftOut };
}

export function left({ client, server, protocol, port, connections, confidence }: MapEdge, reason: LeftOutReason): LeftOutEdge {
  return { client, server, protocol, ...(port === undefined ? {} : { port }), connections, confidence, reason };
}

function reasonAgainst(edge: MapEdge, nodes: ReadonlyMap<string, MapNode>, minConfidence: number): LeftOutReason | undefined {
  const ends = [nodes.get(edge.client), nodes.get(edge.server)];
  if (edge.denied) return 'denied';
  if (edge.confidence < minConfidence) return 'lowConfidence';
  if (!isWhole(edge)) return 'noPort';
  if (!ends.every(isKnown)) return 'noAddress';
  return ends.some((node) => node!.kind === 'workload') ? undefined : 'unprotected';
}

/** Whether the log says enough of the service to allow that service and no more. */
function isWhole({ protocol, port }: MapEdge): boolean {
  if (port === undefined) return /^\d+$/.test(protocol) && Number(protocol) <= 255 && !/^(6|17|132|1|58)$/.test(protocol);
  return !protocol.startsWith('icmp') || port <= 255;
}

/** A workload is known by its name, the Internet as a whole, anything else by its addresses. */
function isKnown(node: MapNode | undefined): boolean {
  if (!node) return false;
  return node.kind === 'workload' || node.kind === 'internet' || blocksOf(node.addresses).length > 0;
}
