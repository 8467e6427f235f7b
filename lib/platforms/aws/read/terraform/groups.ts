import { Problem } from '../../../../support/errors';
import { Scope } from '../../../terraform/evaluate';
import { blocks, Body, ResourceBody, Stack } from '../../../terraform/stack';
import { alternatives, plain, resourcesIn, ResourceValue, Unknown, Value, ValueMap } from '../../../terraform/values';
import { Followed, Instance, World } from '../../../terraform/world';
import { End } from '../../plan-types';
import { ReadGroup, ReadRule } from '../model';
import { BLOCK, OLD_RULE, RULE, RuleForm, RuleReader } from './rules';

/** Types of resources that are a group. */
export const GROUPS: Followed = { aws_security_group: ['id'], aws_default_security_group: ['id'] };
const GROUP_ADDRESS = /#aws_(default_)?security_group\./;
const ENDS: readonly End[] = ['ingress', 'egress'];
/** Types of resources that are a rule: the end is in the type, or in the attribute `type`. */
const RULE_TYPES: { readonly [type: string]: { readonly form: RuleForm; readonly end?: End } } = {
  aws_vpc_security_group_ingress_rule: { form: RULE, end: 'ingress' },
  aws_vpc_security_group_egress_rule: { form: RULE, end: 'egress' },
  aws_security_group_rule: { form: OLD_RULE },
};
/** Rules by another provider, and templates of another engine: beyond this reader wherever they are given a group. */
const BEYOND = /^(awscc_ec2_security_group_(ingress|egress)|aws_cloudformation_stack)$/;
/** What comes out of these attributes went into them: the groups that a resource carries. */
const CARRIED_GROUPS = /\.(vpc_)?security_(group_ids|groups)\b/;
/** An attribute of a managed resource. What it names is somebody else's group; data sources and variables may name any. */
const ATTRIBUTE_OF_RESOURCE = /^\$\{(?!(data|var|local|module|each|count|self)\.)[a-z0-9]+_[\w-]+\.[\w-]+[^?]*\}$/;

export function isGroup(value: Value): value is ResourceValue {
  return value instanceof ResourceValue && isGroupAddress(value.resource);
}

/** Whether a resource, by file and address in it, is a group. */
export function isGroupAddress(where: string): boolean {
  return GROUP_ADDRESS.test(where);
}

/** All groups of the stacks, each with its rules from wherever they are. */
export function readGroups(world: World, problems: Problem[]): Map<string, ReadGroup> {
  const reader = new Groups(world, new RuleReader(world, problems));
  const each = (types: (type: string) => boolean, visit: (stack: Stack, resource: ResourceBody) => void) => (
    world.stacks.forEach((stack) => stack.resources.filter(({ type }) => types(type)).forEach((resource) => visit(stack, resource))));
  each((type) => Object.hasOwn(GROUPS, type), (stack, resource) => reader.addGroups(stack, resource));
  each((type) => Object.hasOwn(RULE_TYPES, type), (stack, resource) => reader.addRules(stack, resource));
  each((type) => BEYOND.test(type), (stack, resource) => reader.refuseGiven(stack, resource));
  return reader.groups;
}

class Groups {
  public readonly groups = new Map<string, ReadGroup>();

  public constructor(private readonly world: World, private readonly rules: RuleReader) {}

  public addGroups(stack: Stack, resource: ResourceBody): void {
    // A number of groups that is unknown is a problem already.
    for (const { address, scope } of this.world.instances(stack, resource) ?? []) {
      const id = `${stack.file}#${address}`;
      const rules = ENDS.flatMap((end) => this.inlineRules(resource.body, end, scope, id));
      this.groups.set(id, { id, artifact: stack.file, tags: this.tags(resource.body, scope, id), rules });
    }
  }

  public addRules(stack: Stack, resource: ResourceBody): void {
    const where = `${stack.file}#${resource.type}.${resource.name}`;
    const instances = this.world.instances(stack, resource);
    if (instances === undefined) this.rules.unreadable(where, 'how many rules there are cannot be evaluated');
    else instances.forEach((instance) => this.addRule(resource, instance, `${stack.file}#${instance.address}`));
  }

  public refuseGiven(stack: Stack, { type, name, body }: ResourceBody): void {
    const isGiven = resourcesIn(this.world.following.evaluate(body, { stack })).some(isGroupAddress);
    if (isGiven) this.rules.unreadable(`${stack.file}#${type}.${name}`, 'it is given a security group, and may add rules to it');
  }

  private addRule({ type, body }: ResourceBody, { scope }: Instance, where: string): void {
    const end = RULE_TYPES[type].end ?? this.world.following.evaluate(body.type, scope);
    if (end !== 'ingress' && end !== 'egress') {
      this.rules.unreadable(where, `type is ${JSON.stringify(body.type)}`);
      return;
    }
    for (const group of this.groupsOfRule(body, scope, where)) {
      const rules = this.rules.rule(RULE_TYPES[type].form, body, end, scope, group.id, where);
      if (rules.some(({ peers }) => peers.length === 0)) this.rules.unreadable(where, 'it names no peer');
      group.rules.push(...rules);
    }
  }

  /** The groups of the stacks that a rule may be for: none where its group is certainly somebody else's. */
  private groupsOfRule(body: Body, scope: Scope, where: string): ReadGroup[] {
    return alternatives(this.world.following.evaluate(body.security_group_id, scope)).flatMap((value) => {
      const group = value instanceof ResourceValue ? this.groups.get(value.resource) : undefined;
      if (group) return [group];
      return isForeign(value) ? [] : this.rules.unreadable(where, `the group of the rule, ${JSON.stringify(body.security_group_id)}, cannot be found`);
    });
  }

  private inlineRules(body: Body, end: End, scope: Scope, id: string): ReadRule[] {
    if (blocks(body.dynamic).some((dynamic) => Object.hasOwn(dynamic, end))) return this.rules.unreadable(id, `${end} is a dynamic block`);
    const written = typeof body[end] === 'string' ? this.listed(body[end], scope) : blocks(body[end]);
    if (written === undefined) return this.rules.unreadable(id, `${end} ${JSON.stringify(body[end])} cannot be evaluated`);
    return written.flatMap((content) => this.rules.rule(BLOCK, content, end, scope, id, id));
  }

  /** Rules in a local or an entry of `for_each`. Values that are known by then are plain JSON again. */
  private listed(text: string, scope: Scope): Body[] | undefined {
    const value = this.world.following.evaluate(text, scope);
    if (value === null) return [];
    const content = plain(value);
    return Array.isArray(content) ? blocks(content) : undefined;
  }

  private tags(body: Body, scope: Scope, where: string): Map<string, string> {
    const value = this.world.following.evaluate(body.tags, scope);
    const tags = new Map<string, string>();
    if (value instanceof Unknown && JSON.stringify(body.tags).includes('microseg:')) this.rules.unreadable(where, 'its tags cannot be evaluated');
    for (const [key, content] of value instanceof ValueMap ? value.entries : []) {
      if (typeof content === 'string') tags.set(key, content);
      else if (key.startsWith('microseg:')) this.rules.unreadable(where, `the tag ${key} cannot be evaluated`);
    }
    return tags;
  }
}

function isForeign(value: Value): boolean {
  if (typeof value === 'string') return true;
  if (!(value instanceof Unknown) || value.resources.length > 0) return false;
  const text = value.text ?? '';
  return ATTRIBUTE_OF_RESOURCE.test(text) && !CARRIED_GROUPS.test(text);
}
