import { Problem } from '../../../../support/errors';
import { filesBelow, isObject, readJsonObject } from '../../../../support/files';
import { FileFilter } from '../../../platform';
import { objectAt, readTemplate, Template } from './template';

const STACK = 'AWS::CloudFormation::Stack';

/** Every template below the directory, nested ones linked to the stacks that they are part of. */
export function readTemplates(root: string, problems: Problem[], counts: FileFilter = () => true): Template[] {
  const stackNames = readStackNames(root, counts);
  const files = filesBelow(root, (name) => name.endsWith('.template.json') || name === 'template.json').filter(counts);
  const templates = files.map((file) => readTemplate(root, file, stackNames, problems));
  link(templates, readAssetSources(root, counts));
  return templates;
}

/** Names that stacks are deployed under, by template file: assemblies of the AWS CDK know them. */
function readStackNames(root: string, counts: FileFilter): Map<string, string> {
  const names = new Map<string, string>();
  for (const file of filesBelow(root, (name) => name === 'manifest.json').filter(counts)) {
    for (const artifact of Object.values(objectAt(readJsonObject(root, file), 'artifacts'))) {
      const { templateFile, stackName } = objectAt(artifact, 'properties');
      if (typeof templateFile === 'string' && typeof stackName === 'string') names.set(beside(file, templateFile), stackName);
    }
  }
  return names;
}

/** Files behind the hashes of uploaded assets: `<directory of the asset list>/<hash>` to the path of the file. */
function readAssetSources(root: string, counts: FileFilter): Map<string, string> {
  const sources = new Map<string, string>();
  for (const file of filesBelow(root, (name) => name.endsWith('.assets.json')).filter(counts)) {
    for (const [hash, asset] of Object.entries(objectAt(readJsonObject(root, file), 'files'))) {
      const { path } = objectAt(asset, 'source');
      if (typeof path === 'string') sources.set(beside(file, hash), beside(file, path));
    }
  }
  return sources;
}

function link(templates: readonly Template[], assetSources: ReadonlyMap<string, string>): void {
  const byFile = new Map(templates.map((template) => [template.file, template]));
  for (const template of templates) {
    for (const [id, { type, properties, metadata }] of template.resources) {
      if (type !== STACK) continue;
      const child = childOf(template, properties.TemplateURL, metadata['aws:asset:path'], byFile, assetSources);
      if (child === undefined || isWithin(template, child)) continue;
      template.children.set(id, child);
      child.parents.push({ template, parameters: objectAt(properties, 'Parameters') });
    }
  }
}

/** A template cannot be nested in itself; one that says so is read as if it were not. */
function isWithin(template: Template, other: Template): boolean {
  return template === other || template.parents.some((parent) => isWithin(parent.template, other));
}

/** By the asset's path where it is noted down, else by its hash or its file name in the URL. */
function childOf(
  parent: Template,
  url: unknown,
  assetPath: unknown,
  byFile: ReadonlyMap<string, Template>,
  assetSources: ReadonlyMap<string, string>,
): Template | undefined {
  const noted = typeof assetPath === 'string' ? byFile.get(beside(parent.file, assetPath)) : undefined;
  if (noted) return noted;
  const text = isObject(url) || typeof url === 'string' ? JSON.stringify(url) : '';
  for (const hash of text.match(/[0-9a-f]{32,}/g) ?? []) {
    const child = byFile.get(assetSources.get(beside(parent.file, hash)) ?? '');
    if (child) return child;
  }
  const named = text.match(/[^/"\s]+\.json/g)?.pop();
  return named === undefined ? undefined : byFile.get(beside(parent.file, named));
}

function beside(file: string, name: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
