import { isObject } from '../../../../support/files';
import { Template } from './template';

/** A value and the template whose names it uses. */
export interface Located {
  readonly value: unknown;
  readonly template: Template;
}

export const GROUP = 'AWS::EC2::SecurityGroup';

/** More steps than any sane chain of parameters, outputs and exports has. */
const MAX_STEPS = 100;
/** Pseudo parameters that mean the same in all templates of an account and Region. */
const SHARED = new Set(['AWS::AccountId', 'AWS::Partition', 'AWS::Region', 'AWS::URLSuffix']);

/** Follows references between and within templates, as far as they can be followed before deployment. */
export class References {
  private readonly exports = new Map<string, Located[]>();
  private readonly stacks = new Map<string, Template[]>();
  private depth = 0;

  public constructor(templates: readonly Template[]) {
    for (const template of templates) {
      append(this.stacks, template.stackName, template);
      for (const { value, exportName } of template.outputs.values()) {
        const name = this.text({ value: exportName, template });
        if (name !== undefined) append(this.exports, name, { value, template });
      }
    }
  }

  /** Id of the group that the value refers to; undefined if it is none of the templates'. */
  public group(located: Located): string | undefined {
    return this.found(located, (type) => type === GROUP);
  }

  /** Id of the resource whose id the value is; undefined if it is none of the templates'. */
  public resource(located: Located): string | undefined {
    return this.found(located, () => true);
  }

  /** Whether a group of the templates stands anywhere in a value. */
  public mentionsGroup({ value, template }: Located): boolean {
    if (this.group({ value, template }) !== undefined) return true;
    const parts = Array.isArray(value) ? (value as unknown[]) : isObject(value) ? Object.values(value) : [];
    return parts.some((part) => this.mentionsGroup({ value: part, template }));
  }

  private found(located: Located, isMeant: (type: string) => boolean): string | undefined {
    const { value, template } = this.follow(located);
    const id = resourceReference(value);
    const resource = id === undefined ? undefined : template.resources.get(id);
    return id !== undefined && resource && isMeant(resource.type) ? groupId(template, id) : undefined;
  }

  /** The values that a condition may choose between: all of them count. `AWS::NoValue` is none. */
  public alternatives(located: Located): Located[] {
    const { value, template } = this.follow(located);
    const branches = argument(value, 'Fn::If');
    if (Array.isArray(branches)) return branches.slice(1).flatMap((branch) => this.alternatives({ value: branch, template }));
    if (value === undefined || argument(value, 'Ref') === 'AWS::NoValue') return [];
    // Not the followed value: what cannot be read is named as it stands where it is used.
    return [located];
  }

  /** Elements of a list, conditions in it left alone; undefined for what is no list or cannot be known. */
  public elements(located: Located): Located[] | undefined {
    return this.deeper(() => this.elementsOf(located));
  }

  /** The text of a value; names that are the same everywhere stand for themselves, others make it unknown. */
  public text(located: Located): string | undefined {
    return this.deeper(() => this.textOf(located));
  }

  private elementsOf(located: Located): Located[] | undefined {
    const { value, template } = this.follow(located);
    if (Array.isArray(value)) return value.map((element: unknown) => ({ value: element, template }));
    const split = argument(value, 'Fn::Split');
    if (Array.isArray(split)) return this.joined({ value: split[1], template }, split[0]);
    // A parameter of type CommaDelimitedList is passed as one text.
    return located.value !== value ? this.joined({ value, template }, ',') : undefined;
  }

  private textOf(located: Located): string | undefined {
    const { value, template } = this.follow(located);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    const name = argument(value, 'Ref');
    if (typeof name === 'string') return pseudoParameter(name, template);
    const join = argument(value, 'Fn::Join');
    if (Array.isArray(join) && Array.isArray(join[1])) {
      return joinTexts(join[1].map((part: unknown) => this.text({ value: part, template })), String(join[0]));
    }
    const sub = argument(value, 'Fn::Sub');
    return sub === undefined ? undefined : this.substituted(sub, template);
  }

  /** Parameters and outputs may feed each other in circles, which CloudFormation refuses and nobody can read. */
  private deeper<T>(evaluate: () => T): T | undefined {
    if (this.depth > MAX_STEPS) return undefined;
    this.depth += 1;
    try {
      return evaluate();
    } finally {
      this.depth -= 1;
    }
  }

  private follow(located: Located): Located {
    let current = located;
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const next = this.step(current);
      if (next === undefined) return current;
      current = next;
    }
    return located;
  }

  private step({ value, template }: Located): Located | undefined {
    if (!isObject(value)) return undefined;
    const [[name, content] = [], ...more] = Object.entries(value);
    if (more.length > 0) return undefined;
    switch (name) {
      case 'Ref': return passedParameter(String(content), template);
      case 'Fn::GetAtt': return nestedOutput(content, template);
      case 'Fn::ImportValue': return this.exported(content, template);
      case 'Fn::GetStackOutput': return this.stackOutput(content, template);
      case 'Fn::Select': return this.selected(content, template);
      case 'Fn::Sub': return plainSubstitution(content, template);
      case 'Fn::Join': return onlyPart(content, template);
      default: return undefined;
    }
  }

  /** Stages of one app may use a name twice: the one of the same assembly is meant, and of two there nobody knows which. */
  private nearest<T>(candidates: readonly T[] | undefined, from: Template, templateOf: (candidate: T) => Template): T | undefined {
    const near = candidates?.filter((candidate) => templateOf(candidate).directory === from.directory) ?? [];
    const meant = near.length > 0 ? near : candidates ?? [];
    return meant.length === 1 ? meant[0] : undefined;
  }

  private exported(content: unknown, template: Template): Located | undefined {
    const name = this.text({ value: content, template });
    return name === undefined ? undefined : this.nearest(this.exports.get(name), template, (found) => found.template);
  }

  private stackOutput(content: unknown, template: Template): Located | undefined {
    if (!isObject(content)) return undefined;
    const [stackName, outputName] = [content.StackName, content.OutputName].map((value) => this.text({ value, template }));
    const stack = this.nearest(this.stacks.get(stackName ?? ''), template, (found) => found);
    const output = stack?.outputs.get(outputName ?? '');
    return stack && output && { value: output.value, template: stack };
  }

  private selected(content: unknown, template: Template): Located | undefined {
    if (!Array.isArray(content)) return undefined;
    const elements = this.elements({ value: content[1], template });
    // A condition in the list may take elements away, so that an index means nothing.
    if (elements?.some(({ value }) => argument(value, 'Fn::If') !== undefined || argument(value, 'Ref') === 'AWS::NoValue')) return undefined;
    return elements?.[Number(content[0])];
  }

  private joined(located: Located, delimiter: unknown): Located[] | undefined {
    const { value, template } = this.follow(located);
    if (typeof value === 'string') return value.split(String(delimiter)).map((part) => ({ value: part, template }));
    const join = argument(value, 'Fn::Join');
    if (Array.isArray(join) && join[0] === delimiter) return this.elements({ value: join[1], template });
    // A joined list of one element is the element.
    return resourceReference(value) !== undefined ? [{ value, template }] : undefined;
  }

  private substituted(sub: unknown, template: Template): string | undefined {
    const [pattern, variables] = Array.isArray(sub) ? (sub as unknown[]) : [sub, {}];
    if (typeof pattern !== 'string') return undefined;
    const parts = pattern.split(/\$\{([^}]*)\}/);
    return joinTexts(parts.map((part, index) => {
      if (index % 2 === 0) return part;
      if (part.startsWith('!')) return `\${${part.slice(1)}}`;
      return this.text({ value: substitution(part, variables), template });
    }), '');
  }
}

export function groupId(template: Template, logicalId: string): string {
  return `${template.file}#${logicalId}`;
}

/** The argument of an intrinsic function, if the value is a call of it. */
export function argument(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) && Object.keys(value).length === 1 ? value[name] : undefined;
}

/** Whether the value is a call of any intrinsic function. */
export function isIntrinsic(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && /^(Ref$|Condition$|Fn::)/.test(Object.keys(value)[0]);
}

/** Logical id and attribute of a GetAtt, in either of its forms. */
export function attribute(value: unknown): readonly [string, string] | undefined {
  const content = argument(value, 'Fn::GetAtt');
  const parts = typeof content === 'string' ? content.split('.') : content;
  if (!Array.isArray(parts) || parts.length < 2 || !parts.every((part) => typeof part === 'string')) return undefined;
  return [parts[0], parts.slice(1).join('.')];
}

/** The attributes that are the id of a group, an interface or an instance. */
const IDS = new Set(['GroupId', 'Id', 'InstanceId']);

/** Logical id of a resource whose id the value is. */
function resourceReference(value: unknown): string | undefined {
  const name = argument(value, 'Ref');
  if (typeof name === 'string') return name;
  const [id, attributeName] = attribute(value) ?? [];
  return attributeName !== undefined && IDS.has(attributeName) ? id : undefined;
}

/** What a nested stack is given for a parameter, if all its uses agree. */
function passedParameter(name: string, template: Template): Located | undefined {
  const [first, ...others] = template.parents;
  if (first === undefined || !template.parameters.has(name) || !Object.hasOwn(first.parameters, name)) return undefined;
  const text = JSON.stringify(first.parameters[name]);
  const agreed = others.every((other) => other.template === first.template && JSON.stringify(other.parameters[name]) === text);
  return agreed ? { value: first.parameters[name], template: first.template } : undefined;
}

function nestedOutput(content: unknown, template: Template): Located | undefined {
  const [stack, name] = attribute({ 'Fn::GetAtt': content }) ?? [];
  const child = template.children.get(stack ?? '');
  const output = name?.startsWith('Outputs.') ? child?.outputs.get(name.slice('Outputs.'.length)) : undefined;
  return child && output && { value: output.value, template: child };
}

/** `${Name}` alone is a reference. */
function plainSubstitution(content: unknown, template: Template): Located | undefined {
  const [pattern, variables] = Array.isArray(content) ? (content as unknown[]) : [content, {}];
  const name = typeof pattern === 'string' ? /^\$\{([^}!]+)\}$/.exec(pattern)?.[1] : undefined;
  return name === undefined ? undefined : { value: substitution(name, variables), template };
}

function substitution(name: string, variables: unknown): unknown {
  if (isObject(variables) && Object.hasOwn(variables, name)) return variables[name];
  return name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
}

function onlyPart(content: unknown, template: Template): Located | undefined {
  const parts: unknown = Array.isArray(content) ? content[1] : undefined;
  return Array.isArray(parts) && parts.length === 1 ? { value: parts[0], template } : undefined;
}

function pseudoParameter(name: string, template: Template): string | undefined {
  if (name === 'AWS::StackName') return template.parents.length === 0 ? template.stackName : undefined;
  return SHARED.has(name) ? `\${${name}}` : undefined;
}

function joinTexts(parts: readonly (string | undefined)[], delimiter: string): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join(delimiter);
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
