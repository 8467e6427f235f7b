import { TerraformReader } from '../../../lib/platforms/aws/read-terraform';
import { admitted, admittedAt, directoryOf, problemsOf } from './read/artifacts';

type Json = unknown;

const read = (files: { [path: string]: Json }) => new TerraformReader().read(directoryOf(files));
const readStack = (content: object) => read({ 'stacks/app/cdk.tf.json': content });
const problems = (content: object) => problemsOf(() => readStack(content)).map((problem) => problem.replace('stacks/app/cdk.tf.json#', ''));

const tags = (workload: string, role = 'attached') => ({ 'microseg:policy': 'P', 'microseg:workload': workload, 'microseg:role': role, 'microseg:shard': '1/1' });
const group = (workload: string, more: object = {}) => ({ tags: tags(workload), vpc_id: '${aws_vpc.v.id}', ...more });
const ingressOf = (id: string, more: object) => ({ security_group_id: id, ip_protocol: 'tcp', from_port: 1, to_port: 1, ...more });
/** Web and Db, and ingress rules of Web. */
const atWeb = (rules: object, more: { [section: string]: object } = {}, others: object = {}) => admittedAt(readStack({
  resource: { aws_security_group: { web: group('Web'), db: group('Db') }, aws_vpc_security_group_ingress_rule: rules, ...others }, ...more,
}), 'Web');
const WEB = '${aws_security_group.web.id}';

/** What our own enforcement point writes. */
function generated(rules: object): { [type: string]: object } {
  const optional = ['from_port', 'to_port', 'cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id', 'description'];
  const keys = ['Name', 'microseg:policy', 'microseg:workload', 'microseg:role', 'microseg:shard'];
  return {
    aws_security_group: { G: {
      for_each: Object.fromEntries(['Web', 'Db'].map((id) => [id, { name: id, description: 'x', tags: { Name: id, ...tags(id) } }])),
      name: '${each.value.name}',
      tags: { ...Object.fromEntries(keys.map((key) => [key, `\${each.value.tags["${key}"]}`])), Team: 'x' },
    } },
    aws_vpc_security_group_ingress_rule: { I: {
      for_each: rules,
      security_group_id: '${aws_security_group.G[each.value.group].id}',
      ip_protocol: '${each.value.ip_protocol}',
      ...Object.fromEntries(optional.map((name) => [name, `\${try(each.value.${name}, null)}`])),
    } },
  };
}

describe('groups and rules in for_each maps', () => {
  const web = (rules: object) => admittedAt(readStack({ resource: generated(rules) }), 'Web');
  const rule = (more: object) => ({ group: 'Web', ip_protocol: 'tcp', from_port: 443, to_port: 443, ...more });

  test('GIVEN every kind of peer THEN each is read', () => {
    expect(web({
      a: rule({ cidr_ipv4: '10.0.0.5/24' }),
      b: rule({ cidr_ipv6: '2001:db8::/32' }),
      c: rule({ prefix_list_id: '${aws_ec2_managed_prefix_list.p.id}' }),
      d: rule({ referenced_security_group_id: '${aws_security_group.G["Db"].id}' }),
      e: rule({ referenced_security_group_id: '${aws_security_group.other.id}' }),
      f: rule({ cidr_ipv4: '${aws_eip.x.public_ip}/32' }),
      g: { ...rule({ cidr_ipv4: '10.9.0.0/16' }), group: 'Db' },
    })).toEqual([
      'in tcp/443/443 Db',
      'in tcp/443/443 prefixList:${aws_ec2_managed_prefix_list.p.id}',
      'in tcp/443/443 token:${aws_eip.x.public_ip}/32',
      'in tcp/443/443 token:${aws_security_group.other.id}',
      'in tcp/443/443 10.0.0.0/24, 2001:db8::/32',
    ]);
  });

  test.each([
    ['all protocols', { ip_protocol: '-1', from_port: undefined, to_port: undefined }, 'all'],
    ['all ICMP', { ip_protocol: 'icmp', from_port: -1, to_port: -1 }, 'icmp'],
    ['an ICMP type', { ip_protocol: 'icmp', from_port: 8, to_port: -1 }, 'icmp/8'],
    ['a protocol number', { ip_protocol: '132', from_port: undefined, to_port: undefined }, 'sctp/0/65535'],
    ['TCP without ports', { from_port: undefined, to_port: undefined }, 'tcp/0/65535'],
  ])('GIVEN %s THEN that is admitted', (_, traffic, expected) => {
    expect(web({ a: rule({ ...traffic, cidr_ipv4: '10.0.0.0/8' }) })).toEqual([`in ${expected} 10.0.0.0/8`]);
  });

  test('GIVEN an empty map THEN there are no rules, and nothing goes out', () => {
    expect(web({})).toEqual([]);
  });

  test('GIVEN a deploy-time value that is a local THEN it keeps the text that it has in the map', () => {
    expect(admittedAt(readStack({ resource: generated({ a: rule({ cidr_ipv4: '${local.range}' }) }), locals: { range: '10.0.0.0/8' } }), 'Web'))
      .toEqual(['in tcp/443/443 token:${local.range}']);
  });

  test.each([
    ['a protocol', { ip_protocol: '${var.protocol}', cidr_ipv4: '10.0.0.0/8' }, 'I["a"]'],
    ['a port', { from_port: '${var.port}', cidr_ipv4: '10.0.0.0/8' }, 'I["a"]'],
    ['no peer at all', {}, 'I["a"]'],
  ])('GIVEN %s that cannot be read THEN reading fails and says where', (_, more, address) => {
    expect(problems({ resource: generated({ a: rule(more) }) })).toEqual([`MSEG8004 aws_vpc_security_group_ingress_rule.${address}`]);
  });

  test('GIVEN a map that cannot be evaluated THEN reading fails', () => {
    const resource = generated('${var.rules}' as never);
    expect(problems({ resource })).toEqual(['MSEG8004 aws_vpc_security_group_ingress_rule.I']);
    expect(problems({ resource: { aws_security_group: { G: { for_each: '${var.groups}' } } } })).toEqual(['MSEG8004 aws_security_group.G']);
  });
});

describe('rules written by hand', () => {
  test('GIVEN rules for one group, by count and by a set THEN all are read', () => {
    expect(atWeb({
      one: ingressOf(WEB, { cidr_ipv4: '10.0.0.0/8' }),
      two: ingressOf(WEB, { count: 2, from_port: 2, to_port: 2, cidr_ipv4: '192.168.0.0/16' }),
      none: ingressOf(WEB, { count: 0, from_port: 3, to_port: 3, cidr_ipv4: '192.168.0.0/16' }),
      set: ingressOf(WEB, { for_each: '${toset(["172.16.0.0/12", "172.16.0.0/12"])}', from_port: 4, to_port: 4, cidr_ipv4: '${each.value}' }),
    })).toEqual(['in tcp/1/1 10.0.0.0/8', 'in tcp/2/2 192.168.0.0/16', 'in tcp/4/4 172.16.0.0/12']);
  });

  test('GIVEN references to a group in several forms THEN all are its workload', () => {
    const references = ['${aws_security_group.db.id}', '${local.db}', '${element(local.dbs, 0)}', '${local.dbs[0]}', '${lookup({a = local.db}, "a", null)}'];
    const rules = Object.fromEntries(references.map((reference, index) => [
      `r${index}`, ingressOf(WEB, { from_port: index, to_port: index, referenced_security_group_id: reference }),
    ]));
    expect(atWeb(rules, { locals: { db: '${aws_security_group.db.id}', dbs: ['${local.db}'] } })).toEqual(['in tcp/0/4 Db']);
  });

  test('GIVEN a condition between two groups THEN both count', () => {
    expect(atWeb({ r: ingressOf(WEB, { referenced_security_group_id: '${var.x ? aws_security_group.db.id : aws_security_group.web.id}' }) }))
      .toEqual(['in tcp/1/1 Db', 'in tcp/1/1 Web']);
  });

  test('GIVEN locals that need each other THEN what they hold stays unknown', () => {
    const locals = { a: '${local.b}', b: '${local.a}' };
    expect(atWeb({ r: ingressOf(WEB, { referenced_security_group_id: '${local.a}' }) }, { locals })).toEqual(['in tcp/1/1 token:${local.a}']);
  });

  test('GIVEN the older rule resource THEN lists, groups and self are read', () => {
    const old = (type: string, more: object) => ({ type, security_group_id: WEB, protocol: 'tcp', from_port: 5, to_port: 5, ...more });
    expect(atWeb({}, {}, { aws_security_group_rule: {
      lists: old('ingress', { cidr_blocks: ['10.0.0.0/8', '${var.range}'], ipv6_cidr_blocks: ['2001:db8::/32'], prefix_list_ids: ['pl-1'] }),
      group: old('egress', { source_security_group_id: '${aws_security_group.db.id}', protocol: -1, from_port: 0, to_port: 0 }),
      self: old('ingress', { self: true, from_port: 6, to_port: 6 }),
    } })).toEqual([
      'in tcp/6/6 Web', 'in tcp/5/5 prefixList:pl-1', 'in tcp/5/5 token:${var.range}', 'in tcp/5/5 10.0.0.0/8, 2001:db8::/32', 'out all Db',
    ]);
  });

  test('GIVEN rules inside of groups, the default group among them THEN all are read', () => {
    const block = { protocol: 'tcp', from_port: 7, to_port: 7 };
    const artifacts = readStack({ resource: {
      aws_security_group: { web: group('Web', {
        ingress: [{ ...block, security_groups: ['${aws_security_group.db.id}'], cidr_blocks: ['10.0.0.0/8'], self: false }],
        egress: { ...block, protocol: '-1', cidr_blocks: ['0.0.0.0/0'] },
      }), db: group('Db') },
      aws_default_security_group: { default: group('Rest', { ingress: '${local.rules}' }) },
    }, locals: { rules: [{ ...block, self: true }] } });
    expect(admittedAt(artifacts, 'Web')).toEqual(['in tcp/7/7 Db', 'in tcp/7/7 10.0.0.0/8', 'out all 0.0.0.0/0']);
    expect(admittedAt(artifacts, 'Rest')).toEqual(['in tcp/7/7 Rest']);
  });

  test('GIVEN rules for a group of somebody else THEN they are none of ours; for one that may be any, reading fails', () => {
    const open = { ip_protocol: '-1', cidr_ipv4: '0.0.0.0/0' };
    expect(atWeb({ literal: { ...open, security_group_id: 'sg-1' }, eks: { ...open, security_group_id: '${aws_eks_cluster.c.vpc_config[0].cluster_security_group_id}' } })).toEqual([]);
    for (const id of ['${aws_instance.vm.vpc_security_group_ids[0]}', '${aws_lb.lb.security_groups[0]}', '${var.group}', '${data.aws_security_group.x.id}', '${each.value}']) {
      expect(problems({ resource: { aws_vpc_security_group_ingress_rule: { r: { ...open, security_group_id: id } } } }))
        .toEqual(['MSEG8004 aws_vpc_security_group_ingress_rule.r']);
    }
  });

  test.each([
    ['awscc_ec2_security_group_ingress', { group_id: WEB, cidr_ip: '0.0.0.0/0', ip_protocol: '-1' }],
    ['aws_cloudformation_stack', { parameters: { Group: WEB }, template_body: '{}' }],
  ])('GIVEN a group handed to %s THEN reading fails', (type, body) => {
    expect(problems({ resource: { aws_security_group: { web: group('Web') }, [type]: { r: body } } })).toEqual([`MSEG8004 ${type}.r`]);
  });

  test.each([
    ['dynamic rules', { dynamic: { ingress: { for_each: [], content: {} } } }],
    ['rules from a variable', { ingress: '${var.rules}' }],
    ['an unknown tag', { tags: { ...tags('Web'), 'microseg:policy': '${var.policy}' } }],
  ])('GIVEN a group with %s THEN reading fails', (_, more) => {
    expect(problems({ resource: { aws_security_group: { web: group('Web', more) } } })).toEqual(['MSEG8004 aws_security_group.web']);
  });

  test('GIVEN texts that only look like expressions THEN they are text', () => {
    expect(atWeb({ r: ingressOf(WEB, { cidr_ipv4: '$${x}' }) })).toEqual(['in tcp/1/1 token:${x}']);
    expect(atWeb({ r: ingressOf(WEB, { cidr_ipv4: '${[for x in y : x]}' }) })).toEqual(['in tcp/1/1 token:${[for x in y : x]}']);
  });
});

describe('carriers', () => {
  const OPEN = { tags: {}, ingress: [{ protocol: 'tcp', from_port: 22, to_port: 22, cidr_blocks: ['0.0.0.0/0'] }] };
  const carriers = (resource: object, more: object = {}) => admitted(readStack({ resource: { aws_security_group: { web: group('Web'), open: OPEN }, ...resource }, ...more }));
  const SSH = ['in tcp/22/22 0.0.0.0/0'];
  const at = (address: string) => `P/Web attached stacks/app/cdk.tf.json#${address}`;

  test('GIVEN resources with groups THEN each is a carrier with the rules of all its groups', () => {
    expect(carriers({
      aws_instance: { vm: { vpc_security_group_ids: [WEB], user_data: '${aws_security_group.open.id}' } },
      aws_launch_template: { lt: { network_interfaces: [{ security_groups: [WEB, '${aws_security_group.open.id}'] }] } },
      aws_lb: { lb: { security_groups: '${concat(local.web, [aws_security_group.open.id])}' } },
      aws_lambda_function: { f: { for_each: { a: { groups: [WEB] }, b: { groups: [] } }, vpc_config: { security_group_ids: '${each.value.groups}' } } },
      aws_iam_policy: { p: { groups: [WEB] } },
    }, { locals: { web: [WEB] } })).toEqual({
      [at('aws_instance.vm')]: [], [at('aws_launch_template.lt')]: SSH, [at('aws_lb.lb')]: SSH, [at('aws_lambda_function.f["a"]')]: [],
    });
  });

  test('GIVEN a group attached by a resource of its own THEN it is on the carrier', () => {
    const attachment = { security_group_id: '${aws_security_group.open.id}', network_interface_id: '${aws_instance.vm.primary_network_interface_id}' };
    expect(carriers({ aws_instance: { vm: { vpc_security_group_ids: [WEB] } }, aws_network_interface_sg_attachment: { a: attachment } }))
      .toEqual({ [at('aws_instance.vm')]: SSH });
  });

  test.each([
    ['a local', '${local.eni}'],
    ['a condition', '${var.first ? aws_instance.vm.primary_network_interface_id : aws_network_interface.other.id}'],
    ['a function', '${element([aws_instance.vm.primary_network_interface_id], 0)}'],
    ['an entry of for_each', '${each.value}'],
    ['a data source that is asked for the machine', '${data.aws_instance.again.network_interface_id}'],
  ])('GIVEN a group attached to what %s names THEN it is on that machine', (_, expression) => {
    const for_each = { a: '${aws_instance.vm.primary_network_interface_id}' };
    const attachment = { for_each, security_group_id: '${aws_security_group.open.id}', network_interface_id: expression };
    const resources = { aws_instance: { vm: { vpc_security_group_ids: [WEB] } }, aws_network_interface_sg_attachment: { a: attachment } };
    const more = {
      locals: { eni: '${aws_instance.vm.primary_network_interface_id}' },
      data: { aws_instance: { again: { instance_id: '${aws_instance.vm.id}' } } },
    };
    expect(carriers(resources, more)).toEqual({ [at('aws_instance.vm')]: SSH });
  });

  test.each<[string, object, string]>([
    ['of somebody else', { security_groups: ['sg-1'] }, 'sg-1'],
    ['of a variable', { security_groups: '${var.groups}' }, '${var.groups}'],
    ['that may be left out', { security_groups: '${var.x ? [aws_security_group.web.id] : null}' }, 'of the network by default'],
    ['that are left out', {}, 'of the network by default'],
  ])('GIVEN a second interface with groups %s THEN these count as everything', (_, second, text) => {
    const everything = ['in', 'out'].map((way) => `${way} all token:whatever group ${text} admits`);
    const eni = { ...second, attachment: [{ instance: '${aws_instance.vm.id}', device_index: 1 }] };
    const machine = { aws_instance: { vm: { vpc_security_group_ids: [WEB] } }, aws_network_interface: { eni } };
    expect(Object.values(carriers(machine))).toEqual([everything]);
    expect(carriers({ aws_launch_template: { lt: { network_interfaces: [{ security_groups: [WEB] }, second] } } }))
      .toEqual({ [at('aws_launch_template.lt')]: everything });
  });

  test('GIVEN a machine without groups of its own that gets ours by an attachment THEN the default group stays on it', () => {
    const attachment = { security_group_id: WEB, network_interface_id: '${aws_instance.vm.primary_network_interface_id}' };
    expect(carriers({ aws_instance: { vm: { ami: 'x' } }, aws_network_interface_sg_attachment: { a: attachment } }))
      .toEqual({ [at('aws_instance.vm')]: ['in', 'out'].map((way) => `${way} all token:whatever group of the network by default admits`) });
  });

  test.each([
    ['an attachment', { aws_network_interface_attachment: { a: { instance_id: '${aws_instance.vm.id}', network_interface_id: '${aws_network_interface.eni.id}' } } }],
    ['the instance', { aws_instance: { vm: { vpc_security_group_ids: [WEB], network_interface: [{ network_interface_id: '${aws_network_interface.eni.id}' }] } } }],
    ['the interface', { aws_network_interface: { eni: { security_groups: ['${aws_security_group.open.id}'], attachment: [{ instance: '${aws_instance.vm.id}' }] } } }],
  ])('GIVEN a second interface of a machine, which %s says, THEN its groups admit to the machine, too', (_, said) => {
    const machine = {
      aws_instance: { vm: { vpc_security_group_ids: [WEB] } },
      aws_network_interface: { eni: { security_groups: ['${aws_security_group.open.id}'] } },
    };
    expect(Object.values(carriers({ ...machine, ...said }))).toEqual([SSH]);
    expect(Object.values(carriers(machine))).toEqual([[]]);
  });

  test('GIVEN groups of a module THEN it is a carrier', () => {
    expect(carriers({}, { module: { vm: { source: 'x', security_group_ids: [WEB, '${aws_security_group.open.id}'] } } })).toEqual({ [at('module.vm')]: SSH });
    const vm = { source: 'x', security_group_ids: [WEB], allowed_security_group_ids: ['sg-1'] };
    expect(carriers({}, { module: { vm } })).toEqual({ [at('module.vm')]: [] });
  });

  test('GIVEN a group that is not in the files THEN it counts as everything', () => {
    const everything = 'all token:whatever group ${data.aws_security_group.x.id} admits';
    expect(carriers({ aws_instance: { vm: { vpc_security_group_ids: [WEB, '${data.aws_security_group.x.id}'] } } }))
      .toEqual({ [at('aws_instance.vm')]: [`in ${everything}`, `out ${everything}`] });
  });

  test('GIVEN a splat or the values of all groups THEN the carrier has them all', () => {
    const both = { aws_security_group: { g: { for_each: { a: 1, b: 2 }, tags: tags('Web') }, n: { count: 2, tags: {} } } };
    const artifacts = readStack({ resource: { ...both, aws_instance: { vm: {
      vpc_security_group_ids: '${concat(values(aws_security_group.g)[*].id, aws_security_group.n[*].id)}',
    } } } });
    expect(Object.keys(admitted(artifacts))).toEqual([at('aws_instance.vm')]);
  });

  test.each(['${slice(local.all, 0, 1)}', '${[for g in local.all : g]}'])('GIVEN groups that cannot be evaluated, %s, THEN reading fails', (expression) => {
    const resource = { aws_security_group: { web: group('Web') }, aws_instance: { vm: { vpc_security_group_ids: expression } } };
    expect(problems({ resource, locals: { all: [WEB] } })).toEqual(['MSEG8004 aws_instance.vm']);
  });
});

describe('several stacks', () => {
  const owner = {
    resource: { aws_security_group: { web: group('Web'), more: group('Web', { ingress: [{ protocol: '-1', cidr_blocks: ['10.0.0.0/8'] }] }) } },
    locals: { all: [WEB, '${aws_security_group.more.id}'] },
    output: { 'cross-stack-output-all': { value: '${local.all}', sensitive: true } },
  };
  const user = (state: object, expression: string) => ({
    data: { terraform_remote_state: { 'cross-stack-reference-input-a': state } },
    resource: {
      aws_instance: { vm: { vpc_security_group_ids: expression } },
      aws_security_group: { db: group('Db', { ingress: [{ protocol: 'tcp', from_port: 1, to_port: 1, security_groups: [`\${element(${expression.slice(2, -1)}, 0)}`] }] }) },
    },
  });
  const OUTPUT = '${data.terraform_remote_state.cross-stack-reference-input-a.outputs.cross-stack-output-all}';
  const STATE = { backend: 'local', config: { path: '/somewhere/terraform.a.tfstate' } };

  test.each([['its state', STATE], ['its name', {}]])('GIVEN a list of groups from another stack, found by %s THEN it is followed there', (_, state) => {
    const artifacts = read({ 'stacks/a/cdk.tf.json': owner, 'stacks/b/cdk.tf.json': user(state, OUTPUT), 'stacks/c/cdk.tf.json': owner });
    const traffic = admitted(artifacts);
    expect(traffic['P/Web attached stacks/b/cdk.tf.json#aws_instance.vm']).toEqual(['in all 10.0.0.0/8']);
    expect(traffic['P/Db attached stacks/b/cdk.tf.json#aws_security_group.db']).toEqual(['in tcp/1/1 Web']);
    expect(artifacts.find(({ path }) => path === 'stacks/a/cdk.tf.json')?.workloads).toHaveLength(1);
  });

  test('GIVEN an output that no stack has THEN the reference stays as it stands', () => {
    expect(admitted(read({ 'stacks/b/cdk.tf.json': user(STATE, OUTPUT) }))['P/Db attached stacks/b/cdk.tf.json#aws_security_group.db'])
      .toEqual([`in tcp/1/1 token:\${element(${OUTPUT.slice(2, -1)}, 0)}`]);
  });
});

test('GIVEN a file beside the configuration that declares more THEN reading fails; settings are no matter', () => {
  const stack = { 'stacks/app/cdk.tf.json': { resource: { aws_security_group: { web: group('Web') } } } };
  const more = (name: string, content: Json) => problemsOf(() => read({ ...stack, [name]: content }));
  expect(more('stacks/app/more.tf', 'resource "aws_vpc_security_group_ingress_rule" "r" {}')).toEqual(['MSEG8004 stacks/app/more.tf']);
  expect(more('stacks/app/more_override.tf.json', { locals: {} })).toEqual(['MSEG8004 stacks/app/more_override.tf.json']);
  expect(more('stacks/app/backend.tf', 'terraform { backend "s3" {} }')).toEqual([]);
  expect(more('elsewhere/more.tf', 'resource "x" "y" {}')).toEqual([]);
});

test('GIVEN a file that is no JSON THEN reading fails and names it', () => {
  expect(problemsOf(() => read({ 'stacks/app/cdk.tf.json': '{' }))).toEqual(['MSEG8002 stacks/app/cdk.tf.json']);
});
