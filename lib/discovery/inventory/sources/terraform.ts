import { InventoryBuilder } from '../inventory-builder';
import { at, distinct, Json, labelsAt, objectsOf, textAt, textsAt } from '../json-access';
import { labelsOfTags, lastPart, nameOfTags } from '../naming';
import { JsonSource } from '../source';

/** One resource of a state. */
interface Resource {
  readonly type: string;
  readonly name: string;
  readonly attributes: Json;
  readonly where: string;
}

/** What a type of resource says of addresses. */
interface Finder {
  readonly addresses: (attributes: Json) => readonly (string | undefined)[];
  readonly kind?: 'service';
  /** The machine that has the addresses, by the platform's id, where the resource is not the machine. */
  readonly machine?: (attributes: Json) => string | undefined;
}

/** Terraform state of version 4 (`terraform.tfstate`), and what `terraform show -json` prints. */
export const TERRAFORM: JsonSource = {
  name: 'Terraform state',
  recognizes: (document) => !Array.isArray(document) && (isState(document as Json) || isShown(document as Json)),
  read: (document, into, place) => {
    const resources = isState(document as Json) ? stateResources(document as Json, place) : shownResources(at(document, 'values', 'root_module'), place('/values/root_module'));
    for (const resource of resources) addResource(resource, into);
  },
};

const each = (list: unknown, ...path: string[]) => objectsOf(list).map(([, entry]) => textAt(entry, ...path));
const azureMachine: Finder = { addresses: (a) => [...textsAt(a, 'private_ip_addresses'), ...textsAt(a, 'public_ip_addresses'), textAt(a, 'private_ip_address'), textAt(a, 'public_ip_address')] };

const FINDERS: { readonly [type: string]: Finder } = {
  aws_instance: {
    addresses: (a) => [textAt(a, 'private_ip'), textAt(a, 'public_ip'), ...textsAt(a, 'secondary_private_ips'), ...textsAt(a, 'ipv6_addresses')],
  },
  aws_network_interface: {
    addresses: (a) => [textAt(a, 'private_ip'), ...textsAt(a, 'private_ips'), ...textsAt(a, 'ipv6_addresses')],
    machine: (a) => each(a.attachment, 'instance').find((instance) => instance !== undefined),
  },
  aws_eip: { addresses: (a) => [textAt(a, 'public_ip')], machine: (a) => textAt(a, 'instance') },
  aws_nat_gateway: { addresses: (a) => [textAt(a, 'private_ip'), textAt(a, 'public_ip')], kind: 'service' },
  aws_lb: { addresses: (a) => [...each(a.subnet_mapping, 'private_ipv4_address'), ...each(a.subnet_mapping, 'ipv6_address')], kind: 'service' },
  azurerm_network_interface: {
    addresses: (a) => [textAt(a, 'private_ip_address'), ...textsAt(a, 'private_ip_addresses')],
    machine: (a) => lastPart(textAt(a, 'virtual_machine_id')),
  },
  azurerm_linux_virtual_machine: azureMachine,
  azurerm_windows_virtual_machine: azureMachine,
  azurerm_container_group: { addresses: (a) => [textAt(a, 'ip_address')] },
  azurerm_lb: { addresses: (a) => [textAt(a, 'private_ip_address'), ...textsAt(a, 'private_ip_addresses')], kind: 'service' },
  google_compute_instance: {
    addresses: (a) => objectsOf(a.network_interface).flatMap(([, card]) => [
      textAt(card, 'network_ip'), textAt(card, 'ipv6_address'), ...each(card.access_config, 'nat_ip'),
      ...each(card.ipv6_access_config, 'external_ipv6'), ...each(card.alias_ip_range, 'ip_cidr_range'),
    ]),
  },
  google_compute_forwarding_rule: { addresses: (a) => [textAt(a, 'ip_address')], kind: 'service' },
  google_sql_database_instance: { addresses: (a) => [textAt(a, 'private_ip_address'), ...each(a.ip_address, 'ip_address')] },
};

function addResource({ type, name, attributes, where }: Resource, into: InventoryBuilder): void {
  if (!Object.hasOwn(FINDERS, type)) return;
  const finder = FINDERS[type];
  const tags = { ...labelsAt(attributes, 'tags'), ...labelsAt(attributes, 'tags_all'), ...labelsAt(attributes, 'labels') };
  const own = nameOfTags(tags) ?? textAt(attributes, 'name') ?? `${type}.${name}`;
  const machine = finder.machine?.(attributes);
  const platformId = textAt(attributes, 'id');
  if (type === 'aws_instance' && platformId !== undefined) into.alias(platformId, own);
  for (const address of distinct(finder.addresses(attributes))) {
    into.row({ address, id: machine ?? own, kind: finder.kind, labels: labelsOfTags(tags), where });
  }
}

function isState(document: Json): boolean {
  return document.version === 4 && Array.isArray(document.resources);
}

function isShown(document: Json): boolean {
  return 'format_version' in document && at(document, 'values', 'root_module') !== undefined;
}

function stateResources(document: Json, place: (pointer: string) => string): Resource[] {
  return objectsOf(document.resources).flatMap(([index, resource]) => objectsOf(resource.instances).map(([number, instance]): Resource => ({
    type: textAt(resource, 'type') ?? '',
    name: textAt(resource, 'name') ?? '',
    attributes: (at(instance, 'attributes') ?? {}) as Json,
    where: place(`/resources/${index}/instances/${number}`),
  })));
}

function shownResources(module: unknown, where: string): Resource[] {
  const own = objectsOf(at(module, 'resources')).map(([index, resource]): Resource => ({
    type: textAt(resource, 'type') ?? '',
    name: textAt(resource, 'name') ?? '',
    attributes: (at(resource, 'values') ?? {}) as Json,
    where: `${where}/resources/${index}`,
  }));
  const children = objectsOf(at(module, 'child_modules')).flatMap(([index, child]) => shownResources(child, `${where}/child_modules/${index}`));
  return [...own, ...children];
}
