import { InventoryBuilder } from '../inventory-builder';
import { at, distinct, Json, labelsAt, objectsOf, textAt } from '../json-access';
import { awsTags, labelsOfTags, nameOfTags } from '../naming';
import { JsonSource } from '../source';

/** What `aws ec2 describe-instances` and `describe-network-interfaces` print. */
export const AWS: JsonSource = {
  name: 'AWS',
  recognizes: (document) => !Array.isArray(document) && ['Reservations', 'NetworkInterfaces'].some((key) => Array.isArray((document as Json)[key])),
  read: (document, into, place) => {
    for (const [index, reservation] of objectsOf((document as Json).Reservations)) {
      for (const [number, instance] of objectsOf(reservation.Instances)) addInstance(instance, into, place(`/Reservations/${index}/Instances/${number}`));
    }
    for (const [index, card] of objectsOf((document as Json).NetworkInterfaces)) addInterface(card, into, place(`/NetworkInterfaces/${index}`));
  },
};

/** Interfaces that stand for what is behind them. */
const STANDS_FOR_OTHERS = /^(nat_gateway|vpc_endpoint|network_load_balancer|gateway_load_balancer.*|load_balancer)$/;

/** Outputs of CloudFormation that are addresses: `aws cloudformation describe-stacks`, and the file of `cdk deploy --outputs-file`. */
export const CLOUDFORMATION: JsonSource = {
  name: 'CloudFormation outputs',
  recognizes: (document) => !Array.isArray(document) && (Array.isArray((document as Json).Stacks) || isOutputsFile(document as Json)),
  read: (document, into, place) => {
    const { Stacks: stacks } = document as Json;
    if (!Array.isArray(stacks)) {
      for (const stack of Object.keys(document)) addOutputs(stack, Object.entries(labelsAt(document, stack)), into, place(`/${stack}`));
    }
    for (const [index, stack] of objectsOf(stacks)) {
      const outputs = objectsOf(stack.Outputs).map(([, output]): [string, string] => [textAt(output, 'OutputKey') ?? '', textAt(output, 'OutputValue') ?? '']);
      addOutputs(textAt(stack, 'StackName') ?? '', outputs, into, place(`/Stacks/${index}`));
    }
  },
};

function addInstance(instance: Json, into: InventoryBuilder, where: string): void {
  const tags = awsTags(instance.Tags);
  const machine = textAt(instance, 'InstanceId') ?? '';
  const name = nameOfTags(tags);
  if (name !== undefined) into.alias(machine, name);
  const cards = objectsOf(instance.NetworkInterfaces).flatMap(([, card]) => addressesOf(card));
  for (const address of distinct([textAt(instance, 'PrivateIpAddress'), textAt(instance, 'PublicIpAddress'), ...cards])) {
    into.row({ address, id: name ?? machine, labels: labelsOfTags(tags), where });
  }
}

function addInterface(card: Json, into: InventoryBuilder, where: string): void {
  const tags = awsTags(card.TagSet);
  const balancer = /^ELB (?:(?:app|net|gwy)\/)?([^/]+)/.exec(textAt(card, 'Description') ?? '')?.[1];
  const machine = textAt(card, 'Attachment', 'InstanceId');
  const id = machine ?? nameOfTags(tags) ?? balancer ?? textAt(card, 'NetworkInterfaceId') ?? '';
  const stands = balancer !== undefined || STANDS_FOR_OTHERS.test(textAt(card, 'InterfaceType') ?? '');
  for (const address of addressesOf(card)) into.row({ address, id, kind: stands ? 'service' : 'workload', labels: labelsOfTags(tags), where });
}

function addressesOf(card: Json): string[] {
  const pairs = objectsOf(card.PrivateIpAddresses);
  const privates = pairs.flatMap(([, entry]) => [textAt(entry, 'PrivateIpAddress'), textAt(entry, 'Association', 'PublicIp')]);
  const ipv6 = objectsOf(card.Ipv6Addresses).map(([, entry]) => textAt(entry, 'Ipv6Address'));
  const prefixes = ['Ipv4Prefix', 'Ipv6Prefix'].flatMap((key) => objectsOf(card[`${key}es`]).map(([, entry]) => textAt(entry, key)));
  const own = [textAt(card, 'PrivateIpAddress'), textAt(card, 'Association', 'PublicIp')];
  return distinct([...own, ...privates, ...ipv6, ...prefixes]);
}

function isOutputsFile(document: Json): boolean {
  const stacks = Object.values(document);
  return stacks.length > 0 && stacks.every((outputs) => {
    const values = Object.values(at({ outputs }, 'outputs') ?? {});
    return typeof outputs === 'object' && !Array.isArray(outputs) && values.length > 0 && values.every((value) => typeof value === 'string');
  });
}

/** Most outputs are names and URLs: only those that are an address or block say whose it is. */
function addOutputs(stack: string, outputs: readonly [key: string, value: string][], into: InventoryBuilder, where: string): void {
  for (const [key, value] of outputs) {
    if (/^[0-9a-f:.]+(\/\d+)?$/i.test(value) && /[.:]/.test(value)) into.row({ address: value, id: key, labels: { stack }, where });
  }
}
