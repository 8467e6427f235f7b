import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LinuxDelivery, LinuxHostAgents, SecurityGroups } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, Peer, Service } from '../../../../lib/model';
import { HOSTILE_TEXTS } from '../../../model/policies';
import { codesOf, FRAMEWORKS, Json, only, policyIn, TestApp } from '../frameworks';
import { deviationsOf } from '../verified';
import { bySystemsManager, hostFile, MANAGEMENT, shop } from './fixture';

/** Texts that a script holds anyway. */
const SHORT = ['"', "'", '`', '\\', '\n', ' ', '-'];

const resource = (configuration: Json, type: string, name: string): Json => Object.entries(configuration.resource[type])
  .find(([id]) => id.startsWith(`Agents_${name}_`))![1];
const local = (configuration: Json, name: string): string => Object.entries<string>(configuration.locals).find(([id]) => id.startsWith(`Agents_${name}_`))![1];

/** The files of an archive, unpacked by tar. */
function unpacked({ app: { outdir } }: TestApp, workload: string): { [name: string]: string } {
  const directory = mkdtempSync(join(tmpdir(), 'unpacked-'));
  const archive = join(outdir, `stacks/Shop/linux-hosts/Shop/${workload}.tar.gz`);
  const names = spawnSync('tar', ['-xzvf', archive, '-C', directory], { encoding: 'utf8' }).stdout.trim().split('\n');
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

describe.each(FRAMEWORKS)('Linux hosts in $name', (framework) => {
  test.each(Object.values(EnforcementMode))('GIVEN deploy-time peers, one of another stack WHEN synthesized in %s THEN the directory alone shows what was declared', (mode) => {
    expect(deviationsOf(shop(framework, {}, mode).test.synth())).toEqual({ found: ['linux'], excess: [], missing: [] });
  });

  test('GIVEN deploy-time peers WHEN synthesized THEN the address book has their expressions, and the bundle no trace of them', () => {
    const { test } = shop(framework);
    const configuration = test.synth().configuration('Shop');

    const book = hostFile(test, 'Db/addresses.nft');
    expect(book).toMatch(/^define d_[0-9a-z]+ = \$\{aws_eip\.Web\.public_ip\}\/32$/m);
    expect(hostFile(test, 'Web/addresses.nft')).toContain('outputs.cross-stack-output-aws_eipOfficepublic_ip}/32');
    expect(local(configuration, 'addresses-of-Db')).toBe(book);
    const files = unpacked(test, 'Db');
    expect(Object.values(files).filter((text) => text.includes('aws_eip') || text.includes('Token['))).toEqual([]);
    for (const [name, text] of Object.entries(files)) if (name !== 'addresses.nft') expect(hostFile(test, `Db/${name}`)).toBe(text);
  });

  test('GIVEN known addresses alone WHEN synthesized twice THEN the bundle is whole, and the same bytes', () => {
    const bundles = [1, 2].map(() => {
      const test = new TestApp(framework);
      const stack = test.stack('Shop');
      const policy = policyIn(stack, 'Shop', { mode: EnforcementMode.ENFORCE });
      const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
      web.allowFrom(Peer.cidr('10.9.0.0/16'));
      const agents = new LinuxHostAgents(stack, 'Agents', { policy, management: MANAGEMENT, delivery: bySystemsManager() });
      agents.protect(web);
      test.synth();
      expect(unpacked(test, 'Web')['addresses.nft']).toBe(hostFile(test, 'Web/addresses.nft'));
      expect(resource(test.configuration('Shop'), 'aws_s3_object', 'addresses-Web').for_each).toEqual({});
      expect(only(test.configuration('Shop'), 'aws_ssm_association').parameters.commands).not.toContain('addresses.nft');
      return readFileSync(join(test.app.outdir, 'stacks/Shop/linux-hosts/Shop/Web.tar.gz'));
    });
    expect(bundles[0]).toEqual(bundles[1]);
  });

  test('GIVEN a delivery WHEN synthesized THEN an association names what to fetch by its hash, after the objects are there', () => {
    const { test } = shop(framework, { delivery: bySystemsManager() });
    const configuration = test.synth().configuration('Shop');

    const [archive, book] = ['archive-Web', 'addresses-Web'].map((name) => resource(configuration, 'aws_s3_object', name));
    const { parameters: { commands }, targets, depends_on: after, ...association } = resource(configuration, 'aws_ssm_association', 'apply-Web');
    expect(archive.source).toBe('${path.module}/linux-hosts/Shop/Web.tar.gz');
    const hash = /bundle-([0-9a-f]{64})\.tar\.gz$/.exec(archive.key)![1];
    expect(commands).toContain(`fetch 's3://bundles/${archive.key}' bundle.tar.gz`);
    expect(commands).toContain(`echo '${hash}  bundle.tar.gz' | sha256sum -c`);
    expect(commands).toContain(`fetch 's3://bundles/${book.key}' addresses.nft`);
    expect(commands).toMatch(/echo '\$\{sha256\(local\.\S+\)\}  addresses.nft' \| sha256sum -c/);
    expect(targets).toEqual([{ key: 'tag:microseg:policy', values: ['Shop'] }, { key: 'tag:microseg:workload', values: ['Web'] }]);
    expect(after.map((address: string) => address.replace(/_[0-9A-F]{8}$/, ''))).toEqual(['aws_s3_object.Agents_archive-Web', 'aws_s3_object.Agents_addresses-Web']);
    expect([archive, book].map(({ lifecycle }) => lifecycle.create_before_destroy)).toEqual([true, true]);
    expect(association).toMatchObject({ name: 'AWS-RunShellScript', max_concurrency: '20%', max_errors: '0' });
  });

  test('GIVEN a delivery with settings WHEN synthesized THEN they come to its resources, and instances may read their own folder only', () => {
    const delivery = LinuxDelivery.systemsManager({
      bucket: 'bundles', prefix: 'hosts/prod', kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/k', maxConcurrency: '1', maxErrors: '2', scheduleExpression: 'rate(1 day)',
    });
    const { test, agents, web } = shop(framework, { delivery });
    agents.protect(web, { instances: [{ key: 'InstanceIds', values: ['i-1'] }] });
    const policy = agents.instancePolicy(web);
    const { TerraformOutput } = framework.core;
    new TerraformOutput(agents, 'policy', { value: policy });
    const configuration = test.synth().configuration('Shop');

    expect(resource(configuration, 'aws_ssm_association', 'apply-Web')).toMatchObject({
      max_concurrency: '1', max_errors: '2', schedule_expression: 'rate(1 day)', targets: [{ key: 'InstanceIds', values: ['i-1'] }],
    });
    expect(resource(configuration, 'aws_s3_object', 'archive-Web')).toMatchObject({ kms_key_id: expect.stringContaining(':key/k') });
    const { value } = Object.values<Json>(configuration.output)[0];
    expect(JSON.parse(value).Statement).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: expect.stringMatching(/^arn:\$\{data\.aws_partition\.\S+\.partition\}:s3:::bundles\/hosts\/prod\/Shop\/Web\/\*$/) },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-west-1:123456789012:key/k' },
    ]);
    expect(agents.instanceTags(web)).toEqual({ 'microseg:policy': 'Shop', 'microseg:workload': 'Web' });
  });

  test('GIVEN user data WHEN synthesized THEN it is one script that carries the bundle, and Terraform packs it and fills in the addresses', () => {
    const { test, stack, agents, web, db } = shop(framework);
    const [userDataBase64, userData] = [agents.userDataBase64(web), agents.userData(db, { maxBytes: 65_535 })];
    test.make(stack, 'instance', 'Host', { ami: 'a', instanceType: 't', userDataBase64 });
    test.make(stack, 'instance', 'Db', { ami: 'a', instanceType: 't', userData });
    const configuration = test.synth().configuration('Shop');

    expect(configuration.resource.aws_instance.Host.user_data_base64).toMatch(/^\$\{base64gzip\(local\.\S+\)\}$/);
    const script = local(configuration, 'user-data-0-Web');
    expect(/base64 -d >addresses.nft .*\n(.*)\nEND\n/.exec(script)![1]).toMatch(/^\$\{base64encode\(local\.Agents_addresses-of-Web_.*\)\}$/);
    const archive = /base64 -d >bundle.tar.gz .*\n(.*)\nEND\n/.exec(script)![1];
    expect(gunzipSync(Buffer.from(archive, 'base64')).toString()).toContain('"workload": "Web"');
    // What else looks like a template is text for the shell.
    expect([...script.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, word]) => word)).toEqual(['base64encode']);
    expect(local(configuration, 'user-data-1-Db')).toContain('base64 -d >addresses.nft');
  });

  test('GIVEN a place to fetch from WHEN synthesized THEN user data is short, and takes the bundle of this synthesis only', () => {
    const { test, agents, web } = shop(framework);
    agents.userData(web, { bundleUrl: 'https://files.example/web.tar.gz?v=1' });
    const script = local(test.synth().configuration('Shop'), 'user-data-0-Web');

    expect(script.length).toBeLessThan(4000);
    expect(script).toContain("fetch 'https://files.example/web.tar.gz?v=1' bundle.tar.gz");
    expect(script).toMatch(/echo '[0-9a-f]{64} {2}bundle.tar.gz'/);
  });

  test('GIVEN user data that the cloud does not take WHEN synthesized THEN it is refused, and the way out named', () => {
    const { test, agents, web } = shop(framework);
    agents.userData(web);
    expect(() => test.synth()).toThrow(/MSEG4033 .*Web has \d+ bytes, and may have 16384.*userDataBase64/);
  });

  test('GIVEN gzip of the same WHEN synthesized THEN EC2 takes it', () => {
    const { test, agents, web } = shop(framework);
    agents.userDataBase64(web);
    expect(codesOf(() => test.synth())).toEqual([]);
  });

  test('GIVEN the address book asked for WHEN synthesized THEN it is a local for any other delivery', () => {
    const { test, stack, agents, web } = shop(framework);
    test.make(stack, 'ssm-parameter', 'Book', { name: 'book', type: 'String', value: agents.addressBook(web) });
    expect(only(test.synth().configuration('Shop'), 'aws_ssm_parameter').value).toMatch(/^\$\{local\.Agents_addresses-of-Web_/);
  });

  test('GIVEN hosts in a network with security groups WHEN synthesized THEN both admit what was declared', () => {
    const { test, stack, policy, web, db } = shop(framework);
    const groups = new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1' });
    [web, db].forEach((workload) => groups.protect(workload));
    expect(deviationsOf(test.synth())).toEqual({ found: ['aws', 'linux'], excess: [], missing: [] });
    expect(test.manifest('Shop').policies[0].enforcementPoints.map(({ platform }: Json) => platform)).toEqual(['aws', 'linux']);
  });

  test('GIVEN bundles of an earlier synthesis WHEN synthesized THEN those of workloads that are gone are gone', () => {
    const { test } = shop(framework);
    test.synth();
    const place = join(test.app.outdir, 'stacks/Shop/linux-hosts/Shop/Gone');
    spawnSync('cp', ['-r', join(place, '../Web'), place]);
    test.synth();
    expect(spawnSync('test', ['-e', place]).status).toBe(1);
  });

  test('GIVEN an address book that was changed WHEN verified THEN the excess is found', () => {
    const { test } = shop(framework);
    test.synth();
    const file = join(test.app.outdir, 'stacks/Shop/linux-hosts/Shop/Db/addresses.nft');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/= .*\n/, '= 10.0.0.0/8\n'));
    const { excess, missing } = deviationsOf(test);
    expect([excess.map(({ client }) => client), missing.map(({ client }) => client)]).toEqual([[{ cidr: '10.0.0.0/8' }], [{ workload: 'Web' }]]);
  });
});

test.each(HOSTILE_TEXTS)('GIVEN %j as justification, tag and name WHEN synthesized THEN nothing else is admitted or run', (text) => {
  const { test, web, db, agents } = shop(FRAMEWORKS[0], { delivery: bySystemsManager() });
  agents.protect(web, { instances: [{ key: 'tag:Role', values: [text] }] });
  db.allowFrom(web, { services: [Service.SSH], justification: text });
  expect(deviationsOf(test.synth())).toMatchObject({ excess: [], missing: [] });
  const { parameters: { commands }, targets } = resource(test.configuration('Shop'), 'aws_ssm_association', 'apply-Web');
  expect(commands.replace(/[0-9a-f]{64}/g, '')).toMatch(/^[\n\r -~]*$/);
  if (!SHORT.includes(text)) expect(commands).not.toContain(text);
  expect(targets[0].values[0].replace(/\$\$\{/g, '${').replace(/%%\{/g, '%{').replace('TfToken [', 'TfToken[')).toBe(text);
  for (const refused of [() => LinuxDelivery.systemsManager({ bucket: `b${text}'` }), () => LinuxDelivery.systemsManager({ bucket: 'b', prefix: `p${text} ` }),
    () => LinuxDelivery.systemsManager({ bucket: 'b', kmsKeyArn: `k${text}'` })]) expect(codesOf(refused)[0]).toBe('MSEG4031');
  expect(codesOf(() => agents.userData(web, { bundleUrl: `https://h/${text}'` }))[0]).toBe('MSEG4032');
});

describe.each(FRAMEWORKS)('what Linux hosts in $name refuse', (framework) => {
  test('a workload of another policy, an unmanaged one, and another bundle for the same hosts', () => {
    const { stack, policy, agents, web } = shop(framework);
    expect(codesOf(() => agents.protect(policyIn(stack, 'Other').addWorkload('W')))).toEqual(['MSEG3002']);
    expect(codesOf(() => agents.protect(policy.addUnmanagedWorkload('Legacy', { addresses: ['10.3.0.1/32'] })))).toEqual(['MSEG3003']);
    expect(codesOf(() => new LinuxHostAgents(stack, 'More', { policy, management: MANAGEMENT }).protect(web))).toEqual(['MSEG3001']);
    agents.protect(web, { instances: [{ key: 'InstanceIds', values: ['i-1'] }], containerInterfaces: ['docker0'] });
    expect(codesOf(() => agents.protect(web, { instances: [{ key: 'InstanceIds', values: ['i-2'] }] }))).toEqual(['MSEG3001']);
    expect(codesOf(() => agents.protect(web, { containerInterfaces: ['br-*'] }))).toEqual(['MSEG3001']);
  });

  test('a policy for instances without a delivery, and a known address as a deploy-time one', () => {
    const { agents, web } = shop(framework);
    expect(codesOf(() => agents.instancePolicy(web))).toEqual(['MSEG4034']);
    expect(codesOf(() => agents.addPeerAddress({ workload: web, ipv4Blocks: ['10.0.0.1/32'] }))).toEqual(['MSEG3403']);
  });

  test('a peer whom no address is known of, and settings that hosts cannot take', () => {
    expect(codesOf(() => shop(framework, { peerAddresses: [] }).test.synth())).toEqual(['MSEG4001']);
    expect(codesOf(() => shop(framework, { confirmSeconds: 0 }).test.synth())).toEqual(['MSEG4020']);
    expect(codesOf(() => shop(framework, { management: [{ cidr: 'x' }] }).test.synth())).toEqual(['MSEG4003']);
  });

  test('what is protected after synthesis', () => {
    const { test, policy, agents } = shop(framework);
    const late = policy.addWorkload('Late');
    test.synth();
    expect(codesOf(() => agents.protect(late))).toEqual(['MSEG3013']);
  });
});
