import * as fc from 'fast-check';
import { DependencyMap, MapEdge } from '../../../lib/discovery/dependency-map';
import { replay } from '../../../lib/discovery/replay/replay';
import { suggest } from '../../../lib/discovery/suggest/suggest';
import { Generalize, Suggestion } from '../../../lib/discovery/suggest/suggestion';
import { typescriptOf } from '../../../lib/discovery/suggest/typescript';
import { runs, SEED } from '../../properties/runs';
import { admittedPairs, compiledPolicy, pairText } from './declare';
import { MAPS } from './maps';
import { load, observedPolicy } from './run';

const check = { seed: SEED, numRuns: runs(0.3, 25) };
const GENERALIZE: Generalize[] = ['none', 'labels'];

/** Edges that the suggestion did not leave out. */
function wanted({ edges }: DependencyMap, { leftOut }: Suggestion): MapEdge[] {
  const out = new Set(leftOut.filter(({ reason }) => reason !== 'noise').map((edge) => pairText(edge.client, edge.server, edge)));
  return edges.filter((edge) => !out.has(pairText(edge.client, edge.server, edge)));
}

/** Every edge with each pair of addresses of its ends. */
function addressEdges(map: DependencyMap, edges: readonly MapEdge[]) {
  const addressesOf = (id: string) => {
    const { addresses, kind } = map.nodes.find((node) => node.id === id)!;
    return addresses.length > 0 ? addresses : kind === 'internet' ? ['8.8.8.8', '2001:4860::8888'] : [undefined];
  };
  const same = (a?: string, b?: string) => a === undefined || b === undefined || a.includes(':') === b.includes(':');
  return edges.flatMap((edge) => addressesOf(edge.client).flatMap((from) => addressesOf(edge.server).map((to) => ({
    client: { node: edge.client, address: from }, server: { node: edge.server, address: to },
    protocol: edge.protocol, port: edge.port, connections: 1, firstSeen: 0, lastSeen: 0, denied: false,
  })))).filter(({ client, server, protocol }) => same(client.address, server.address)
    && !(protocol === 'icmp' && [client, server].some(({ address }) => address?.includes(':'))));
}

test.each(GENERALIZE)('GIVEN any map WHEN a policy is suggested (%s), compiled and replayed THEN every wanted edge is allowed, and only the widening besides', async (generalize) => {
  let flows = 0;
  let opened = 0;
  await fc.assert(fc.asyncProperty(MAPS, async (map) => {
    const suggestion = suggest(map, { generalize });
    const edges = wanted(map, suggestion);
    const { compiled, policy } = compiledPolicy(observedPolicy(typescriptOf(suggestion)));
    const replayed = await replay({ records: 0, edges: [addressEdges(map, edges)] }, [policy]);
    expect(replayed.byEdge.filter(({ verdict }) => verdict !== 'allowed')).toEqual([]);
    expect(generalize === 'none' ? replayed.unusedFlows : []).toEqual([]);

    const idOf = new Map(suggestion.workloads.map(({ node, id }) => [node, id]));
    const seen = new Set(edges.filter((edge) => idOf.has(edge.client) && idOf.has(edge.server))
      .map((edge) => pairText(idOf.get(edge.client)!, idOf.get(edge.server)!, edge)));
    const beyond = [...admittedPairs(compiled)].filter((pair) => !seen.has(pair));
    expect(beyond.length).toBe(suggestion.widening.pairs);
    if (generalize === 'none') expect(beyond).toEqual([]);
    // Nothing that a rule stopped or that is noise is ever opened by labels.
    const denied = new Set([...map.edges.filter((edge) => edge.denied), ...map.noise.flatMap((noise) => noise.edges)]
      .map((edge) => pairText(idOf.get(edge.client)!, idOf.get(edge.server)!, edge)));
    expect(beyond.filter((pair) => denied.has(pair))).toEqual([]);
    flows += compiled.flows.length;
    opened += beyond.length;
  }), check);
  expect(flows).toBeGreaterThan(25);
  if (generalize === 'labels') expect(opened).toBeGreaterThan(0);
});

test('GIVEN a policy that follows a suggestion WHEN the same map is held against it THEN nothing is left to suggest', () => {
  fc.assert(fc.property(MAPS, (map) => {
    const first = suggest(map);
    const { policy } = compiledPolicy(observedPolicy(typescriptOf(first)));
    const named = { ...map, nodes: map.nodes.map((node) => ({ ...node, id: idIn(first, node.id) })), ...renamed(map, first) };
    expect(suggest(named, { policy })).toMatchObject({ flows: [], workloads: [], unusedFlows: [] });
  }), check);
});

test('GIVEN a policy and a map with more WHEN additions are followed THEN the rest is allowed too', () => {
  fc.assert(fc.property(MAPS, fc.nat({ max: 100 }), (map, share) => {
    const edges = map.edges.filter((_, index) => index % 100 < share / 4);
    const first = suggest({ ...map, edges });
    const policy = observedPolicy(typescriptOf(first));
    const named = { ...map, nodes: map.nodes.map((node) => ({ ...node, id: idIn(first, node.id) })), ...renamed(map, first) };
    const additions = suggest(named, { policy: compiledPolicy(policy).policy });
    load(typescriptOf(additions)).allowObserved!(policy);
    expect(suggest(named, { policy: compiledPolicy(policy).policy })).toMatchObject({ flows: [] });
  }), check);
});

/** The inventory of an existing policy calls workloads as the policy does. */
function idIn({ workloads }: Suggestion, node: string): string {
  return workloads.find((workload) => workload.node === node)?.id ?? `${node} (another)`;
}

function renamed({ edges, noise }: DependencyMap, suggestion: Suggestion): Pick<DependencyMap, 'edges' | 'noise'> {
  const rename = (edge: MapEdge) => ({ ...edge, client: idIn(suggestion, edge.client), server: idIn(suggestion, edge.server) });
  const quiet = noise.map((group) => ({ ...group, source: idIn(suggestion, group.source), edges: group.edges.map(rename) }));
  return { edges: edges.map(rename), noise: quiet };
}
