import { World } from '../world';
import { inUse, onlyOne } from '../world-checks';
import { policyExists, secureTagsAreForFirewalls } from './policy-rule';
import { bindingsOfResource, uniqueShortName } from './tags';

const VALUE = 'google_tags_tag_value';
const BINDING = 'google_tags_location_tag_binding';

function worldOfTags(purpose: string | null = 'GCE_FIREWALL'): World {
  const world = new World();
  for (const number of [1, 2]) world.put('google_tags_tag_key', { id: `tagKeys/${number}`, purpose });
  world.put(VALUE, { id: 'tagValues/1', parent: 'tagKeys/1', short_name: 'web' });
  world.put(VALUE, { id: 'tagValues/2', parent: 'tagKeys/1', short_name: 'db' });
  world.put(VALUE, { id: 'tagValues/3', parent: 'tagKeys/2', short_name: 'db' });
  return world;
}

test('GIVEN a policy that does not exist THEN its rule is refused, however the policy is named', () => {
  const world = new World();
  world.put('google_compute_network_firewall_policy', { id: 'projects/p/global/firewallPolicies/main', name: 'main' });

  expect(policyExists({ firewall_policy: 'main' }, world)).toEqual([]);
  expect(policyExists({ firewall_policy: 'projects/p/global/firewallPolicies/main' }, world)).toEqual([]);
  expect(policyExists({ firewall_policy: 'other' }, world)).toHaveLength(1);
});

test('GIVEN secure tags in a rule THEN each must exist and be one for firewalls', () => {
  const named = (name: string) => [{ name }];
  const rule = (target: string, source: string) => ({ target_secure_tags: named(target), match: [{ src_secure_tags: named(source) }] });

  expect(secureTagsAreForFirewalls(rule('tagValues/1', 'tagValues/2'), worldOfTags())).toEqual([]);
  expect(secureTagsAreForFirewalls(rule('tagValues/1', 'tagValues/9'), worldOfTags())).toHaveLength(1);
  expect(secureTagsAreForFirewalls(rule('tagValues/1', 'tagValues/2'), worldOfTags(null))).toHaveLength(2);
});

test('GIVEN a short name that a sibling has THEN it is refused', () => {
  expect(uniqueShortName(VALUE)({ id: 'tagValues/4', parent: 'tagKeys/1', short_name: 'db' }, worldOfTags())).toHaveLength(1);
  expect(uniqueShortName(VALUE)({ id: 'tagValues/4', parent: 'tagKeys/2', short_name: 'web' }, worldOfTags())).toEqual([]);
});

test('GIVEN two values of one key on a machine THEN the second one is refused, one of another key not', () => {
  const bind = (tag: string) => ({ id: `binding/${tag}`, parent: '//compute.googleapis.com/a', tag_value: tag });
  const world = worldOfTags();
  world.put(BINDING, bind('tagValues/1'));

  expect(bindingsOfResource(bind('tagValues/2'), world.with(BINDING, bind('tagValues/2')))).toHaveLength(1);
  expect(bindingsOfResource(bind('tagValues/3'), world.with(BINDING, bind('tagValues/3')))).toEqual([]);
});

test('GIVEN more than ten tags on a machine THEN the last one is refused', () => {
  const world = new World();
  const bind = (index: number) => ({ id: `binding/${index}`, parent: '//compute.googleapis.com/a', tag_value: `tagValues/${index}` });
  for (let index = 0; index < 10; index++) world.put(BINDING, bind(index));

  expect(bindingsOfResource(bind(9), world)).toEqual([]);
  expect(bindingsOfResource(bind(10), world.with(BINDING, bind(10)))).toHaveLength(1);
});

test('GIVEN a reference by self link or in other case THEN it is the same resource', () => {
  const world = new World();
  world.put('user', { id: 'a', network: 'https://www.googleapis.com/compute/v1/projects/p/global/networks/n' });

  expect(inUse('user', 'network')({ id: 'projects/p/global/networks/n' }, world)).toHaveLength(1);
  expect(inUse('user', 'network')({ id: 'projects/p/global/networks/other' }, world)).toEqual([]);
  expect(onlyOne('user', 'network', 'taken')({ id: 'b', network: 'projects/p/global/networks/N' }, world)).toHaveLength(1);
  expect(onlyOne('user', 'network', 'taken')({ id: 'a', network: 'projects/p/global/networks/n' }, world)).toEqual([]);
});
