/** Limits with those in their place that the user gives; one that is given as undefined is not given. */
export function withLimits<T extends object>(defaults: T, given: Partial<T> = {}): T {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(defined) };
}
