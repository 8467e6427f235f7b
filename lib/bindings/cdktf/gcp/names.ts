import { stableId } from '../../../support/stable-id';

/** Longest name of a resource, of a network tag, and of a secure tag. @see https://www.ietf.org/rfc/rfc1035 */
const MAX_NAME = 63;

/**
 * A name for what an enforcement point makes for a policy, or for one workload of it: lower-case letters, digits and
 * hyphens. It holds nothing but identity, since Google Cloud renames nothing.
 */
export function resourceName(enforcementPoint: string, ...ids: readonly string[]): string {
  const id = stableId(enforcementPoint, ...ids);
  const slug = ['microseg', ...ids].join('-').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, MAX_NAME - id.length - 1);
  return `${slug.replace(/-$/, '')}-${id}`;
}
