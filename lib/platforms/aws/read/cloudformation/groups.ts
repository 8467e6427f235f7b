import { Problem } from '../../../../support/errors';
import { ReadGroup, ReadRule } from '../model';
import { argument, attribute, GROUP, groupId, Located, References } from './references';
import { RuleReader } from './rules';
import { objectAt, Resource, rootOf, Template } from './template';

const STANDALONE: { readonly [type: string]: 'ingress' | 'egress' } = {
  'AWS::EC2::SecurityGroupIngress': 'ingress',
  'AWS::EC2::SecurityGroupEgress': 'egress',
};

/** Resources of which CloudFormation makes others, out of the reader's sight unless a template of the directory says which. */
const MAKES_RESOURCES = /^AWS::CloudFormation::Stack$|::MODULE$/;
/** What its attributes are only a program knows. */
const CUSTOM_RESOURCE = /^(Custom::|AWS::CloudFormation::CustomResource$)/;
/** A value that CloudFormation looks up at deployment. */
const LOOKED_UP = '{{resolve:';

/** All groups of the templates, each with its rules from wherever they are. */
export function readGroups(templates: readonly Template[], references: References, problems: Problem[]): Map<string, ReadGroup> {
  const rules = new RuleReader(references, problems);
  const resources = templates.flatMap((template) => [...template.resources].map(([id, resource]) => ({ template, id, resource })));
  const groups = new Map<string, ReadGroup>();
  for (const { template, id, resource } of resources) {
    if (resource.type !== GROUP) continue;
    const where = groupId(template, id);
    const properties: Located = { value: resource.properties, template };
    const tags = readTags(properties, references, where, problems);
    groups.set(where, { id: where, artifact: rootOf(template).file, tags, rules: rules.inline(properties, where) });
  }
  for (const { template, id, resource } of resources) {
    const end = STANDALONE[resource.type];
    if (end === undefined) continue;
    const where = groupId(template, id);
    const byName = groupsOfName(template, resource, references, resources);
    const owners = [...ownersOfRule(template, resource, references, where, problems), ...byName].map((owner) => groups.get(owner)!);
    const read = owners.length > 0 ? rules.rule({ value: resource.properties, template }, end, where) : [];
    owners.forEach((owner) => owner.rules.push(...read.map((rule): ReadRule => ({ ...rule }))));
  }
  refuseHidden(resources, references, problems);
  return groups;
}

interface Found {
  readonly template: Template;
  readonly id: string;
  readonly resource: Resource;
}

/** A template that is not in the directory may add rules to the groups that it is given. */
function refuseHidden(resources: readonly Found[], references: References, problems: Problem[]): void {
  for (const { template, id, resource } of resources) {
    if (!MAKES_RESOURCES.test(resource.type) || template.children.has(id)) continue;
    if (!references.mentionsGroup({ value: resource.properties, template })) continue;
    const message = 'it is given a security group, and what it does with it is not in the files';
    problems.push({ code: 'MSEG8004', where: groupId(template, id), message });
  }
}

/** Ids of the groups that have the name that a rule is for: in a default VPC a name is enough. */
function groupsOfName(template: Template, { properties }: Resource, references: References, resources: readonly Found[]): string[] {
  const name = properties.GroupName === undefined ? undefined : references.text({ value: properties.GroupName, template });
  if (name === undefined) return [];
  const hasName = ({ template: its, resource }: Found) => references.text({ value: resource.properties.GroupName, template: its }) === name;
  return resources.filter((each) => each.resource.type === GROUP && hasName(each)).map((each) => groupId(each.template, each.id));
}

/** Ids of the groups of the templates that a rule of its own is for: none where its group is certainly somebody else's. */
function ownersOfRule(template: Template, { properties }: Resource, references: References, where: string, problems: Problem[]): string[] {
  const named = [properties.GroupId, properties.GroupName].flatMap((value) => references.alternatives({ value, template }));
  return named.flatMap((located) => {
    const group = references.group(located);
    if (group !== undefined) return [group];
    if (!isForeign(located, references)) {
      problems.push({ code: 'MSEG8004', where, message: `the group of the rule, ${JSON.stringify(located.value)}, cannot be found` });
    }
    return [];
  });
}

/**
 * A group named by a literal id, by another resource's attribute that no group went into, or by a fixed export that no
 * template has is none of the templates'.
 */
function isForeign(located: Located, references: References): boolean {
  const { value, template } = located;
  if (typeof value === 'string') return !value.includes(LOOKED_UP);
  const name = argument(value, 'Ref') ?? attribute(value)?.[0];
  const resource = typeof name === 'string' && !template.children.has(name) ? template.resources.get(name) : undefined;
  // A program that knows a group may hand it back.
  if (resource) return !(CUSTOM_RESOURCE.test(resource.type) && references.mentionsGroup({ value: resource.properties, template }));
  const exportName = argument(value, 'Fn::ImportValue');
  return exportName !== undefined && references.text({ value: exportName, template }) !== undefined;
}

function readTags(properties: Located, references: References, where: string, problems: Problem[]): Map<string, string> {
  const tags = new Map<string, string>();
  const list = references.elements({ value: objectAt({ properties: properties.value }, 'properties').Tags, template: properties.template }) ?? [];
  for (const { value, template } of list.flatMap((element) => references.alternatives(element))) {
    const { Key: key, Value: content } = objectAt({ value }, 'value');
    const text = references.text({ value: content, template });
    if (typeof key !== 'string') continue;
    if (text !== undefined) {
      tags.set(key, text);
    } else if (key.startsWith('microseg:')) {
      problems.push({ code: 'MSEG8004', where, message: `the tag ${key} is known at deployment only: ${JSON.stringify(content)}` });
    }
  }
  return tags;
}
