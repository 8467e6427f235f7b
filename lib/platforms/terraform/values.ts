/**
 * A resource of the files that the reader follows: the whole of it or, once an attribute has been asked of it, what
 * identifies it (`id`, `name`).
 */
export class ResourceValue {
  /** @param identifiedBy attributes that stand for the resource; any other attribute of it is unknown */
  public constructor(
    public readonly resource: string,
    public readonly identifiedBy: readonly string[],
    public readonly attribute?: string,
  ) {}

  /** The attribute, where it stands for the resource. */
  public identifier(attribute: string): ResourceValue | undefined {
    const known = this.attribute === undefined && this.identifiedBy.includes(attribute);
    return known ? new ResourceValue(this.resource, this.identifiedBy, attribute) : undefined;
  }
}

/** A value that is known at deployment only. */
export class Unknown {
  /**
   * @param text as it stands in the file; undefined until the string that holds it is known
   * @param resources followed resources that went into it
   * @param parsed false for an expression beyond the subset that is read
   */
  public constructor(
    public readonly text: string | undefined,
    public readonly resources: readonly string[] = [],
    public readonly parsed = true,
  ) {}
}

/** One of several values, and nobody knows which before deployment. */
export class Either {
  public constructor(public readonly options: readonly Value[]) {}
}

export type Value = string | number | boolean | null | Value[] | ValueMap | ResourceValue | Unknown | Either;

/** An object or map. */
export class ValueMap {
  public constructor(public readonly entries: ReadonlyMap<string, Value>) {}
}

/** The values that a value may turn out to be. */
export function alternatives(value: Value): Value[] {
  return value instanceof Either ? value.options.flatMap(alternatives) : [value];
}

/** All followed resources in a value. */
export function resourcesIn(value: Value): string[] {
  if (value instanceof ResourceValue) return [value.resource];
  if (value instanceof Unknown) return [...value.resources];
  if (value instanceof Either) return value.options.flatMap(resourcesIn);
  if (value instanceof ValueMap) return [...value.entries.values()].flatMap(resourcesIn);
  return Array.isArray(value) ? value.flatMap(resourcesIn) : [];
}

/** Unknown parts of what a string evaluated to are named as the string stands. */
export function withText(value: Value, text: string): Value {
  if (value instanceof Unknown) return value.text === undefined ? new Unknown(text, value.resources, value.parsed) : value;
  if (value instanceof Either) return new Either(value.options.map((each) => withText(each, text)));
  if (value instanceof ValueMap) return new ValueMap(new Map([...value.entries].map(([key, each]) => [key, withText(each, text)])));
  return Array.isArray(value) ? value.map((each) => withText(each, text)) : value;
}

/** The value as plain JSON, unknown parts as their text; undefined where a part is neither. */
export function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.every((each) => plain(each) !== undefined) ? value.map(plain) : undefined;
  if (value instanceof ValueMap) {
    const entries = [...value.entries].map(([key, each]) => [key, plain(each)] as const);
    return entries.every(([, each]) => each !== undefined) ? Object.fromEntries(entries) : undefined;
  }
  if (value instanceof Unknown) return value.resources.length === 0 ? value.text : undefined;
  return typeof value === 'object' && value !== null ? undefined : value;
}
