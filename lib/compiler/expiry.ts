import { compareText } from '../support/order';

/** The moment from which a flow must be gone, in milliseconds since the epoch. A bare date lasts to the end of its day in UTC. */
export function endOf(expires: string): number {
  const end = Date.parse(expires);
  return expires.includes('T') ? end : end + 24 * 60 * 60 * 1000;
}

/** The last of the expiries: an access lasts as long as the longest of its declarations, and for ever if one of them does. */
export function lastExpiry(expiries: readonly (string | undefined)[]): string | undefined {
  if (expiries.some((expiry) => expiry === undefined)) return undefined;
  // One moment can be written in many ways; which of them stands must not depend on the order of declaration.
  return [...expiries as string[]].sort((a, b) => endOf(a) - endOf(b) || compareText(a, b)).at(-1);
}
