import { isObject } from '../../support/files';

/** Looking into JSON of other tools: nothing here throws, and what is not of the kind asked for is not there. */
export type Json = { readonly [key: string]: unknown };

/** The objects of a list, each with its place in it. */
export function objectsOf(value: unknown): [index: number, value: Json][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown, index): [number, Json][] => (isObject(entry) ? [[index, entry]] : []));
}

/** What stands at the end of the path. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((here, key) => (isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined), value);
}

/** Text with something in it. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The texts of a list. */
export function textsAt(value: unknown, ...path: readonly string[]): string[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter((entry): entry is string => typeof entry === 'string' && entry !== '') : [];
}

/** Every entry of an object that is text: labels, tags. */
export function labelsAt(value: unknown, ...path: readonly string[]): { readonly [key: string]: string } {
  const found = at(value, ...path);
  const entries = isObject(found) ? Object.entries(found) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[0] !== '' && typeof entry[1] === 'string' && entry[1] !== ''));
}

export function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}
