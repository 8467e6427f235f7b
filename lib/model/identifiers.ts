import { fail } from '../support/errors';

/**
 * Ids of workloads, segments and policies end up in tags, rule descriptions, file names and log prefixes of every
 * platform, so they are held to what all of them take.
 */
export function requireId(path: string, id: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(id)) fail('MSEG1006', path, `"${id}" is no id`);
  // Construct trees look children up in a plain object, which has these without any child.
  if (id in Object.prototype) fail('MSEG1006', path, `"${id}" is a word of JavaScript that no construct can be called by`);
}

/** Labels may hold any text: what cannot stand on a platform is made harmless where it is emitted. */
export function requireLabels(path: string, labels: { readonly [key: string]: string }): void {
  for (const [key, value] of Object.entries(labels)) {
    const bad = [key, value].some((text) => typeof text !== 'string' || text === '' || text.length > 256);
    if (bad) fail('MSEG1005', path, `label "${key}" is empty, too long or no text`);
  }
}
