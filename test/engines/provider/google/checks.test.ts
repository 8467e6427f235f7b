import { ConfigCheck } from '../platform';
import { Attributes, UNKNOWN } from '../values';
import { ADDRESS_GROUP } from './address-group';
import { POLICY_RULE } from './policy-rule';
import { TAG_BINDING, TAG_KEY, TAG_VALUE } from './tags';
import { VPC_FIREWALL_RULE } from './vpc-firewall-rule';

const texts = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index));
const ranges = (count: number) => texts(count, (index) => `10.${index >> 8}.${index & 0xff}.0/24`);
const tags = (count: number) => texts(count, (index) => `t${index}`);
const secureTags = (count: number) => tags(count).map((_, index) => ({ name: `tagValues/${index}` }));

const FIREWALL: Attributes = { name: 'web', direction: null, allow: [{ protocol: 'tcp', ports: ['443'] }], deny: [], source_ranges: ['10.0.0.0/8'] };
const EGRESS: Attributes = { ...FIREWALL, direction: 'EGRESS', source_ranges: null, destination_ranges: ['10.0.0.0/8'] };

const MATCH: Attributes = { layer4_configs: [{ ip_protocol: 'tcp', ports: ['443'] }], src_ip_ranges: ['10.0.0.0/8'] };
const POLICY: Attributes = { priority: 1000, direction: 'INGRESS', action: 'allow', match: [MATCH] };
const POLICY_EGRESS: Attributes = { ...POLICY, direction: 'EGRESS', match: [{ ...MATCH, src_ip_ranges: null, dest_ip_ranges: ['10.0.0.0/8'] }] };
const matching = (change: Attributes, rule = POLICY) =>
  ({ ...rule, match: (rule.match as Attributes[]).map((match) => ({ ...match, ...change })) });

const KEY: Attributes = { parent: 'projects/analytics', short_name: 'role', purpose: 'GCE_FIREWALL', purpose_data: { network: 'analytics/main' } };
const VALUE: Attributes = { parent: 'tagKeys/1', short_name: 'db' };
const BINDING: Attributes = { parent: '//compute.googleapis.com/projects/1/zones/z/instances/2', tag_value: 'tagValues/1' };
const GROUP: Attributes = { type: 'IPV4', capacity: 2, items: ['10.0.0.0/8'] };

interface Cases {
  readonly subject: string;
  readonly checks: readonly ConfigCheck[];
  readonly valid: Attributes;
  readonly refused: readonly Attributes[];
  readonly accepted: readonly Attributes[];
}

const titled = (change: Attributes) => ({ change, text: JSON.stringify(change).slice(0, 80) });

const CASES: Cases[] = [
  {
    subject: 'VPC firewall rule', checks: VPC_FIREWALL_RULE, valid: FIREWALL,
    refused: [
      { name: 'Web' }, { name: '1web' }, { name: 'web-' }, { name: 'a'.repeat(64) }, { description: 'x'.repeat(2049) },
      { priority: -1 }, { priority: 65536 }, { direction: 'Inbound' }, { deny: [{ protocol: 'all' }] }, { allow: [] },
      { source_ranges: null }, { source_ranges: [] }, { source_ranges: ['10.0.0.1'] }, { source_ranges: ['10.0.0.0/8', '::/0'] },
      { destination_ranges: ['2001:db8::/32'] }, { source_ranges: ranges(5001) },
      { source_tags: ['web'], target_service_accounts: ['a@b'] }, { source_service_accounts: ['a@b'], target_tags: ['web'] },
      { source_tags: tags(31) }, { target_tags: tags(71) }, { target_service_accounts: tags(11) }, { target_tags: ['Web'] },
      { allow: [{ protocol: 'icmp', ports: ['8'] }] }, { allow: [{ protocol: 'icmpv6' }] }, { allow: [{ protocol: '256' }] },
      { allow: [{ protocol: 'tcp', ports: ['443-80'] }] }, { allow: [{ protocol: 'tcp', ports: ['65536'] }] },
      { log_config: [{ metadata: 'ALL' }] },
    ],
    accepted: [
      { source_ranges: ranges(5000), source_tags: tags(30), target_tags: tags(70) }, { source_service_accounts: ['a@b'], target_service_accounts: ['c@d'] },
      { allow: [{ protocol: '58' }, { protocol: 'sctp', ports: ['1-2'] }, { protocol: '17', ports: ['53'] }] }, { source_ranges: UNKNOWN },
      { source_ranges: ['::/0'] }, { priority: 0, name: 'a'.repeat(63), log_config: [{ metadata: 'INCLUDE_ALL_METADATA' }] },
    ],
  },
  {
    subject: 'VPC firewall rule for egress', checks: VPC_FIREWALL_RULE, valid: EGRESS,
    refused: [{ source_tags: ['web'] }, { source_service_accounts: ['a@b'] }],
    accepted: [{ destination_ranges: null }, { target_tags: ['web'] }],
  },
  {
    subject: 'rule of a firewall policy', checks: POLICY_RULE, valid: POLICY,
    refused: [
      { priority: -1 }, { priority: 2147483648 }, { direction: 'ingress' }, { action: 'accept' }, { description: 'x'.repeat(2049) },
      { action: 'goto_next', enable_logging: true }, { target_secure_tags: [{ name: 'web' }] }, { target_secure_tags: secureTags(257) },
      { target_secure_tags: secureTags(1), target_service_accounts: ['a@b'] },
      matching({ src_ip_ranges: null }), matching({ src_ip_ranges: ['10.0.0.0/8', '2001:db8::/32'] }), matching({ src_ip_ranges: ['any'] }),
      matching({ src_ip_ranges: ranges(5001) }), matching({ src_secure_tags: secureTags(257) }), matching({ src_address_groups: tags(11) }),
      matching({ src_fqdns: tags(101) }), matching({ layer4_configs: [{ ip_protocol: 'esp', ports: ['1'] }] }),
      matching({ layer4_configs: [{ ip_protocol: 'any' }] }), matching({ layer4_configs: [{ ip_protocol: 'udp', ports: ['53-'] }] }),
    ],
    accepted: [
      { priority: 0 }, { priority: 2147483647, action: 'deny', enable_logging: true }, { target_secure_tags: secureTags(256) },
      matching({ src_ip_ranges: null, src_secure_tags: secureTags(256) }), matching({ src_ip_ranges: null, src_address_groups: tags(10) }),
      matching({ layer4_configs: [{ ip_protocol: 'all' }] }), { match: UNKNOWN },
    ],
  },
  {
    subject: 'rule of a firewall policy for egress', checks: POLICY_RULE, valid: POLICY_EGRESS,
    refused: [matching({ src_secure_tags: secureTags(1) }, POLICY_EGRESS), matching({ dest_ip_ranges: null }, POLICY_EGRESS)],
    accepted: [matching({ dest_ip_ranges: null, dest_address_groups: tags(10) }, POLICY_EGRESS)],
  },
  {
    subject: 'tag key', checks: TAG_KEY, valid: KEY,
    refused: [{ short_name: '-role' }, { short_name: 'a'.repeat(64) }, { short_name: 'a/b' }, { purpose: 'FIREWALL' }, { purpose_data: null }, { description: 'x'.repeat(257) }],
    accepted: [{ short_name: 'a.b_c-d' }, { purpose: null, purpose_data: null }, { purpose_data: UNKNOWN }],
  },
  {
    subject: 'tag value', checks: TAG_VALUE, valid: VALUE,
    refused: [{ parent: 'role' }, { short_name: '' }, { short_name: 'a b' }], accepted: [{ parent: UNKNOWN }],
  },
  {
    subject: 'tag binding', checks: TAG_BINDING, valid: BINDING,
    refused: [{ parent: 'projects/1/zones/z/instances/2' }, { tag_value: 'db' }], accepted: [{ tag_value: UNKNOWN }],
  },
  {
    subject: 'address group', checks: ADDRESS_GROUP, valid: GROUP,
    refused: [{ capacity: 0, items: [] }, { items: ['10.0.0.0/8', '192.0.2.0/24', '198.51.100.0/24'] }, { items: ['2001:db8::/32'] }, { type: 'V4' }],
    accepted: [{ type: 'IPV6', items: ['2001:db8::/32'] }],
  },
];

describe.each(CASES)('$subject', ({ checks, valid, refused, accepted }) => {
  const judged = (change: Attributes) => checks.flatMap((check) => check({ ...valid, ...change }));

  test.each(refused.map(titled))('GIVEN $text THEN it is refused', ({ change }) => {
    expect(judged(change)).toHaveLength(1);
  });

  test.each([{}, ...accepted].map(titled))('GIVEN $text THEN it is accepted', ({ change }) => {
    expect(judged(change)).toEqual([]);
  });
});
