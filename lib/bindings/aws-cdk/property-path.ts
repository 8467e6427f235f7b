/** One value in, its replacement out. */
export type Edit = (value: unknown) => unknown;

/**
 * A copy of the properties with `edit` applied at each place that the path leads to; undefined if it leads nowhere.
 * The last step always leads somewhere, so that a missing list can be made.
 */
export function editAt(properties: unknown, path: string, edit: Edit): unknown {
  return step(properties, path.split('.'), edit);
}

/** What stands at each place that the path leads to; undefined if it leads nowhere. */
export function valuesAt(properties: unknown, path: string): unknown[] | undefined {
  const found: unknown[] = [];
  const reached = editAt(properties, path, (value) => {
    found.push(value);
    return value ?? [];
  });
  return reached === undefined ? undefined : found;
}

/** Whether the path goes through a list that has elements. */
export function hasElements(properties: unknown, path: string): boolean {
  const [before, after] = path.split('[].');
  return after !== undefined && (valuesAt(properties, before) ?? []).some((items) => Array.isArray(items) && items.length > 0);
}

function step(value: unknown, [name, ...rest]: readonly string[], edit: Edit): unknown {
  if (name === undefined) return edit(value);
  if (!isRecord(value)) return undefined;
  const each = name.endsWith('[]');
  const key = keyOf(value, each ? name.slice(0, -2) : name);
  const inner = value[key];
  if (!each && rest.length > 0 && !isRecord(inner)) return undefined;
  const changed = each ? stepEach(inner, rest, edit) : step(inner, rest, edit);
  return changed === undefined ? undefined : { ...value, [key]: changed };
}

function stepEach(items: unknown, rest: readonly string[], edit: Edit): unknown {
  if (!Array.isArray(items)) return undefined;
  // An interface that exists already keeps its own groups; it is a resource to protect itself.
  const changed = items.map((item) => (isRecord(item) && item[keyOf(item, 'networkInterfaceId')] !== undefined ? undefined : step(item, rest, edit)));
  if (changed.every((item) => item === undefined)) return undefined;
  return items.map((item, index) => changed[index] ?? item);
}

/** The property as it is spelt here: templates and L1 classes differ in case. */
export function keyOf(value: Record<string, unknown>, name: string): string {
  return name in value ? name : Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
