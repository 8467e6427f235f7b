import { fuzzReaders } from '../../support/flow-logs/fuzz';

/** `MICROSEG_FUZZ_LINES` is the number of lines; the suite of engines tries a million. */
const LINES = Number(process.env.MICROSEG_FUZZ_LINES ?? 20_000);

test('readers take damaged lines of every format without failing, hanging, or telling of impossible flows', () => {
  const result = fuzzReaders(LINES, 20_261_123);
  expect(result.failures).toEqual([]);
  expect(result.mutatedLines).toBeGreaterThanOrEqual(LINES);
  // Both happen, so that neither everything nor nothing got through.
  expect(result.records).toBeGreaterThan(LINES / 100);
  expect(result.rejected).toBeGreaterThan(LINES / 10);
  expect(result.slowestMilliseconds).toBeLessThan(2000);
}, 600_000);
