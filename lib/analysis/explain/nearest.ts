import { ServiceSet } from '../../algebra';
import { ManifestFlow, ManifestPeer, peerKey, servicesOf } from '../../compiler';
import { GraphWorkload, PolicyGraph } from '../policy-graph';

/** A flow that is like what was asked about. */
export interface NearFlow {
  readonly flow: ManifestFlow;
  /** How it differs. */
  readonly why: 'other services' | 'other direction' | 'other client' | 'other server';
}

/** How many are worth reading. */
const MOST = 3;
const SAME_SERVICE = 2;

/**
 * The flows that come nearest: between the same two, else the other way, else to the same server or from the same client.
 * Of these, those come first that admit what was asked, and whose other end shares most labels with the one asked about.
 */
export function nearestFlows(graph: PolicyGraph, client: ManifestPeer, server: ManifestPeer, asked: ServiceSet): NearFlow[] {
  const workloads = new Map(graph.workloads.map((workload) => [workload.id, workload]));
  const [from, to] = [peerKey(client), peerKey(server)];
  const alike = (one: ManifestPeer, other: ManifestPeer) => sharedLabels(workloads, one, other);
  const ranked = graph.flows.flatMap((flow) => {
    const [flowFrom, flowTo] = [peerKey(flow.client), peerKey(flow.server)];
    const found = flowFrom === from && flowTo === to ? { why: 'other services' as const, rank: 1000 }
      : flowFrom === to && flowTo === from ? { why: 'other direction' as const, rank: 500 }
        : flowTo === to ? { why: 'other client' as const, rank: alike(flow.client, client) }
          : flowFrom === from ? { why: 'other server' as const, rank: alike(flow.server, server) } : undefined;
    if (found === undefined) return [];
    const meant = !servicesOf(flow.services).intersect(asked).isEmpty();
    return [{ flow, why: found.why, rank: found.rank + (meant ? SAME_SERVICE : 0) }];
  });
  return ranked.sort((a, b) => b.rank - a.rank).slice(0, MOST).map(({ flow, why }) => ({ flow, why }));
}

function sharedLabels(workloads: ReadonlyMap<string, GraphWorkload>, one: ManifestPeer, other: ManifestPeer): number {
  if (!('workload' in one) || !('workload' in other)) return 0;
  const [labels, others] = [one, other].map(({ workload }) => workloads.get(workload)!.labels);
  return Object.entries(labels).filter(([key, value]) => others[key] === value).length;
}
