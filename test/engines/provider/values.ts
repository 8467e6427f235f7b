/** What Terraform says about a value that it learns only while it applies. */
export const UNKNOWN = Symbol('known after apply');

export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | Attributes;

/** The attributes and blocks of a resource, by their names in Terraform. */
export interface Attributes {
  [name: string]: Value;
}

/** Objects of Terraform: not lists, not null. */
export const isAttributes = (value: Value | undefined): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string that is set and known; undefined where a check has nothing to judge yet. */
export function stringIn(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(attributes: Attributes, name: string): number | undefined {
  const value = attributes[name];
  return typeof value === 'number' ? value : undefined;
}

/** The known strings of a list or set; none of an unset or unknown one. */
export function stringsIn(attributes: Attributes, name: string): string[] {
  const value = attributes[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The nested blocks of a name; none where they are unset or unknown. */
export function blocksIn(attributes: Attributes, name: string): Attributes[] {
  const value = attributes[name];
  return Array.isArray(value) ? value.filter(isAttributes) : [];
}

/** Something stands there, known or not: an empty string or list is nothing, as Terraform's SDK has it. */
export function isSet(attributes: Attributes, name: string): boolean {
  const value = attributes[name] ?? null;
  return value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** Equal to the last leaf; what is not known yet equals nothing but itself. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (!isAttributes(a) || !isAttributes(b)) return (a ?? null) === (b ?? null);
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => sameValue(a[name], b[name]));
}
