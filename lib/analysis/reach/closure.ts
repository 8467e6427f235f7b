import { BitSet } from './bit-set';
import { components } from './components';
import { ReachGraph } from './reach-graph';

/**
 * What each workload reaches in any number of hops, by place; the workload itself is always in its set.
 *
 * Workloads that reach each other share one set, and each set is made of those of its successors: for n workloads and e
 * connections that is e * n / 32 steps, and n * n / 8 bytes at most.
 */
export function closureOf(graph: ReachGraph): BitSet[] {
  const { size } = graph;
  const successors = [
    ...graph.direct.map((servers, place) => [...servers, ...graph.hubsOf[place].map((hub) => size + hub)]),
    ...graph.hubs.map(({ servers }) => servers),
  ];
  const reached = new Array<BitSet>(successors.length);
  for (const component of components(successors)) {
    const members = new Set(component);
    const reach = new BitSet(size);
    for (const node of component) {
      if (node < size) reach.add(node);
      for (const next of successors[node]) if (!members.has(next)) reach.addAll(reached[next]);
    }
    for (const node of component) reached[node] = reach;
  }
  return reached.slice(0, size);
}

/** What each workload can open a connection to itself, by place. */
export function directReachOf(graph: ReachGraph): BitSet[] {
  const hubs = graph.hubs.map(({ servers }) => bitsOf(graph.size, servers));
  return graph.direct.map((servers, place) => {
    const reach = bitsOf(graph.size, servers);
    for (const hub of graph.hubsOf[place]) reach.addAll(hubs[hub]);
    return reach;
  });
}

export function bitsOf(size: number, members: Iterable<number>): BitSet {
  const bits = new BitSet(size);
  for (const member of members) bits.add(member);
  return bits;
}
