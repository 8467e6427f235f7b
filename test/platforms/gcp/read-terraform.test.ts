import { EnforcementMode, Service } from '../../../lib/model';
import { GoogleTerraformReader } from '../../../lib/platforms/gcp/read-terraform';
import { payments } from '../../model/policies';
import { admitted, directoryOf, problemsOf } from '../aws/read/artifacts';
import { planOf } from './plans';
import { NETWORK, POLICY, rendered } from './render';

type Json = { [name: string]: unknown };

const FILE = 'stacks/app/cdk.tf.json';
const MAIN = { google_compute_network: { main: { name: 'main' } } };

/** What Web is admitted at its only carrier, or at the carrier named. */
function web(resource: Json, carrier?: string, rest: Json = {}): string[] {
  const found = Object.entries(read(resource, rest)).filter(([key]) => key.startsWith(`P/Web attached ${carrier ?? ''}`));
  expect(found).toHaveLength(1);
  return found[0][1];
}

function read(resource: Json, rest: Json = {}): { [carrier: string]: string[] } {
  return admitted(new GoogleTerraformReader().read(directoryOf({ [FILE]: { resource: { ...MAIN, ...resource }, ...rest } })));
}

function problems(resource: Json, rest: Json = {}): string[] {
  return problemsOf(() => new GoogleTerraformReader().read(directoryOf({ [FILE]: { resource: { ...MAIN, ...resource }, ...rest } })));
}

/** A VPC firewall rule that admits tcp/443 from anywhere to the whole network, unless it says otherwise. */
function rule(properties: Json = {}): Json {
  return { name: 'r', network: NETWORK, source_ranges: ['0.0.0.0/0'], allow: [{ protocol: 'tcp', ports: ['443'] }], ...properties };
}

function owned(workload: string, properties: Json = {}): Json {
  return rule({ description: `microseg:policy=P;workload=${workload} x`, target_tags: [workload.toLowerCase()], ...properties });
}

const DENIED: Json = { allow: undefined, deny: [{ protocol: 'all' }] };
/** What stands beneath the rules of a workload. */
const SHUT = {
  in4: rule({ target_tags: ['web'], priority: 65000, ...DENIED }),
  in6: rule({ target_tags: ['web'], priority: 65000, source_ranges: ['::/0'], ...DENIED }),
  out4: rule({ target_tags: ['web'], priority: 65000, direction: 'EGRESS', source_ranges: undefined, destination_ranges: ['0.0.0.0/0'], ...DENIED }),
  out6: rule({ target_tags: ['web'], priority: 65000, direction: 'EGRESS', source_ranges: undefined, destination_ranges: ['::/0'], ...DENIED }),
};

function firewalls(more: Json): Json {
  return { google_compute_firewall: { ...SHUT, own: owned('Web', { priority: 50000 }), ...more } };
}

const OWN = ['in tcp/443/443 0.0.0.0/0'];

describe('VPC firewall rules', () => {
  test('GIVEN a workload with its rules WHEN read THEN it is admitted what they say, at the rules themselves', () => {
    expect(read(firewalls({}))).toEqual({ [`P/Web attached ${FILE}#google_compute_firewall.own`]: OWN });
  });

  test('GIVEN no deny rules WHEN read THEN implied rules let everything out and nothing in', () => {
    expect(web({ google_compute_firewall: { own: owned('Web') } })).toEqual([...OWN, 'out all 0.0.0.0/0, ::/0']);
  });

  test.each([
    ['a wide rule of the whole network', { priority: 1000, allow: [{ protocol: 'tcp' }] }, ['in tcp/0/65535 0.0.0.0/0']],
    [
      'blocks of a map under another name',
      { allow: undefined, dynamic: [{ allow: { for_each: { udp: [5], sctp: [] }, iterator: 'it', content: { protocol: '${it.key}', ports: '${it.value}' } } }] },
      ['in tcp/443/443 udp/5/5 sctp/0/65535 0.0.0.0/0'],
    ],
    ['a rule behind the deny rules', { priority: 65100, allow: [{ protocol: 'all' }] }, OWN],
    ['an allow rule with the priority of the deny rules', { priority: 65000, allow: [{ protocol: 'all' }] }, OWN],
    ['a rule that is disabled', { disabled: true, allow: [{ protocol: 'all' }] }, OWN],
    ['a rule for other targets', { target_tags: ['batch'], allow: [{ protocol: 'all' }] }, OWN],
    ['a rule for targets known at deployment', { target_tags: '${var.tags}', allow: [{ protocol: 'udp' }] }, ['in tcp/443/443 udp/0/65535 0.0.0.0/0']],
    ['a deny rule for targets known at deployment', { ...DENIED, target_tags: ['${var.tag}'], priority: 1 }, OWN],
    ['a rule for an account known at deployment', { target_service_accounts: ['${var.account}'], allow: [{ protocol: 'udp' }] }, OWN],
    ['a rule of another network', { network: 'other', allow: [{ protocol: 'all' }] }, OWN],
    ['a rule of the network by its link', { network: 'https://x/projects/p/global/networks/main', allow: [{ protocol: 'udp' }] }, ['in tcp/443/443 udp/0/65535 0.0.0.0/0']],
    ['a deny rule before', { ...DENIED, priority: 1, source_ranges: ['0.0.0.0/1'] }, ['in tcp/443/443 128.0.0.0/1']],
    ['a deny rule with equal priority', { ...DENIED, priority: 50000, source_ranges: ['128.0.0.0/1'] }, ['in tcp/443/443 0.0.0.0/1']],
    ['a rule without priority', { ...DENIED, source_ranges: ['128.0.0.0/1'] }, ['in tcp/443/443 0.0.0.0/1']],
    ['a rule out', { direction: 'EGRESS', source_ranges: undefined, allow: [{ protocol: 'esp' }] }, [...OWN, 'out 50 0.0.0.0/0']],
    ['host bits and a number', { source_ranges: ['0.0.0.9/0'], allow: [{ protocol: 17, ports: ['53', '60-61'] }] }, ['in tcp/443/443 udp/53/53 udp/60/61 0.0.0.0/0']],
    ['an address known at deployment', { source_ranges: ['${var.office}'] }, ['in tcp/443/443 token:${var.office}', ...OWN]],
    ['the tag of nobody', { source_ranges: [], source_tags: ['batch'] }, ['in tcp/443/443 token:batch', ...OWN]],
  ] as [string, Json, string[]][])('GIVEN %s besides WHEN read THEN it counts as it should', (_, properties, lines) => {
    expect(web(firewalls({ other: rule(properties) }))).toEqual(lines);
  });

  test('GIVEN two workloads WHEN one names the other by tag THEN it is read as the workload', () => {
    const more = { peer: owned('Db', { priority: 1, source_ranges: undefined, source_tags: ['web'] }) };
    expect(read(firewalls(more))[`P/Db attached ${FILE}#google_compute_firewall.peer`]).toContain('in tcp/443/443 Web');
  });

  test('GIVEN two machines of a workload WHEN read THEN each has all rules of its own identities and network', () => {
    const account = '${google_service_account.ops.email}';
    const machines = {
      google_service_account: { ops: { account_id: 'ops' } },
      google_compute_instance: {
        plain: { tags: ['web'], network_interface: [{ subnetwork: 'x' }] },
        ops: { tags: ['web', 'x'], service_account: { email: account }, network_interface: [{ network: NETWORK }] },
        astray: { tags: ['web'], network_interface: [{ network: 'default' }] },
        other: { tags: ['batch'] },
        second: { tags: ['web'], network_interface: [{ network: NETWORK }, { subnetwork: '${google_compute_subnetwork.far["a"].id}' }] },
      },
      google_compute_subnetwork: { far: { for_each: { a: {} }, network: 'default' } },
      google_dataproc_cluster: { cluster: { cluster_config: [{ gce_cluster_config: [{ tags: ['web', 'x'] }] }] } },
    };
    const ssh = rule({ target_service_accounts: [account], source_ranges: ['192.0.2.0/24'], allow: [{ protocol: 'tcp', ports: ['22'] }] });
    const found = read({ ...firewalls({ ssh }), ...machines });
    const machineNames = ['compute_instance.astray', 'compute_instance.ops', 'compute_instance.plain', 'compute_instance.second', 'dataproc_cluster.cluster'];
    expect(Object.keys(found)).toEqual(machineNames.map((name) => `P/Web attached ${FILE}#google_${name}`));
    // Of the interfaces of one machine the last one is listed here.
    expect(found[`P/Web attached ${FILE}#google_compute_instance.second`]).toEqual(['out all 0.0.0.0/0, ::/0']);
    expect(found[`P/Web attached ${FILE}#google_compute_instance.plain`]).toEqual(OWN);
    expect(found[`P/Web attached ${FILE}#google_compute_instance.ops`]).toContain('in tcp/22/22 tcp/443/443 192.0.2.0/24');
    expect(found[`P/Web attached ${FILE}#google_compute_instance.astray`]).toEqual(['out all 0.0.0.0/0, ::/0']);
  });

  test.each([
    ['a protocol of two meanings', { allow: [{ protocol: 'ipip' }] }], ['ports of a protocol without', { allow: [{ protocol: 'icmp', ports: ['8'] }] }],
    ['unknown ports', { allow: [{ protocol: 'tcp', ports: ['${var.port}'] }] }], ['an unknown priority', { priority: '${var.first}' }],
    ['an unknown switch', { disabled: '${var.off}' }], ['an unknown direction', { direction: '${var.way}' }],
    ['both actions', { deny: [{ protocol: 'all' }] }], ['no action', { allow: [] }], ['no network', { network: undefined }],
    ['some addresses of the target', { destination_ranges: ['10.0.0.0/8'] }], ['blocks in an expression', { allow: '${var.allowed}' }],
    ['blocks that nobody can count', { allow: undefined, dynamic: { allow: { for_each: '${var.ports}', content: { protocol: 'tcp' } } } }],
    ['unknown targets', { target_tags: ['${var.c ? "a" : "b"}'] }], ['an unknown number', { for_each: '${var.rules}' }],
    ['a hidden owner', { description: 'microseg:policy=P;workload=${var.x}' }],
  ] as [string, Json][])('GIVEN a rule with %s WHEN read THEN nobody can tell', (_, properties) => {
    expect(problems(firewalls({ other: rule(properties) }))).toEqual([`MSEG8004 ${FILE}#google_compute_firewall.other`]);
  });

  test('GIVEN a machine whose identity is in an expression beyond the reader WHEN read THEN nobody can tell', () => {
    const google_compute_instance = { vm: { service_account: { email: '${var.x ? google_service_account.a.email : null}' } } };
    const google_service_account = { a: { account_id: 'a' } };
    expect(problems({ ...firewalls({}), google_compute_instance, google_service_account })).toEqual([`MSEG8004 ${FILE}#google_compute_instance.vm`]);
  });

  test('GIVEN a denied block that may hold a named peer WHEN read THEN nobody can tell', () => {
    const deny = rule({ ...DENIED, source_ranges: ['10.0.0.0/8'] });
    const tagged = owned('Web', { priority: 50000, source_ranges: [], source_tags: ['batch'] });
    expect(problems(firewalls({ deny, tagged }))).toEqual([expect.stringMatching(/^MSEG8004 .*google_compute_firewall\.own/)]);
  });
});

/** A rule of the policy that is in force, which admits tcp/443 from anywhere to the whole network unless it says otherwise. */
function policyRule({ match, ...properties }: Json & { readonly match?: Json } = {}): Json {
  return {
    firewall_policy: '${google_compute_network_firewall_policy.main.id}', action: 'allow', direction: 'INGRESS', priority: 1000,
    match: { src_ip_ranges: ['0.0.0.0/0'], layer4_configs: [{ ip_protocol: 'tcp', ports: ['443'] }], ...match }, ...properties,
  };
}

const ALL = [{ ip_protocol: 'all' }];
const TAG = { google_tags_tag_value: { web: { short_name: 'web' }, db: { short_name: 'db' } } };
const TARGET = { target_secure_tags: [{ name: '${google_tags_tag_value.web.id}' }] };

function policies(more: Json, others: Json = {}): Json {
  const own = policyRule({ ...TARGET, description: 'microseg:policy=P;workload=Web x' });
  const shut = { ...TARGET, action: 'deny', priority: 2100000000 };
  const google_compute_network_firewall_policy_rule = {
    own,
    in4: policyRule({ ...shut, match: { layer4_configs: ALL } }),
    out4: policyRule({ ...shut, direction: 'EGRESS', match: { layer4_configs: ALL, src_ip_ranges: null, dest_ip_ranges: ['0.0.0.0/0'] } }),
    out6: policyRule({ ...shut, direction: 'EGRESS', priority: 2100000001, match: { layer4_configs: ALL, src_ip_ranges: null, dest_ip_ranges: ['::/0'] } }),
    ...more,
  };
  return { ...TAG, ...POLICY, google_compute_network_firewall_policy_rule, ...others };
}

describe('network firewall policies', () => {
  test('GIVEN a policy in force WHEN read THEN a workload is admitted what its rules say', () => {
    expect(read(policies({}))).toEqual({ [`P/Web attached ${FILE}#google_compute_network_firewall_policy_rule.own`]: OWN });
  });

  test.each([
    ['a rule for everybody before', { priority: 1, match: { layer4_configs: [{ ip_protocol: '58' }], src_ip_ranges: ['::/0'] } }, [...OWN, 'in icmpv6 ::/0']],
    ['a rule for everybody behind', { priority: 2147483000, match: { layer4_configs: ALL } }, OWN],
    ['a rule for everybody that hands on', { priority: 1, action: 'goto_next', match: { src_ip_ranges: ['0.0.0.0/1'], layer4_configs: ALL } }, ['in tcp/443/443 128.0.0.0/1']],
    ['a deny rule before', { priority: 1, action: 'deny', match: { src_ip_ranges: ['0.0.0.0/1'] } }, ['in tcp/443/443 128.0.0.0/1']],
    ['an inspected rule', { priority: 1, action: 'apply_security_profile_group', match: { layer4_configs: [{ ip_protocol: 'udp' }] } }, ['in tcp/443/443 udp/0/65535 0.0.0.0/0']],
    ['a disabled rule', { priority: 1, disabled: true, match: { layer4_configs: ALL } }, OWN],
    ['a rule for load balancers', { priority: 1, target_type: 'INTERNAL_MANAGED_LB', match: { layer4_configs: ALL } }, OWN],
    ['an address group', { priority: 1, match: { src_ip_ranges: null, src_address_groups: ['projects/p/locations/global/addressGroups/office'] } }, ['in tcp/443/443 token:projects/p/locations/global/addressGroups/office', ...OWN]],
    ['a rule of somebody else\'s policy', { firewall_policy: 'elsewhere', priority: 1, match: { layer4_configs: [{ ip_protocol: 'udp' }] } }, ['in tcp/443/443 udp/0/65535 0.0.0.0/0']],
    ['a deny rule of somebody else\'s policy', { firewall_policy: 'elsewhere', priority: 1, action: 'deny' }, OWN],
  ] as [string, Json, string[]][])('GIVEN %s besides WHEN read THEN it counts as it should', (_, properties, lines) => {
    expect(web(policies({ other: policyRule(properties) }))).toEqual(lines);
  });

  test('GIVEN a source tag, written as number or id WHEN read THEN it is the workload', () => {
    const target_secure_tags = [{ name: 'tagValues/${google_tags_tag_value.db.name}' }];
    const src_secure_tags = [{ name: 'tagValues/${google_tags_tag_value.web.name}' }];
    const peer = policyRule({ description: 'microseg:policy=P;workload=Db', target_secure_tags, match: { src_ip_ranges: [], src_secure_tags } });
    expect(read(policies({ peer }))[`P/Db attached ${FILE}#google_compute_network_firewall_policy_rule.peer`]).toEqual([
      'in tcp/443/443 Web', 'out all 0.0.0.0/0, ::/0',
    ]);
  });

  test('GIVEN a policy without association WHEN read THEN it is not in force', () => {
    expect(web({ ...policies({}), google_compute_network_firewall_policy_association: {} })).toEqual(['out all 0.0.0.0/0, ::/0']);
  });

  test('GIVEN rules of somebody else\'s policy alone WHEN read THEN they are in force where that policy is', () => {
    const { google_compute_network_firewall_policy_rule: rules } = policies({}) as { google_compute_network_firewall_policy_rule: Json };
    const foreign = Object.fromEntries(Object.entries(rules).map(([name, body]) => [name, { ...body as Json, firewall_policy: '${var.policy}' }]));
    expect(web({ ...TAG, google_compute_network_firewall_policy_rule: foreign })).toEqual(OWN);
  });

  test('GIVEN VPC firewall rules as well WHEN read THEN these decide first, unless the network says otherwise', () => {
    const google_compute_firewall = { first: rule({ source_ranges: ['10.0.0.0/8'], ...DENIED }) };
    const after = policies({}, { google_compute_firewall });
    expect(web(after)[0]).toMatch(/^in tcp\/443\/443 0\.0\.0\.0\/5, 8\.0\.0\.0\/7, 11\.0\.0\.0\/8/);
    const google_compute_network = { main: { name: 'main', network_firewall_policy_enforcement_order: 'BEFORE_CLASSIC_FIREWALL' } };
    expect(web({ ...after, google_compute_network })).toEqual(OWN);
  });

  test('GIVEN a regional policy WHEN read THEN what it admits counts everywhere, and what it denies nowhere', () => {
    const region = (properties: Json) => ({
      google_compute_region_network_firewall_policy: { r: { name: 'r' } },
      google_compute_region_network_firewall_policy_association: {
        r: { attachment_target: NETWORK, firewall_policy: '${google_compute_region_network_firewall_policy.r.id}' },
      },
      google_compute_region_network_firewall_policy_rule: {
        r: policyRule({ firewall_policy: '${google_compute_region_network_firewall_policy.r.id}', ...properties }),
      },
    });
    const match = { src_ip_ranges: ['::/0'] };
    expect(web(policies({}, region({ match })))).toEqual(['in tcp/443/443 0.0.0.0/0, ::/0']);
    expect(web(policies({}, region({ match, action: 'deny' })))).toEqual(OWN);
  });

  test('GIVEN a policy with its rules in it WHEN read THEN it is read alike', () => {
    const inner = (properties: Json, layer4_config: Json[] = [{ ip_protocol: 'tcp', ports: ['443'] }], direction = 'INGRESS') => ({
      action: 'allow', direction, target_secure_tag: [{ name: '${google_tags_tag_value.web.id}' }], priority: 1,
      match: [{ [direction === 'INGRESS' ? 'src_ip_ranges' : 'dest_ip_ranges']: ['0.0.0.0/0'], layer4_config }], ...properties,
    });
    const whole = {
      ...TAG,
      google_compute_network_firewall_policy_with_rules: {
        p: { name: 'p', rule: [inner({ description: 'microseg:policy=P;workload=Web' }), inner({ action: 'deny', priority: 9 }, ALL, 'EGRESS')] },
      },
      google_compute_network_firewall_policy_association: {
        a: { attachment_target: NETWORK, firewall_policy: '${google_compute_network_firewall_policy_with_rules.p.id}' },
      },
    };
    expect(web(whole)).toEqual([...OWN, 'out all ::/0']);
  });

  test('GIVEN a machine with secure tags and a binding WHEN read THEN it is the workload\'s carrier', () => {
    const google_compute_instance = { vm: { params: { resource_manager_tags: { 'tagKeys/1': '${google_tags_tag_value.web.id}' } } }, bound: {} };
    const google_tags_location_tag_binding = {
      b: { parent: '//compute.googleapis.com/x/${google_compute_instance.bound.instance_id}', tag_value: '${google_tags_tag_value.web.id}' },
      c: { parent: '//compute.googleapis.com/projects/p/zones/z/instances/1', tag_value: '${google_tags_tag_value.web.id}' },
    };
    expect(Object.keys(read(policies({}, { google_compute_instance, google_tags_location_tag_binding })))).toEqual([
      'google_compute_instance.bound', 'google_compute_instance.vm', 'google_tags_location_tag_binding.c',
    ].map((address) => `P/Web attached ${FILE}#${address}`));
  });

  test.each([
    ['a name to resolve', { match: { src_fqdns: ['example.org'] } }], ['a country', { match: { src_region_codes: ['CH'] } }],
    ['a kind of network', { match: { src_network_context: 'INTRA_VPC' } }], ['some addresses of the target', { match: { dest_ip_ranges: ['10.0.0.0/8'] } }],
    ['an unknown action', { action: '${var.action}' }], ['no match', { match: undefined, dynamic: {} }], ['no priority', { priority: undefined }],
  ] as [string, Json][])('GIVEN a rule with %s WHEN read THEN nobody can tell', (_, properties) => {
    const other = { ...policyRule(properties), ...(Object.hasOwn(properties, 'dynamic') && { match: undefined }) };
    expect(problems(policies({ other }))).toEqual([`MSEG8004 ${FILE}#google_compute_network_firewall_policy_rule.other`]);
  });

  test.each([
    ['hands opaque peers on', { match: { src_ip_ranges: [], src_secure_tags: [{ name: 'tagValues/9' }] } }],
    ['hands on a block that may hold one', { match: { src_ip_ranges: ['10.0.0.0/8'] } }],
  ] as [string, Json][])('GIVEN a rule that %s WHEN read THEN nobody can tell', (_, properties) => {
    const next = policyRule({ action: 'goto_next', priority: 1, ...properties });
    const tagged = policyRule({ ...TARGET, priority: 5, match: { src_ip_ranges: [], src_secure_tags: [{ name: 'tagValues/8' }] } });
    expect(problems(policies({ next, tagged }))).toEqual([expect.stringMatching(/^MSEG8004 .*policy_rule\.own/)]);
  });

  test('GIVEN rules of a folder or organisation WHEN read THEN nobody can tell, unless they hand everything on', () => {
    const hierarchical = (properties: Json) => policies({}, { google_compute_firewall_policy_rule: { org: policyRule(properties) } });
    expect(problems(hierarchical({}))).toEqual([`MSEG8004 ${FILE}#google_compute_firewall_policy_rule.org`]);
    expect(problems(hierarchical({ action: 'goto_next' }))).toEqual([]);
    expect(problems(hierarchical({ disabled: true }))).toEqual([]);
  });
});

test('GIVEN rules in a map with dynamic blocks WHEN read THEN they are read as if each was written out', () => {
  const policy = payments({ mode: EnforcementMode.ENFORCE });
  const ledger = policy.addWorkload('Ledger', { services: [Service.tcp(5432), Service.udp(53)], addresses: ['10.0.2.0/24'] });
  policy.addWorkload('Web').allowTo(ledger);
  const plan = planOf(policy);
  const written = admitted(new GoogleTerraformReader().read(directoryOf({ [FILE]: rendered(plan) })));

  const { resource } = rendered(plan) as { resource: Json };
  const each = (name: string, content: Json) => ({ [name]: { for_each: `\${each.value.${name}}`, content } });
  const rules = Object.fromEntries(plan.rules.map((one) => [one.id, {
    ...one, target_secure_tags: one.targets, src_secure_tags: one.identities, layer4_configs: one.layer4,
    [one.end === 'ingress' ? 'source' : 'destination']: one.ranges,
  }]));
  const google_compute_network_firewall_policy_rule = {
    all: {
      for_each: rules,
      firewall_policy: '${google_compute_network_firewall_policy.main.name}',
      action: '${each.value.action}', priority: '${each.value.priority}', description: '${each.value.description}',
      direction: '${each.value.end == "ingress" ? "INGRESS" : "EGRESS"}',
      dynamic: each('target_secure_tags', { name: '${target_secure_tags.value}' }),
      match: {
        src_ip_ranges: '${try(each.value.source, null)}', dest_ip_ranges: '${try(each.value.destination, null)}',
        dynamic: {
          ...each('src_secure_tags', { name: '${src_secure_tags.value}' }),
          ...each('layer4_configs', { ip_protocol: '${layer4_configs.value.protocol}', ports: '${layer4_configs.value.ports}' }),
        },
      },
    },
  };
  const mapped = admitted(new GoogleTerraformReader().read(directoryOf({
    [FILE]: { resource: { ...resource, google_compute_network_firewall_policy_rule } },
  })));
  expect(Object.values(mapped)).toEqual(Object.values(written));
  expect(Object.keys(mapped)).toEqual(['Ledger', 'Web'].map((id) => (
    `Payments/${id} attached ${FILE}#google_compute_network_firewall_policy_rule.all`)));
});
