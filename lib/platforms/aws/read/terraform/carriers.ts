import { Problem } from '../../../../support/errors';
import { isObject } from '../../../../support/files';
import { Scope } from '../../../terraform/evaluate';
import { Body } from '../../../terraform/stack';
import { alternatives, resourcesIn, ResourceValue, Unknown, Value } from '../../../terraform/values';
import { World } from '../../../terraform/world';
import { Link, onOneMachine } from '../machines';
import { DEFAULT_GROUP, ReadCarrier } from '../model';
import { isGroup, isGroupAddress } from './groups';
import { linksOf, machinesNamed } from './machine-parts';

/** Types that name groups without having interfaces. */
const NO_INTERFACE = /^aws_((vpc_|default_)?security_group|iam_|ram_|ssm_)/;
/** Types that put one more group on a resource that is made elsewhere, and the attribute that names that resource. */
const ATTACHMENTS: { readonly [type: string]: string } = {
  aws_network_interface_sg_attachment: 'network_interface_id',
  aws_vpc_endpoint_security_group_association: 'vpc_endpoint_id',
};
/** Attributes that hold security groups, whatever the service calls them. */
const GROUP_ATTRIBUTE = /security_groups?(_ids?)?$/;
/** Types and blocks that get the network's default group where none of these attributes is set. */
const GIVEN_BY: { readonly [name: string]: readonly string[] } = {
  aws_instance: ['vpc_security_group_ids', 'security_groups', 'network_interface', 'primary_network_interface', 'launch_template', 'dynamic'],
  aws_network_interface: ['security_groups'],
  network_interfaces: ['security_groups', 'network_interface_id'],
};
/** A module may do anything with what it is given: only what stands beside a group of ours is taken for one. */
const MODULE = 'module';
/** Arguments about the resource in the configuration, not of it. */
const META = new Set(['for_each', 'count', 'depends_on', 'lifecycle', 'provider', 'provisioner', 'connection', '//']);
/** What an expression beyond the reader may get groups from. */
const MAY_HOLD_GROUPS = /aws_(default_)?security_group|local\.|terraform_remote_state|each\./;

/** Every resource, or machine of several, with at least one known group in a list of its attributes, with all groups of such lists. */
export function readCarriers(world: World, problems: Problem[]): ReadCarrier[] {
  const carriers = new Map<string, Carrier>();
  const links: Link[] = [];
  for (const stack of world.stacks) {
    const modules = [...stack.modules].map(([name, body]) => ({ type: MODULE, name, body }));
    for (const resource of [...stack.resources, ...modules]) {
      const { type, body } = resource;
      if (NO_INTERFACE.test(type)) continue;
      // How many there are does not matter where each carries the same.
      const instances = world.instances(stack, resource) ?? [{ address: `${type}.${resource.name}`, scope: { stack } }];
      for (const { address, scope } of instances) {
        const own = `${stack.file}#${address}`;
        links.push(...linksOf(world, type, body, scope, own));
        const attachment = Object.hasOwn(ATTACHMENTS, type) ? machinesNamed(world, body[ATTACHMENTS[type]], scope) : undefined;
        for (const at of attachment?.length ? attachment : [own]) {
          const carrier = carriers.get(at) ?? new Carrier(world, at, problems);
          carriers.set(at, attachment ? carrier.attach(body, scope) : carrier.add(type, body, scope));
        }
      }
    }
  }
  return onOneMachine([...carriers.values()], links);
}

class Carrier implements ReadCarrier {
  public readonly groups = new Set<string>();
  public readonly unknown = new Set<string>();

  public constructor(private readonly world: World, public readonly id: string, private readonly problems: Problem[]) {}

  public attach(body: Body, scope: Scope): this {
    this.addGroups([this.world.following.evaluate(body.security_group_id, scope)]);
    return this;
  }

  public add(type: string, body: Body, scope: Scope): this {
    this.addDefault(type, body);
    const isModule = type === MODULE;
    Object.entries(body).filter(([name]) => !META.has(name)).forEach(([name, content]) => this.visit(content, name, scope, isModule));
    return this;
  }

  /** A walk through all attributes, since each service has a place of its own for groups. */
  private visit(json: unknown, name: string, scope: Scope, isModule: boolean): void {
    if (isObject(json)) {
      this.addDefault(name, json);
      Object.entries(json).forEach(([attribute, content]) => this.visit(content, attribute, scope, isModule));
    } else if (Array.isArray(json) && json.some((each) => typeof each !== 'string')) {
      json.forEach((each) => this.visit(each, name, scope, isModule));
    } else if (Array.isArray(json) || typeof json === 'string') {
      this.visitText(json, name, scope, isModule);
    }
  }

  private addDefault(name: string, body: Body): void {
    const givenBy = Object.hasOwn(GIVEN_BY, name) ? GIVEN_BY[name] : undefined;
    if (givenBy && !givenBy.some((attribute) => isSet(body[attribute]))) this.unknown.add(DEFAULT_GROUP);
  }

  private visitText(json: string | unknown[], name: string, scope: Scope, isModule: boolean): void {
    const named = GROUP_ATTRIBUTE.test(name);
    for (const value of alternatives(this.world.following.evaluate(json, scope))) {
      if (Array.isArray(value)) {
        const elements = value.flatMap(alternatives).filter((each) => each !== null && each !== '');
        // Of groups that are all somebody else's only the name of the attribute tells that they are groups.
        if (elements.some(isGroup) || (named && !isModule)) this.addGroups(elements);
        if (named) elements.forEach((each) => this.refuseUnreadable(each, name));
      } else if (named) {
        // A single group counts where the name says that it is one: a script may hold a group's id, too.
        if (isGroup(value) || !isModule) this.addGroups([value]);
        this.refuseUnreadable(value, name);
      }
    }
  }

  private addGroups(values: readonly Value[]): void {
    for (const value of values.flatMap(alternatives)) {
      if (isGroup(value)) this.groups.add(value.resource);
      else if (value === null) this.unknown.add(DEFAULT_GROUP);
      else this.unknown.add(textOf(value));
    }
  }

  /** Some of the known groups are on the resource, and nobody can tell which. */
  private refuseUnreadable(value: Value, name: string): void {
    if (!(value instanceof Unknown)) return;
    const mayHoldGroups = resourcesIn(value).some(isGroupAddress) || (!value.parsed && MAY_HOLD_GROUPS.test(value.text ?? ''));
    if (mayHoldGroups) this.problems.push({ code: 'MSEG8004', where: this.id, message: `${name} ${JSON.stringify(value.text)} cannot be evaluated` });
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function textOf(value: Value): string {
  if (value instanceof Unknown) return value.text ?? '';
  return value instanceof ResourceValue ? value.resource : String(value);
}
