import { familyOf, invalid, isPortRange, matches } from '../config-checks';
import { ConfigCheck } from '../platform';
import { Attributes, isSet, stringIn, stringsIn } from '../values';

/** What Compute Engine refuses in VPC firewall rules and in rules of firewall policies alike. */

/** https://cloud.google.com/compute/docs/naming-resources: RFC 1035. */
const RFC1035 = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const resourceName: ConfigCheck = matches('name', RFC1035, 'a lowercase letter, then up to 62 lowercase letters, digits or hyphens, no hyphen last');

export const networkTags = (attribute: string): ConfigCheck => (config) =>
  stringsIn(config, attribute).filter((tag) => !RFC1035.test(tag))
    .map((tag) => invalid(attribute, `${tag} is no network tag: they are named as resources are`));

/** The answer of the API in https://github.com/terraform-google-modules/terraform-google-network/issues/535 */
const PROTOCOLS = ['ah', 'all', 'esp', 'icmp', 'ipip', 'sctp', 'tcp', 'udp'];
const LAST_PROTOCOL = 255;
const WITH_PORTS = ['tcp', 'udp', 'sctp', '6', '17', '132'];

export const protocol = (attribute: string): ConfigCheck => (block) => {
  const value = stringIn(block, attribute);
  if (value === undefined || PROTOCOLS.includes(value.toLowerCase()) || (/^\d{1,3}$/.test(value) && Number(value) <= LAST_PROTOCOL)) return [];
  return [invalid(attribute, `Invalid value for field: '${value}'. Must be one of ${PROTOCOLS.join(', ')} or an IP protocol number between 0 and 255.`)];
};

/** https://cloud.google.com/firewall/docs/firewalls#protocols_and_ports */
export const portsOnlyWhereTheyExist = (attribute: string): ConfigCheck => (block) => {
  const value = stringIn(block, attribute);
  if (value === undefined || !isSet(block, 'ports') || WITH_PORTS.includes(value.toLowerCase())) return [];
  return [invalid('ports', `ports may only be specified for tcp, udp and sctp, not for ${value}`)];
};

export const ports: ConfigCheck = (block) =>
  stringsIn(block, 'ports').filter((range) => !isPortRange(range))
    .map((range) => invalid('ports', `${range} is neither a port nor a range of ports of 0 to 65535`));

export const ipRanges = (...attributes: string[]): ConfigCheck => (config) => attributes.flatMap((attribute) =>
  stringsIn(config, attribute).filter((range) => !isCidr(range)).map((range) => invalid(attribute, `${range} is no range in CIDR format`)));

const isCidr = (range: string) => range.includes('/') && familyOf(range) !== undefined;

/** https://docs.cloud.google.com/firewall/docs/using-firewalls: "either IPv4 or IPv6 ranges, but not both". */
export const oneFamily = (...attributes: string[]): ConfigCheck => (config) => {
  const ranges = attributes.flatMap((attribute) => stringsIn(config, attribute));
  const families = new Set(ranges.map(familyOf).filter((family) => family !== undefined));
  return families.size < 2 ? [] : [invalid(attributes[0], 'a firewall rule can contain either IPv4 or IPv6 ranges, but not both')];
};

/** In one direction one side has no such peers. */
export const unusedIn = (direction: string, ...attributes: string[]): ConfigCheck => (config) =>
  (directionOf(config) !== direction ? [] : attributes.filter((name) => isSet(config, name))
    .map((name) => invalid(name, `${name} cannot be used in a rule for ${direction}`)));

/** Nothing on this side would be read as everything. */
export const neededIn = (direction: string, ...attributes: string[]): ConfigCheck => (config) => {
  if (directionOf(config) !== direction || attributes.some((name) => isSet(config, name))) return [];
  return [invalid(attributes[0], `one of ${attributes.join(', ')} must be defined in a rule for ${direction}`)];
};

/** VPC firewall rules without a direction are for ingress. */
const directionOf = (config: Attributes) => (config.direction === undefined || config.direction === null ? 'INGRESS' : config.direction);

/** The documentation has no figure for descriptions of firewall rules; other descriptions of the API end here. */
export const DESCRIPTION_CHARACTERS = 2048;
