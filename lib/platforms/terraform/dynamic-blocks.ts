import { Scope } from './evaluate';
import { blocks, Body } from './stack';
import { Value, ValueMap } from './values';
import { World } from './world';

/** A block with what names mean in it. */
export interface ScopedBlock {
  readonly body: Body;
  readonly scope: Scope;
}

/**
 * The blocks of a name in a body: those written out, and those that `dynamic` makes.
 *
 * @returns undefined where how many there are is known at deployment only
 * @see https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
 */
export function blocksIn(world: World, body: Body, name: string, scope: Scope): ScopedBlock[] | undefined {
  if (typeof body[name] === 'string') return undefined;
  const made = blocks(body.dynamic).flatMap((dynamic) => blocks(dynamic[name])).map((dynamic) => elementsOf(world, dynamic, name, scope));
  if (!made.every((each) => each !== undefined)) return undefined;
  return [...blocks(body[name]).map((block) => ({ body: block, scope })), ...made.flat()];
}

function elementsOf(world: World, dynamic: Body, name: string, scope: Scope): ScopedBlock[] | undefined {
  const elements = entriesOf(world.following.evaluate(dynamic.for_each, scope));
  const iterator = typeof dynamic.iterator === 'string' ? dynamic.iterator : name;
  return elements?.flatMap(([key, value]) => blocks(dynamic.content).map((body) => (
    { body, scope: { ...scope, iterators: new Map([...scope.iterators ?? [], [iterator, { key, value }]]) } })));
}

function entriesOf(value: Value): [Value, Value][] | undefined {
  if (value === null) return [];
  if (Array.isArray(value)) return value.map((each, index) => [index, each]);
  return value instanceof ValueMap ? [...value.entries] : undefined;
}
