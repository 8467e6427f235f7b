import { resourcesIn, Unknown, Value, ValueMap } from './values';

/** A reference to what is not there: `try` takes its next argument. */
export class Absent extends Error {}

const same = ([value]: Value[]) => value;
const list = (value: Value): Value[] => {
  if (Array.isArray(value)) return value;
  throw new Beyond();
};
const map = (value: Value): ReadonlyMap<string, Value> => {
  if (value instanceof ValueMap) return value.entries;
  throw new Beyond();
};
const isNothing = (value: Value) => value === null || value === '';

/** The arguments are none that the function can be evaluated with before deployment. */
class Beyond extends Error {}

const FUNCTIONS: { readonly [name: string]: (args: Value[]) => Value } = {
  tolist: same,
  toset: same,
  tomap: same,
  tostring: same,
  tonumber: same,
  sensitive: same,
  nonsensitive: same,
  distinct: same,
  concat: (args) => args.flatMap(list),
  flatten: ([value]) => list(value).flatMap((each) => (Array.isArray(each) ? FUNCTIONS.flatten([each]) as Value[] : [each])),
  compact: ([value]) => list(value).filter((each) => !isNothing(each)),
  values: ([value]) => [...map(value).values()],
  keys: ([value]) => [...map(value).keys()],
  merge: (args) => new ValueMap(new Map(args.flatMap((each) => [...map(each)]))),
  element: ([value, index]) => list(value)[whole(index) % list(value).length],
  one: ([value]) => list(value)[0] ?? null,
  lookup: ([value, key, otherwise]) => map(value).get(String(key)) ?? otherwise,
  coalesce: (args) => args.find((each) => !isNothing(known(each))) ?? null,
  length: ([value]) => (value instanceof ValueMap ? value.entries.size : list(value).length),
};

/** The value of a call; unknown for functions that no synthesized file needs, with the resources that went into it. */
export function call(name: string, args: Value[]): Value {
  try {
    if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name](args) ?? new Unknown(undefined, args.flatMap(resourcesIn));
  } catch (error) {
    if (!(error instanceof Beyond)) throw error;
  }
  return new Unknown(undefined, args.flatMap(resourcesIn));
}

function whole(value: Value): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new Beyond();
}

function known(value: Value): Value {
  if (value instanceof Unknown) throw new Beyond();
  return value;
}
