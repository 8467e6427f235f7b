import { chunksOf } from '../../../lib/platforms/gcp/chunks';
import { prioritiesOf } from '../../../lib/platforms/gcp/priorities';

const IDS = Array.from({ length: 40 }, (_, index) => `id${index}`);

test('GIVEN a band hardly wider than the ids WHEN hashes meet THEN each id has a priority of its own in it, in any order', () => {
  const band = { first: 100, count: 40 };
  const priorities = prioritiesOf(IDS, band);
  expect([...priorities.values()].sort((a, b) => a - b)).toEqual(IDS.map((_, index) => 100 + index));
  expect(prioritiesOf([...IDS].reverse(), band)).toEqual(priorities);
});

test('GIVEN a wide band WHEN an id is added THEN no other id changes its priority', () => {
  const band = { first: 0, count: 1_000_000_000 };
  const [before, after] = [prioritiesOf(IDS, band), prioritiesOf([...IDS, 'one more'], band)];
  expect(IDS.map((id) => after.get(id))).toEqual(IDS.map((id) => before.get(id)));
});

test('GIVEN items that exceed a chunk WHEN one is added THEN one chunk changes, or splits', () => {
  for (let count = 1; count < 40; count += 1) {
    const chunks = (size: number) => chunksOf(IDS.slice(0, size).map((key) => ({ key })), 5);
    const [before, after] = [chunks(count), chunks(count + 1)];
    const keys = after.flatMap(({ items }) => items.map(({ key }) => key));
    expect(keys.sort()).toEqual(IDS.slice(0, count + 1).sort());
    expect(Math.max(...after.map(({ items }) => items.length))).toBeLessThanOrEqual(5);
    const same = new Set(after.map((chunk) => JSON.stringify(chunk)));
    expect(before.filter((chunk) => !same.has(JSON.stringify(chunk))).length).toBeLessThanOrEqual(1);
  }
});

test('GIVEN items with one key beyond the limit WHEN dealt out THEN it ends', () => {
  expect(chunksOf([{ key: 'a' }, { key: 'a' }], 1).map(({ items }) => items.length)).toEqual([2]);
});
