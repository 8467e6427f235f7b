import { assignPriorities, MOST_FLOW_RULES } from '../../../lib/platforms/azure/priorities';

const identities = (count: number) => Array.from({ length: count }, (_, index) => `ingress Tcp ${index} groups`);

test('GIVEN as many rules as there are priorities WHEN assigned THEN each has its own, none that is reserved', () => {
  const priorities = [...assignPriorities(identities(MOST_FLOW_RULES)).values()];
  expect(new Set(priorities).size).toBe(MOST_FLOW_RULES);
  expect(Math.min(...priorities)).toBe(100);
  expect(Math.max(...priorities)).toBeLessThan(4094);
});

test('GIVEN rules in any order WHEN assigned THEN priorities are the same', () => {
  const forwards = assignPriorities(identities(500));
  const backwards = assignPriorities(identities(500).reverse());
  expect([...backwards].sort()).toEqual([...forwards].sort());
});

test('GIVEN 300 rules of one direction WHEN another comes THEN it moves others once in 25 times, and then hardly more than one', () => {
  const before = assignPriorities(identities(300));
  const moved = Array.from({ length: 200 }, (_, index) => {
    const after = assignPriorities([...identities(300), `egress Udp ${index}`]);
    return [...before].filter(([identity, priority]) => after.get(identity) !== priority).length;
  });
  expect(moved.filter((count) => count > 0).length / moved.length).toBeLessThan(0.06);
  expect(Math.max(...moved)).toBeLessThanOrEqual(2);
});
