import { Problem } from '../../support/errors';
import { isObject } from '../../support/files';
import { Evaluator, Names, Scope } from './evaluate';
import { ResourceBody, Stack } from './stack';
import { ResourceValue, Value, ValueMap } from './values';

/** Types of resources that a reader follows through references, each with the attributes that stand for the resource. */
export type Followed = { readonly [type: string]: readonly string[] };

/** A resource, or one of those that its `for_each` or `count` makes. */
export interface Instance {
  /** `aws_instance.web["a"]` */
  readonly address: string;
  readonly scope: Scope;
}

/** All stacks of a directory, and what their names mean. */
export class World implements Names {
  /** Looks into locals and other stacks. */
  public readonly following = new Evaluator(this, true);
  /** Leaves them as they stand, since that is how the manifest knows deploy-time values. */
  public readonly literal = new Evaluator(this, false);
  private readonly resources = new Map<string, Value>();

  public constructor(public readonly stacks: readonly Stack[], followed: Followed, private readonly problems: Problem[]) {
    for (const stack of stacks) {
      for (const resource of stack.resources) {
        if (Object.hasOwn(followed, resource.type)) this.follow(stack, resource, followed[resource.type]);
      }
    }
  }

  public resource(stack: Stack, type: string, name: string): Value | undefined {
    return this.resources.get(`${stack.file}#${type}.${name}`);
  }

  public remoteStack(stack: Stack, name: string, output: string): Stack | undefined {
    const names = remoteStackNames(stack, name);
    const meant = this.stacks.filter((each) => names.includes(each.name));
    const candidates = meant.length > 0 ? meant : this.stacks.filter((each) => each.outputs.has(output));
    const near = candidates.filter((each) => folderOf(each) === folderOf(stack));
    if (near.length > 0) return near.length === 1 ? near[0] : undefined;
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  /** Every instance of a resource; undefined where how many there are is known at deployment only. */
  public instances(stack: Stack, { type, name, body }: ResourceBody): Instance[] | undefined {
    const address = `${type}.${name}`;
    if (body.for_each !== undefined) return this.eachInstance(stack, address, body.for_each);
    if (body.count === undefined) return [{ address, scope: { stack } }];
    const count = this.following.evaluate(body.count, { stack });
    const whole = typeof count === 'string' ? Number(count) : count;
    if (typeof whole !== 'number' || !Number.isInteger(whole) || whole < 0 || whole > MOST_INSTANCES) return undefined;
    return Array.from({ length: whole }, (_, index) => ({ address: `${address}[${index}]`, scope: { stack, count: index } }));
  }

  private eachInstance(stack: Stack, address: string, forEach: unknown): Instance[] | undefined {
    const at = (key: string, content: { raw?: unknown; value?: Value }): Instance => (
      { address: `${address}[${JSON.stringify(key)}]`, scope: { stack, each: { key, ...content } } });
    // Written out, the values are left alone until somebody asks for one of them.
    if (isObject(forEach)) return Object.entries(forEach).map(([key, raw]) => at(key, { raw }));
    const value = this.following.evaluate(forEach, { stack });
    if (value instanceof ValueMap) return [...value.entries].map(([key, each]) => at(key, { value: each }));
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) return undefined;
    return [...new Set(value)].map((key) => at(key, { value: key }));
  }

  private follow(stack: Stack, resource: ResourceBody, identifiedBy: readonly string[]): void {
    const address = `${resource.type}.${resource.name}`;
    const instances = this.instances(stack, resource);
    if (instances === undefined) {
      this.problems.push({ code: 'MSEG8004', where: `${stack.file}#${address}`, message: 'how many resources there are cannot be evaluated' });
      return;
    }
    const values = instances.map((instance) => new ResourceValue(`${stack.file}#${instance.address}`, identifiedBy));
    this.resources.set(`${stack.file}#${address}`, collected(resource, instances, values));
  }
}

/** More than any stack has, and a bound for hostile files. */
const MOST_INSTANCES = 100_000;

function collected({ body }: ResourceBody, instances: readonly Instance[], values: ResourceValue[]): Value {
  if (body.for_each !== undefined) return new ValueMap(new Map(instances.map(({ scope }, index) => [scope.each!.key, values[index]])));
  return body.count === undefined ? values[0] : values;
}

/** By the state that is read, and by the name that CDKTF gives the data source. */
function remoteStackNames(stack: Stack, name: string): string[] {
  const config = JSON.stringify(stack.data.get(`terraform_remote_state.${name}`) ?? {});
  const states = [...config.matchAll(/terraform\.([^"/\\]+)\.tfstate/g)].map(([, stackName]) => stackName);
  return [...states, name.replace(/^cross-stack-reference-input-/, '')];
}

function folderOf({ file }: Stack): string {
  return file.split('/').slice(0, -2).join('/');
}
