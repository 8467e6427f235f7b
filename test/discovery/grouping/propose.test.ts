import * as fc from 'fast-check';
import { DependencyMap, MapEdge, MapNode } from '../../../lib/discovery/dependency-map';
import { withProposals } from '../../../lib/discovery/grouping/propose';
import { SEED } from '../../properties/runs';
import { edge, mapOf, node } from '../suggest/maps';

/** Who uses what of whom in an application: tiers, of which each has several workloads. */
const TIERS: readonly (readonly [client: string, server: string, port: number])[] = [
  ['balancer', 'web', 443], ['web', 'api', 8443], ['api', 'ledger', 5432], ['api', 'cache', 6379], ['worker', 'ledger', 5432], ['worker', 'queue', 5671],
];
const NAMES = ['balancer', 'web', 'api', 'ledger', 'cache', 'worker', 'queue'];

/** Replicas of every tier, monitoring and names for all, and only a share of all pairs seen. */
function application(replicas: number, isSeen: () => boolean, labelsOf: (tier: string, replica: number) => MapNode['labels'] = () => ({})): DependencyMap {
  const each = (tier: string) => Array.from({ length: replicas }, (_, replica) => `${tier}${replica}`);
  const nodes = [node('monitor'), node('names'), ...NAMES.flatMap((tier) => each(tier).map((id, replica) => node(id, { labels: labelsOf(tier, replica) })))];
  const edges: MapEdge[] = TIERS.flatMap(([client, server, port]) => (
    each(client).flatMap((from) => each(server).filter(() => isSeen()).map((to) => edge(from, to, port)))));
  const routine = NAMES.flatMap(each).flatMap((id) => [edge('monitor', id, 9100), edge(id, 'names', 53, { protocol: 'udp' })]);
  return mapOf(nodes, [...edges, ...routine]);
}

const tierOf = (id: string) => id.replace(/\d+$/, '');
const proposedFor = (map: DependencyMap) => new Map(withProposals(map).nodes.map(({ id, proposed }) => [id, proposed]));

test('GIVEN generated applications of which a quarter of the traffic was not seen THEN workloads of a tier are proposed one role, and others another', () => {
  let [right, all] = [0, 0];
  const seen = fc.infiniteStream(fc.nat({ max: 3 }).map((value) => value > 0));
  fc.assert(fc.property(fc.integer({ min: 3, max: 6 }), seen, (replicas, stream) => {
    const roles = proposedFor(application(replicas, () => stream.next().value as boolean));
    const ids = NAMES.flatMap((tier) => Array.from({ length: replicas }, (_, replica) => `${tier}${replica}`));
    for (const a of ids) {
      for (const b of ids.filter((other) => other > a)) {
        const [first, second] = [roles.get(a)?.labels.tier, roles.get(b)?.labels.tier];
        all += 1;
        if ((first === second) === (tierOf(a) === tierOf(b))) right += 1;
      }
    }
  }), { seed: SEED, numRuns: 25 });
  expect(right / all).toBeGreaterThan(0.97);
});

test('GIVEN a known service THEN the role is called by it, with the reason and how sure that is', () => {
  const roles = proposedFor(application(3, () => true));
  expect(roles.get('ledger0')).toEqual({ labels: { tier: 'postgres' }, confidence: expect.any(Number), because: 'it serves tcp/5432, tcp/9100 and uses udp/53, like 2 others' });
  expect(roles.get('ledger0')!.confidence).toBeGreaterThan(0.4);
  expect(roles.get('balancer0')!.confidence).toBeLessThan(1);
});

test('GIVEN labels in the inventory THEN they stay, and others are proposed what their like are called', () => {
  const map = application(3, () => true, (tier, replica): MapNode['labels'] => (replica === 0 ? { role: `the-${tier}` } : {}));
  const after = withProposals(map);
  for (const { id, labels, proposed } of after.nodes.filter((each) => NAMES.includes(tierOf(each.id)))) {
    if (id.endsWith('0')) expect([labels, proposed]).toEqual([{ role: `the-${tierOf(id)}` }, undefined]);
    else expect([labels, proposed?.labels]).toEqual([{}, { role: `the-${tierOf(id)}` }]);
  }
});

test('GIVEN the same map in another order THEN the proposals are the same', () => {
  const map = application(4, () => true);
  const turned = { ...map, nodes: [...map.nodes].reverse(), edges: [...map.edges].reverse() };
  expect([...proposedFor(turned)].sort()).toEqual([...proposedFor(map)].sort());
});

test('GIVEN only denied or unsure traffic, or nobody without a role THEN nothing is proposed', () => {
  const silent = mapOf([node('a'), node('b')], [edge('a', 'b', 22, { denied: true }), edge('b', 'a', 22, { confidence: 0.3 })]);
  expect(withProposals(silent)).toEqual(silent);
  const labelled = mapOf([node('a', { labels: { tier: 'x' } }), node('net', { kind: 'internet' })], [edge('net', 'a', 22)]);
  expect(withProposals(labelled)).toBe(labelled);
});

test('GIVEN thousands of workloads of which no two talk to the same peers THEN what they serve and use tells their tier', () => {
  const replicas = 300;
  const peers = (client: number, step: number) => [1, 2, 3].map((nth) => (client * step + nth * 37) % replicas);
  const each = NAMES.flatMap((tier) => Array.from({ length: replicas }, (_, replica) => node(`${tier}${replica}`)));
  const edges = TIERS.flatMap(([client, server, port], tier) => Array.from({ length: replicas }, (_, from) => (
    peers(from, 7 + 4 * tier).map((to) => edge(`${client}${from}`, `${server}${to}`, port)))).flat());
  const roles = proposedFor(mapOf(each, edges));
  const proposed = NAMES.map((tier) => new Set(Array.from({ length: replicas }, (_, replica) => roles.get(`${tier}${replica}`)?.labels.tier)));
  expect(proposed.map(({ size }) => size)).toEqual(NAMES.map(() => 1));
  expect(new Set(proposed.flatMap((values) => [...values])).size).toBe(NAMES.length);
});

test('GIVEN thousands of workloads that serve something else each, and a few that are alike THEN only those are sure to be proposed something', () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `odd${index}`);
  const alike = ['web0', 'web1', 'web2'];
  const edges = [...ids.map((id, index) => edge('monitor', id, 10_000 + index)), ...alike.map((id) => edge('monitor', id, 443))];
  const roles = proposedFor(mapOf([node('monitor'), ...[...ids, ...alike].map((id) => node(id))], edges));
  expect(alike.map((id) => roles.get(id)?.labels)).toEqual(alike.map(() => ({ tier: 'https' })));
  expect(ids.some((id) => roles.get(id) === undefined)).toBe(true);
});
