import { Json } from './json-access';

/** Tags that clouds set themselves, and those that name a workload rather than describe it. */
const NO_LABEL = /^(aws:|hidden-|goog-|microseg:|Name$)/;

/** Labels that are left of tags. */
export function labelsOfTags(tags: { readonly [key: string]: string }): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !NO_LABEL.test(key)));
}

/**
 * What a workload is called by its tags: as this library's enforcement points tag it, by the group that scales it, by its name.
 * Machines with one name are one workload.
 */
export function nameOfTags(tags: { readonly [key: string]: string }): string | undefined {
  return tags['microseg:workload'] || tags['aws:autoscaling:groupName'] || tags.Name || undefined;
}

/** Tags in the form of AWS: a list of objects with `Key` and `Value`. */
export function awsTags(list: unknown): { readonly [key: string]: string } {
  const entries = (Array.isArray(list) ? list : []) as Json[];
  return Object.fromEntries(entries.flatMap((tag): [string, string][] => (
    typeof tag?.Key === 'string' && typeof tag.Value === 'string' && tag.Value !== '' ? [[tag.Key, tag.Value]] : [])));
}

/** The last part of a path such as `/subscriptions/…/virtualMachines/web`. */
export function lastPart(path: string | undefined): string | undefined {
  return path?.split('/').filter((part) => part !== '').at(-1);
}
