import { isObject } from '../../../../support/files';
import { Scope } from '../../../terraform/evaluate';
import { Body } from '../../../terraform/stack';
import { resourcesIn, Unknown } from '../../../terraform/values';
import { Followed, World } from '../../../terraform/world';
import { Link } from '../machines';

/** Types of resources that groups can be put on by a resource of its own, with the attributes that name them there. */
export const MACHINES: Followed = {
  aws_instance: ['id', 'primary_network_interface_id'],
  aws_spot_instance_request: ['id', 'spot_instance_id', 'primary_network_interface_id'],
  aws_network_interface: ['id'],
  aws_vpc_endpoint: ['id'],
};

/** Types that say which interfaces, made as resources of their own, are those of a machine. */
const SAYS_PARTS = /^aws_(instance|launch_template|network_interface|network_interface_attachment)$/;
const PART = /^(instance|instance_id|network_interface_id)$/;
const RESOURCE = /\$\{([a-z][\w-]*\.[\w-]+(?:\[(?:"[^"]*"|[0-9]+)\])?)\./;
const DATA = /\bdata\.([\w-]+\.[\w-]+)/g;

/** What a resource says of which interface is whose. @param own id of the resource */
export function linksOf(world: World, type: string, body: Body, scope: Scope, own: string): Link[] {
  return SAYS_PARTS.test(type) ? partsIn(world, body, '', scope).map((part): Link => [own, part]) : [];
}

/**
 * Ids of the resources that an expression names: by itself, through locals and other stacks, or through what a data source
 * is asked for. Each of several that a condition chooses from counts.
 */
export function machinesNamed(world: World, json: unknown, scope: Scope): string[] {
  const value = world.following.evaluate(json, scope);
  const named = resourcesIn(value);
  if (named.length > 0) return named;
  const text = value instanceof Unknown ? value.text ?? '' : '';
  const direct = RESOURCE.exec(text)?.[1];
  if (direct !== undefined && !direct.startsWith('data.')) return [`${scope.stack.file}#${direct}`];
  const asked = [...text.matchAll(DATA)].map(([, address]) => scope.stack.data.get(address));
  return asked.flatMap((body) => resourcesIn(world.following.evaluate(body, { stack: scope.stack }))).filter(isMachine);
}

function partsIn(world: World, json: unknown, name: string, scope: Scope): string[] {
  if (PART.test(name)) return machinesNamed(world, json, scope);
  if (Array.isArray(json)) return json.flatMap((part) => partsIn(world, part, name, scope));
  return isObject(json) ? Object.entries(json).flatMap(([attribute, part]) => partsIn(world, part, attribute, scope)) : [];
}

function isMachine(resource: string): boolean {
  return Object.keys(MACHINES).some((type) => resource.includes(`#${type}.`));
}
