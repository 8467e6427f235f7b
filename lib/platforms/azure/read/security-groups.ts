import { Problem } from '../../../support/errors';
import { blocks, ResourceBody, Stack } from '../../terraform/stack';
import { alternatives, resourcesIn, ResourceValue, Unknown, Value } from '../../terraform/values';
import { Followed, Instance, World } from '../../terraform/world';
import { blocksOf, contentOf, tagsOf } from './content';
import { ReadApplicationGroup, ReadSecurityGroup } from './model';
import { readRule } from './rules';

export const SECURITY_GROUP = 'azurerm_network_security_group';
export const APPLICATION_GROUP = 'azurerm_application_security_group';
const RULE = 'azurerm_network_security_rule';
/** Rules of Virtual Network Manager come before those of groups; one action of theirs leaves the groups out. */
const ADMIN_RULE = 'azurerm_network_manager_admin_rule';

/** Rules in the words of another provider or engine: beyond this reader where they are given a group. */
const BEYOND = /^(azapi_(update_)?resource(_action)?|azurerm_(resource_group_)?template_deployment)$/;

/** What is followed through references. */
export const FOLLOWED: Followed = {
  [SECURITY_GROUP]: ['id', 'name'], [APPLICATION_GROUP]: ['id'], azurerm_network_interface: ['id'], azurerm_subnet: ['id'],
};

/** An attribute of a managed resource. What it names is somebody else's group; data sources and variables may name any. */
const ATTRIBUTE_OF_RESOURCE = /^\$\{(?!(data|var|local|module|each|count|self)\.)[a-z0-9]+_[\w-]+\.[\w-]+[^?]*\}$/;

export function readApplicationGroups(world: World, problems: Problem[]): Map<string, ReadApplicationGroup> {
  const groups = new Map<string, ReadApplicationGroup>();
  forEachOf(world, APPLICATION_GROUP, (stack, resource) => {
    for (const { address, scope } of world.instances(stack, resource) ?? []) {
      const id = `${stack.file}#${address}`;
      groups.set(id, { id, tags: tagsOf(world, resource.body.tags, scope, id, problems) });
    }
  });
  return groups;
}

/** All network security groups of the stacks, each with its rules from wherever they are. */
export function readSecurityGroups(world: World, problems: Problem[]): Map<string, ReadSecurityGroup> {
  const reader = new SecurityGroups(world, problems);
  forEachOf(world, SECURITY_GROUP, (stack, resource) => reader.addGroups(stack, resource));
  forEachOf(world, RULE, (stack, resource) => reader.addRules(stack, resource));
  forEachOf(world, BEYOND, (stack, resource) => reader.refuseGiven(stack, resource));
  forEachOf(world, ADMIN_RULE, (stack, resource) => reader.addAdminRule(stack, resource));
  return reader.groups;
}

class SecurityGroups {
  public readonly groups = new Map<string, ReadSecurityGroup>();

  public constructor(private readonly world: World, private readonly problems: Problem[]) {}

  public addGroups(stack: Stack, resource: ResourceBody): void {
    // A number of groups that is unknown is a problem already.
    for (const { address, scope } of this.world.instances(stack, resource) ?? []) {
      const id = `${stack.file}#${address}`;
      const name = this.world.following.evaluate(resource.body.name, scope);
      const tags = tagsOf(this.world, resource.body.tags, scope, id, this.problems);
      const group: ReadSecurityGroup = { id, artifact: stack.file, ...(typeof name === 'string' && { name }), tags, rules: [], problems: [] };
      this.groups.set(id, group);
      this.addInlineRules(group, resource, scope);
    }
  }

  public addRules(stack: Stack, resource: ResourceBody): void {
    const instances = this.world.instances(stack, resource);
    const where = `${stack.file}#${resource.type}.${resource.name}`;
    if (instances === undefined) this.unreadable([...this.groups.values()], where, 'how many rules there are cannot be evaluated');
    else instances.forEach((instance) => this.addRule(resource, instance, `${stack.file}#${instance.address}`));
  }

  /** `Deny` and `Allow` of the network's administrators take away or change nothing; `AlwaysAllow` admits without asking groups. */
  public addAdminRule(stack: Stack, { type, name, body }: ResourceBody): void {
    const action = this.world.following.evaluate(body.action, { stack });
    if (action === 'Deny' || action === 'Allow') return;
    this.unreadable([...this.groups.values()], `${stack.file}#${type}.${name}`, 'it may admit traffic before security groups are asked');
  }

  public refuseGiven(stack: Stack, { type, name, body }: ResourceBody): void {
    const given = resourcesIn(this.world.following.evaluate(body, { stack })).flatMap((id) => this.groups.get(id) ?? []);
    this.unreadable(given, `${stack.file}#${type}.${name}`, 'it is given a network security group, and may add rules to it');
  }

  private addRule({ body }: ResourceBody, { scope }: Instance, where: string): void {
    const value = this.world.following.evaluate(body.network_security_group_name, scope);
    const named = this.groupsNamed(value);
    if (named === undefined) {
      this.unreadable([...this.groups.values()], where, `the group of the rule, ${JSON.stringify(body.network_security_group_name)}, cannot be found`);
    } else if (named.length > 1 || named.some(({ name }) => typeof value === 'string' && name === undefined)) {
      this.unreadable(named, where, 'the rule may be of this group, or of another');
    } else {
      named.forEach((group) => group.rules.push(...readRule(contentOf(this.world, body, scope), where, group.problems)));
    }
  }

  /** The groups that a rule may be for: none where its group is certainly somebody else's, undefined where it may be any. */
  private groupsNamed(value: Value): ReadSecurityGroup[] | undefined {
    const found = alternatives(value).map((each) => {
      if (each instanceof ResourceValue) return this.groups.has(each.resource) ? [this.groups.get(each.resource)!] : undefined;
      if (typeof each === 'string') return this.groupsOfName(each);
      const foreign = each instanceof Unknown && each.resources.length === 0 && ATTRIBUTE_OF_RESOURCE.test(each.text ?? '');
      return foreign ? [] : undefined;
    });
    return found.includes(undefined) ? undefined : [...new Set(found.flatMap((groups) => groups!))];
  }

  /** By the name that a group has, or else those whose names are not known yet. */
  private groupsOfName(text: string): ReadSecurityGroup[] {
    const all = [...this.groups.values()];
    const same = all.filter(({ name }) => name?.toLowerCase() === text.toLowerCase());
    return same.length > 0 ? same : all.filter(({ name }) => name === undefined);
  }

  private addInlineRules(group: ReadSecurityGroup, { body }: ResourceBody, scope: Instance['scope']): void {
    const written = blocks(body.dynamic).some((dynamic) => Object.hasOwn(dynamic, 'security_rule'))
      ? undefined
      : blocksOf(this.world, body.security_rule, scope);
    if (written === undefined) this.unreadable([group], group.id, 'its rules cannot be evaluated');
    else group.rules.push(...written.flatMap((content) => readRule(content, group.id, group.problems)));
  }

  private unreadable(groups: readonly ReadSecurityGroup[], where: string, message: string): void {
    groups.forEach(({ problems }) => problems.push({ code: 'MSEG8004', where, message }));
  }
}

function forEachOf(world: World, type: string | RegExp, visit: (stack: Stack, resource: ResourceBody) => void): void {
  for (const stack of world.stacks) {
    stack.resources.filter((resource) => (typeof type === 'string' ? resource.type === type : type.test(resource.type))).forEach((resource) => visit(stack, resource));
  }
}
