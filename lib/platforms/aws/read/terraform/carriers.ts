import { Problem } from '../../../../support/errors';
import { isObject } from '../../../../support/files';
import { Scope } from '../../../terraform/evaluate';
import { Body, Stack } from '../../../terraform/stack';
import { alternatives, resourcesIn, ResourceValue, Unknown, Value } from '../../../terraform/values';
import { World } from '../../../terraform/world';
import { Link, onOneMachine } from '../machines';
import { ReadCarrier } from '../model';

/** Types that name groups without having interfaces. */
const NO_INTERFACE = /^aws_((vpc_|default_)?security_group|iam_|ram_|ssm_)/;
/** Types that put one more group on a resource that is made elsewhere, and the attribute that names that resource. */
const ATTACHMENTS: { readonly [type: string]: string } = {
  aws_network_interface_sg_attachment: 'network_interface_id',
  aws_vpc_endpoint_security_group_association: 'vpc_endpoint_id',
};
/** Types that say which interfaces, made as resources of their own, are those of a machine. */
const MACHINE = /^aws_(instance|launch_template|network_interface|network_interface_attachment)$/;
const OF_MACHINE = /^(instance|instance_id|network_interface_id)$/;
/** Attributes that hold security groups, whatever the service calls them. */
const GROUP_ATTRIBUTE = /security_groups?(_ids?)?$/;
/** Arguments about the resource in the configuration, not of it. */
const META = new Set(['for_each', 'count', 'depends_on', 'lifecycle', 'provider', 'provisioner', 'connection', '//']);
/** What an expression beyond the reader may get groups from. */
const MAY_HOLD_GROUPS = /aws_(default_)?security_group|local\.|terraform_remote_state|each\./;
const RESOURCE = /\$\{([a-z][\w-]*\.[\w-]+(?:\[(?:"[^"]*"|[0-9]+)\])?)\./;

/** Every resource, or machine of several, with at least one known group in a list of its attributes, with all groups of such lists. */
export function readCarriers(world: World, problems: Problem[]): ReadCarrier[] {
  const carriers = new Map<string, Carrier>();
  const links: Link[] = [];
  for (const stack of world.stacks) {
    const modules = [...stack.modules].map(([name, body]) => ({ type: 'module', name, body }));
    for (const resource of [...stack.resources, ...modules]) {
      if (NO_INTERFACE.test(resource.type)) continue;
      // How many there are does not matter where each carries the same.
      const instances = world.instances(stack, resource) ?? [{ address: `${resource.type}.${resource.name}`, scope: { stack } }];
      for (const { address, scope } of instances) {
        const at = carriedBy(resource.type, resource.body, stack, address);
        const carrier = carriers.get(at) ?? new Carrier(world, at, problems);
        if (MACHINE.test(resource.type)) links.push(...partsOf(resource.body, '', stack).map((part): Link => [at, part]));
        carriers.set(at, carrier.add(resource.body, scope, Object.hasOwn(ATTACHMENTS, resource.type)));
      }
    }
  }
  return onOneMachine([...carriers.values()].filter(({ groups }) => groups.size > 0), links);
}

/** Ids of the resources of the stack that are named as instance or interface anywhere in a body. */
function partsOf(json: unknown, name: string, stack: Stack): string[] {
  if (typeof json === 'string') {
    const target = OF_MACHINE.test(name) ? RESOURCE.exec(json)?.[1] : undefined;
    return target === undefined ? [] : [`${stack.file}#${target}`];
  }
  if (Array.isArray(json)) return json.flatMap((part) => partsOf(part, name, stack));
  return isObject(json) ? Object.entries(json).flatMap(([attribute, part]) => partsOf(part, attribute, stack)) : [];
}

/** Id of the resource that the groups are on: for an attachment the one that it names, as far as it is one of the stack. */
function carriedBy(type: string, body: Body, stack: Stack, address: string): string {
  const target = Object.hasOwn(ATTACHMENTS, type) ? RESOURCE.exec(String(body[ATTACHMENTS[type]]))?.[1] : undefined;
  return `${stack.file}#${target ?? address}`;
}

class Carrier implements ReadCarrier {
  public readonly groups = new Set<string>();
  public readonly unknown = new Set<string>();

  public constructor(private readonly world: World, public readonly id: string, private readonly problems: Problem[]) {}

  public add(body: Body, scope: Scope, attachment: boolean): this {
    if (attachment) this.addGroups([this.world.following.evaluate(body.security_group_id, scope)]);
    else Object.entries(body).filter(([name]) => !META.has(name)).forEach(([name, content]) => this.visit(content, name, scope));
    return this;
  }

  /** A walk through all attributes, since each service has a place of its own for groups. */
  private visit(json: unknown, name: string, scope: Scope): void {
    if (isObject(json)) Object.entries(json).forEach(([attribute, content]) => this.visit(content, attribute, scope));
    else if (Array.isArray(json) && json.some((each) => typeof each !== 'string')) json.forEach((each) => this.visit(each, name, scope));
    else if (Array.isArray(json) || typeof json === 'string') this.visitText(json, name, scope);
  }

  private visitText(json: string | unknown[], name: string, scope: Scope): void {
    for (const value of alternatives(this.world.following.evaluate(json, scope))) {
      const named = GROUP_ATTRIBUTE.test(name);
      if (Array.isArray(value)) {
        const elements = value.flatMap(alternatives).filter((each) => each !== null && each !== '');
        if (elements.some((each) => each instanceof ResourceValue)) this.addGroups(elements);
        if (named) elements.forEach((each) => this.refuseUnreadable(each, name));
      } else if (named && value instanceof ResourceValue) {
        // A single group counts where the name says that it is one: a script may hold a group's id, too.
        this.addGroups([value]);
      } else if (named) {
        this.refuseUnreadable(value, name);
      }
    }
  }

  private addGroups(values: readonly Value[]): void {
    for (const value of values.flatMap(alternatives)) {
      if (value instanceof ResourceValue) this.groups.add(value.resource);
      else this.unknown.add(value instanceof Unknown ? value.text ?? '' : String(value));
    }
  }

  /** Some of the known groups are on the resource, and nobody can tell which. */
  private refuseUnreadable(value: Value, name: string): void {
    if (!(value instanceof Unknown)) return;
    const mayHoldGroups = resourcesIn(value).length > 0 || (!value.parsed && MAY_HOLD_GROUPS.test(value.text ?? ''));
    if (mayHoldGroups) this.problems.push({ code: 'MSEG8004', where: this.id, message: `${name} ${JSON.stringify(value.text)} cannot be evaluated` });
  }
}
