import { Problem } from '../../../support/errors';
import { ResourceBody, Stack } from '../../terraform/stack';
import { Value } from '../../terraform/values';
import { Instance, World } from '../../terraform/world';
import { blocksOf, blocksWithin, Content, contentOf, elements, resourcesNamed, textOf } from './content';
import { ReadInterface } from './model';

const SCALE_SET = /^azurerm_(linux_|windows_|orchestrated_)?virtual_machine_scale_set$/;
/** What scale sets call the block of an interface; the oldest kind has a name of its own for it. */
const OF_SCALE_SET = ['network_interface', 'network_profile'];
const MACHINE = /^azurerm_(linux_|windows_)?virtual_machine$/;

/** What carries network security groups: interfaces, and subnets with every interface in them. */
export interface Carriers {
  readonly interfaces: ReadInterface[];
  readonly subnets: ReadonlyMap<string, ReadonlySet<string>>;
  /** Ids of the interfaces of each machine. */
  readonly machines: readonly (readonly string[])[];
}

/** Every interface and subnet that the artifacts bring together with a group, wherever it is made. */
export function readCarriers(world: World, problems: Problem[]): Carriers {
  const reader = new CarrierReader(world, problems);
  for (const stack of world.stacks) {
    for (const resource of stack.resources) {
      // How many there are does not matter where each carries the same.
      const instances = world.instances(stack, resource) ?? [{ address: `${resource.type}.${resource.name}`, scope: { stack } }];
      instances.forEach((instance) => reader.add(stack, resource, instance));
    }
  }
  return reader;
}

interface Interface extends ReadInterface {
  readonly securityGroups: Set<string>;
  readonly subnets: Set<string>;
  readonly applicationGroups: Set<string>;
}

class CarrierReader implements Carriers {
  public readonly subnets = new Map<string, Set<string>>();
  public readonly machines: string[][] = [];
  private readonly found = new Map<string, Interface>();

  public constructor(private readonly world: World, private readonly problems: Problem[]) {}

  public get interfaces(): ReadInterface[] {
    return [...this.found.values()];
  }

  public add(stack: Stack, { type, body }: ResourceBody, { address, scope }: Instance): void {
    const id = `${stack.file}#${address}`;
    const content = contentOf(this.world, body, scope);
    if (type === 'azurerm_network_interface') this.inSubnets(this.interface(id), stack, blocksOf(this.world, body.ip_configuration, scope));
    else if (SCALE_SET.test(type)) OF_SCALE_SET.forEach((name) => this.addScaleSet(stack, id, blocksOf(this.world, body[name], scope)));
    else if (MACHINE.test(type)) this.machines.push(keysOf(stack, content, 'network_interface_ids'));
    else if (type === 'azurerm_virtual_network') this.addInlineSubnets(id, blocksOf(this.world, body.subnet, scope));
    else this.addAssociation(stack, type, content, id);
  }

  private addAssociation(stack: Stack, type: string, content: Content, where: string): void {
    switch (type) {
      case 'azurerm_network_interface_security_group_association':
        return this.join(this.interfaceNamed(stack, content, 'network_interface_id').securityGroups, content, 'network_security_group_id', where);
      case 'azurerm_network_interface_application_security_group_association':
        return this.join(this.interfaceNamed(stack, content, 'network_interface_id').applicationGroups, content, 'application_security_group_id', where);
      case 'azurerm_private_endpoint_application_security_group_association':
        return this.join(this.interfaceNamed(stack, content, 'private_endpoint_id').applicationGroups, content, 'application_security_group_id', where);
      case 'azurerm_subnet_network_security_group_association':
        return this.join(this.subnet(keyOf(stack, content, 'subnet_id')), content, 'network_security_group_id', where);
    }
  }

  private addScaleSet(stack: Stack, id: string, blocks: readonly Content[] | undefined): void {
    if (blocks === undefined) this.problems.push({ code: 'MSEG8004', where: id, message: 'its network interfaces cannot be evaluated' });
    for (const [index, block] of (blocks ?? []).entries()) {
      const found = this.interface(blocks!.length === 1 ? id : interfaceOf(id, index));
      this.join(found.securityGroups, block, 'network_security_group_id', id);
      const configurations = blocksWithin(block, 'ip_configuration');
      this.inSubnets(found, stack, configurations);
      configurations?.forEach((each) => this.join(found.applicationGroups, each, 'application_security_group_ids', id));
    }
    this.machines.push((blocks ?? []).map((_, index) => interfaceOf(id, index)));
  }

  private addInlineSubnets(id: string, blocks: readonly Content[] | undefined): void {
    for (const block of blocks ?? []) {
      this.join(this.subnet(`${id} subnet ${textOf(block.literal('name'), '').text}`), block, 'security_group', id);
    }
  }

  /** A subnet that cannot be read is one without a group that is known, which could only take something away. */
  private inSubnets(found: Interface, stack: Stack, configurations: readonly Content[] | undefined): void {
    for (const configuration of configurations ?? []) {
      if (elements(configuration.following('subnet_id')).length > 0) found.subnets.add(keyOf(stack, configuration, 'subnet_id'));
    }
  }

  private join(groups: Set<string>, content: Content, name: string, where: string): void {
    resourcesNamed(content.following(name), where, name, this.problems).forEach((group) => groups.add(group));
  }

  private interfaceNamed(stack: Stack, content: Content, name: string): Interface {
    return this.interface(keyOf(stack, content, name));
  }

  private interface(id: string): Interface {
    const known = this.found.get(id) ?? { id, securityGroups: new Set(), subnets: new Set(), applicationGroups: new Set() };
    this.found.set(id, known);
    return known;
  }

  private subnet(id: string): Set<string> {
    const known = this.subnets.get(id) ?? new Set<string>();
    this.subnets.set(id, known);
    return known;
  }
}

function interfaceOf(scaleSet: string, index: number): string {
  return `${scaleSet} network_interface ${index}`;
}

/** The same for the elements of a list. */
function keysOf(stack: Stack, content: Content, name: string): string[] {
  const written = elements(content.literal(name));
  return elements(content.following(name)).map((value, index) => {
    const { text, known } = textOf(written[index] ?? written[0] ?? value, name);
    return resourceIn(value) ?? (known ? text.toLowerCase() : `${stack.file}#${text}`);
  });
}

/** What names one thing in two places: the resource, its id in Azure, or the expression for it in one stack. */
function keyOf(stack: Stack, content: Content, name: string): string {
  const named = resourceIn(content.following(name));
  if (named !== undefined) return named;
  const { text, known } = textOf(content.literal(name), name);
  return known ? text.toLowerCase() : `${stack.file}#${text}`;
}

function resourceIn(value: Value): string | undefined {
  const ignored: Problem[] = [];
  const named = resourcesNamed(value, '', '', ignored);
  return named.length === 1 ? named[0] : undefined;
}
