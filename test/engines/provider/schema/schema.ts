/** A type as Terraform's type system (cty) writes it in JSON. */
export type Type = 'string' | 'number' | 'bool' | ['list' | 'set' | 'map', Type] | ['object', { [name: string]: Type }];

export interface AttributeSchema {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
  readonly optional: boolean;
  /** The provider sets it where the configuration does not. */
  readonly computed: boolean;
}

export interface BlockSchema {
  readonly attributes: readonly AttributeSchema[];
  readonly blocks: readonly NestedBlockSchema[];
}

export interface NestedBlockSchema extends BlockSchema {
  readonly name: string;
  readonly nesting: 'SINGLE' | 'LIST' | 'SET';
  readonly minItems: number;
  /** 0 for any number. */
  readonly maxItems: number;
}

/** A resource type, or a provider's own configuration. */
export interface ModuleSchema extends BlockSchema {
  /** `azurerm_subnet`, or `azurerm` for the provider's configuration. */
  readonly type: string;
}

/** A schema as protocol 6 sends it. */
export function wireSchema(schema: BlockSchema): object {
  return { version: 0, block: wireBlock(schema) };
}

function wireBlock(block: BlockSchema): object {
  return {
    attributes: block.attributes.map((attribute) => ({ ...attribute, type: Buffer.from(JSON.stringify(attribute.type)) })),
    block_types: block.blocks.map((nested) => ({
      type_name: nested.name,
      nesting: nested.nesting,
      min_items: nested.minItems,
      max_items: nested.maxItems,
      block: wireBlock(nested),
    })),
  };
}
