import { isObject } from '../../../support/files';
import { InventoryBuilder } from '../inventory-builder';
import { at, distinct, Json, labelsAt, objectsOf, textAt, textsAt } from '../json-access';
import { labelsOfTags, lastPart, nameOfTags } from '../naming';
import { JsonSource } from '../source';

/** What `az vm list-ip-addresses` and `az network nic list` print. Machines go by their name. */
export const AZURE: JsonSource = {
  name: 'Azure',
  recognizes: (document) => Array.isArray(document)
    && document.some((entry) => isObject(entry) && (isObject(entry.virtualMachine) && 'network' in entry.virtualMachine || Array.isArray(configurationsOf(entry)))),
  read: (document, into, place) => objectsOf(document).forEach(([index, entry]) => {
    if (configurationsOf(entry) === undefined) addMachine(entry, into, place(`/${index}`));
    else addInterface(entry, into, place(`/${index}`));
  }),
};

function addMachine(entry: Json, into: InventoryBuilder, where: string): void {
  const network = at(entry, 'virtualMachine', 'network');
  const publics = objectsOf(at(network, 'publicIpAddresses')).map(([, address]) => textAt(address, 'ipAddress'));
  for (const address of distinct([...textsAt(network, 'privateIpAddresses'), ...publics])) {
    const resourceGroup = textAt(entry, 'virtualMachine', 'resourceGroup');
    into.row({ address, id: textAt(entry, 'virtualMachine', 'name') ?? '', labels: resourceGroup === undefined ? {} : { resourceGroup }, where });
  }
}

function addInterface(card: Json, into: InventoryBuilder, where: string): void {
  const tags = labelsAt(card, 'tags');
  const id = nameOfTags(tags) ?? lastPart(textAt(card, 'virtualMachine', 'id')) ?? textAt(card, 'name') ?? '';
  for (const [, configuration] of objectsOf(configurationsOf(card))) {
    // The command line writes it in two ways, the API in a third.
    const address = textAt(configuration, 'privateIPAddress') ?? textAt(configuration, 'privateIpAddress') ?? textAt(configuration, 'properties', 'privateIPAddress');
    if (address !== undefined) into.row({ address, id, labels: labelsOfTags(tags), where });
  }
}

function configurationsOf(card: Json): unknown {
  return card.ipConfigurations ?? at(card, 'properties', 'ipConfigurations');
}
