import { filesBelow, isObject, readJsonObject } from '../../support/files';
import { FileFilter } from '../platform';

export type Body = { readonly [name: string]: unknown };

export interface ResourceBody {
  readonly type: string;
  readonly name: string;
  readonly body: Body;
}

/** One `cdk.tf.json`. */
export interface Stack {
  /** Path relative to the directory read. */
  readonly file: string;
  /** Name of its directory, which is the name of the stack. */
  readonly name: string;
  readonly resources: readonly ResourceBody[];
  readonly data: ReadonlyMap<string, Body>;
  readonly locals: ReadonlyMap<string, unknown>;
  readonly outputs: ReadonlyMap<string, unknown>;
  readonly modules: ReadonlyMap<string, Body>;
}

/** Every stack below the directory. @throws MSEG8002 */
export function readStacks(root: string, counts: FileFilter = () => true): Stack[] {
  return filesBelow(root, (name) => name === 'cdk.tf.json').filter(counts).map((file) => stackOf(file, readJsonObject(root, file)));
}

function stackOf(file: string, content: Body): Stack {
  const labeled = (section: string): ResourceBody[] => blocks(content[section]).flatMap((types) => Object.entries(types)
    .flatMap(([type, names]) => blocks(names).flatMap((each) => Object.entries(each)
      .flatMap(([name, bodies]) => blocks(bodies).map((body) => ({ type, name, body }))))));
  const named = (section: string) => blocks(content[section]).flatMap((each) => Object.entries(each));
  return {
    file,
    name: file.split('/').at(-2) ?? '',
    resources: labeled('resource'),
    data: new Map(labeled('data').map(({ type, name, body }) => [`${type}.${name}`, body])),
    locals: new Map(named('locals')),
    outputs: new Map(named('output').flatMap(([name, bodies]) => blocks(bodies).map((body) => [name, body.value] as const))),
    modules: new Map(named('module').flatMap(([name, bodies]) => blocks(bodies).map((body) => [name, body] as const))),
  };
}

/** A block may stand alone or in a list. */
export function blocks(value: unknown): Body[] {
  return (Array.isArray(value) ? value as unknown[] : [value]).filter(isObject);
}
