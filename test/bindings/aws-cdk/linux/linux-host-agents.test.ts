import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, AspectPriority, Aspects, aws_autoscaling as autoscaling, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, Duration, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnAssociation } from 'aws-cdk-lib/aws-ssm';
import { AwsSolutionsChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';
import { LinuxHostAgents, LinuxHostAgentsProps, SecurityGroups, SegmentationValidator } from '../../../../lib/bindings/aws-cdk';
import { EnforcementMode, Peer, SegmentationPolicy, Service } from '../../../../lib/model';
import { filesOfTarGz } from '../../../../lib/platforms/linux/bundle-archive';
import { AS_OF, HOSTILE_TEXTS } from '../../../model/policies';
import { codesOf } from '../../../support/problems';
import { assetsIn, deviationsIn, flat, Json, MANAGEMENT, resource, Shop, shop } from './fixture';

const BOTH = ['Agents.template.json#AgentsApplyDbInstances', 'Agents.template.json#AgentsApplyWebGroups'];
const NOTHING = { excess: [], missing: [] };
const OBJECT = /s3:\/\/(\S+?)\/([0-9a-f]{64}\.(?:gz|nft))'/g;

const association = ({ stack }: Shop, start: string): Json => resource(stack, 'AWS::SSM::Association', `AgentsApply${start}`);
const commands = (point: Shop, start: string): string => flat(association(point, start).Properties.Parameters.commands[0]);
const statements = (stack: Stack, start: string): Json[] => resource(stack, 'AWS::IAM::Policy', start).Properties.PolicyDocument.Statement;

describe('Linux hosts of AWS CDK', () => {
  test.each(Object.values(EnforcementMode))('GIVEN deploy-time peers of another stack WHEN synthesized in %s THEN the assembly alone shows what was declared', (mode) => {
    const { directory } = shop({}, { mode }).app.synth();
    expect(deviationsIn(directory)).toEqual({ found: BOTH, ...NOTHING });
  });

  test('GIVEN deploy-time peers WHEN synthesized THEN the association has their values in base64, and no asset a trace of them', () => {
    const point = shop();
    const { directory } = point.app.synth();

    const [{ 'Fn::Join': [, parts] }]: Json = association(point, 'Web').Properties.Parameters.commands;
    const encoded = parts.filter((part: Json) => part['Fn::Base64'] !== undefined);
    expect(parts.filter((part: Json) => typeof part !== 'string')).toEqual(encoded);
    expect(commands(point, 'Web')).toContain('base64 -d >addresses.nft.0');
    const assets = assetsIn(directory);
    for (const asset of assets) {
      const content = readFileSync(join(directory, asset));
      const texts = asset.endsWith('.nft') ? [content.toString()] : Object.values(filesOfTarGz(content));
      expect(texts.filter((text) => /ImportValue|GetAtt|Token\[/.test(text))).toEqual([]);
    }
    expect(assets.map((name) => name.replace(/^asset\..*?\./, ''))).toEqual(expect.arrayContaining(['nft', 'tar.gz']));
  });

  test('GIVEN hosts WHEN synthesized THEN a group is addressed by its own tag and an instance by its id, after they may read their bundle', () => {
    const point = shop({ association: { maxConcurrency: '1', maxErrors: '10%', scheduleExpression: 'rate(1 day)', waitForSuccess: Duration.minutes(10) } });
    point.app.synth();

    const [web, db] = [association(point, 'Web'), association(point, 'Db')];
    expect(web.Properties.Targets).toEqual([{ Key: 'tag:aws:autoscaling:groupName', Values: [{ 'Fn::ImportValue': expect.stringContaining('FleetASG') }] }]);
    expect(db.Properties.Targets).toEqual([{ Key: 'InstanceIds', Values: [{ 'Fn::ImportValue': expect.stringContaining('Database') }] }]);
    expect(web.DependsOn).toEqual([expect.stringMatching(/^AgentsReadWeb/)]);
    expect(web.Properties).toMatchObject({
      Name: 'AWS-RunShellScript', MaxConcurrency: '1', MaxErrors: '10%', ScheduleExpression: 'rate(1 day)', WaitForSuccessTimeoutSeconds: 600,
    });
  });

  test('GIVEN hosts WHEN synthesized THEN each role may read the very objects that its commands fetch, and nothing else', () => {
    const point = shop();
    point.app.synth();
    for (const workload of ['Web', 'Db']) {
      const fetched = new Set([...commands(point, workload).matchAll(OBJECT)].map(([, bucket, key]) => `${bucket}/${key}`));
      const granted = statements(point.stack, `AgentsRead${workload}`);
      expect(granted).toEqual([{ Action: 's3:GetObject', Effect: 'Allow', Resource: expect.anything() }]);
      expect([granted[0].Resource].flat().map(flat).sort()).toEqual([...fetched].map((object) => `arn:{"Ref":"AWS::Partition"}:s3:::${object}`).sort());
    }
    const other = Object.values(Template.fromStack(point.elsewhere).findResources('AWS::IAM::Policy'));
    expect([other, Object.keys(Template.fromStack(point.stack).findResources('AWS::IAM::Policy'))]).toEqual([[], expect.arrayContaining([expect.anything(), expect.anything()])]);
  });

  test('GIVEN a key of assets, and a role that is to have what the SSM agent needs WHEN synthesized THEN they are granted', () => {
    const assetKey = (point: Stack) => kms.Key.fromKeyArn(point, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/k');
    const app = new App();
    const point = shop({ assetKey: assetKey(new Stack(app, 'Keys')) }, { scope: app });
    point.agents.protect(point.db, point.database, { ssmAgentPermissions: true });
    app.synth();
    expect(statements(point.stack, 'AgentsReadWeb')).toContainEqual({ Action: 'kms:Decrypt', Effect: 'Allow', Resource: 'arn:aws:kms:eu-west-1:123456789012:key/k' });
    const managed = (name: string) => JSON.stringify(resource(point.elsewhere, 'AWS::IAM::Role', name).Properties.ManagedPolicyArns ?? []);
    expect([managed('DatabaseInstanceRole'), managed('FleetInstanceRole')]).toEqual([expect.stringContaining('AmazonSSMManagedInstanceCore'), '[]']);
  });

  test('GIVEN hosts and agents WHEN cdk-nag looks at them THEN it finds nothing wrong with the agents', () => {
    const { app } = shop();
    app.synth();
    const { violations }: Json = new AwsSolutionsChecks().validateScope(app);
    const paths = violations.flatMap(({ violatingResources }: Json) => violatingResources.map(({ constructPath }: Json) => constructPath));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path: string) => path.startsWith('Agents/'))).toEqual([]);
  });

  test('GIVEN known addresses alone WHEN synthesized twice THEN the bundle is whole, and the same bytes', () => {
    const directories = [1, 2].map(() => {
      const app = new App();
      const stack = new Stack(app, 'Shop');
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
      const policy = new SegmentationPolicy(stack, 'Shop', { mode: EnforcementMode.ENFORCE, asOf: AS_OF });
      const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
      web.allowFrom(Peer.cidr('10.9.0.0/16'));
      new LinuxHostAgents(stack, 'Agents', { policy, management: MANAGEMENT }).protect(web, role, { targets: [{ key: 'tag:Role', values: ['web'] }] });
      const { directory } = app.synth();
      expect(app.synth({ force: true }).directory).toBe(directory);
      expect(deviationsIn(directory)).toEqual({ found: ['Shop.template.json#AgentsApplyWebTargets'], ...NOTHING });
      expect(flat(resource(stack, 'AWS::SSM::Association', 'Agents').Properties.Parameters.commands[0])).not.toContain('addresses.nft');
      return directory;
    });
    const [first, second] = directories.map((directory) => assetsIn(directory).map((name) => [name, readFileSync(join(directory, name)).toString('hex')]));
    expect([first, first.length]).toEqual([second, 1]);
  });

  test('GIVEN a flow that is declared last of all WHEN synthesized THEN it is in the bundle', () => {
    const point = shop();
    point.web.allowFrom(Peer.cidr('192.0.2.0/24'), { services: [Service.SSH] });
    expect(deviationsIn(point.app.synth().directory)).toEqual({ found: BOTH, ...NOTHING });
  });

  test('GIVEN stages with the same stacks, one within the other WHEN synthesized THEN each has its own bundles', () => {
    const app = new App();
    const outer = new Stage(app, 'Prod', { env: { account: '123456789012', region: 'eu-west-1' } });
    const stages = [outer, new Stage(outer, 'Blue'), new Stage(app, 'Test')];
    stages.forEach((scope) => shop({}, { scope, env: scope === outer }));
    const { directory } = app.synth();
    const { found, ...deviations } = deviationsIn(directory);
    expect([found.length, deviations]).toEqual([6, NOTHING]);
    expect(stages.map((stage) => deviationsIn(stage.synth().directory).found.length)).toEqual([4, 2, 2]);
  });

  test('GIVEN agents in a nested stack, and an environment that nobody knows WHEN synthesized THEN the assembly shows what was declared', () => {
    const app = new App();
    const parent = new Stack(app, 'Parent');
    const nested = new NestedStack(parent, 'Nested');
    const vpc = new ec2.Vpc(parent, 'Vpc', { natGateways: 0, maxAzs: 1 });
    const host = new ec2.Instance(parent, 'Host', { vpc, instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.latestAmazonLinux2023() });
    const policy = new SegmentationPolicy(nested, 'Shop', { mode: EnforcementMode.ENFORCE, asOf: AS_OF });
    const [web, db] = [policy.addWorkload('Web'), policy.addWorkload('Db', { services: [Service.POSTGRES] })];
    web.allowTo(db);
    const agents = new LinuxHostAgents(nested, 'Agents', { policy, management: MANAGEMENT });
    agents.addPeerAddress({ workload: db, ipv4Blocks: [host.instancePrivateIp], ipv6Blocks: [`${new ec2.CfnEIP(parent, 'Address').attrPublicIp}/128`] });
    agents.protect(web, host);
    const { found, ...deviations } = deviationsIn(app.synth().directory);
    expect([found, deviations]).toEqual([[expect.stringMatching(/^ParentNested.*\.nested\.template\.json#AgentsApplyWebInstances$/)], NOTHING]);
  });

  test('GIVEN hosts in a network with security groups WHEN synthesized THEN both admit what was declared, in one manifest', () => {
    const point = shop();
    const groups = new SecurityGroups(point.stack, 'Groups', { policy: point.policy, vpc: ec2.Vpc.fromVpcAttributes(point.stack, 'V', { vpcId: 'vpc-1', availabilityZones: ['a'], vpcCidrBlock: '10.0.0.0/16' }) });
    [point.web, point.db].forEach((workload) => groups.securityGroupIds(workload));
    const { directory } = point.app.synth();
    expect(deviationsIn(directory)).toMatchObject(NOTHING);
    const { policies: [policy] } = JSON.parse(readFileSync(join(directory, 'segmentation.json'), 'utf8'));
    expect(policy.enforcementPoints.map(({ platform, management }: Json) => [platform, management])).toEqual([['aws', undefined], ['linux', [{ cidr: '10.0.9.0/28', port: 22 }]]]);
    expect(policy.opaquePeers.map(({ kind, name, rendered }: Json) => [kind, name, rendered.length])).toEqual([['address', 'Db', 1], ['token', 'office', 1]]);
  });

  test('GIVEN a validator WHEN somebody changes what hosts are told THEN synthesis fails, and not before', () => {
    const synthesized = (change: (association: CfnAssociation) => void): Shop => {
      const point = shop();
      Validations.of(point.app).addPlugins(new SegmentationValidator());
      const visit = (node: IConstruct): void => {
        if (node instanceof CfnAssociation) change(node);
      };
      Aspects.of(point.stack).add({ visit }, { priority: AspectPriority.READONLY });
      point.app.synth();
      return point;
    };
    expect(() => synthesized(() => undefined)).not.toThrow();
    expect(() => synthesized((node) => node.addPropertyOverride('Parameters.commands', ['nft flush ruleset']))).toThrow();
    expect(() => synthesized((node) => node.addPropertyOverride('Parameters.commands.1', 'nft flush ruleset'))).toThrow();
  });

  test('GIVEN an unprotected workload WHEN synthesized THEN it is named in a warning, once', () => {
    const point = shop();
    point.policy.addWorkload('Lost');
    const messages = point.app.synth().stacks.flatMap((stack) => stack.messages).map(({ entry }) => String(entry.data));
    expect(messages.filter((text) => text.includes('MSEG3101'))).toHaveLength(1);
  });
});

describe('user data of Linux hosts', () => {
  const fleetWithUserData = (point: Shop): iam.Role => {
    const role = new iam.Role(point.elsewhere, 'BootRole', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    const userData = point.agents.userData(point.web, role);
    new ec2.LaunchTemplate(point.elsewhere, 'Boot', { role, userData, machineImage: ec2.MachineImage.latestAmazonLinux2023() });
    return role;
  };

  test('GIVEN hosts that boot with it WHEN synthesized THEN it reads back, and their own stack publishes what they may read', () => {
    const point = shop();
    fleetWithUserData(point);
    const { directory } = point.app.synth();

    expect(deviationsIn(directory)).toEqual({ found: [...BOTH, 'Hosts.template.json#Boot'], ...NOTHING });
    const granted = [statements(point.elsewhere, 'BootRole')[0].Resource].flat().map(flat);
    const { files } = JSON.parse(readFileSync(join(directory, 'Hosts.assets.json'), 'utf8'));
    const places = Object.values<Json>(files).flatMap(({ destinations }) => Object.values<Json>(destinations));
    const keys = places.map(({ objectKey }) => objectKey);
    expect(granted.map((arn) => arn.split('/').pop()).filter((key) => !keys.includes(key))).toEqual([]);
    expect(granted).toHaveLength(2);
  });

  test('GIVEN it as one part of several WHEN synthesized THEN it still reads back', () => {
    const point = shop();
    const parts = new ec2.MultipartUserData();
    const own = ec2.UserData.forLinux();
    own.addCommands('echo ready');
    parts.addUserDataPart(own);
    parts.addUserDataPart(point.agents.userData(point.db, point.database));
    new ec2.LaunchTemplate(point.elsewhere, 'Boot', { userData: parts });
    expect(deviationsIn(point.app.synth().directory)).toEqual({ found: [...BOTH, 'Hosts.template.json#Boot'], ...NOTHING });
  });

  test('GIVEN user data alone WHEN synthesized THEN there is no association', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    const policy = new SegmentationPolicy(stack, 'Shop', { asOf: AS_OF });
    const userData = new LinuxHostAgents(stack, 'Agents', { policy, management: MANAGEMENT }).userData(policy.addWorkload('Web'), role);
    new ec2.LaunchTemplate(stack, 'Boot', { userData });
    expect(deviationsIn(app.synth().directory)).toEqual({ found: ['Shop.template.json#Boot'], ...NOTHING });
    Template.fromStack(stack).resourceCountIs('AWS::SSM::Association', 0);
  });
});

describe('what is found in the assembly', () => {
  const changed = (change: (directory: string, point: Shop) => void): string => {
    const point = shop();
    const { directory } = point.app.synth();
    change(directory, point);
    return directory;
  };
  const rewrite = (directory: string, change: (template: string) => string) => {
    const file = join(directory, 'Agents.template.json');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };
  const archive = (directory: string): string => join(directory, assetsIn(directory).find((name) => name.endsWith('.tar.gz'))!);

  test('an address that somebody wrote in the place of a deploy-time one', () => {
    const directory = changed((at) => rewrite(at, (text) => text.replace(/\{\s*"Fn::ImportValue": "[^"]*PrivateIp[^"]*"\s*\}/, '"10.0.0.0/8"')));
    const { excess, missing } = deviationsIn(directory);
    expect([excess.map(({ server }) => server), missing.map(({ server }) => server)]).toEqual([[{ cidr: '10.0.0.0/8' }], [{ workload: 'Db' }]]);
  });

  test('an association that is gone', () => {
    const directory = changed((at) => rewrite(at, (text) => {
      const template = JSON.parse(text);
      for (const id of Object.keys(template.Resources).filter((each) => each.startsWith('AgentsApplyDb'))) delete template.Resources[id];
      return JSON.stringify(template);
    }));
    expect(deviationsIn(directory).missing.map(({ end, server }) => [end, server])).toEqual([['ingress', { workload: 'Db' }]]);
  });

  test.each<[string, string, (directory: string) => void]>([
    ['a command before ours', 'MSEG8004', (at) => rewrite(at, (text) => text.replace('#!/bin/sh', '#!/bin/sh\\nnft flush ruleset'))],
    ['a command within ours', 'MSEG8004', (at) => rewrite(at, (text) => text.replace('umask 077', 'umask 077; reboot'))],
    ['a command after ours', 'MSEG8004', (at) => rewrite(at, (text) => text.replace('confirm\\n"', 'confirm\\nnft flush ruleset\\n"'))],
    ['further commands', 'MSEG8004', (at) => rewrite(at, (text) => {
      const template = JSON.parse(text);
      const [, { Properties }] = Object.entries<Json>(template.Resources).find(([id]) => id.startsWith('AgentsApplyDb'))!;
      Properties.Parameters.commands.push('nft flush ruleset');
      return JSON.stringify(template);
    })],
    ['another deploy-time line', 'MSEG8002', (at) => rewrite(at, (text) => text.replace(/"define (d_\w+) = "/, '"define $1 = 0.0.0.0/0\\ndefine $1 = "'))],
    ['another archive under its name', 'MSEG8002', (at) => writeFileSync(archive(at), 'other')],
    ['an archive that is gone', 'MSEG8002', (at) => rmSync(archive(at))],
    ['an archive that nobody publishes', 'MSEG8002', (at) => writeFileSync(join(at, 'Agents.assets.json'), '{"files": {}}')],
  ])('%s', (_, code, change) => {
    expect(codesOf(() => deviationsIn(changed(change)))).toEqual([code]);
  });
});

test.each(HOSTILE_TEXTS)('GIVEN %j as justification, target and label WHEN synthesized THEN nothing else is admitted or run', (text) => {
  const point = shop();
  point.web.allowFrom(point.db, { justification: text });
  const role = new iam.Role(point.stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  point.agents.protect(point.web, role, { targets: [{ key: 'tag:Role', values: [text.replace('${Token[TOKEN.1]}', 'x')] }] });
  expect(deviationsIn(point.app.synth().directory)).toMatchObject(NOTHING);
  expect(commands(point, 'WebTargets')).toMatch(/^[\n -~]*$/);
  if (text.length > 1) expect(commands(point, 'WebTargets')).not.toContain(text);
});

describe('what Linux hosts of AWS CDK refuse', () => {
  test('a workload of another policy, an unmanaged one, and other interfaces', () => {
    const { stack, policy, agents, web, fleet } = shop();
    expect(codesOf(() => agents.protect(new SegmentationPolicy(stack, 'Other').addWorkload('W'), fleet))).toEqual(['MSEG3002']);
    expect(codesOf(() => agents.protect(policy.addUnmanagedWorkload('Legacy', { addresses: ['10.3.0.1/32'] }), fleet))).toEqual(['MSEG3003']);
    agents.protect(policy.addWorkload('Box'), new autoscaling.AutoScalingGroup(stack, 'Boxes', {
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'V', { vpcId: 'vpc-1', availabilityZones: ['a'], publicSubnetIds: ['s'] }),
      instanceType: new ec2.InstanceType('t3.micro'),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    }), { containerInterfaces: ['docker0'] });
    expect(codesOf(() => agents.protect(web, fleet, { containerInterfaces: ['br-*'] }))).toEqual([]);
    expect(codesOf(() => agents.protect(web, fleet, { containerInterfaces: ['docker0'] }))).toEqual(['MSEG3001']);
  });

  test('hosts without a role, what is no host, and a host of another workload', () => {
    const { stack, policy, agents, web, db, fleet, database } = shop();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    const imported = autoscaling.AutoScalingGroup.fromAutoScalingGroupName(stack, 'Imported', 'fleet');
    expect(codesOf(() => agents.protect(web, imported))).toEqual(['MSEG4060']);
    expect(codesOf(() => agents.userData(web, imported))).toEqual(['MSEG4060']);
    expect(codesOf(() => agents.protect(web, role))).toEqual(['MSEG4061']);
    expect(codesOf(() => agents.protect(web, role, { targets: [] }))).toEqual(['MSEG4061']);
    expect(codesOf(() => agents.protect(web, role, { targets: [{ key: 'tag:a', values: [] }] }))).toEqual(['MSEG4061']);
    expect(codesOf(() => agents.protect(web, database))).toEqual(['MSEG4062']);
    expect(codesOf(() => new LinuxHostAgents(stack, 'More', { policy, management: MANAGEMENT }).protect(db, fleet))).toEqual(['MSEG4062']);
  });

  test.each<LinuxHostAgentsProps['association']>([
    { maxConcurrency: '0' }, { maxConcurrency: '101%' }, { maxConcurrency: 'all' }, { maxErrors: '-1' }, { maxErrors: '' }, { waitForSuccess: Duration.seconds(5) },
    { waitForSuccess: Duration.days(3) }, { waitForSuccess: Duration.millis(20_500) },
  ])('an association with %j', (settings) => {
    expect(codesOf(() => shop({ association: settings }))).toEqual(['MSEG4063']);
  });

  test('a known address as a deploy-time one, and a peer whom no address is known of', () => {
    const { agents, db, app } = shop({ peerAddresses: [] });
    expect(codesOf(() => agents.addPeerAddress({ workload: db, ipv4Blocks: ['10.0.0.1/32'] }))).toEqual(['MSEG3403']);
    expect(codesOf(() => app.synth())).toEqual(['MSEG4001']);
  });

  test('what is declared or protected after synthesis', () => {
    const point = shop();
    const late = point.policy.addWorkload('Late');
    point.app.synth();
    expect(codesOf(() => point.agents.protect(late, point.fleet))).toEqual(['MSEG3013']);
    expect(codesOf(() => point.agents.addPeerAddress({ workload: late, ipv4Blocks: [point.office] }))).toEqual(['MSEG3013']);
    point.web.allowFrom(Peer.cidr('192.0.2.0/24'));
    expect(() => point.app.synth({ force: true })).toThrow('MSEG3013');
  });
});
