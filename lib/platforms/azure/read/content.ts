import { Problem } from '../../../support/errors';
import { Scope } from '../../terraform/evaluate';
import { alternatives, ResourceValue, Unknown, Value, ValueMap } from '../../terraform/values';
import { World } from '../../terraform/world';

/** A block of a configuration, its attributes evaluated in both ways. */
export interface Content {
  /** With everything looked into. */
  following(name: string): Value;
  /** Deploy-time values as they stand, since that is how the manifest knows them. */
  literal(name: string): Value;
}

export function contentOf(world: World, body: { readonly [name: string]: unknown }, scope: Scope): Content {
  return {
    following: (name) => world.following.evaluate(body[name], scope),
    literal: (name) => world.literal.evaluate(body[name], scope),
  };
}

/** Blocks inside of a resource, written out or as an expression for all of them; undefined where they cannot be evaluated. */
export function blocksOf(world: World, json: unknown, scope: Scope): Content[] | undefined {
  return contents(world.following.evaluate(json, scope), world.literal.evaluate(json, scope));
}

/** The same inside of a block. */
export function blocksWithin(content: Content, name: string): Content[] | undefined {
  return contents(content.following(name), content.literal(name));
}

function contents(followed: Value, asWritten: Value): Content[] | undefined {
  const [following, literal] = [listed(followed), listed(asWritten)];
  return following?.map((each, index) => ({
    following: (name) => each.entries.get(name) ?? null,
    // What stands in a local is no text of the block that names the local.
    literal: (name) => (literal?.length === following.length ? literal[index] : each).entries.get(name) ?? null,
  }));
}

/** A value or the elements of a list, with every way that a condition may turn out; null and empty text are none. */
export function elements(value: Value): Value[] {
  return alternatives(value)
    .flatMap((each) => (Array.isArray(each) ? each.flatMap(elements) : [each]))
    .filter((each) => each !== null && each !== '');
}

/** The text of a value, and whether it is known before deployment. */
export function textOf(value: Value, otherwise: string): { text: string; known: boolean } {
  if (value instanceof Unknown) return { text: value.text ?? otherwise, known: false };
  if (typeof value === 'string' || typeof value === 'number') return { text: String(value), known: true };
  return { text: otherwise, known: false };
}

/** The resources that a value names; a value that may name some, and nobody can tell which, is a problem. */
export function resourcesNamed(value: Value, where: string, what: string, problems: Problem[]): string[] {
  const values = elements(value);
  const named = values.filter((each) => each instanceof ResourceValue).map(({ resource }) => resource);
  const doubtful = values.some((each) => each instanceof Unknown && mayNameGroups(each));
  const undecided = alternatives(value).length > 1 && named.length > 0;
  if (doubtful || undecided) problems.push({ code: 'MSEG8004', where, message: `${what} cannot be evaluated` });
  return doubtful || undecided ? [] : named;
}

/** What an expression beyond the reader may get groups from. */
const MAY_HOLD = /azurerm_(network|application)_security_group|local\.|terraform_remote_state/;
/** Still there after evaluation if the map that a resource goes through is beyond the reader. */
const EACH = /\beach\./;

function mayNameGroups({ resources, parsed, text = '' }: Unknown): boolean {
  return resources.length > 0 || EACH.test(text) || (!parsed && MAY_HOLD.test(text));
}

/** Texts by name; a tag of ours that cannot be evaluated is a problem. */
export function tagsOf(world: World, json: unknown, scope: Scope, where: string, problems: Problem[]): Map<string, string> {
  const value = world.following.evaluate(json, scope);
  const unreadable = (message: string) => problems.push({ code: 'MSEG8004', where, message });
  if (value instanceof Unknown && (JSON.stringify(json) ?? '').includes('microseg:')) unreadable('its tags cannot be evaluated');
  const tags = new Map<string, string>();
  for (const [key, content] of value instanceof ValueMap ? value.entries : []) {
    if (typeof content === 'string') tags.set(key, content);
    else if (key.startsWith('microseg:')) unreadable(`the tag ${key} cannot be evaluated`);
  }
  return tags;
}

function listed(value: Value): ValueMap[] | undefined {
  if (value === null) return [];
  const items = Array.isArray(value) ? value : [value];
  return items.every((each) => each instanceof ValueMap) ? items as ValueMap[] : undefined;
}
