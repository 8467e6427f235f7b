import { readFileSync } from 'fs';
import { join } from 'path';
import { fail } from '../../support/errors';
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

const STACK_FILE = 'cdk.tf.json';
/** What makes a file more than settings: where the state is, which version of a provider. */
const DECLARES = /\b(resource|module|locals)\b/;

/** Every stack below the directory. @throws MSEG8002, and MSEG8004 where another file beside it is a part of the stack */
export function readStacks(root: string, counts: FileFilter = () => true): Stack[] {
  const files = filesBelow(root, (name) => /\.tf(\.json)?$/.test(name));
  const stacks = files.filter((file) => nameOf(file) === STACK_FILE).filter(counts);
  const folders = new Set(stacks.map(folderOf));
  files.filter((file) => nameOf(file) !== STACK_FILE && folders.has(folderOf(file))).forEach((file) => refuseMore(root, file));
  return stacks.map((file) => stackOf(file, readJsonObject(root, file)));
}

/** Terraform takes all files of a folder for one configuration, and lets some of them override others. */
function refuseMore(root: string, file: string): void {
  const declares = DECLARES.test(readFileSync(join(root, file), 'utf8'));
  if (declares) fail('MSEG8004', file, `Terraform makes one configuration of it and ${STACK_FILE}, which alone is read`);
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
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
