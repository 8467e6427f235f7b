import { Problem } from '../../../../support/errors';
import { isObject, readJsonObject } from '../../../../support/files';

export interface Resource {
  readonly type: string;
  readonly properties: { readonly [name: string]: unknown };
  readonly metadata: { readonly [name: string]: unknown };
}

/** One template, and how it is used by others. */
export interface Template {
  /** Path relative to the directory read. */
  readonly file: string;
  readonly directory: string;
  readonly stackName: string;
  readonly parameters: ReadonlySet<string>;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: ReadonlyMap<string, { readonly value: unknown; readonly exportName: unknown }>;
  /** Templates of nested stacks, by logical id of the stack resource. */
  readonly children: Map<string, Template>;
  /** The stack resources that this template is nested by, with the parameters that they pass. */
  readonly parents: { readonly template: Template; readonly parameters: { readonly [name: string]: unknown } }[];
}

/** Transforms that neither make nor change security groups, their rules, or what carries them. */
const HARMLESS_TRANSFORMS = /^AWS::(LanguageExtensions|Serverless-2016-10-31|SecretsManager-\d{4}-\d\d-\d\d|CodeDeployBlueGreen)$/;
/** Names under which resources take security groups. */
const NEAR_GROUPS = /SecurityGroup|GroupSet|"Groups"/;

/** @throws MSEG8002 for a file that holds no template */
export function readTemplate(root: string, file: string, stackNames: ReadonlyMap<string, string>, problems: Problem[]): Template {
  const content = readJsonObject(root, file);
  refuseTransforms(content, file, problems);
  const directory = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
  return {
    file,
    directory,
    stackName: stackNames.get(file) ?? file.slice(file.lastIndexOf('/') + 1).replace(/(\.nested)?\.template\.json$/, ''),
    parameters: new Set(Object.keys(objectAt(content, 'Parameters'))),
    resources: new Map(Object.entries(objectAt(content, 'Resources')).flatMap(([id, resource]) => resourceOf(id, resource, file, problems))),
    outputs: new Map(Object.entries(objectAt(content, 'Outputs')).map(([id, output]) => [id, {
      value: isObject(output) ? output.Value : undefined,
      exportName: objectAt(output, 'Export').Name,
    }])),
    children: new Map(),
    parents: [],
  };
}

/** The artifact that a template is reported under: the outermost one of a nested stack. */
export function rootOf(template: Template): Template {
  return template.parents.length > 0 ? rootOf(template.parents[0].template) : template;
}

export function objectAt(value: unknown, key: string): { readonly [key: string]: unknown } {
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

function resourceOf(id: string, resource: unknown, file: string, problems: Problem[]): [string, Resource][] {
  if (id.startsWith('Fn::')) {
    const nearGroups = NEAR_GROUPS.test(JSON.stringify(resource));
    if (nearGroups) problems.push({ code: 'MSEG8004', where: `${file}#${id}`, message: 'it makes resources with security groups at deployment' });
    return [];
  }
  if (!isObject(resource) || typeof resource.Type !== 'string') return [];
  return [[id, { type: resource.Type, properties: objectAt(resource, 'Properties'), metadata: objectAt(resource, 'Metadata') }]];
}

function refuseTransforms(content: { readonly [key: string]: unknown }, file: string, problems: Problem[]): void {
  const transforms = [content.Transform ?? []].flat();
  const unknown = transforms.filter((transform) => typeof transform !== 'string' || !HARMLESS_TRANSFORMS.test(transform));
  if (unknown.length === 0 || !NEAR_GROUPS.test(JSON.stringify(content.Resources ?? {}))) return;
  problems.push({ code: 'MSEG8004', where: `${file}#Transform`, message: `${JSON.stringify(unknown[0])} may change security groups at deployment` });
}
