import { AddressSet } from '../algebra';
import { CompiledFlow, CompiledPeer, CompiledPolicy, CompiledWorkload, flowName, OpaquePeer, peerKey } from '../compiler';
import { fail } from '../support/errors';

/** Who stands at the ends of a policy's flows: what every planner asks before it names a peer in the words of its platform. */
export class FlowPeers<Address> {
  private readonly workloads: ReadonlyMap<string, CompiledWorkload>;
  private readonly opaquePeers: ReadonlyMap<string, OpaquePeer>;
  /** A map, because an id may be the name of something that every object has (`constructor`). */
  private readonly givenAddresses: ReadonlyMap<string, readonly Address[]>;

  /** @param given addresses of workloads beside those that they declare, by workload id */
  public constructor(
    policy: CompiledPolicy,
    private readonly platform: NonNullable<OpaquePeer['platform']> | 'linux',
    given: { readonly [workload: string]: readonly Address[] } = {},
  ) {
    this.workloads = new Map(policy.workloads.map((workload) => [workload.id, workload]));
    this.opaquePeers = new Map(policy.opaquePeers.map((peer) => [`${peer.kind}:${peer.name}`, peer]));
    this.givenAddresses = new Map(Object.entries(given));
  }

  /** The addresses that the workload declares. */
  public declared(workload: string): AddressSet {
    return this.workloads.get(workload)!.addresses;
  }

  /** The addresses that the enforcement point was given for it. */
  public given(workload: string): readonly Address[] {
    return this.givenAddresses.get(workload) ?? [];
  }

  /** What stands behind a prefix list or token of the flow. @throws MSEG3401 if it means nothing on this platform */
  public opaque(peer: CompiledPeer, flow: CompiledFlow): OpaquePeer {
    const found = this.opaquePeers.get(peerKey(peer))!;
    const { name, platform = this.platform } = found;
    if (platform !== this.platform) {
      fail('MSEG3401', flow.origins[0], `the flow ${flowName(flow)} names ${JSON.stringify(name)}, which exists on ${platform} only`);
    }
    return found;
  }
}
