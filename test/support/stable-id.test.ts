import { compareText, sortedBy } from '../../lib/support/order';
import { stableId } from '../../lib/support/stable-id';

test('GIVEN equal parts WHEN asked for the id THEN it is the same for ever', () => {
  expect(stableId('a', 'b')).toBe(stableId('a', 'b'));
  // Deployed rules are known by such ids: a change here replaces every rule of every user.
  expect(stableId('Payments', 'Web', 'attached', 'ingress tcp 443-443 0.0.0.0/0')).toBe('nnw6xj1rf200');
});

test('GIVEN the same text cut elsewhere WHEN asked for the id THEN it differs', () => {
  const ids = [['ab', 'c'], ['a', 'bc'], ['abc'], ['', 'abc'], ['abc', ''], ['1:a']].map((parts) => stableId(...parts));
  expect(new Set(ids).size).toBe(ids.length);
});

test('GIVEN a hundred thousand contents WHEN asked for ids THEN each has its own', () => {
  const ids = new Set(Array.from({ length: 100_000 }, (_, index) => stableId('rule', String(index))));
  expect(ids.size).toBe(100_000);
  expect([...ids].every((id) => /^[0-9b-df-hj-np-tv-z]{12}$/.test(id))).toBe(true);
});

test('GIVEN text of any language WHEN sorted THEN by code unit, and the input stays as it was', () => {
  const texts = ['b', 'ä', 'B', 'a', ''];
  expect(sortedBy(texts, (text) => text)).toEqual(['', 'B', 'a', 'b', 'ä']);
  expect(texts[0]).toBe('b');
  expect([compareText('a', 'b'), compareText('b', 'a'), compareText('a', 'a')]).toEqual([-1, 1, 0]);
});
