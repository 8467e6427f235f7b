import { WorldCheck } from './platform';
import { Attributes, stringIn, Value } from './values';
import { idOf } from './world';

/** Checks that both platforms make of a resource among the others. */

/** A resource takes one of a kind: no other resource of the type has the same value there. */
export const onlyOne = (type: string, attribute: string, detail: string): WorldCheck => (resource, world) => {
  const value = stringIn(resource, attribute) ?? '';
  const taken = world.all(type).some((other) => idOf(other) !== idOf(resource) && sameReference(stringIn(other, attribute) ?? '', value));
  return taken ? [{ summary: 'AlreadyAssociated', detail: `${detail}: ${value}`, attribute }] : [];
};

/** A resource stays while another one names it. */
export const inUse = (type: string, ...attributes: string[]): WorldCheck => (resource, world) =>
  world.all(type).filter((other) => attributes.some((attribute) => mentions(other[attribute] ?? null, resource))).map((other) => ({
    summary: 'InUse',
    detail: `${idOf(resource)} cannot be deleted: it is in use by ${idOf(other)}.`,
  }));

function mentions(value: Value, resource: Attributes): boolean {
  if (Array.isArray(value)) return value.some((item) => mentions(item, resource));
  return typeof value === 'string' && sameReference(value, idOf(resource));
}

/** Azure's ids ignore case; a self link of Google Cloud is an id behind the address of its API. */
function sameReference(a: string, b: string): boolean {
  const plain = (reference: string) => reference.replace(/^https:\/\/[^/]+\/compute\/v1\//, '').toLowerCase();
  return plain(a) === plain(b);
}
