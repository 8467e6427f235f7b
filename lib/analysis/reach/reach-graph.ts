import { PolicyGraph } from '../policy-graph';
import { accessByAddress } from './address-access';

/** Workloads, by their places, of which each client reaches each server: they stand for clients times servers. */
export interface Hub {
  readonly clients: readonly number[];
  readonly servers: readonly number[];
}

/** Who can open a connection to whom, whatever the service, by the places of workloads in the policy. */
export class ReachGraph {
  /** The graph of what a policy allows. */
  public static of(graph: PolicyGraph): ReachGraph {
    const places = new Map(graph.workloads.map(({ id }, place) => [id, place]));
    const direct = graph.workloads.map(() => new Set<number>());
    for (const { client, server } of graph.flows) {
      if ('workload' in client && 'workload' in server) direct[places.get(client.workload)!].add(places.get(server.workload)!);
    }
    return new ReachGraph(direct.map((servers) => [...servers].sort((a, b) => a - b)), accessByAddress(graph));
  }

  /** Places in `hubs` of those that each workload is a client of. */
  public readonly hubsOf: readonly (readonly number[])[];

  public constructor(public readonly direct: readonly (readonly number[])[], public readonly hubs: readonly Hub[]) {
    const hubsOf = direct.map((): number[] => []);
    hubs.forEach(({ clients }, hub) => clients.forEach((client) => hubsOf[client].push(hub)));
    this.hubsOf = hubsOf;
  }

  /** How many workloads there are. */
  public get size(): number {
    return this.direct.length;
  }

  /** The same with more connections. */
  public with(hubs: readonly Hub[]): ReachGraph {
    return new ReachGraph(this.direct, [...this.hubs, ...hubs]);
  }

  /**
   * Every other workload that a breach of the given one reaches, in any number of hops, with the one before it on a
   * shortest way; those that are fewer hops away come first.
   */
  public from(start: number): Map<number, number> {
    const before = new Map<number, number>([[start, start]]);
    const used = new Set<number>();
    const reach = (hop: number, server: number) => {
      if (!before.has(server)) before.set(server, hop);
    };
    // A map takes additions while it is iterated over, which makes it the queue of a breadth-first search.
    for (const [hop] of before) {
      for (const server of this.direct[hop]) reach(hop, server);
      for (const hub of this.hubsOf[hop]) {
        if (used.has(hub)) continue;
        used.add(hub);
        for (const server of this.hubs[hub].servers) reach(hop, server);
      }
    }
    before.delete(start);
    return before;
  }
}

/** Ids of what a breach of the workload reaches, in any number of hops, sorted; itself not counted. */
export function blastRadius(graph: PolicyGraph, reach: ReachGraph, workload: string): string[] {
  const start = graph.workloads.findIndex(({ id }) => id === workload);
  return [...reach.from(start).keys()].map((place) => graph.workloads[place].id).sort();
}
