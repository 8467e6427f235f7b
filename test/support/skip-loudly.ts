/** In the place of tests that cannot run here: says so on the terminal, and counts as one that was skipped. */
export function skipLoudly(tests: string, reason: string): void {
  process.stderr.write(`${tests} SKIPPED: ${reason}\n`);
  test.skip(`skipped: ${reason}`, () => undefined);
}
