import { compilePolicy } from '../../../lib/compiler';
import { VariableNames, IdNames } from '../../../lib/discovery/suggest/names';
import { literal, objectLiteral } from '../../../lib/discovery/suggest/source-text';
import { suggest } from '../../../lib/discovery/suggest/suggest';
import { typescriptOf } from '../../../lib/discovery/suggest/typescript';
import { HOSTILE_TEXTS } from '../../model/policies';
import { edge, mapOf, node } from './maps';
import { observedPolicy } from './run';

test.each(HOSTILE_TEXTS)('GIVEN %j THEN it is one literal on one line, and means itself', (text) => {
  expect(literal(text)).not.toMatch(/[\n\r\u2028\u2029\u202e\u001b]/);
  expect(new Function(`return ${literal(text)}`)()).toBe(text);
  const found = new Function(`return ${objectLiteral(Object.fromEntries([[text, text]]))}`)() as object;
  expect(Object.entries(found)).toEqual([[text, text]]);
});

test('GIVEN hostile names and labels of everything THEN the policy has the labels as they are, and runs nothing else', () => {
  const labels = Object.fromEntries(HOSTILE_TEXTS.filter((text) => text.length <= 256).map((text) => [text, text]));
  const nodes = HOSTILE_TEXTS.map((id, place) => node(id, { labels, addresses: [`10.0.0.${place}`], proposed: { labels, confidence: 0.5, because: id } }));
  const edges = HOSTILE_TEXTS.slice(1).map((id) => edge(HOSTILE_TEXTS[0], id, 443));
  const policy = compilePolicy(observedPolicy(typescriptOf(suggest(mapOf(nodes, edges)))));
  expect(policy.workloads.length).toBe(HOSTILE_TEXTS.length);
  for (const workload of policy.workloads) expect(Object.entries(workload.labels).sort()).toEqual(Object.entries(labels).sort());
  expect(policy.flows.length).toBe(edges.length);
});

test('GIVEN ids THEN variables read as people write them, and never clash with each other or the language', () => {
  const names = new VariableNames();
  expect(['LoadBalancer', 'DB', 'web-1', 'web_1', 'web.1', 'class', 'policy', '10.0.0.1', 'Ünï'].map((id) => names.next(id)))
    .toEqual(['loadBalancer', 'db', 'web1', 'web1_2', 'web1_3', 'class2', 'policy2', 'host10001', 'n']);
});

test('GIVEN nodes THEN ids stay where a policy accepts them, and differ where names differ', () => {
  const names = new IdNames(['Web']);
  const ids = ['Api', 'Web', 'shop/web', 'shop-web', '10.0.0.1', '', '🙂', 'x'.repeat(300)].map((id) => names.next(id));
  expect(ids.slice(0, 3)).toEqual(['Api', expect.stringMatching(/^Web-/), 'shop-web']);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/);
});

test('GIVEN workloads with labels that all do the same THEN one flow by labels stands for them; one pair less, and it is as many flows as pairs need', () => {
  const webs = ['w1', 'w2', 'w3'].map((id) => node(id, { labels: { tier: 'web' } }));
  const dbs = ['d1', 'd2'].map((id) => node(id, { labels: { tier: 'db' } }));
  const all = webs.flatMap(({ id }) => dbs.map((db) => edge(id, db.id, 5432)));
  const flows = (edges: typeof all, generalize?: 'labels') => suggest(mapOf([...webs, ...dbs], edges), { generalize });
  expect(flows(all).flows).toMatchObject([{ client: { labels: { tier: 'web' } }, server: { labels: { tier: 'db' } }, pairs: 6, opened: 0 }]);
  const fewer = all.slice(1);
  expect(flows(fewer).widening.pairs).toBe(0);
  expect(flows(fewer).flows.length).toBe(3);
  expect(flows(fewer, 'labels')).toMatchObject({ widening: { pairs: 1 }, flows: [{ pairs: 6, opened: 1 }] });
  // What a rule stopped is never opened by labels.
  const denied = [...fewer, { ...all[0], denied: true }];
  expect(flows(denied, 'labels').widening.pairs).toBe(0);
});
