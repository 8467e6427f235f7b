import { Problem } from '../../../support/errors';
import { isObject } from '../../../support/files';
import { Scope } from '../../terraform/evaluate';
import { blocks, ResourceBody, Stack } from '../../terraform/stack';
import { Unknown } from '../../terraform/values';
import { World } from '../../terraform/world';
import { IdentityKind, IdentityName, NetworkName, ReadCarrier } from './model';
import { Names } from './names';

/** Resources that are machines, or from which Google Cloud makes some. */
const MACHINES = new RegExp('^google_(compute_(region_)?instance(_template|_from_template|_from_machine_image)?|container_(cluster|node_pool)|'
  + 'dataproc_cluster|workbench_instance|notebooks_(instance|runtime)|composer_environment)$');
/** What puts one more secure tag on a machine that is made elsewhere. */
const BINDINGS = /^google_tags_(location_)?tag_binding$/;
/** Arguments about the resource in the configuration, not of it. */
const META = new Set(['for_each', 'count', 'depends_on', 'lifecycle', 'provider', 'provisioner', 'connection', '//']);
const MACHINE = /\$\{(google_compute_instance\.[\w-]+(?:\[(?:"[^"]*"|[0-9]+)\])?)[.}]/;
/** What an expression beyond the reader may get an identity from. */
const MAY_HOLD_IDENTITIES = /google_tags_tag_value|google_service_account|local\.|terraform_remote_state|each\./;

/** Every machine of the files that has an identity, with all that it has. */
export function readCarriers(world: World, problems: Problem[]): ReadCarrier[] {
  const carriers = new Carriers(world, problems);
  for (const stack of world.stacks) {
    for (const resource of stack.resources) {
      if (MACHINES.test(resource.type)) carriers.addMachines(stack, resource);
      if (BINDINGS.test(resource.type)) carriers.addBindings(stack, resource);
    }
  }
  return [...carriers.found.values()].filter(({ identities }) => identities.size > 0);
}

interface Carrier extends ReadCarrier {
  readonly identities: Map<string, IdentityName>;
  readonly networks: NetworkName[];
}

class Carriers {
  public readonly found = new Map<string, Carrier>();
  private readonly names: Names;

  public constructor(private readonly world: World, private readonly problems: Problem[]) {
    this.names = new Names(world);
  }

  public addMachines(stack: Stack, resource: ResourceBody): void {
    for (const { address, scope } of this.instances(stack, resource)) {
      const carrier = this.at(`${stack.file}#${address}`);
      for (const [name, content] of Object.entries(resource.body)) {
        if (!META.has(name)) this.visit(content, name, scope, carrier);
      }
    }
  }

  /** The machine that a binding names is on the binding's file, or it stands for itself. */
  public addBindings(stack: Stack, resource: ResourceBody): void {
    for (const { address, scope } of this.instances(stack, resource)) {
      const parent = this.world.following.evaluate(resource.body.parent, scope);
      const text = parent instanceof Unknown ? parent.text ?? '' : String(resource.body.parent);
      const carrier = this.at(`${stack.file}#${MACHINE.exec(text)?.[1] ?? address}`);
      this.addIdentities(resource.body.tag_value, 'secureTag', scope, carrier);
    }
  }

  /** How many there are does not matter where each carries the same. */
  private instances(stack: Stack, resource: ResourceBody): { address: string; scope: Scope }[] {
    return this.world.instances(stack, resource) ?? [{ address: `${resource.type}.${resource.name}`, scope: { stack } }];
  }

  private at(id: string): Carrier {
    const carrier = this.found.get(id) ?? { id, identities: new Map(), networks: [] };
    this.found.set(id, carrier);
    return carrier;
  }

  /** A walk through all blocks, since each kind of machine has a place of its own for them. */
  private visit(content: unknown, name: string, scope: Scope, carrier: Carrier): void {
    if (name === 'tags') this.addIdentities(content, 'tag', scope, carrier);
    else if (name === 'service_account' || name === 'email') this.addAccounts(content, scope, carrier);
    else if (name === 'resource_manager_tags') this.addSecureTags(content, scope, carrier);
    else if (name === 'network_interface') this.addNetworks(content, scope, carrier);
    else if (isObject(content)) Object.entries(content).forEach(([inner, each]) => this.visit(each, inner, scope, carrier));
    else if (Array.isArray(content)) content.filter(isObject).forEach((each) => this.visit(each, name, scope, carrier));
  }

  /** An e-mail address, or blocks with one in each. */
  private addAccounts(content: unknown, scope: Scope, carrier: Carrier): void {
    if (typeof content === 'string') this.addIdentities(content, 'serviceAccount', scope, carrier);
    else blocks(content).forEach(({ email }) => this.addIdentities(email, 'serviceAccount', scope, carrier));
  }

  /** Tag keys to tag values. */
  private addSecureTags(content: unknown, scope: Scope, carrier: Carrier): void {
    if (isObject(content)) Object.values(content).forEach((value) => this.addIdentities(value, 'secureTag', scope, carrier));
    else if (content !== undefined) this.refuseHidden(content, carrier);
  }

  /** A subnet's network where the interface names none itself. */
  private addNetworks(content: unknown, scope: Scope, carrier: Carrier): void {
    for (const { network, subnetwork } of blocks(content)) {
      const name = this.names.network(network, scope) ?? this.names.networkOfSubnetwork(subnetwork, scope);
      if (name) carrier.networks.push(name);
    }
  }

  private addIdentities(content: unknown, kind: IdentityKind, scope: Scope, carrier: Carrier): void {
    const identities = this.names.identities(content, kind, scope);
    if (identities === undefined) this.refuseHidden(content, carrier);
    identities?.forEach((identity) => carrier.identities.set(identity.key, identity));
  }

  /** Some known identity is on the machine, and nobody can tell which. */
  private refuseHidden(content: unknown, { id }: Carrier): void {
    const text = JSON.stringify(content) ?? '';
    if (MAY_HOLD_IDENTITIES.test(text)) this.problems.push({ code: 'MSEG8004', where: id, message: `the identity ${text.slice(0, 200)} cannot be evaluated` });
  }
}
