import { isObject } from '../../support/files';
import { Expression, parseTemplate, SyntaxBeyond } from './expression';
import { Absent, call } from './functions';
import { Stack } from './stack';
import { Either, resourcesIn, ResourceValue, Unknown, Value, ValueMap, withText } from './values';

/** Where a string stands: what names in it mean. */
export interface Scope {
  readonly stack: Stack;
  /** In the body of a resource with `for_each`: key, and the value as it stands or evaluated. */
  readonly each?: { readonly key: string; readonly raw?: unknown; readonly value?: Value };
  readonly count?: number;
  /** In the content of dynamic blocks: name of the iterator, and the element that it stands for. */
  readonly iterators?: ReadonlyMap<string, { readonly key: Value; readonly value: Value }>;
}

/** What the evaluator asks about names that it cannot answer from one string. */
export interface Names {
  /** A managed resource by type and name; undefined if it is not followed. */
  resource(stack: Stack, type: string, name: string): Value | undefined;
  /** The stack that a `terraform_remote_state` reads. */
  remoteStack(stack: Stack, name: string, output: string): Stack | undefined;
}

const NOT_RESOURCES = new Set(['var', 'local', 'data', 'module', 'path', 'terraform', 'self', 'each', 'count']);

/** Evaluates strings of Terraform's JSON syntax from the files alone. */
export class Evaluator {
  private readonly parsed = new Map<string, Expression | undefined>();
  private readonly running = new Set<string>();

  /** @param follow whether locals and other stacks are looked into; if not, they are unknown and keep the text they have */
  public constructor(private readonly names: Names, private readonly follow: boolean) {}

  /** The value of any JSON. */
  public evaluate(json: unknown, scope: Scope): Value {
    if (typeof json === 'string') return this.text(json, scope);
    if (Array.isArray(json)) return json.map((each) => this.evaluate(each, scope));
    if (isObject(json)) return new ValueMap(new Map(Object.entries(json).map(([key, each]) => [key, this.evaluate(each, scope)])));
    return typeof json === 'number' || typeof json === 'boolean' ? json : null;
  }

  private text(text: string, scope: Scope): Value {
    if (!text.includes('${') && !text.includes('%{')) return text;
    const expression = this.parse(text);
    if (expression === undefined) return new Unknown(text, [], false);
    try {
      return withText(this.value(expression, scope), text);
    } catch (error) {
      if (error instanceof Absent) return new Unknown(text);
      throw error;
    }
  }

  private parse(text: string): Expression | undefined {
    if (!this.parsed.has(text)) this.parsed.set(text, tryParse(text));
    return this.parsed.get(text);
  }

  private value(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case 'literal': return expression.value;
      case 'template': return this.template(expression, scope);
      case 'name': return new Unknown(undefined);
      case 'attribute': return this.reference(expression, scope) ?? member(this.value(expression.of, scope), expression.name);
      case 'index': return this.indexed(expression, scope);
      case 'splat': return everyMember(this.value(expression.of, scope));
      case 'call': return this.called(expression, scope);
      case 'list': return expression.items.map((item) => this.value(item, scope));
      case 'object': return this.object(expression, scope);
      case 'conditional': return this.conditional(expression, scope);
      case 'equal': return equal(this.value(expression.left, scope), this.value(expression.right, scope), expression.negated);
    }
  }

  private template({ parts }: Expression & { kind: 'template' }, scope: Scope): Value {
    const values = parts.map((part) => (typeof part === 'string' ? part : this.value(part.expression, scope)));
    if (values.every((value) => ['string', 'number', 'boolean'].includes(typeof value))) return values.join('');
    // What comes out of a map's entry is named as it stands in the entry; the rest as it stands here.
    const own = parts.some((part) => typeof part !== 'string' && part.source.includes('each.'));
    const texts = parts.map((part, index) => (typeof part === 'string' ? part : textIn(values[index]) ?? part.source));
    return new Unknown(own ? texts.join('') : undefined, values.flatMap(resourcesIn));
  }

  private called({ name, args }: Expression & { kind: 'call' }, scope: Scope): Value {
    if (name === 'try') return this.firstPresent(args, scope);
    return call(name, args.map((arg) => this.value(arg, scope)));
  }

  private firstPresent(args: readonly Expression[], scope: Scope): Value {
    for (const arg of args) {
      try {
        return this.value(arg, scope);
      } catch (error) {
        if (!(error instanceof Absent)) throw error;
      }
    }
    throw new Absent();
  }

  private indexed({ of, index }: Expression & { kind: 'index' }, scope: Scope): Value {
    const key = this.value(index, scope);
    const container = this.value(of, scope);
    if (typeof key === 'string' || typeof key === 'number') return member(container, String(key));
    return new Unknown(undefined, resourcesIn(container));
  }

  private object({ entries }: Expression & { kind: 'object' }, scope: Scope): Value {
    return new ValueMap(new Map(entries.map(([key, value]) => [String(this.value(key, scope)), this.value(value, scope)])));
  }

  private conditional({ test, yes, no }: Expression & { kind: 'conditional' }, scope: Scope): Value {
    const condition = this.value(test, scope);
    if (typeof condition === 'boolean') return this.value(condition ? yes : no, scope);
    return new Either([this.value(yes, scope), this.value(no, scope)]);
  }

  /** What `a.b…` means by its first words; undefined if that is no name but part of a longer one. */
  private reference({ of, name }: Expression & { kind: 'attribute' }, scope: Scope): Value | undefined {
    if (of.kind === 'name') return this.rootReference(of.name, name, scope);
    if (isEachValue(of) && isObject(scope.each?.raw)) return this.entryOf(scope.each.raw, name, scope);
    const path = pathOf({ kind: 'attribute', of, name });
    if (path?.length !== 5 || path[0] !== 'data' || path[1] !== 'terraform_remote_state' || path[3] !== 'outputs') return undefined;
    return this.follow ? this.output(scope.stack, path[2], path[4]) : new Unknown(undefined);
  }

  private rootReference(root: string, name: string, scope: Scope): Value {
    const element = scope.iterators?.get(root);
    if (element !== undefined) return name === 'key' ? element.key : element.value;
    if (root === 'each') return this.eachOf(name, scope);
    if (root === 'count') return scope.count ?? new Unknown(undefined);
    if (root === 'local' && this.follow && scope.stack.locals.has(name)) {
      return this.once(`${scope.stack.file} local ${name}`, () => this.evaluate(scope.stack.locals.get(name), { stack: scope.stack }));
    }
    if (NOT_RESOURCES.has(root)) return new Unknown(undefined);
    const resource = this.follow ? this.names.resource(scope.stack, root, name) : undefined;
    return resource ?? new Unknown(undefined);
  }

  private eachOf(name: string, { stack, each }: Scope): Value {
    if (each === undefined) return new Unknown(undefined);
    if (name === 'key') return each.key;
    return each.value ?? this.evaluate(each.raw, { stack });
  }

  /** One entry of `each.value`: evaluating all of them for each of them would take its square. */
  private entryOf(raw: { readonly [name: string]: unknown }, name: string, { stack }: Scope): Value {
    if (!Object.hasOwn(raw, name)) throw new Absent();
    return this.evaluate(raw[name], { stack });
  }

  private output(stack: Stack, name: string, output: string): Value {
    const remote = this.names.remoteStack(stack, name, output);
    if (remote === undefined || !remote.outputs.has(output)) return new Unknown(undefined);
    const value = this.once(`${remote.file} output ${output}`, () => this.evaluate(remote.outputs.get(output), { stack: remote }));
    return forgetTexts(value);
  }

  /** Locals and outputs that need each other have no value. */
  private once(key: string, evaluate: () => Value): Value {
    if (this.running.has(key)) return new Unknown(undefined);
    this.running.add(key);
    try {
      return forgetTexts(evaluate());
    } finally {
      this.running.delete(key);
    }
  }
}

function tryParse(text: string): Expression | undefined {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof SyntaxBeyond) return undefined;
    throw error;
  }
}

function member(value: Value, name: string): Value {
  if (value instanceof Either) return new Either(value.options.map((each) => member(each, name)));
  if (value instanceof ResourceValue) return value.identifier(name) ?? new Unknown(undefined);
  const found = value instanceof ValueMap ? value.entries.get(name) : Array.isArray(value) ? value[Number(name)] : undefined;
  if (found !== undefined) return found;
  if (value instanceof Unknown) return new Unknown(undefined, value.resources, value.parsed);
  throw new Absent();
}

/** `x[*]`: the attribute that follows is asked of each. */
function everyMember(value: Value): Value {
  const resources = Array.isArray(value) ? value : [value];
  const all = resources.every((each) => each instanceof ResourceValue);
  return all ? new ResourceList(resources as ResourceValue[]) : new Unknown(undefined, resourcesIn(value));
}

/** Resources behind a splat: an identifying attribute of them is the list of theirs. */
class ResourceList extends ValueMap {
  public constructor(resources: readonly ResourceValue[]) {
    const attributes = resources[0]?.identifiedBy ?? ['id', 'name'];
    super(new Map(attributes.map((name) => [name, resources.flatMap((each) => each.identifier(name) ?? [])])));
  }
}

function equal(left: Value, right: Value, negated: boolean): Value {
  const plain = [left, right].every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value));
  return plain ? (left === right) !== negated : new Unknown(undefined);
}

function isEachValue(expression: Expression): boolean {
  return expression.kind === 'attribute' && expression.name === 'value' && expression.of.kind === 'name' && expression.of.name === 'each';
}

function pathOf(expression: Expression): string[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  const before = expression.kind === 'attribute' ? pathOf(expression.of) : undefined;
  return before && [...before, (expression as Expression & { kind: 'attribute' }).name];
}

function textIn(value: Value): string | undefined {
  if (value instanceof Unknown) return value.text;
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

/** A text in a local or in another stack is none of the string that refers to it. */
function forgetTexts(value: Value): Value {
  if (value instanceof Unknown) return new Unknown(undefined, value.resources, value.parsed);
  if (value instanceof Either) return new Either(value.options.map(forgetTexts));
  if (value instanceof ResourceList) return value;
  if (value instanceof ValueMap) return new ValueMap(new Map([...value.entries].map(([key, each]) => [key, forgetTexts(each)])));
  return Array.isArray(value) ? value.map(forgetTexts) : value;
}
