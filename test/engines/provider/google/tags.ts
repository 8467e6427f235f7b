import { invalid, longestText, matches, oneOf } from '../config-checks';
import { ConfigCheck, WorldCheck } from '../platform';
import { isAttributes, isSet, stringIn, UNKNOWN } from '../values';
import { idOf } from '../world';

/** Keys, values and bindings of tags: https://cloud.google.com/resource-manager/docs/tags/tags-creating-and-managing */

const TAGS_PER_INTERFACE = 10;

/** The pages of `google_tags_tag_key` and `google_tags_tag_value` in the provider's documentation. */
const shortName = matches('short_name', /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
  '1 to 63 alphanumerics, hyphens, underscores and dots, that begin and end with an alphanumeric');
const description = longestText('description', 256);

/** A tag for firewalls is for those of one network: `purpose_data = { network = "project/vpc" }`. */
export const purpose: ConfigCheck = (key) => {
  if (key.purpose !== 'GCE_FIREWALL' || key.purpose_data === UNKNOWN) return oneOf('purpose', ['GCE_FIREWALL'])(key);
  const data = isAttributes(key.purpose_data) ? key.purpose_data : {};
  return isSet(data, 'network') || isSet(data, 'organization') ? [] : [invalid('purpose_data', 'a tag for firewalls needs the network that they protect')];
};

export const TAG_KEY: readonly ConfigCheck[] = [shortName, description, purpose];

export const TAG_VALUE: readonly ConfigCheck[] = [
  shortName, description, matches('parent', /^tagKeys\/\d+$/, 'the tag key, as tagKeys/ and a number'),
];

/** A tag hangs on a resource by its full name: `//compute.googleapis.com/projects/1/zones/z/instances/2`. */
export const TAG_BINDING: readonly ConfigCheck[] = [
  matches('parent', /^\/\/[a-z]+\.googleapis\.com\/.+/, 'the full name of a resource, from //compute.googleapis.com/ on'),
  matches('tag_value', /^tagValues\/\d+$/, 'a tag value, as tagValues/ and a number'),
];

/** Among its siblings: short names of one parent are unique. */
export const uniqueShortName = (type: string): WorldCheck => (tag, world) => {
  const same = (attribute: string, other: typeof tag) => stringIn(other, attribute) === stringIn(tag, attribute);
  const others = world.all(type).filter((other) => idOf(other) !== idOf(tag) && same('parent', other) && same('short_name', other));
  return others.length === 0 ? [] : [{ summary: 'alreadyExists', detail: `${stringIn(tag, 'parent')} has a tag ${stringIn(tag, 'short_name')} already.` }];
};

/** One value of a key on a resource, and ten firewall tags on an interface: https://cloud.google.com/firewall/docs/quotas */
export const bindingsOfResource: WorldCheck = (binding, world) => {
  const keyOf = (other: typeof binding) => stringIn(world.get('google_tags_tag_value', stringIn(other, 'tag_value') ?? '') ?? {}, 'parent');
  const all = world.all('google_tags_location_tag_binding').filter((other) => stringIn(other, 'parent') === stringIn(binding, 'parent'));
  const sameKey = all.filter((other) => idOf(other) !== idOf(binding) && keyOf(other) !== undefined && keyOf(other) === keyOf(binding));
  return [
    ...sameKey.map(() => ({ summary: 'alreadyExists', detail: `${stringIn(binding, 'parent')} has a value of ${keyOf(binding)} already.` })),
    ...(all.length > TAGS_PER_INTERFACE ? [{ summary: 'limitExceeded', detail: `${all.length} tags, of at most ${TAGS_PER_INTERFACE} on an interface.` }] : []),
  ];
};

