import * as fc from 'fast-check';
import { DependencyMap, MapEdge } from '../../lib/discovery/dependency-map';
import { DuckDbEngine } from '../../lib/discovery/engine/duckdb';
import { EMPTY_INVENTORY, Inventory } from '../../lib/discovery/inventory/inventory';
import { inventoryOfPolicies } from '../../lib/discovery/inventory/policy-inventory';
import { AddressEdge } from '../../lib/discovery/replay/address-edge';
import { replay } from '../../lib/discovery/replay/replay';
import { suggest } from '../../lib/discovery/suggest/suggest';
import { Generalize, Suggestion } from '../../lib/discovery/suggest/suggestion';
import { typescriptOf } from '../../lib/discovery/suggest/typescript';
import { Traffic } from '../../lib/discovery/traffic';
import { dependencyMapJson } from '../../lib/report/dependency-map-report';
import { suggestionJson } from '../../lib/report/suggestion-report';
import { admittedPairs, Compiled, compiledPolicy, declaredPolicy, pairText } from '../discovery/suggest/declare';
import { observedPolicy } from '../discovery/suggest/run';
import { inventoryOf } from '../discovery/traffic-of';
import { LOG_FORMATS, Topology, TopologyEdge, trafficOf, TrafficOptions } from '../support/flow-logs';
import { readText } from '../support/flow-logs/read';
import { schemaProblems } from '../support/schemas';
import { runs, SEED } from './runs';

const SERVICES: readonly Pick<TopologyEdge, 'protocol' | 'port'>[] = [
  { protocol: 'tcp', port: 443 }, { protocol: 'tcp', port: 5432 }, { protocol: 'tcp', port: 49_200 }, { protocol: 'tcp', port: 60_002 },
  { protocol: 'udp', port: 53 }, { protocol: 'udp', port: 514 },
];

interface Member {
  readonly labels: { readonly [key: string]: string };
  readonly isListed: boolean;
}

interface Network extends Topology {
  readonly members: readonly Member[];
}

const members: fc.Arbitrary<Member> = fc.record({
  labels: fc.record({ tier: fc.constantFrom('web', 'db'), app: fc.constantFrom('shop', 'bank') }, { requiredKeys: ['tier'] }),
  isListed: fc.integer({ min: 0, max: 4 }).map((number) => number > 0),
});

const inside = fc.tuple(fc.array(members, { minLength: 3, maxLength: 8 }), fc.boolean());

/** Some workloads of an inventory, some addresses that nobody listed, one of the Internet, and whoever of them uses what of whom. */
const networks: fc.Arbitrary<Network> = inside.chain(([some, isIpv6]) => {
  const place = fc.nat(some.length);
  const edges = fc.uniqueArray(fc.tuple(place, place, fc.constantFrom(...SERVICES)).filter(([client, server]) => client !== server), {
    selector: ([client, server, { port }]) => `${client} ${server} ${port}`, minLength: 2, maxLength: 16, size: 'max',
  });
  return edges.map((all): Network => {
    const addresses = some.map((_, index) => (isIpv6 ? `fd00:50::${index + 10}` : `10.50.0.${index + 10}`));
    addresses.push(isIpv6 ? '2606:4700::9' : '8.8.4.4');
    return {
      name: 'random',
      nodes: addresses.map((address, index) => ({ id: `w${index}`, address })),
      edges: all.map(([client, server, service]) => ({ client: `w${client}`, server: `w${server}`, ...service })),
      members: [...some, { labels: {}, isListed: false }],
    };
  });
});

const circumstances: fc.Arbitrary<TrafficOptions> = fc.record({
  seed: fc.nat(), connectionsPerEdge: fc.constantFrom(6, 12), retries: fc.constantFrom(0, 0.2), scanned: fc.constantFrom(0, 6),
  noise: fc.constantFrom(0, 8), throughGateway: fc.constantFrom(0, 0.3),
});

/** The rows of those that are listed, with their labels. */
function listed(network: Network): Inventory {
  const { rows = [] } = inventoryOf(network);
  const labeled = rows.map((row, index) => ({ ...row, labels: network.members[index].labels }));
  return { ...EMPTY_INVENTORY, rows: labeled.filter((_, index) => network.members[index].isListed) };
}

interface Observed {
  readonly map: DependencyMap;
  readonly edges: readonly AddressEdge[];
}

async function observe(records: Parameters<Traffic['add']>[0], inventory: Inventory): Promise<Observed> {
  const traffic = new Traffic(await DuckDbEngine.open({ threads: 1 }), inventory);
  try {
    await traffic.add(records);
    await traffic.settle();
    const edges: AddressEdge[] = [];
    for await (const batch of traffic.edges()) edges.push(...batch);
    return { map: await traffic.map([]), edges };
  } finally {
    await traffic.close();
  }
}

type Pair = Pick<MapEdge, 'client' | 'server' | 'protocol' | 'port'>;

/** By the ids of the policy; whoever has none there goes by the id in the map. */
function pairsOf({ workloads }: Suggestion, edges: readonly Pair[]): Set<string> {
  const ids = new Map(workloads.map(({ node, id }) => [node, id]));
  return new Set(edges.map((edge) => pairText(ids.get(edge.client) ?? edge.client, ids.get(edge.server) ?? edge.server, edge)));
}

const isBeyond = (pairs: Iterable<string>, known: ReadonlySet<string>) => [...pairs].filter((pair) => !known.has(pair));

/** Nothing confident is blocked, and all that is blocked was left out and told. */
async function expectNothingMissed(suggestion: Suggestion, { map, edges }: Observed, { policy }: Compiled): Promise<void> {
  const { byEdge, unusedFlows } = await replay({ records: 0, edges: [edges] }, [policy]);
  const out = pairsOf(suggestion, suggestion.leftOut);
  const wanted = pairsOf(suggestion, map.edges);
  const of = (...verdicts: string[]) => pairsOf(suggestion, byEdge.filter(({ verdict }) => verdicts.includes(verdict)));
  expect(isBeyond(of('wouldBlock', 'undecided'), out)).toEqual([]);
  expect(isBeyond(isBeyond(wanted, out), of('allowed'))).toEqual([]);
  expect(suggestion.generalize === 'none' ? unusedFlows : []).toEqual([]);
}

/** What is admitted between workloads was seen, or is counted as widening; without labels it is what the network really does. */
function expectNothingBeyond(suggestion: Suggestion, { map }: Observed, network: Network, { compiled }: Compiled): number {
  const out = pairsOf(suggestion, suggestion.leftOut);
  const seen = new Set(isBeyond(pairsOf(suggestion, map.edges), out));
  const admitted = admittedPairs(compiled);
  const beyond = isBeyond(admitted, seen);
  expect(beyond).toHaveLength(suggestion.widening.pairs);
  const nodes = new Map(network.nodes.map(({ id, address }, index) => [id, network.members[index].isListed ? id : address]));
  const ids = new Set(suggestion.workloads.filter(({ node }) => [...nodes.values()].includes(node)).map(({ id }) => id));
  const named = network.edges.map((edge) => ({ ...edge, client: nodes.get(edge.client)!, server: nodes.get(edge.server)! }));
  const truth = pairsOf(suggestion, named);
  // A gateway that the log takes for a client is no node of the network.
  const inNetwork = [...admitted].filter((pair) => (JSON.parse(pair) as string[]).slice(0, 2).every((id) => ids.has(id)));
  if (suggestion.generalize === 'none') expect([beyond, isBeyond(inNetwork, truth)]).toEqual([[], []]);
  return beyond.length;
}

test('GIVEN logs of any network WHEN a policy is suggested, followed and replayed on them THEN nothing confident is blocked, and nothing is open but what was seen and the widening', async () => {
  const told = { flows: 0, opened: 0, leftOut: 0 };
  let run = 0;
  await fc.assert(fc.asyncProperty(networks, fc.constantFrom(...LOG_FORMATS), circumstances, async (network, log, options) => {
    const attempts = log.silentOnFailure ? { retries: 0, scanned: 0 } : {};
    const { records } = readText(log.format, log.write(trafficOf(network, { ...options, ...attempts })));
    const observed = await observe(records, listed(network));
    expect(schemaProblems('dependency-map', JSON.parse(dependencyMapJson(observed.map)))).toEqual([]);
    for (const generalize of ['none', 'labels'] satisfies Generalize[]) {
      const suggestion = suggest(observed.map, { generalize });
      const compiled = compiledPolicy(declaredPolicy(JSON.parse(suggestionJson(suggestion)) as Suggestion));
      await expectNothingMissed(suggestion, observed, compiled);
      told.opened += expectNothingBeyond(suggestion, observed, network, compiled);
      told.flows += compiled.compiled.flows.length;
      told.leftOut += suggestion.leftOut.length;
      run += 1;
      if (run % 10 > 1) continue;
      // The module says the same as the document, and the policy knows its addresses as well as the inventory does.
      const { policy } = compiledPolicy(observedPolicy(typescriptOf(suggestion)));
      expect(policy.flows.map(({ id }) => id)).toEqual(compiled.policy.flows.map(({ id }) => id));
      const again = await observe(records, inventoryOfPolicies([compiled.policy]));
      const { byEdge } = await replay({ records: 0, edges: [again.edges] }, [compiled.policy]);
      const blocked = byEdge.filter(({ verdict }) => verdict === 'wouldBlock');
      expect(isBeyond(pairsOf(suggestion, blocked), pairsOf(suggestion, suggestion.leftOut))).toEqual([]);
    }
  }), { seed: SEED, numRuns: runs(0.1, 50) });
  expect([told.flows > 100, told.opened > 0, told.leftOut > 20]).toEqual([true, true, true]);
}, 600_000);
