import { ServiceSet } from '../algebra';
import { ManifestService, servicesOf } from '../compiler';
import { compareText, sortedBy } from '../support/order';
import { flatNetwork } from './blast-radius/flat-network';
import { Tally, Weighing } from './blast-radius/tally';
import { PolicyGraph } from './policy-graph';
import { bitsOf, closureOf, directReachOf } from './reach/closure';
import { ReachGraph } from './reach/reach-graph';
import { exposures } from './reachability';

/** Ordered pairs of distinct workloads of which the first reaches the second, in the flat network and under the policy. */
export interface Reduction {
  readonly flat: number;
  readonly policy: number;
  /** 1 - policy / flat; 0 where nothing was reachable to begin with. */
  readonly reduction: number;
}

/** What a breach of one workload reaches. */
export interface WorkloadReach {
  readonly policy: string;
  readonly id: string;
  /** Construct path. */
  readonly path: string;
  /** How many other workloads it reaches in the flat network, in any number of hops. */
  readonly flat: number;
  /** How many it can open a connection to under the policy. */
  readonly direct: number;
  /** How many it reaches under the policy, in any number of hops. */
  readonly transitive: number;
  /** Ids of the crown jewels among these, sorted. */
  readonly criticalReachable: string[];
}

/** Reach of the workloads that carry one label. */
export interface LabelReach extends Reduction {
  readonly label: string;
  readonly value: string;
  readonly workloads: number;
}

/** A workload that can be reached from outside, and with what. */
export interface Exposed {
  readonly policy: string;
  readonly id: string;
  readonly path: string;
  readonly services: ManifestService[];
}

export interface BlastRadiusReport extends Reduction {
  /** Each pair counted by the criticality of the workload that is reached. */
  readonly weighted: Reduction;
  readonly labels: LabelReach[];
  readonly workloads: WorkloadReach[];
  readonly exposed: Exposed[];
}

/**
 * What a breach of each workload reaches, before (`flatNetwork`) and after. Policies are looked at one by one: a workload
 * of one policy reaches none of another.
 */
export function blastRadiusOf(policies: readonly PolicyGraph[]): BlastRadiusReport {
  const parts = policies.map(reachOf);
  const pairs = new Tally();
  const weighted = new Tally();
  const labels = new Map<string, Tally>();
  for (const { graph, workloads } of parts) {
    workloads.forEach(({ flat, transitive, weight }, place) => {
      pairs.add(flat, transitive);
      weighted.add(weight.flat, weight.policy);
      for (const label of Object.entries(graph.workloads[place].labels)) {
        const key = JSON.stringify(label);
        if (!labels.has(key)) labels.set(key, new Tally());
        labels.get(key)!.add(flat, transitive);
      }
    });
  }
  return {
    ...pairs.reduction(),
    weighted: weighted.reduction(),
    labels: sortedBy(labels, ([key]) => key).map(([key, tally]) => {
      const [label, value] = JSON.parse(key) as [string, string];
      return { label, value, workloads: tally.count, ...tally.reduction() };
    }),
    workloads: parts.flatMap(({ workloads }) => workloads.map(({ weight: _, ...reach }) => reach)),
    exposed: policies.flatMap(exposedOf),
  };
}

/** Workloads that can be reached from outside, in the order of the policy. */
export function exposedOf(graph: PolicyGraph): Exposed[] {
  const services = new Map<string, ServiceSet>();
  for (const flow of exposures(graph)) {
    const { workload } = flow.server as { workload: string };
    services.set(workload, (services.get(workload) ?? ServiceSet.EMPTY).union(servicesOf(flow.services)));
  }
  return graph.workloads.flatMap(({ id, path }) => (
    services.has(id) ? [{ policy: graph.id, id, path, services: services.get(id)!.ranges() }] : []));
}

interface WeighedReach extends WorkloadReach {
  readonly weight: { readonly flat: number; readonly policy: number };
}

function reachOf(graph: PolicyGraph): { graph: PolicyGraph; workloads: WeighedReach[] } {
  const policy = ReachGraph.of(graph);
  const [flat, transitive, direct] = [closureOf(flatNetwork(graph, policy)), closureOf(policy), directReachOf(policy)];
  const weighing = new Weighing(graph.workloads);
  const jewels = graph.workloads.flatMap(({ criticality }, place) => (criticality === 'crown-jewel' ? [place] : []));
  const idOf = (place: number) => graph.workloads[place].id;
  const everyone = bitsOf(graph.workloads.length, graph.workloads.keys());
  const workloads = graph.workloads.map(({ id, path }, place): WeighedReach => ({
    policy: graph.id,
    id,
    path,
    flat: flat[place].common(everyone) - 1,
    direct: direct[place].common(everyone) - Number(direct[place].has(place)),
    transitive: transitive[place].common(everyone) - 1,
    criticalReachable: jewels.filter((jewel) => jewel !== place && transitive[place].has(jewel)).map(idOf).sort(compareText),
    weight: { flat: weighing.of(flat[place], place), policy: weighing.of(transitive[place], place) },
  }));
  return { graph, workloads };
}
