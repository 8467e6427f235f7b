import { Attributes, isAttributes, stringIn, Value } from '../values';

/** Ids and self links of Google Cloud: `projects/.../global/networks/...`, and the same behind the API's address. */

const COMPUTE = 'https://www.googleapis.com/compute/v1/';
const NO_PROJECT = 'unset-project';

/** The resource's own project, region or zone, or those of the provider. */
export function settingOf(name: 'project' | 'region' | 'zone', resource: Attributes, settings: Attributes): string {
  return stringIn(resource, name) || stringIn(settings, name) || (name === 'project' ? NO_PROJECT : '');
}

/** An id rule: `projects/{project}/global/firewalls/{name}`. What names another resource counts by that one's name. */
export const idFrom = (pattern: string) => (resource: Attributes, settings: Attributes): string =>
  pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'project' || name === 'region' || name === 'zone') return lastSegment(settingOf(name, resource, settings));
    const value = resource[name];
    return typeof value === 'number' ? String(value) : lastSegment(stringIn(resource, name) ?? '');
  });

/** `name` of `https://.../networks/name`. */
export const lastSegment = (link: string): string => link.slice(link.lastIndexOf('/') + 1);

export const selfLink = (id: string): string => `${COMPUTE}${id}`;

/** The project, region and zone that the provider fills in, where the resource has such attributes. */
export function placeOf(resource: Attributes, settings: Attributes): Attributes {
  const places = (['project', 'region', 'zone'] as const).map((name): [string, Value] => [name, settingOf(name, resource, settings)]);
  return Object.fromEntries(places.filter(([, value]) => value !== '' && !isAttributes(value)));
}
