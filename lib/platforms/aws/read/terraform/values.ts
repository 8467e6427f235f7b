/** A security group of the files: its id, or (before `.id` is asked of it) the whole resource. */
export class GroupValue {
  public constructor(public readonly group: string, public readonly isId: boolean) {}
}

/** A value that is known at deployment only. */
export class Unknown {
  /**
   * @param text as it stands in the file; undefined until the string that holds it is known
   * @param groups ids of security groups that went into it
   * @param parsed false for an expression beyond the subset that is read
   */
  public constructor(
    public readonly text: string | undefined,
    public readonly groups: readonly string[] = [],
    public readonly parsed = true,
  ) {}
}

/** One of several values, and nobody knows which before deployment. */
export class Either {
  public constructor(public readonly options: readonly Value[]) {}
}

export type Value = string | number | boolean | null | Value[] | ValueMap | GroupValue | Unknown | Either;

/** An object or map. */
export class ValueMap {
  public constructor(public readonly entries: ReadonlyMap<string, Value>) {}
}

/** The values that a value may turn out to be. */
export function alternatives(value: Value): Value[] {
  return value instanceof Either ? value.options.flatMap(alternatives) : [value];
}

/** Ids of all security groups in a value. */
export function groupsIn(value: Value): string[] {
  if (value instanceof GroupValue) return [value.group];
  if (value instanceof Unknown) return [...value.groups];
  if (value instanceof Either) return value.options.flatMap(groupsIn);
  if (value instanceof ValueMap) return [...value.entries.values()].flatMap(groupsIn);
  return Array.isArray(value) ? value.flatMap(groupsIn) : [];
}

/** Unknown parts of what a string evaluated to are named as the string stands. */
export function withText(value: Value, text: string): Value {
  if (value instanceof Unknown) return value.text === undefined ? new Unknown(text, value.groups, value.parsed) : value;
  if (value instanceof Either) return new Either(value.options.map((each) => withText(each, text)));
  if (value instanceof ValueMap) return new ValueMap(new Map([...value.entries].map(([key, each]) => [key, withText(each, text)])));
  return Array.isArray(value) ? value.map((each) => withText(each, text)) : value;
}
