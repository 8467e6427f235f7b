import { Flags, GeneratedModule, HclEntry } from './generated-module';
import { AttributeSchema, BlockSchema, ModuleSchema, NestedBlockSchema, Type } from './schema';

const SCALARS: { readonly [storage: string]: Type } = { string: 'string', number: 'number', boolean: 'bool' };
const READINGS: { readonly [getter: string]: Type } = {
  String: 'string', Number: 'number', Boolean: 'bool', List: ['list', 'string'], NumberList: ['list', 'number'], StringMap: ['map', 'string'],
};

/**
 * The Terraform schema of a module, from the typed class that the schema was generated into. What the class does not
 * keep is not there: defaults, replacement, validation, versions.
 */
export function deriveSchema(module: GeneratedModule): ModuleSchema {
  return { type: module.terraformType, ...blockOf(module) };
}

/** A block of members; without a struct that of the main class. */
function blockOf(module: GeneratedModule, struct?: string): BlockSchema {
  const members = module.members(struct);
  const entries = module.entries(struct).map((entry) => ({ ...entry, flags: flagsOf(members, entry.name) }));
  const settable = new Set(entries.map(({ name }) => name));
  const readable = [...members].filter(([name]) => !settable.has(name));
  return {
    attributes: [
      ...entries.filter((entry) => !isBlock(entry)).map((entry) => attribute(entry.name, entryType(module, entry), entry.flags)),
      ...readable.map(([name, flags]) => attribute(name, readingType(module, name, flags), flags)),
    ],
    blocks: entries.filter(isBlock).map((entry) => nestedBlock(module, entry, entry.flags)),
  };
}

function flagsOf(members: Map<string, Flags>, name: string): Flags {
  // Without a comment it can be set, and no more is known.
  return members.get(name) ?? { computed: false, optional: true, required: false, reading: '' };
}

function attribute(name: string, type: Type, { computed, optional, required }: Flags): AttributeSchema {
  return { name, type, required, optional, computed };
}

/** A struct is a block, unless its list is rendered with `isBlock` false: those are attributes that look like blocks. */
function isBlock({ storage, value }: HclEntry): boolean {
  return structOf(storage) !== undefined && !/listMapperHcl\(\w+, false\)/.test(value);
}

/** The struct's name in `NetworkInterfaceIpConfigurationList`; none in `stringList`. */
function structOf(storage: string): string | undefined {
  return /^[A-Z]/.test(storage) ? storage.replace(/(OutputReference|List|Map)$/, '') : undefined;
}

function nestedBlock(module: GeneratedModule, entry: HclEntry, { required }: Flags): NestedBlockSchema {
  const nesting = ({ struct: 'SINGLE', list: 'LIST', set: 'SET' } as const)[entry.collection];
  if (!nesting) throw new Error(`${module.terraformType}.${entry.name}: a block in a ${entry.collection}`);
  return {
    name: entry.name,
    nesting,
    minItems: required && nesting !== 'SINGLE' ? 1 : 0,
    // A single struct where Terraform has a list means that the list takes one.
    maxItems: nesting !== 'SINGLE' && !entry.value.includes('listMapperHcl') ? 1 : 0,
    ...blockOf(module, structOf(entry.storage)),
  };
}

function entryType(module: GeneratedModule, { name, collection, storage }: HclEntry): Type {
  const struct = structOf(storage);
  const element = struct === undefined ? SCALARS[storage.replace(/(List|Map)$/, '')] : objectType(module, struct);
  if (element && collection === 'simple') return element;
  if (element && (collection === 'list' || collection === 'set' || collection === 'map')) return [collection, element];
  throw new Error(`${module.terraformType}.${name}: ${collection} of ${storage}`);
}

function objectType(module: GeneratedModule, struct: string): Type {
  const { attributes, blocks } = blockOf(module, struct);
  if (blocks.length > 0) throw new Error(`${module.terraformType}: the object ${struct} holds blocks`);
  return ['object', Object.fromEntries(attributes.map(({ name, type }) => [name, type]))];
}

/** The type of what is only read, from the expression that reads it. */
function readingType(module: GeneratedModule, name: string, { reading }: Flags): Type {
  const getter = /this\.get(\w+)Attribute\(/.exec(reading)?.[1];
  if (getter && READINGS[getter]) return reading.includes('Fn.tolist(') ? ['set', 'string'] : READINGS[getter];
  if (/new cdktf\.StringMap\(/.test(reading)) return ['map', 'string'];
  const nested = /new (\w+?)List\(this, "\w+", (true|false)\)/.exec(reading);
  if (nested) return [nested[2] === 'true' ? 'set' : 'list', objectType(module, nested[1])];
  throw new Error(`${module.terraformType}.${name} is read in an unknown way: ${reading}`);
}
