import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AddressSet, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { deviationsIn, shop } from '../../bindings/aws-cdk/linux/fixture';
import { Answer, deployAssembly, DeployedStack, describeWithEngines, lintTemplates, Moto, readAssembly } from '../harness';
import { ManagedHost } from './managed-host';

const OFFICE = '203.0.113.0/28';
const WEB = '10.0.1.0/24';
const MANAGEMENT = '10.0.9.0/28';
const BUCKET = 'cdk-hnb659fds-assets-123456789012-us-east-1';

const traffic = (...entries: (readonly [address: string, port: number])[]) => (
  PeerTraffic.of(entries.map(([address, port]) => ({ peer: AddressSet.cidr(address), services: ServiceSet.tcp(port) }))));

describeWithEngines(['agentHost', 'moto', 'cfnLint'], 'bundles of AWS CDK, delivered by Systems Manager', () => {
  const root = mkdtempSync(join(tmpdir(), 'microseg-delivery-'));
  let moto: Moto;
  let host: ManagedHost;
  let stacks: readonly DeployedStack[];
  let syntheses = 0;

  const synthesize = (office: string): string => {
    const outdir = join(root, String(syntheses++));
    shop({ confirmSeconds: 2 }, { scope: new App({ outdir }), env: false, office }).app.synth();
    return outdir;
  };
  const deploy = async (office: string): Promise<void> => {
    const directory = synthesize(office);
    expect(deviationsIn(directory)).toMatchObject({ excess: [], missing: [] });
    stacks = await deployAssembly(moto.aws, directory);
    expect(stacks.map(({ status }) => status.replace('UPDATE', 'CREATE'))).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
  };
  const physicalId = (type: string): string => (
    stacks.flatMap(({ resources }) => resources).find((resource) => resource.type === type)!.physicalId);
  const association = async (key: string): Promise<Answer> => {
    const { Associations: all } = await moto.aws.call('ssm', 'list_associations');
    const { AssociationId } = all.find(({ Targets: [target] }: Answer) => target.Key === key);
    return (await moto.aws.call('ssm', 'describe_association', { AssociationId })).AssociationDescription;
  };
  const commandsFor = async (key: string): Promise<string> => (await association(key)).Parameters.commands.join('\n');
  const web = () => commandsFor('tag:aws:autoscaling:groupName');
  const db = () => commandsFor('InstanceIds');
  /** As a host with the role whose name starts so: it has the objects that it may read. */
  const as = async (role: string): Promise<void> => {
    const { Roles: roles } = await moto.aws.call('iam', 'list_roles');
    const { RoleName } = roles.find((each: Answer) => each.RoleName.startsWith(`Hosts-${role}`));
    const { PolicyNames: [name] } = await moto.aws.call('iam', 'list_role_policies', { RoleName });
    const { PolicyDocument: policy } = await moto.aws.call('iam', 'get_role_policy', { RoleName, PolicyName: name });
    const objects = new Set([policy.Statement[0].Resource].flat());
    await host.refresh(moto, (key) => objects.has(`arn:aws:s3:::${BUCKET}/${key}`));
  };
  const expectInForce = (ingress: PeerTraffic, egress: PeerTraffic) => {
    const enforced = host.enforced()!;
    expect(enforced.ingress.equals(ingress)).toBe(true);
    expect(enforced.egress.equals(egress)).toBe(true);
  };
  const databaseAddress = async (): Promise<string> => {
    const InstanceIds = [physicalId('AWS::EC2::Instance')];
    const { Reservations: [{ Instances: [instance] }] } = await moto.aws.call('ec2', 'describe_instances', { InstanceIds });
    return instance.PrivateIpAddress;
  };

  beforeAll(async () => {
    moto = await Moto.start();
    await deploy(OFFICE);
    host = new ManagedHost(BUCKET);
  });
  afterAll(async () => {
    host?.remove();
    await moto?.stop();
    rmSync(root, { recursive: true, force: true });
  });
  beforeEach(() => host.agentHost.forget());

  test('GIVEN the templates WHEN linted THEN cfn-lint finds no error', () => {
    const templates = readAssembly(synthesize(OFFICE)).stacks.map(({ templateFile }) => templateFile);
    expect(lintTemplates(templates).filter(({ level }) => level === 'Error')).toEqual([]);
  });

  test('GIVEN it deployed WHEN the API is asked THEN associations are for the hosts of their workloads', async () => {
    const [groups, instances] = [await association('tag:aws:autoscaling:groupName'), await association('InstanceIds')];
    expect(groups).toMatchObject({ Name: 'AWS-RunShellScript', AssociationName: 'microseg-Shop-Web', Targets: [{ Values: [physicalId('AWS::AutoScaling::AutoScalingGroup')] }] });
    expect(instances).toMatchObject({ AssociationName: 'microseg-Shop-Db', Targets: [{ Values: [physicalId('AWS::EC2::Instance')] }] });
  });

  test.each([['dash', ['dash']], ['busybox ash', ['busybox', 'ash']]])('GIVEN the commands WHEN run by %s with what the roles may read THEN the kernel admits what is declared', async (_, shell) => {
    await as('Database');
    const ran = host.run(await db(), { shell });
    expect([ran.status, ran.said]).toEqual([0, expect.stringContaining('confirmed: Db of policy Shop')]);
    expectInForce(traffic([WEB, 5432], [MANAGEMENT, 22]), PeerTraffic.EMPTY);
    expect(host.run(await db(), { shell })).toMatchObject({ status: 0, said: expect.stringContaining('nothing to do') });

    host.agentHost.forget();
    expect(host.run(await web(), { shell })).toMatchObject({ status: 1, said: expect.stringContaining('cannot fetch bundle.tar.gz') });
    await as('Fleet');
    expect(host.run(await web(), { shell }).status).toBe(0);
    expectInForce(traffic([OFFICE, 443], [MANAGEMENT, 22]), traffic([await databaseAddress(), 5432]));
    expect(host.run(await web(), { shell })).toMatchObject({ status: 0, said: expect.stringContaining('nothing to do') });
  });

  test('GIVEN rules under which nothing can be fetched WHEN the commands run THEN they are not confirmed, and go back by themselves', async () => {
    await as('Fleet');
    const ran = host.run(await web(), { most: 2 });
    expect([ran.status, ran.said]).toEqual([1, expect.stringContaining('not confirmed')]);
    await new Promise((resolve) => { setTimeout(resolve, 4000); });
    expect(host.enforced()).toBeUndefined();
  });

  test('GIVEN objects that are not the ones of the commands WHEN they run THEN nothing is changed', async () => {
    await as('Fleet');
    const commands = await web();
    expect(host.run(commands).status).toBe(0);
    const before = host.agentHost.inHost({}, 'nft', '-s', 'list', 'ruleset').said;
    for (const [, key] of commands.matchAll(/^fetch 's3:\/\/[^/]+\/(\S+)' (?!again)/gm)) {
      host.write(key, 'other');
      expect(host.run(commands)).toMatchObject({ status: 1, said: expect.stringContaining('is not the expected one') });
      await as('Fleet');
    }
    expect(host.agentHost.inHost({}, 'nft', '-s', 'list', 'ruleset').said).toBe(before);
  });

  test('GIVEN a deploy-time value WHEN it turns out to be another address THEN hosts take it as a change of addresses; anything else, and they keep what they have', async () => {
    await as('Fleet');
    expect(host.run(await web()).status).toBe(0);
    const table = /microseg_[0-9a-z]+/.exec(host.agentHost.inHost({}, 'nft', 'list', 'tables').said)![0];
    await deploy('198.51.100.7');
    await as('Fleet');
    expect(host.run(await web()).status).toBe(0);
    const egress = traffic([await databaseAddress(), 5432]);
    expectInForce(traffic(['198.51.100.7/32', 443], [MANAGEMENT, 22]), egress);

    const hostile = [
      'dead.beef', '0.0.0.0/0; flush ruleset', "'; nft flush ruleset; '", 'END\nnft flush ruleset', '$(nft flush ruleset)', '',
      `${OFFICE}\nadd element inet ${table} in4 {\n0.0.0.0/0 . 6 . 0-65535,\n}`,
    ];
    for (const value of hostile) {
      await deploy(value);
      await as('Fleet');
      const ran = host.run(await web());
      expect([value, ran.status, ran.said]).toEqual([value, 3, expect.stringContaining('the address book')]);
      expectInForce(traffic(['198.51.100.7/32', 443], [MANAGEMENT, 22]), egress);
    }
  }, 120_000);
});
