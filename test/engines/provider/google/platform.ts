import { longestText, matches, mostItems } from '../config-checks';
import { Platform, ResourceRules } from '../platform';
import { Attributes, blocksIn, stringIn } from '../values';
import { inUse, onlyOne } from '../world-checks';
import { ADDRESS_GROUP } from './address-group';
import { networkTags, resourceName } from './checks';
import { POLICY_RULE, policyExists, secureTagsAreForFirewalls } from './policy-rule';
import { idFrom, placeOf, selfLink, settingOf } from './self-link';
import { bindingsOfResource, TAG_BINDING, TAG_KEY, TAG_VALUE, uniqueShortName } from './tags';
import { VPC_FIREWALL_RULE } from './vpc-firewall-rule';

const ASSOCIATION = 'google_compute_network_firewall_policy_association';
const BINDING = 'google_tags_location_tag_binding';
const NETWORK_TAGS_PER_INSTANCE = 64;

/** What replaces a resource is what the google provider's source marks ForceNew. */
function compute(pattern: string, replacedBy: readonly string[], more: Partial<ResourceRules> = {}): ResourceRules {
  const id = idFrom(pattern);
  const computed = (resource: Attributes, settings: Attributes, serial: number): Attributes =>
    ({ self_link: selfLink(id(resource, settings)), ...placeOf(resource, settings), ...more.computed?.(resource, settings, serial) });
  return { id, replacedBy: ['project', ...replacedBy], ...more, computed };
}

/** Tags have numbers for names, which nobody chooses. */
const tag = (kind: 'tagKeys' | 'tagValues', replacedBy: readonly string[], more: Partial<ResourceRules>): ResourceRules => ({
  id: (_resource, _settings, serial) => `${kind}/${tagNumber(serial)}`,
  computed: (resource, _settings, serial) => ({ name: tagNumber(serial), namespaced_name: `${stringIn(resource, 'parent')}/${stringIn(resource, 'short_name')}` }),
  replacedBy,
  ...more,
});

const tagNumber = (serial: number) => String(281470000000000 + serial);

const emailOf = (resource: Attributes, settings: Attributes) =>
  `${stringIn(resource, 'account_id')}@${settingOf('project', resource, settings)}.iam.gserviceaccount.com`;

const accountId = (resource: Attributes, settings: Attributes) =>
  `projects/${settingOf('project', resource, settings)}/serviceAccounts/${emailOf(resource, settings)}`;

function instanceValues(resource: Attributes, _settings: Attributes, serial: number): Attributes {
  const interfaces = blocksIn(resource, 'network_interface').map((_, index) => ({ name: `nic${index}`, network_ip: `10.128.0.${(serial + index) & 0xff}` }));
  return { instance_id: String(7000000000000000000n + BigInt(serial)), network_interface: interfaces };
}

/** The part of the google provider that firewalls and their surroundings need. */
export const GOOGLE: Platform = {
  name: 'google',
  source: 'registry.terraform.io/hashicorp/google',
  package: '@cdktf/provider-google',
  modules: {
    'compute-network': compute('projects/{project}/global/networks/{name}', ['name', 'auto_create_subnetworks'], {
      config: [resourceName],
      computed: (_resource, _settings, serial) => ({ numeric_id: String(serial), network_id: String(serial) }),
      deletion: [inUse('google_compute_subnetwork', 'network'), inUse('google_compute_firewall', 'network')],
    }),
    'compute-subnetwork': compute('projects/{project}/regions/{region}/subnetworks/{name}', ['name', 'network', 'region'], { config: [resourceName] }),
    'compute-firewall': compute('projects/{project}/global/firewalls/{name}', ['name', 'direction'], {
      config: VPC_FIREWALL_RULE,
      computed: () => ({ direction: 'INGRESS' }),
    }),
    'compute-network-firewall-policy': compute('projects/{project}/global/firewallPolicies/{name}', ['name'], {
      config: [resourceName],
      deletion: [inUse(ASSOCIATION, 'firewall_policy')],
    }),
    'compute-network-firewall-policy-rule': compute('projects/{project}/global/firewallPolicies/{firewall_policy}/{priority}', ['firewall_policy', 'priority'], {
      config: POLICY_RULE,
      computed: () => ({ kind: 'compute#firewallPolicyRule' }),
      world: [policyExists, secureTagsAreForFirewalls],
    }),
    // One global policy per network: https://cloud.google.com/firewall/docs/network-firewall-policies
    'compute-network-firewall-policy-association': compute(
      'projects/{project}/global/firewallPolicies/{firewall_policy}/associations/{name}', ['name', 'firewall_policy', 'attachment_target'],
      { world: [policyExists, onlyOne(ASSOCIATION, 'attachment_target', 'the network has a global firewall policy already')] },
    ),
    'tags-tag-key': tag('tagKeys', ['parent', 'short_name', 'purpose', 'purpose_data'], {
      config: TAG_KEY,
      world: [uniqueShortName('google_tags_tag_key')],
      deletion: [inUse('google_tags_tag_value', 'parent')],
    }),
    'tags-tag-value': tag('tagValues', ['parent', 'short_name'], {
      config: TAG_VALUE,
      world: [uniqueShortName('google_tags_tag_value')],
      deletion: [inUse(BINDING, 'tag_value')],
    }),
    'tags-location-tag-binding': {
      id: (resource) => `${stringIn(resource, 'location')}/tagBindings/${encodeURIComponent(stringIn(resource, 'parent') ?? '')}/${stringIn(resource, 'tag_value')}`,
      replacedBy: ['parent', 'tag_value', 'location'],
      config: TAG_BINDING,
      world: [bindingsOfResource],
    },
    'compute-instance': compute('projects/{project}/zones/{zone}/instances/{name}', ['name', 'zone', 'network_interface.network', 'network_interface.subnetwork'], {
      config: [resourceName, networkTags('tags'), mostItems('tags', NETWORK_TAGS_PER_INSTANCE)],
      computed: instanceValues,
    }),
    // https://cloud.google.com/iam/docs/service-accounts-create
    'service-account': {
      id: accountId,
      replacedBy: ['account_id', 'project'],
      config: [matches('account_id', /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/, '6 to 30 lowercase letters, digits and hyphens'), longestText('description', 256)],
      computed: (resource, settings) => {
        const email = emailOf(resource, settings);
        return { ...placeOf(resource, settings), email, member: `serviceAccount:${email}`, name: accountId(resource, settings) };
      },
    },
    'network-security-address-group': {
      id: (resource) => `${stringIn(resource, 'parent')}/locations/${stringIn(resource, 'location')}/addressGroups/${stringIn(resource, 'name')}`,
      replacedBy: ['name', 'location', 'parent', 'type', 'capacity'],
      config: [resourceName, ...ADDRESS_GROUP],
    },
    'compute-address': compute('projects/{project}/regions/{region}/addresses/{name}', ['name', 'region', 'address'], {
      config: [resourceName],
      computed: (_resource, _settings, serial) => ({ address: `198.51.100.${serial & 0xff}` }),
    }),
  },
};
