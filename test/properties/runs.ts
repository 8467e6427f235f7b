/**
 * How many generated policies a property looks at. `MICROSEG_PROPERTY_RUNS` is the number for the proof by artifacts
 * (1,000 in `npm test`); cheaper properties take a share of it.
 */
export function runs(share: number, least: number): number {
  const wanted = Number(process.env.MICROSEG_PROPERTY_RUNS ?? 0);
  return Math.max(least, Math.round(wanted * share));
}

/** The same policies every time: a failure can be looked at again. */
export const SEED = 20_260_101;
