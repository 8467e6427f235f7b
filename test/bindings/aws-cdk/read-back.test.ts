import { readFileSync } from 'fs';
import { join } from 'path';
import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { verify, VerifyResult } from '../../../lib/analysis/verify';
import { SecurityGroups, SecurityGroupsProps } from '../../../lib/bindings/aws-cdk';
import { Manifest } from '../../../lib/compiler';
import { EnforcementMode, IpFamily, Peer, SegmentationPolicy, Service, Workload } from '../../../lib/model';
import { CloudFormationReader } from '../../../lib/platforms/aws/read-cloudformation';
import { runs, SEED } from '../../properties/runs';
import { cache } from './fixture';

interface Declaration {
  readonly mode: EnforcementMode;
  readonly workloads: number;
  /** Client, server and service by number. */
  readonly flows: readonly (readonly [number, number, number])[];
  /** Workload, whether inbound, peer and service by number. */
  readonly outside: readonly (readonly [number, boolean, number, number])[];
  readonly props: Partial<SecurityGroupsProps>;
}

const SERVICES = [
  Service.HTTPS, Service.tcpRange(8000, 8100), Service.DNS, Service.icmp(8), Service.icmp(3, 4), Service.any(), Service.protocol(50),
  Service.tcpRange(0, 65535),
];

function peers(stack: Stack): Peer[] {
  const address = new ec2.CfnEIP(stack, 'Address');
  return [
    Peer.anyIpv4(), Peer.anyIpv6(), Peer.any(), Peer.ipv4('203.0.113.0/24'), Peer.ipv6('2001:db8::/32'), Peer.cidr('10.0.0.0/8', ['10.9.0.0/16']),
    Peer.prefixList('pl-12345678', { maxEntries: 3 }), Peer.token('address', `${address.attrPublicIp}/32`, IpFamily.IPV4),
  ];
}

/** Two stacks beside the one of the enforcement point hold the resources. */
function synthesize({ mode, workloads: count, flows, outside, props }: Declaration): string {
  const app = new App();
  const [stack, ...others] = ['Network', 'Front', 'Back'].map((id) => new Stack(app, id));
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
  const policy = new SegmentationPolicy(stack, 'Payments', { mode });
  const groups = new SecurityGroups(stack, 'Groups', { policy, vpc, ...props });
  const workloads = Array.from({ length: count }, (_, i): Workload => policy.addWorkload(`W${i}`));
  workloads.forEach((workload, i) => groups.protect(workload, cache(others[i % 2], `Cache${i}`)));
  for (const [client, server, service] of flows) {
    workloads[client % count].allowTo(workloads[server % count], { services: [SERVICES[service]] });
  }
  const outsiders = peers(stack);
  for (const [workload, inbound, peer, service] of outside) {
    const own = workloads[workload % count];
    (inbound ? own.allowFrom : own.allowTo).call(own, outsiders[peer], { services: [SERVICES[service]] });
  }
  return app.synth().directory;
}

function verified(directory: string): VerifyResult {
  const manifest = JSON.parse(readFileSync(join(directory, 'segmentation.json'), 'utf8')) as Manifest;
  return verify(manifest, new CloudFormationReader().read(directory));
}

const flow = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(SERVICES.length - 1));
const exchange = fc.tuple(fc.nat(9), fc.boolean(), fc.nat(7), fc.nat(SERVICES.length - 1));
const declaration: fc.Arbitrary<Declaration> = fc.record({
  mode: fc.constantFrom(EnforcementMode.ENFORCE, EnforcementMode.MONITOR, EnforcementMode.VISIBILITY),
  workloads: fc.integer({ min: 1, max: 6 }),
  flows: fc.array(flow, { maxLength: 12 }),
  outside: fc.array(exchange, { maxLength: 6 }).map((entries) => entries.filter(([, , peer, service]) => existsIn(peer, service))),
  props: fc.record({
    partitions: fc.constantFrom(undefined, undefined, 1, 4),
    limits: fc.constantFrom(undefined, { rulesPerGroup: 30, groupsPerInterface: 5 }),
  }),
});

/** ICMP exists over IPv4 only: the compiler refuses it for peers of IPv6. */
function existsIn(peer: number, service: number): boolean {
  return ![1, 4].includes(peer) || ![3, 4].includes(service);
}

describe('GIVEN any policy WHEN its templates are read back', () => {
  test('THEN they admit what it declares, no more and no less', () => {
    fc.assert(fc.property(declaration, (declared) => {
      const result = verified(synthesize(declared));
      expect(result.policies.flatMap(({ artifacts }) => artifacts.flatMap(({ excess, missing }) => [...excess, ...missing]))).toEqual([]);
      expect(result.ok).toBe(true);
    }), { seed: SEED, numRuns: runs(0.1, 12) });
  });

  test('THEN a rule that is taken out of a template shows as missing', () => {
    const directory = synthesize({ mode: EnforcementMode.ENFORCE, workloads: 2, flows: [[0, 1, 0]], outside: [], props: {} });
    const manifest = JSON.parse(readFileSync(join(directory, 'segmentation.json'), 'utf8')) as Manifest;
    const other = synthesize({ mode: EnforcementMode.ENFORCE, workloads: 2, flows: [], outside: [], props: {} });

    const [policy] = verify(manifest, new CloudFormationReader().read(other)).policies;

    expect(policy.artifacts.flatMap(({ excess }) => excess)).toEqual([]);
    expect(policy.artifacts.flatMap(({ missing }) => missing).map(({ end }) => end).sort()).toEqual(['egress', 'ingress']);
  });
});
