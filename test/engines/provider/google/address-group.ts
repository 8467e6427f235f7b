import { familyOf, invalid, oneOf, within } from '../config-checks';
import { ConfigCheck } from '../platform';
import { numberIn, stringIn, stringsIn } from '../values';

/** https://cloud.google.com/firewall/docs/about-address-groups-firewall-policies: one family, and a capacity that stays as it was created. */

export const capacity = within('capacity', 1, Number.MAX_SAFE_INTEGER);
export const type = oneOf('type', ['IPV4', 'IPV6']);

export const itemsFit: ConfigCheck = (group) => {
  const room = numberIn(group, 'capacity');
  const items = stringsIn(group, 'items');
  return room === undefined || items.length <= room ? [] : [invalid('items', `${items.length} items in a group with room for ${room}`)];
};

export const itemsOfOneFamily: ConfigCheck = (group) => {
  const family = stringIn(group, 'type') === 'IPV6' ? 6 : 4;
  return stringsIn(group, 'items').filter((item) => familyOf(item) !== family).map((item) => invalid('items', `${item} is no IPv${family} range`));
};

export const ADDRESS_GROUP: readonly ConfigCheck[] = [capacity, type, itemsFit, itemsOfOneFamily];
