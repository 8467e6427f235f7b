import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as ts from 'typescript';

/**
 * What a document may hold, as both the types of a module and a JSON Schema say it: the name of a type, the values of an enumeration,
 * a list, a record, or an object, in which `?` ends the name of what may be absent.
 */
export type Shape = string | { readonly values: readonly unknown[] } | { readonly list: Shape } | { readonly record: Shape }
  | { readonly object: { readonly [name: string]: Shape } } | { readonly oneOf: readonly Shape[] };

/** The shape of an interface, or an alias, of the module. */
export function shapeOfType(file: string, name: string): Shape {
  return new Declarations(file).named(name);
}

class Declarations {
  private readonly types = new Map<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>();
  private readonly imported = new Map<string, string>();

  public constructor(private readonly file: string) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
    for (const statement of source.statements) {
      if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) this.types.set(statement.name.text, statement);
      if (!ts.isImportDeclaration(statement)) continue;
      const { namedBindings } = statement.importClause!;
      const from = join(dirname(file), `${(statement.moduleSpecifier as ts.StringLiteral).text}.ts`);
      (namedBindings as ts.NamedImports).elements.forEach((element) => this.imported.set(element.name.text, from));
    }
  }

  public named(name: string): Shape {
    const type = this.types.get(name);
    if (!type) return new Declarations(this.imported.get(name)!).named(name);
    return ts.isInterfaceDeclaration(type) ? this.members(type.members) : this.shape(type.type);
  }

  private members(members: ts.NodeArray<ts.TypeElement>): Shape {
    const [first] = members;
    if (ts.isIndexSignatureDeclaration(first)) return { record: this.shape(first.type) };
    return { object: Object.fromEntries(members.map((member) => {
      const { name, questionToken, type } = member as ts.PropertySignature;
      return [`${(name as ts.Identifier).text}${questionToken ? '?' : ''}`, this.shape(type!)];
    })) };
  }

  private shape(type: ts.TypeNode): Shape {
    if (ts.isParenthesizedTypeNode(type) || ts.isTypeOperatorNode(type)) return this.shape(type.type);
    if (ts.isArrayTypeNode(type)) return { list: this.shape(type.elementType) };
    if (ts.isTypeLiteralNode(type)) return this.members(type.members);
    if (ts.isTypeReferenceNode(type)) return this.named((type.typeName as ts.Identifier).text);
    if (ts.isLiteralTypeNode(type)) return { values: [valueOf(type.literal)] };
    if (ts.isUnionTypeNode(type)) return unionOf(type.types.map((each) => this.shape(each)));
    return ts.tokenToString(type.kind) ?? `a type of ${this.file} that no schema has`;
  }
}

function unionOf(shapes: readonly Shape[]): Shape {
  const values = shapes.flatMap((shape) => (typeof shape === 'object' && 'values' in shape ? shape.values : []));
  return values.length === shapes.length ? { values: values.sort() } : { oneOf: shapes };
}

function valueOf(literal: ts.LiteralTypeNode['literal']): unknown {
  return ts.isNumericLiteral(literal) ? Number(literal.text) : (literal as ts.StringLiteral).text;
}

interface Schema {
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: Schema };
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: boolean | Schema;
}

/** The shape of a published schema (`replay` for `schema/replay.schema.json`). */
export function shapeOfSchema(name: string): Shape {
  const whole = JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', `${name}.schema.json`), 'utf8')) as Schema;
  const shapeOf = (schema: Schema): Shape => {
    if (schema.$ref !== undefined) return shapeOf(whole.$defs![schema.$ref.split('/').pop()!]);
    if (schema.const !== undefined) return { values: [schema.const] };
    if (schema.enum) return { values: [...schema.enum].sort() };
    if (schema.oneOf) return { oneOf: schema.oneOf.map(shapeOf) };
    if (schema.items) return { list: shapeOf(schema.items) };
    if (typeof schema.additionalProperties === 'object') return { record: shapeOf(schema.additionalProperties) };
    if (!schema.properties) return schema.type === 'integer' ? 'number' : schema.type!;
    const required = new Set(schema.required);
    return { object: Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [`${key}${required.has(key) ? '' : '?'}`, shapeOf(value)])) };
  };
  return shapeOf(whole);
}
