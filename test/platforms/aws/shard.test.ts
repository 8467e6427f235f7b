import * as fc from 'fast-check';
import { countRules } from '../../../lib/platforms/aws/aggregate';
import { LoweredRule, ruleKey } from '../../../lib/platforms/aws/lower';
import { Capacity, shard } from '../../../lib/platforms/aws/shard';
import { SEED } from '../../properties/runs';

function rule(index: number, weight: LoweredRule['weight'] = { 4: 1, 6: 0 }, end: LoweredRule['end'] = 'ingress'): LoweredRule {
  return { end, traffic: { protocol: 'tcp', fromPort: index, toPort: index }, peer: { kind: 'cidrIpv4', cidr: '10.0.0.0/8' }, weight, flows: new Set() };
}

const ruleOf = fc.record({ index: fc.nat(60_000), four: fc.nat(3), six: fc.nat(3), outward: fc.boolean() })
  .map(({ index, four, six, outward }) => rule(index, { 4: four, 6: six }, outward ? 'egress' : 'ingress'));
const rules = fc.uniqueArray(ruleOf, { maxLength: 60, selector: ruleKey });

function capacities(count: number, limit: number, firstLess = 0): Capacity[] {
  return Array.from({ length: count }, (_, index) => {
    const room = limit - (index === 0 ? firstLess : 0);
    return { ingress: { 4: room, 6: room }, egress: { 4: room, 6: room } };
  });
}

function placesOf(shards: LoweredRule[][]): Map<string, number> {
  return new Map(shards.flatMap((dealt, index) => dealt.map((one) => [ruleKey(one), index] as const)));
}

test('GIVEN any rules WHEN dealt THEN each is in one group, and no group holds more than it may in any direction and family', () => {
  fc.assert(fc.property(rules, fc.integer({ min: 3, max: 40 }), (all, limit) => {
    const room = capacities(5, limit, 1);
    const shards = shard(all, room);
    if (shards === undefined) return;
    expect(shards.flat().map(ruleKey).sort()).toEqual(all.map(ruleKey).sort());
    shards.forEach((dealt, index) => {
      for (const end of ['ingress', 'egress'] as const) {
        const used = countRules(dealt, end);
        expect(used[4]).toBeLessThanOrEqual(room[index][end][4]);
        expect(used[6]).toBeLessThanOrEqual(room[index][end][6]);
      }
    });
  }), { seed: SEED, numRuns: 300 });
});

test('GIVEN the same rules in another order WHEN dealt THEN each is where it was', () => {
  const orders = rules.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(fc.property(orders, ([all, mixed]) => {
    expect(shard(mixed, capacities(5, 15))).toEqual(shard(all, capacities(5, 15)));
  }), { seed: SEED, numRuns: 100 });
});

test('GIVEN groups with room WHEN one more rule is dealt THEN no other moves', () => {
  let compared = 0;
  fc.assert(fc.property(fc.uniqueArray(fc.nat(60_000), { minLength: 2, maxLength: 60 }), (ports) => {
    const [extra, ...others] = ports.map((port) => rule(port));
    const [before, after] = [shard(others, capacities(5, 30))!, shard([extra, ...others], capacities(5, 30))!];
    const full = after.some((dealt) => dealt.length >= 30);
    if (before.length !== after.length || full) return;
    compared += 1;
    const places = placesOf(before);
    for (const [key, index] of placesOf(after)) expect(places.get(key) ?? index).toBe(index);
  }), { seed: SEED, numRuns: 200 });
  expect(compared).toBeGreaterThan(100);
});

test('GIVEN more rules than all groups hold WHEN dealt THEN there is no answer, rather than a rule less', () => {
  const all = Array.from({ length: 31 }, (_, index) => rule(index));
  expect(shard(all, capacities(3, 10))).toBeUndefined();
  expect(shard(all.slice(1), capacities(3, 10))!.map((dealt) => dealt.length)).toEqual([10, 10, 10]);
});

test('GIVEN one list that fills a group WHEN dealt with small rules THEN it still finds room', () => {
  const all = [...Array.from({ length: 10 }, (_, index) => rule(index)), rule(99, { 4: 10, 6: 0 })];
  const shards = shard(all, capacities(2, 10))!;
  expect(shards.map((dealt) => countRules(dealt, 'ingress')[4])).toEqual([10, 10]);
});

test('GIVEN no group at all WHEN dealt THEN there is no answer', () => {
  expect(shard([], [])).toBeUndefined();
});
