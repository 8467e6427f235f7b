import { isObject } from '../../../support/files';
import { distinct, Json, labelsAt, objectsOf, textAt } from '../json-access';
import { labelsOfTags } from '../naming';
import { JsonSource } from '../source';

/** What `gcloud compute instances list --format json` prints. Machines go by their name. */
export const GOOGLE: JsonSource = {
  name: 'Google Cloud',
  recognizes: (document) => Array.isArray(document)
    && document.some((entry) => isObject(entry) && Array.isArray(entry.networkInterfaces) && typeof entry.name === 'string'),
  read: (document, into, place) => objectsOf(document).forEach(([index, instance]) => {
    const labels = labelsOfTags(labelsAt(instance, 'labels'));
    for (const address of objectsOf(instance.networkInterfaces).flatMap(([, card]) => addressesOf(card))) {
      into.row({ address, id: textAt(instance, 'name') ?? '', labels, where: place(`/${index}`) });
    }
  }),
};

function addressesOf(card: Json): string[] {
  const access = [...objectsOf(card.accessConfigs), ...objectsOf(card.ipv6AccessConfigs)];
  const outside = access.flatMap(([, config]) => [textAt(config, 'natIP'), textAt(config, 'externalIpv6')]);
  const aliases = objectsOf(card.aliasIpRanges).map(([, range]) => textAt(range, 'ipCidrRange'));
  return distinct([textAt(card, 'networkIP'), textAt(card, 'ipv6Address'), ...outside, ...aliases]);
}
