import { AddressSet, PeerTraffic, ServiceSet } from '../algebra';
import { ManifestFlow, ManifestPeer, ManifestPolicy, servicesOf } from '../compiler';
import { PlatformCapabilities } from '../platforms/capability';
import { EnforcedArtifact } from '../platforms/platform';
import { compareText } from '../support/order';
import { pair, Pairing, PlacedManifest } from './verify/pairing';
import { PeerNames } from './verify/peer-names';

/**
 * How a platform holds a flow: by what the flow names (`exact`), with a workload replaced by its addresses because the
 * platform cannot match the workload itself, or not at all.
 */
export type FlowSupport = 'exact' | 'via addresses' | 'refused';

export interface FlowSupports {
  readonly flow: ManifestFlow;
  /** By platform; absent where neither end is protected. */
  readonly platforms: { readonly [platform: string]: FlowSupport };
}

/** Every flow of a policy on every platform that enforces a part of it. */
export interface CapabilityTable {
  readonly policy: string;
  /** Sorted. */
  readonly platforms: string[];
  readonly flows: FlowSupports[];
}

/** From the weakest to the strongest. */
const SUPPORTS: readonly FlowSupport[] = ['refused', 'via addresses', 'exact'];

/** How each platform holds each flow, by what it can say and by what its artifacts do say. */
export function capabilityTables(
  manifests: readonly PlacedManifest[], artifacts: readonly EnforcedArtifact[], capabilities: readonly PlatformCapabilities[],
): CapabilityTable[] {
  const byPlatform = new Map(capabilities.map((each) => [each.platform, each]));
  return pair(manifests, artifacts).flatMap((pairing) => (pairing.policy ? [tableOf(pairing.policy, pairing, byPlatform)] : []));
}

function tableOf(policy: ManifestPolicy, pairing: Pairing, capabilities: ReadonlyMap<string, PlatformCapabilities>): CapabilityTable {
  const platforms = [...new Set(policy.enforcementPoints.map(({ platform }) => platform))].sort(compareText);
  const named = new Named(policy, pairing);
  const protectedOn = new Set(policy.workloads.flatMap(({ id, enforcementPoints }) => enforcementPoints.map((point) => `${point.platform} ${id}`)));
  const isOn = (peer: ManifestPeer, platform: string) => 'workload' in peer && protectedOn.has(`${platform} ${peer.workload}`);

  const support = ({ client, server, services }: ManifestFlow, platform: string): FlowSupport | undefined => {
    const ends: FlowSupport[] = [
      ...(isOn(client, platform) ? [named.support(platform, client, 'egress', server, servicesOf(services))] : []),
      ...(isOn(server, platform) ? [named.support(platform, server, 'ingress', client, servicesOf(services))] : []),
    ];
    if (ends.length === 0) return undefined;
    const expressible = services.every((service) => capabilities.get(platform)?.canFilter(service) === true);
    return expressible ? SUPPORTS.find((each) => ends.includes(each)) : 'refused';
  };
  const supports = (flow: ManifestFlow) => Object.fromEntries(platforms.flatMap((platform) => {
    const found = support(flow, platform);
    return found ? [[platform, found] as const] : [];
  }));
  return { policy: policy.id, platforms, flows: policy.flows.map((flow) => ({ flow, platforms: supports(flow) })) };
}

/** By what the artifacts name workloads: by themselves, or by their addresses. */
class Named {
  private readonly traffic = new Map<string, PeerTraffic>();
  private readonly names: PeerNames;

  public constructor(policy: ManifestPolicy, { parts }: Pairing) {
    // Without the addresses that stand for workloads, only what is named by itself reads as a workload.
    this.names = new PeerNames(policy.opaquePeers.filter(({ kind }) => kind !== 'address'));
    for (const { platform, workloads } of parts) {
      for (const { workload, role, ingress, egress } of workloads) {
        if (role !== 'attached') continue;
        this.add(`${platform} ingress ${workload}`, ingress);
        this.add(`${platform} egress ${workload}`, egress);
      }
    }
  }

  public support(platform: string, own: ManifestPeer, end: 'ingress' | 'egress', peer: ManifestPeer, services: ServiceSet): FlowSupport {
    if (!('workload' in own) || !('workload' in peer)) return 'exact';
    const named = this.traffic.get(`${platform} ${end} ${own.workload}`)?.atom('workload', peer.workload) ?? ServiceSet.EMPTY;
    return services.isSubsetOf(named) ? 'exact' : 'via addresses';
  }

  private add(key: string, traffic: PeerTraffic): void {
    const named = traffic.entries().flatMap(({ peer, services }) => (
      peer instanceof AddressSet ? [] : [{ peer: this.names.read(peer), services }]));
    this.traffic.set(key, (this.traffic.get(key) ?? PeerTraffic.EMPTY).union(PeerTraffic.of(named)));
  }
}
