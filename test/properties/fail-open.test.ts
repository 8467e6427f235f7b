import { rmSync } from 'node:fs';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { App as TerraformApp, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { verifyPlaced } from '../../lib/analysis/verify';
import * as cdk from '../../lib/bindings/aws-cdk';
import * as cdktf from '../../lib/bindings/cdktf';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { peersOf } from '../../lib/compiler';
import { EnforcementMode, Peer, SegmentationPolicy, Selector, Service, Workload } from '../../lib/model';
import { EnforcedWorkload } from '../../lib/platforms/platform';
import { AS_OF } from '../model/policies';
import { temporary } from './apps';

/**
 * Terms at which rule compilers of the field open a port, a protocol or everything to everybody. Here each of them, carried
 * through to both artifacts, must end in an error, in no rule, or in exactly what was declared, while the plain flow beside it works.
 */
type Outcome = { readonly error: string } | { readonly rules: string[] };
type Probe = (policy: SegmentationPolicy, server: Workload) => void;

const PLAIN = 'ingress 192.0.2.0/24 udp/53';
const probes: [string, Probe, Outcome][] = [
  [
    'an IPv6 source beside IPv4 rules',
    (_, server) => server.allowFrom(Peer.ipv6('2001:db8::/32'), { services: [Service.SSH] }),
    { rules: [PLAIN, 'ingress 2001:db8::/32 tcp/22'] },
  ],
  [
    'an IPv6 source where the service is for IPv4 only',
    (_, server) => server.allowFrom(Peer.ipv6('2001:db8::/32'), { services: [Service.icmp(8)] }),
    { error: 'MSEG2007' },
  ],
  [
    'an IPv6 source beside a workload that has IPv4 addresses only',
    (policy, server) => policy.addUnmanagedWorkload('Old', { addresses: ['10.0.0.1'] }).allowTo(server, { services: [Service.icmpv6()] }),
    { rules: [PLAIN] },
  ],
  [
    'a source that its exclusions remove altogether',
    (_, server) => server.allowFrom(Peer.cidr('10.0.0.0/8', ['10.0.0.0/8']), { services: [Service.SSH] }),
    { error: 'MSEG2005' },
  ],
  [
    'a source that several exclusions remove together',
    (_, server) => server.allowFrom(Peer.cidr('10.0.0.0/8', ['10.0.0.0/9', '10.128.0.0/9', '2001:db8::/32']), { services: [Service.SSH] }),
    { error: 'MSEG2005' },
  ],
  [
    'ICMPv6 for IPv4 addresses',
    (_, server) => server.allowFrom(Peer.ipv4('10.0.0.0/8'), { services: [Service.icmpv6()] }),
    { error: 'MSEG2007' },
  ],
  [
    'ICMPv6 by its number for IPv4 addresses',
    (_, server) => server.allowFrom(Peer.anyIpv4(), { services: [Service.protocol(58)] }),
    { error: 'MSEG2007' },
  ],
  [
    'an IPv4 source with an IPv6 destination',
    (policy) => policy.allow(Peer.ipv4('10.0.0.0/8'), Peer.ipv6('2001:db8::/32'), { services: [Service.SSH] }),
    { error: 'MSEG1010' },
  ],
  [
    'an IPv4 workload with an IPv6 destination that somebody else runs',
    (policy, server) => {
      const old = policy.addUnmanagedWorkload('Old', { addresses: ['10.0.0.1'] });
      old.allowTo(policy.addUnmanagedWorkload('New', { addresses: ['2001:db8::1'], services: [Service.SSH] }));
      server.allowTo(old, { services: [Service.icmpv6(128)] });
    },
    { rules: [PLAIN] },
  ],
  [
    'exclusions, which must be heeded',
    (_, server) => server.allowFrom(Peer.cidr('10.0.0.0/8', ['10.0.0.0/9', '10.192.0.0/10']), { services: [Service.SSH] }),
    { rules: ['ingress 10.128.0.0/10 tcp/22', PLAIN] },
  ],
  [
    'exclusions from everything',
    (_, server) => server.allowFrom(Peer.cidr('0.0.0.0/0', ['0.0.0.0/1', '192.0.0.0/2']), { services: [Service.SSH] }),
    { rules: ['ingress 128.0.0.0/2 tcp/22', PLAIN] },
  ],
  [
    'labels that choose nobody, which must not choose everybody',
    (policy, server) => {
      policy.allow(Peer.labeled({ tier: 'ghost' }), server, { services: [Service.SSH] });
      policy.addSegment('Ghosts', { members: Selector.matching({ tier: 'ghost' }) }).allowTo(server, { services: [Service.any()] });
      server.allowTo(Peer.labeled({ tier: 'ghost' }), { services: [Service.any()] });
    },
    { rules: [PLAIN] },
  ],
  [
    'a label key that nobody has, which must not choose everybody',
    (policy, server) => policy.allow(Peer.selected(Selector.unlabeled('teir')), server, { services: [Service.SSH] }),
    { error: 'MSEG2002' },
  ],
  ['a selector without labels', (policy, server) => policy.allow(Peer.labeled({}), server), { error: 'MSEG1015' }],
  ['a list of services that is empty', (_, server) => server.allowFrom(Peer.anyIpv4(), { services: [] }), { error: 'MSEG1009' }],
  [
    'ports of a protocol whose ports AWS does not filter',
    (_, server) => server.allowFrom(Peer.ipv4('10.0.0.0/8'), { services: [Service.sctp(80)] }),
    { error: 'MSEG3006' },
  ],
  [
    'a peer that has neither group nor address',
    (policy, server) => policy.addWorkload('Elsewhere', { services: [Service.SSH] }).allowTo(server, { services: [Service.SSH] }),
    { error: 'MSEG3005' },
  ],
];

/** Rules of the workload `Server` as they stand in the artifact, or the id of the error. */
type Run = (probe: Probe) => Outcome;

const inCloudFormation: Run = (probe) => outcomeOf(() => {
  const app = new App({ outdir: temporary('probe') });
  const stack = new Stack(app, 'Stack');
  const { policy, server } = declare(stack, probe);
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] });
  new cdk.SecurityGroups(stack, 'Groups', { policy, vpc, monitorScope: ['10.0.0.0/16'] }).securityGroupIds(server);
  return app.synth().directory;
});

const inTerraform: Run = (probe) => outcomeOf(() => {
  const app = new TerraformApp({ outdir: temporary('probe') });
  const stack = new TerraformStack(app, 'Stack');
  new AwsProvider(stack, 'Aws', { region: 'eu-west-1' });
  const { policy, server } = declare(stack, probe);
  new cdktf.SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1', monitorScope: ['10.0.0.0/16'] }).protect(server);
  app.synth();
  return app.outdir;
});

function declare(stack: Construct, probe: Probe): { policy: SegmentationPolicy; server: Workload } {
  const policy = new SegmentationPolicy(stack, 'Probe', { mode: EnforcementMode.ENFORCE, asOf: AS_OF });
  const server = policy.addWorkload('Server', { labels: { tier: 'server' } });
  // What works all along: an error must not be the whole answer to everything, and a probe must not widen its neighbour.
  server.allowFrom(Peer.ipv4('192.0.2.0/24'), { services: [Service.udp(53)] });
  policy.addWorkload('Bystander', { labels: { tier: 'other' } });
  policy.addUnmanagedWorkload('Ghost', { addresses: ['10.7.7.7'], labels: { tier: 'phantom' } });
  probe(policy, server);
  return { policy, server };
}

function outcomeOf(synthesize: () => string): Outcome {
  let directory: string;
  try {
    directory = synthesize();
  } catch (error) {
    return { error: /MSEG\d{4}/.exec((error as Error).message)?.[0] ?? String(error) };
  }
  const artifacts = readArtifacts(directory);
  expect(verifyPlaced(readManifests(directory), artifacts)).toMatchObject({ ok: true });
  rmSync(directory, { recursive: true });
  return { rules: artifacts.flatMap(({ workloads }) => workloads).filter(({ workload }) => workload === 'Server').flatMap(rulesOf).sort() };
}

function rulesOf(enforced: EnforcedWorkload): string[] {
  return (['ingress', 'egress'] as const).flatMap((end) => enforced[end].entries().flatMap(({ peer, services }) => {
    const peers = 'kind' in peer ? [`${peer.kind} ${peer.id}`] : peersOf(peer).map((block) => Object.values(block)[0]);
    return peers.map((text) => `${end} ${text} ${services.toString()}`);
  }));
}

describe.each([['CloudFormation', inCloudFormation], ['Terraform', inTerraform]])('%s', (_, run) => {
  test.each(probes)('GIVEN %s WHEN synthesized THEN nothing opens that was not declared', (__, probe, expected) => {
    expect(run(probe)).toEqual(expected);
  });
});
