import { ConfigCheck } from '../platform';
import { Attributes, UNKNOWN, Value } from '../values';
import { notOfSecurityGroup, version } from './flow-log';
import {
  access, addressPrefix, addressPrefixes, description, direction, disjointPrefixes, fewGroups, inlineRules, oneFamily, onePeerKind,
  onePortKind, portRanges, priority, protocol, resourceName, SECURITY_RULE,
} from './security-rule';

const RULE: Attributes = {
  name: 'orders', priority: 200, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', description: null,
  source_port_range: '*', source_port_ranges: null, destination_port_range: null, destination_port_ranges: ['443', '8000-8080'],
  source_address_prefix: null, source_address_prefixes: ['10.0.0.0/8', '192.0.2.1'], source_application_security_group_ids: null,
  destination_address_prefix: 'VirtualNetwork', destination_address_prefixes: null, destination_application_security_group_ids: null,
};

const ids = (count: number) => Array.from({ length: count }, (_, index) => `/asg/${index}`);

const toPort = (destination_port_range: string): Attributes => ({ destination_port_range });
const fromPrefix = (source_address_prefix: string): Attributes => ({ source_address_prefix });

const CASES: { check: ConfigCheck; refused: Attributes[]; accepted: Attributes[] }[] = [
  {
    check: resourceName,
    refused: [{ name: '' }, { name: '-a' }, { name: 'a-' }, { name: 'a b' }, { name: 'a/b' }, { name: 'a'.repeat(81) }],
    accepted: [{ name: 'a' }, { name: 'a.b-c_' }, { name: 'a'.repeat(80) }],
  },
  { check: description, refused: [{ description: 'x'.repeat(141) }], accepted: [{ description: 'x'.repeat(140) }] },
  {
    check: priority,
    refused: [{ priority: 99 }, { priority: 4097 }, { priority: 100.5 }],
    accepted: [{ priority: 100 }, { priority: 4096 }],
  },
  {
    check: protocol,
    refused: [{ protocol: 'tcp' }, { protocol: '6' }, { protocol: 'Sctp' }],
    accepted: [{ protocol: '*' }, { protocol: 'Esp' }],
  },
  { check: direction, refused: [{ direction: 'INGRESS' }], accepted: [{ direction: 'Outbound' }] },
  { check: access, refused: [{ access: 'allow' }], accepted: [{ access: 'Deny' }] },
  {
    check: fewGroups,
    refused: [{ source_application_security_group_ids: ids(11) }, { destination_application_security_group_ids: ids(11) }],
    accepted: [{ source_application_security_group_ids: ids(10) }],
  },
  {
    check: onePeerKind,
    refused: [{ source_address_prefix: '*' }, { source_address_prefixes: null }, { destination_application_security_group_ids: ids(1) }],
    accepted: [{ source_address_prefixes: UNKNOWN }, { source_application_security_group_ids: UNKNOWN }],
  },
  {
    check: onePortKind,
    refused: [{ destination_port_range: '22' }, { source_port_range: null }, { destination_port_ranges: [] }],
    accepted: [{ destination_port_ranges: UNKNOWN }],
  },
  {
    check: portRanges,
    refused: [...['65536', '443-80', '80,443', '-1', 'https', ' 80'].map(toPort), { source_port_ranges: ['*'] }],
    accepted: [{ source_port_range: '0-65535' }, { destination_port_range: '*' }, { source_port_ranges: ['0', '65535'] }],
  },
  {
    check: addressPrefix,
    refused: ['10.0.0.1/8', '10.0.0.0/33', '10.0.0', '2001:db8::1/32', 'a b', '10.0.0.1-10.0.0.9'].map(fromPrefix),
    accepted: ['*', 'Sql.WestEurope', '10.0.0.1', '0.0.0.0/0', '2001:db8::/32'].map(fromPrefix),
  },
  {
    check: addressPrefixes,
    refused: [{ source_address_prefixes: ['*'] }, { destination_address_prefixes: ['Internet'] }, { source_address_prefixes: ['10.0.0.1/8'] }],
    accepted: [{ source_address_prefixes: ['2001:db8::/32', '2001:db9::1'] }],
  },
  {
    check: disjointPrefixes,
    refused: [{ source_address_prefixes: ['10.0.0.0/8', '10.1.0.0/16'] }, { destination_address_prefixes: ['1.1.0.22', '1.1.0.0/24'] }],
    accepted: [{ source_address_prefixes: ['10.0.0.0/9', '10.128.0.0/9'] }],
  },
  {
    check: oneFamily,
    refused: [{ source_address_prefixes: ['10.0.0.0/8', '2001:db8::/32'] }, { destination_address_prefix: '2001:db8::1' }],
    accepted: [{ source_address_prefixes: ['2001:db8::/32'] }],
  },
];

describe.each(CASES)('$check.name of a security rule', ({ check, refused, accepted }) => {
  test.each(refused)('GIVEN %j THEN it is refused', (change) => {
    expect(check({ ...RULE, ...change })).not.toEqual([]);
  });

  test.each([{}, ...accepted])('GIVEN %j THEN it is accepted', (change) => {
    expect(check({ ...RULE, ...change })).toEqual([]);
  });
});

test('GIVEN a rule of which nothing is known yet THEN nothing is refused', () => {
  const unknown = Object.fromEntries(Object.keys(RULE).map((name): [string, Value] => [name, UNKNOWN]));

  expect(SECURITY_RULE.flatMap((check) => check(unknown))).toEqual([]);
});

test('GIVEN a rule that stands in its group THEN the same holds', () => {
  expect(inlineRules({ security_rule: [RULE] })).toEqual([]);
  expect(inlineRules({ security_rule: [RULE, { ...RULE, priority: 99 }] })).toHaveLength(1);
});

test('GIVEN a flow log of a security group THEN it is refused, as no new ones can be made', () => {
  const target = (type: string) => ({ target_resource_id: `/subscriptions/1/resourceGroups/a/providers/Microsoft.Network/${type}/b` });

  expect(notOfSecurityGroup(target('networkSecurityGroups'))).toHaveLength(1);
  expect(notOfSecurityGroup(target('virtualNetworks'))).toEqual([]);
  expect(version({ version: 3 })).toHaveLength(1);
});
