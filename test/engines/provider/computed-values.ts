import { AttributeSchema, BlockSchema, NestedBlockSchema, Type } from './schema/schema';
import { Attributes, isAttributes, UNKNOWN, Value } from './values';

/**
 * Marks what the provider will set: computed attributes that the configuration leaves out. In an existing resource
 * these are only those of new blocks, because an applied one has no null among them.
 */
export function markComputed(schema: BlockSchema, planned: Attributes): Attributes {
  return mapBlock(schema, planned, ({ computed }, value) => (computed && value === null ? UNKNOWN : value));
}

/** Gives every unknown attribute its value: the suggested one, or a plain one of its type. */
export function fillComputed(schema: BlockSchema, planned: Attributes, suggested: Attributes, serial: number): Attributes {
  const fill: Mapper = (attribute, value, suggestion) => (value === UNKNOWN ? suggestion ?? plainValue(attribute, serial) : value);
  return mapBlock(schema, planned, fill, suggested);
}

type Mapper = (attribute: AttributeSchema, value: Value, suggestion: Value | undefined) => Value;

function mapBlock(schema: BlockSchema, values: Attributes, map: Mapper, suggested: Attributes = {}): Attributes {
  const valueOf = (name: string) => values[name] ?? null;
  return Object.fromEntries([
    ...schema.attributes.map((attribute) => [attribute.name, map(attribute, valueOf(attribute.name), suggested[attribute.name])]),
    ...schema.blocks.map((block) => [block.name, mapBlocks(block, valueOf(block.name), map, suggested[block.name])]),
  ]);
}

function mapBlocks(schema: NestedBlockSchema, value: Value, map: Mapper, suggested: Value = []): Value {
  const suggestions = Array.isArray(suggested) ? suggested : [];
  if (Array.isArray(value)) return value.map((item, index) => mapBlocks(schema, item, map, suggestions[index]));
  return isAttributes(value) ? mapBlock(schema, value, map, isAttributes(suggested) ? suggested : {}) : value;
}

/** What a platform chooses freely is made up; what a user could have chosen stays empty. */
function plainValue({ name, type, optional }: AttributeSchema, serial: number): Value {
  return type === 'string' && !optional ? `${name}-${serial}` : emptyValue(type);
}

function emptyValue(type: Type): Value {
  if (type === 'string') return '';
  if (type === 'number') return 0;
  if (type === 'bool') return false;
  return type[0] === 'list' || type[0] === 'set' ? [] : {};
}
