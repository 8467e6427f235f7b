import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { App, aws_ec2 as ec2, Stack, Stage } from 'aws-cdk-lib';
import { SecurityGroups } from '../../../lib/bindings/aws-cdk';
import { Manifest } from '../../../lib/compiler';
import { EnforcementMode, IpFamily, Peer, SegmentationPolicy, Service } from '../../../lib/model';
import { cache, fixture } from './fixture';

function manifestIn(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'segmentation.json'), 'utf8')) as Manifest;
}

test('GIVEN two policies and three enforcement points WHEN synthesized THEN one manifest beside the templates holds them all', () => {
  const f = fixture();
  const more = new SecurityGroups(f.stack, 'More', { policy: f.policy, vpc: f.vpc });
  const ledger = new SegmentationPolicy(f.stack, 'Ledger', { mode: EnforcementMode.MONITOR });
  const third = new SecurityGroups(f.stack, 'Third', { policy: ledger, vpc: f.vpc });
  const [web, db] = ['Web', 'Db'].map((id) => f.policy.addWorkload(id));
  f.groups.protect(web, cache(f.stack, 'A'));
  more.protect(db, cache(f.stack, 'B'));
  third.protect(ledger.addWorkload('Book'), cache(f.stack, 'C'));

  const { policies } = manifestIn(f.app.synth().directory);

  expect(policies.map(({ id, mode }) => [id, mode])).toEqual([['Ledger', 'monitor'], ['Payments', 'enforce']]);
  expect(policies[0].enforcementPoints).toEqual([{ platform: 'aws', path: 'Stack/Third', monitorScope: [{ cidr: '10.0.0.0/16' }], wholeNetwork: true }]);
  expect(policies[1].enforcementPoints.map(({ path }) => path)).toEqual(['Stack/Groups', 'Stack/More']);
  expect(policies[1].workloads.map(({ id, enforcementPoints }) => [id, enforcementPoints])).toEqual([
    ['Db', [{ platform: 'aws', path: 'Stack/More' }]],
    ['Web', [{ platform: 'aws', path: 'Stack/Groups' }]],
  ]);
});

test('GIVEN deploy-time values WHEN synthesized THEN the manifest says how they stand in each template', () => {
  const f = fixture({ partitions: 1 });
  const nat = new ec2.CfnEIP(f.stack, 'Nat');
  const web = f.policy.addWorkload('Web', { services: [Service.HTTPS] });
  f.groups.protect(web, cache(f.stack, 'A'));
  web.allowFrom(Peer.token('nat', `${nat.attrPublicIp}/32`, IpFamily.IPV4));
  web.allowFrom(Peer.prefixList('pl-12345678', { maxEntries: 5, name: 'offices' }));

  const assembly = f.app.synth();

  const [policy] = manifestIn(assembly.directory).policies;
  const peers = Object.fromEntries(policy.opaquePeers.map(({ name, rendered }) => [name, rendered]));
  expect(peers.offices).toEqual(['pl-12345678']);
  expect(peers.nat).toHaveLength(1);
  const nested = JSON.stringify(JSON.parse(readFileSync(join(assembly.directory, templateOf(assembly.directory, 'Groups0')), 'utf8')));
  expect(nested).toContain(`"CidrIp":${peers.nat[0]}`);
});

test('GIVEN an enforcement point in a stage WHEN synthesized THEN the manifest is in the directory of the stage', () => {
  const app = new App();
  const directories = ['Beta', 'Prod'].map((id) => {
    const stage = new Stage(app, id);
    const stack = new Stack(stage, 'Stack');
    const policy = new SegmentationPolicy(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
    new SecurityGroups(stack, 'Groups', { policy, vpc }).protect(policy.addWorkload('Web'), cache(stack, 'A'));
    return `assembly-${id}`;
  });

  const { directory } = app.synth();

  expect(existsSync(join(directory, 'segmentation.json'))).toBe(false);
  expect(directories.map((name) => manifestIn(join(directory, name)).policies.map(({ path }) => path))).toEqual([['Beta/Stack/Payments'], ['Prod/Stack/Payments']]);
});

function templateOf(directory: string, nestedStack: string): string {
  const [file, ...more] = readdirSync(directory).filter((name) => name.includes(nestedStack) && name.endsWith('.nested.template.json'));
  expect(more).toEqual([]);
  return file;
}
