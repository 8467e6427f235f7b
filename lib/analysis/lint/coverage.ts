import { AddressSet, findRedundant, RedundancyItem } from '../../algebra';
import { blockOf, ManifestFlow, ManifestPeer, servicesOf } from '../../compiler';
import { GraphWorkload, PolicyGraph } from '../policy-graph';

/** A flow that others admit altogether, at each end that the policy protects. */
export interface CoveredFlow {
  readonly flow: ManifestFlow;
  /** At least one. */
  readonly by: ManifestFlow[];
}

const known = new WeakMap<PolicyGraph, CoveredFlow[]>();

/** Flows that could go without closing anything, each as long as the others stay. Looked for once for each policy. */
export function coveredFlows(graph: PolicyGraph): CoveredFlow[] {
  const found = known.get(graph) ?? findCovered(graph);
  known.set(graph, found);
  return found;
}

function findCovered(graph: PolicyGraph): CoveredFlow[] {
  const workloads = new Map(graph.workloads.map((workload) => [workload.id, workload]));
  const flows = new Map(graph.flows.map((flow) => [flow.id, flow]));
  const coveredAt = new Map<string, Set<string>[]>();
  for (const items of itemsByEnd(graph, workloads)) {
    for (const { key, coveredBy } of findRedundant(items)) {
      coveredAt.set(key, [...coveredAt.get(key) ?? [], new Set(coveredBy)]);
    }
  }
  return graph.flows.flatMap((flow) => {
    const ends = coveredAt.get(flow.id) ?? [];
    if (ends.length === 0 || ends.length < protectedEnds(flow, workloads)) return [];
    return [{ flow, by: [...new Set(ends.flatMap((end) => [...end]))].sort().map((id) => flows.get(id)!) }];
  });
}

/** What each protected end admits by address. One that names no block and no network has nothing to cover others with. */
function itemsByEnd(graph: PolicyGraph, workloads: ReadonlyMap<string, GraphWorkload>): RedundancyItem[][] {
  const ends = new Map<string, { items: RedundancyItem[]; covers: boolean }>();
  for (const flow of graph.flows) {
    for (const [end, own, peer] of [['egress', flow.client, flow.server], ['ingress', flow.server, flow.client]] as const) {
      if (!isProtected(own, workloads)) continue;
      const addresses = 'workload' in peer ? workloads.get(peer.workload)!.addresses : blockOf(peer) ?? AddressSet.EMPTY;
      if (addresses.isEmpty()) continue;
      const key = `${end} ${(own as { workload: string }).workload}`;
      if (!ends.has(key)) ends.set(key, { items: [], covers: false });
      const found = ends.get(key)!;
      found.items.push({ key: flow.id, addresses, services: servicesOf(flow.services) });
      found.covers ||= !isProtected(peer, workloads);
    }
  }
  return [...ends.values()].filter(({ items, covers }) => covers && items.length > 1).map(({ items }) => items);
}

function protectedEnds({ client, server }: ManifestFlow, workloads: ReadonlyMap<string, GraphWorkload>): number {
  return [client, server].filter((peer) => isProtected(peer, workloads)).length;
}

function isProtected(peer: ManifestPeer, workloads: ReadonlyMap<string, GraphWorkload>): boolean {
  return 'workload' in peer && workloads.get(peer.workload)!.managed;
}
