import { ManifestFlow, ManifestPeer, peerKey, servicesOf } from '../../compiler';
import { GraphWorkload, PolicyGraph } from '../policy-graph';

/**
 * Workloads that have another id now and are the same for all that can be told: new id by old id. Nothing in a manifest
 * outlives its id, so a workload that went and one that came are taken for one if they have the same labels, services,
 * addresses, criticality and flows and no other pair does; then, of those left, if they have the same labels or addresses,
 * which there must be some of, and the same services and criticality. In doubt it is one that went and one that came.
 */
export function renamedWorkloads(before: PolicyGraph, now: PolicyGraph): Map<string, string> {
  const ids = [before, now].map(({ workloads }) => new Set(workloads.map(({ id }) => id)));
  const stable = new Set([...ids[0]].filter((id) => ids[1].has(id)));
  const renamed = new Map<string, string>();
  if (stable.size === before.workloads.length || stable.size === now.workloads.length) return renamed;
  const [gone, come] = [new Unmatched(before, stable), new Unmatched(now, stable)];
  for (const trait of ['withFlows', 'alone'] as const) {
    const candidates = come.byTrait(trait);
    for (const [text, id] of gone.byTrait(trait)) {
      const other = candidates.get(text);
      if (id === undefined || other === undefined) continue;
      renamed.set(id, other);
      gone.drop(id);
      come.drop(other);
    }
  }
  return renamed;
}

/** The policy with other ids for some of its workloads. */
export function withNames(graph: PolicyGraph, names: ReadonlyMap<string, string>): PolicyGraph {
  if (names.size === 0) return graph;
  return {
    ...graph,
    workloads: graph.workloads.map((workload) => ({ ...workload, id: names.get(workload.id) ?? workload.id })),
    flows: graph.flows.map((flow) => withNamesInFlow(flow, names)),
  };
}

export function withNamesInFlow(flow: ManifestFlow, names: ReadonlyMap<string, string>): ManifestFlow {
  const named = (peer: ManifestPeer) => ('workload' in peer ? { workload: names.get(peer.workload) ?? peer.workload } : peer);
  return { ...flow, client: named(flow.client), server: named(flow.server) };
}

/** Workloads that the other version lacks. */
class Unmatched {
  private readonly workloads: Map<string, GraphWorkload>;
  private readonly profiles: ReadonlyMap<string, string>;
  private readonly flows = new Map<string, string[]>();

  public constructor(graph: PolicyGraph, private readonly stable: ReadonlySet<string>) {
    const all = graph.workloads.filter(({ id }) => !stable.has(id));
    this.workloads = new Map(all.map((workload) => [workload.id, workload]));
    this.profiles = new Map(all.map((workload) => [workload.id, profileOf(workload)]));
    for (const { client, server, services } of graph.flows) {
      const ports = servicesOf(services).key;
      this.note(client, `to ${this.nameOf(server)} ${ports}`);
      this.note(server, `from ${this.nameOf(client)} ${ports}`);
    }
  }

  /** The workload of each trait; undefined where several have it. */
  public byTrait(trait: 'withFlows' | 'alone'): Map<string, string | undefined> {
    const found = new Map<string, string | undefined>();
    for (const [id, { labels, addresses }] of this.workloads) {
      const flows = trait === 'withFlows' ? (this.flows.get(id) ?? []).sort() : [];
      if (flows.length === 0 && Object.keys(labels).length === 0 && addresses.isEmpty()) continue;
      const text = JSON.stringify([this.profiles.get(id), ...flows]);
      found.set(text, found.has(text) ? undefined : id);
    }
    return found;
  }

  public drop(id: string): void {
    this.workloads.delete(id);
  }

  private note(own: ManifestPeer, flow: string): void {
    if (!('workload' in own) || !this.workloads.has(own.workload)) return;
    this.flows.set(own.workload, [...this.flows.get(own.workload) ?? [], flow]);
  }

  /** A peer that may have another name itself is known by what it is. */
  private nameOf(peer: ManifestPeer): string {
    return 'workload' in peer && !this.stable.has(peer.workload) ? `like ${this.profiles.get(peer.workload)}` : peerKey(peer);
  }
}

function profileOf({ labels, offered, addresses, criticality, managed }: GraphWorkload): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted, offered.key, addresses.cidrs(), criticality, managed]);
}
