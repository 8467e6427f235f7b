import { fuzzReaders } from '../support/flow-logs/fuzz';

const LINES = Number(process.env.MICROSEG_FUZZ_LINES ?? 1_000_000);

test('a million damaged lines of every log format neither fail, nor hang, nor grow, nor tell of impossible flows', () => {
  const result = fuzzReaders(LINES, 42);
  expect(result.failures).toEqual([]);
  expect(result.mutatedLines).toBeGreaterThanOrEqual(LINES);
  expect(result.records).toBeGreaterThan(LINES / 100);
  expect(result.rejected).toBeGreaterThan(LINES / 10);
  expect(result.slowestMilliseconds).toBeLessThan(2000);
  expect(result.grownBytes).toBeLessThan(16_000_000);
});
