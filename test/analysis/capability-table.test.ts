import { PeerTraffic, ServiceSet } from '../../lib/algebra';
import { capabilityTables } from '../../lib/analysis/capability-table';
import { ManifestEnforcementPoint } from '../../lib/compiler';
import { PlatformCapabilities } from '../../lib/platforms/capability';
import { EnforcedArtifact } from '../../lib/platforms/platform';
import { capabilityText } from '../../lib/report/capability-report';
import { flow, manifest, policy, tcp, workload } from './manifests';

const AWS: PlatformCapabilities = { platform: 'aws', canFilter: () => true };
const GCP: PlatformCapabilities = { platform: 'gcp', canFilter: ({ protocol, fromPort }) => protocol !== 'icmp' || fromPort === undefined };
const point = (platform: string): ManifestEnforcementPoint => ({ platform, path: `App/${platform}`, monitorScope: [], wholeNetwork: false });

/** Web on AWS, Reports on Google Cloud; `named` are the workloads that Web's rules name, the others stand there by address. */
function tables(named: string[], byAddress: string[] = []) {
  const placed = (id: string, platform: string) => ({ ...workload(id), enforcementPoints: [{ platform, path: `App/${platform}` }] });
  const flows = [
    flow({ any: 'ipv4' }, 'Web', tcp(443)), flow('Web', 'Reports', tcp(8443)),
    flow('Web', 'Reports', { protocol: 'icmp', fromPort: 8 }), flow({ cidr: '192.0.2.0/24' }, 'Reports', tcp(22)),
  ];
  const content = {
    ...policy([placed('Web', 'aws'), placed('Reports', 'gcp')], flows),
    enforcementPoints: [point('aws'), point('gcp')],
    opaquePeers: [{ kind: 'address' as const, name: 'Reports', rendered: ['${vm.address}/32'] }],
  };
  const egress = PeerTraffic.of([
    ...named.map((id) => ({ peer: { kind: 'workload' as const, id }, services: ServiceSet.ALL })),
    ...byAddress.map((id) => ({ peer: { kind: 'token' as const, id }, services: ServiceSet.ALL })),
  ]);
  const artifact: EnforcedArtifact = {
    platform: 'aws', path: 'cdk.tf.json',
    workloads: [{ policy: content.id, workload: 'Web', carrier: 'x', role: 'attached', ingress: PeerTraffic.EMPTY, egress }],
  };
  return capabilityTables([{ directory: '', manifest: manifest(content) }], [artifact], [AWS, GCP]);
}

describe('flows by platform', () => {
  test('GIVEN flows over two platforms THEN each stands under the platforms that protect an end of it', () => {
    const [{ platforms, flows }] = tables([]);

    expect(platforms).toEqual(['aws', 'gcp']);
    expect(flows.map(({ platforms: supports }) => supports)).toEqual([
      { aws: 'exact' },
      { aws: 'via addresses', gcp: 'via addresses' },
      { aws: 'via addresses', gcp: 'refused' },
      { gcp: 'exact' },
    ]);
  });

  test('GIVEN rules that name the workload itself THEN the flow is exact', () => {
    expect(tables(['Reports'])[0].flows[1].platforms).toEqual({ aws: 'exact', gcp: 'via addresses' });
  });

  test('GIVEN rules that name the deploy-time address of a workload THEN the flow is held by it', () => {
    expect(tables([], ['${vm.address}/32'])[0].flows[1].platforms).toEqual({ aws: 'via addresses', gcp: 'via addresses' });
  });

  test('GIVEN few flows THEN people see each of them; of many those that need a word', () => {
    const [few] = tables(['Reports']);
    const many = { ...few, flows: Array.from({ length: 100 }, (_, index) => few.flows[index === 7 ? 2 : 0]) };

    expect(capabilityText([few])).toMatch(/Web .*Reports .*icmp\/8.*exact .*refused/);
    expect(capabilityText([many]).match(/refused/g)).toHaveLength(1);
    expect(capabilityText([many])).toContain('and 99 flows, exact on every platform that enforces them');
  });
});
