import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddressSet, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { LinuxDelivery, LinuxHostAgents } from '../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../lib/model';
import { FRAMEWORKS, policyIn, TestApp } from '../../bindings/cdktf/frameworks';
import { deviationsOf } from '../../bindings/cdktf/verified';
import { Answer, changesOf, describeWithEngines, Moto, planIsEmpty, resourcesOf, TerraformApp, TerraformStackRoot } from '../harness';
import { ManagedHost } from './managed-host';

const OFFICE = '203.0.113.0/28';
const AUDITOR = '2001:db8:a::/48';
const BUCKET = 'bundles';
const MANAGEMENT = '10.0.9.0/28';

/** A web server that an office reaches, and a database that the web server reaches; neither address is known before deployment. */
function synthesize(): TestApp {
  const test = new TestApp(FRAMEWORKS[0]);
  const stack = test.stack('Shop');
  const { TerraformVariable } = test.framework.core;
  const [office, auditor] = ['office', 'auditor'].map((name) => new TerraformVariable(stack, name, { type: 'string' }).stringValue);
  const bucket = test.make(stack, 's3-bucket', 'Bundles', { bucket: BUCKET });
  const address = test.make(stack, 'eip', 'WebAddress', { domain: 'vpc' });
  const policy = policyIn(stack, 'Shop', { mode: EnforcementMode.ENFORCE });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.0.2.5', '2001:db8::5'] });
  web.allowFrom(Peer.token('office', office, IpFamily.IPV4), { justification: 'site' });
  web.allowTo(db, { justification: 'orders' });
  db.allowFrom(Peer.token('auditor', auditor, IpFamily.IPV6), { justification: 'audit' });
  const agents = new LinuxHostAgents(stack, 'Agents', {
    policy,
    management: [{ cidr: MANAGEMENT }],
    confirmSeconds: 2,
    peerAddresses: [{ workload: web, ipv4Blocks: [`${address.publicIp}/32`] }],
    delivery: LinuxDelivery.systemsManager({ bucket: bucket.bucket }),
  });
  [web, db].forEach((workload) => agents.protect(workload));
  return test.synth();
}

const traffic = (...entries: (readonly [address: string, port: number])[]) => (
  PeerTraffic.of(entries.map(([address, port]) => ({ peer: AddressSet.cidr(address), services: ServiceSet.tcp(port) }))));

describeWithEngines(['agentHost', 'terraform', 'awsProvider', 'moto'], 'bundles of CDK for Terraform, delivered by Systems Manager', () => {
  let moto: Moto;
  let terraform: TerraformApp;
  let root: TerraformStackRoot;
  let webAddress: string;
  let host: ManagedHost;

  const given = (office: string, auditor = AUDITOR) => (
    writeFileSync(join(root.directory, 'terraform.tfvars.json'), JSON.stringify({ office, auditor })));
  const commandsFor = async (workload: string): Promise<string> => {
    const { Associations: all } = await moto.aws.call('ssm', 'list_associations');
    const { AssociationId } = all.find(({ AssociationName }: Answer) => AssociationName === `microseg-Shop-${workload}`);
    const { AssociationDescription } = await moto.aws.call('ssm', 'describe_association', { AssociationId });
    return AssociationDescription.Parameters.commands.join('\n');
  };
  const expectInForce = (ingress: PeerTraffic, egress: PeerTraffic) => {
    const enforced = host.enforced()!;
    expect(enforced.ingress.equals(ingress)).toBe(true);
    expect(enforced.egress.equals(egress)).toBe(true);
  };

  beforeAll(async () => {
    moto = await Moto.start();
    terraform = new TerraformApp(moto.endpoint);
    const test = synthesize();
    expect(deviationsOf(test)).toEqual({ found: ['linux'], excess: [], missing: [] });
    const source = join(test.app.outdir, 'stacks/Shop');
    root = terraform.stack('Shop', source);
    cpSync(join(source, 'linux-hosts'), join(root.directory, 'linux-hosts'), { recursive: true });
    given(OFFICE);
    root.init();
    root.apply();
    webAddress = resourcesOf(root.show()).find(({ type }) => type === 'aws_eip')!.values.public_ip;
    host = new ManagedHost(BUCKET);
    await host.refresh(moto);
  });
  afterAll(async () => {
    host?.remove();
    terraform?.remove();
    await moto?.stop();
  });
  beforeEach(() => host.agentHost.forget());

  test('GIVEN it applied WHEN planned again THEN nothing is left to do', () => {
    expect(planIsEmpty(root.plan())).toBe(true);
  });

  test.each([['dash', ['dash']], ['busybox ash', ['busybox', 'ash']]])('GIVEN the commands WHEN run by %s THEN the kernel admits what is declared, at the addresses of the deployment', async (_, shell) => {
    const ran = host.run(await commandsFor('Db'), { shell });
    expect([ran.status, ran.said]).toEqual([0, expect.stringContaining('confirmed: Db of policy Shop')]);
    expectInForce(traffic([`${webAddress}/32`, 5432], [AUDITOR, 5432], [MANAGEMENT, 22]), PeerTraffic.EMPTY);
    expect(host.run(await commandsFor('Db'), { shell })).toMatchObject({ status: 0, said: expect.stringContaining('nothing to do') });

    host.agentHost.forget();
    expect(host.run(await commandsFor('Web'), { shell }).status).toBe(0);
    expectInForce(traffic([OFFICE, 443], [MANAGEMENT, 22]), traffic(['10.0.2.5', 5432], ['2001:db8::5', 5432]));
  });

  test('GIVEN rules under which nothing can be fetched WHEN the commands run THEN they are not confirmed, and go back by themselves', async () => {
    const ran = host.run(await commandsFor('Web'), { most: 2 });
    expect([ran.status, ran.said]).toEqual([1, expect.stringContaining('not confirmed')]);
    await new Promise((resolve) => { setTimeout(resolve, 4000); });
    expect(host.enforced()).toBeUndefined();
    expect(host.agentHost.agent('status').said).toContain('no rules of ours are confirmed');
  });

  test('GIVEN objects that are not the ones of the commands WHEN they run THEN nothing is changed', async () => {
    const commands = await commandsFor('Web');
    expect(host.run(commands).status).toBe(0);
    const before = host.agentHost.inHost({}, 'nft', '-s', 'list', 'ruleset').said;
    for (const key of [/s3:\/\/bundles\/(\S+\.nft)/, /s3:\/\/bundles\/(\S+\.tar\.gz)/].map((pattern) => pattern.exec(commands)![1])) {
      host.write(key, 'other');
      const ran = host.run(commands);
      expect([ran.status, ran.said]).toEqual([1, expect.stringContaining('is not the expected one')]);
      await host.refresh(moto);
    }
    expect(host.agentHost.inHost({}, 'nft', '-s', 'list', 'ruleset').said).toBe(before);
  });

  test('GIVEN a book with more than an address, under its right hash, WHEN the commands run THEN the agent refuses it and keeps what it has', async () => {
    const commands = await commandsFor('Web');
    expect(host.run(commands).status).toBe(0);
    const before = host.agentHost.inHost({}, 'nft', '-s', 'list', 'ruleset').said;
    const key = /s3:\/\/bundles\/(\S+\.nft)/.exec(commands)![1];
    const book = host.read(key);
    const table = /microseg_[0-9a-z]+/.exec(book)![0];
    for (const value of ['dead.beef', '0.0.0.0/0; flush ruleset', `${OFFICE}\nadd element inet ${table} in4 {\n0.0.0.0/0 . 6 . 0-65535,\n}`]) {
      host.write(key, book.replace(OFFICE, value));
      // Whoever deploys has hashed what the value made of the book.
      const ran = host.run(commands.replace(/^.*addresses\.nft' \| sha256sum.*$/m, ''));
      expect([ran.status, ran.said]).toEqual([3, expect.stringContaining('the address book')]);
    }
    expect(host.agentHost.inHost({}, 'nft', '-s', 'list', 'ruleset').said).toBe(before);
    await host.refresh(moto);
  });

  test('GIVEN values that are no address WHEN planned THEN Terraform stops', () => {
    given('dead.beef', `${AUDITOR}\ndefine d_0 = ::/0`);
    const { ok, text } = root.run('plan', '-no-color');
    expect(ok).toBe(false);
    for (const id of ['Web', 'Db']) expect(text.replace(/\s+/g, ' ')).toContain(`A deploy-time address of a peer of ${id} is no address.`);
  });

  test('GIVEN another address WHEN applied THEN its address book and association change, and hosts take it as a change of addresses', async () => {
    const old = await commandsFor('Web');
    expect(host.run(old).status).toBe(0);
    given('198.51.100.7');
    const changes = changesOf(root.plan());
    root.apply({ planned: true });
    await host.refresh(moto);

    expect(changes.map(({ address, actions }) => [address.replace(/_[0-9A-F]{8}/, ''), ...actions]).sort()).toEqual([
      ['aws_s3_object.Agents_addresses-Web["Web"]', 'create', 'delete'], ['aws_ssm_association.Agents_apply-Web', 'update'],
    ]);
    expect(host.run(old)).toMatchObject({ status: 1, said: expect.stringContaining('cannot fetch addresses.nft') });
    expectInForce(traffic([OFFICE, 443], [MANAGEMENT, 22]), traffic(['10.0.2.5', 5432], ['2001:db8::5', 5432]));
    expect(host.run(await commandsFor('Web')).status).toBe(0);
    expectInForce(traffic(['198.51.100.7', 443], [MANAGEMENT, 22]), traffic(['10.0.2.5', 5432], ['2001:db8::5', 5432]));
  });
});
