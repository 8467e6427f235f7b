import { FlowDeclaration } from '../model/declarations';
import { CompiledPeer, CompiledSegment, CompiledWorkload } from './compiled-policy';
import { endOf } from './expiry';
import { ManifestService } from './manifest-types';
import { FlowMerger } from './merge-flows';
import { familyOf, peerName } from './peers';
import { Problems } from './problems';
import { PeerResolver } from './resolve-peers';
import { PolicySnapshot } from './snapshot';

/** Expands declared flows into flows between single peers, and checks each declaration on the way. */
export class FlowResolver {
  private readonly workloads: ReadonlyMap<string, CompiledWorkload>;
  private readonly fences: readonly { readonly path: string; readonly members: ReadonlySet<string> }[];

  public constructor(
    private readonly snapshot: PolicySnapshot,
    workloads: readonly CompiledWorkload[],
    segments: readonly CompiledSegment[],
    private readonly peers: PeerResolver,
    private readonly problems: Problems,
  ) {
    this.workloads = new Map(workloads.map((workload) => [workload.id, workload]));
    this.fences = segments
      .filter((segment) => segment.ringfence)
      .map(({ path, members }) => ({ path, members: new Set(members) }));
  }

  public resolve(flow: FlowDeclaration, into: FlowMerger): void {
    this.checkExpiry(flow);
    const clients = this.peers.resolve(flow.client, flow.origin);
    const servers = this.peers.resolve(flow.server, flow.origin);
    const offers = servers.peers.map((server) => ({ server, services: this.servicesOf(flow, server) }));
    this.checkServices(flow, servers.named, offers.map((offer) => offer.services));
    let meets = false;
    for (const client of clients.peers) {
      for (const { server, services } of offers) {
        const possible = this.possibleServices(client, server, services);
        if (possible.length > 0) meets = true;
        this.checkRingfences(flow, client, server);
        into.add(client, server, possible, flow);
      }
    }
    const declares = clients.peers.length > 0 && offers.some((offer) => offer.services.length > 0);
    if (declares && !meets) this.problems.error('MSEG2007', flow.origin, 'the service does not exist in the address family of its peer');
  }

  private servicesOf(flow: FlowDeclaration, server: CompiledPeer): readonly ManifestService[] {
    if (flow.services) return flow.services;
    return 'workload' in server ? this.workloads.get(server.workload)!.services : [];
  }

  /** Workloads chosen by labels may offer nothing; one that was named, or all of those chosen, may not. */
  private checkServices(flow: FlowDeclaration, named: boolean, services: readonly (readonly ManifestService[])[]): void {
    const silent = services.filter((offered) => offered.length === 0).length;
    if (silent === 0 || (!named && silent < services.length)) return;
    this.problems.error('MSEG1009', flow.origin, 'the flow names no services and its server offers none');
  }

  /** ICMP exists in IPv4 alone and ICMPv6 in IPv6 alone: with a peer of the other family nothing is left to admit. */
  private possibleServices(client: CompiledPeer, server: CompiledPeer, services: readonly ManifestService[]): readonly ManifestService[] {
    const families = [client, server].map((peer) => familyOf(peer, this.peers.opaqueFamilies));
    if (!families.some((family) => family !== undefined)) return services;
    return services.filter(({ protocol }) => !(protocol === 'icmp' && families.includes(6)) && !(protocol === 'icmpv6' && families.includes(4)));
  }

  private checkExpiry(flow: FlowDeclaration): void {
    if (flow.expires === undefined || endOf(flow.expires) > this.snapshot.asOf) return;
    const message = `the flow ${nameOf(flow)} expired on ${flow.expires}`;
    if (this.snapshot.onExpiredFlow === 'fail') this.problems.error('MSEG2001', flow.origin, message);
    else this.problems.warn('MSEG2101', flow.origin, message);
  }

  private checkRingfences(flow: FlowDeclaration, client: CompiledPeer, server: CompiledPeer): void {
    if (flow.crossesRingfence) return;
    for (const fence of this.fences) {
      const inside = [client, server].map((peer) => 'workload' in peer && fence.members.has(peer.workload));
      if (inside[0] !== inside[1]) {
        this.problems.error('MSEG2003', flow.origin, `the flow from ${peerName(client)} to ${peerName(server)} crosses ${fence.path}`);
      }
    }
  }
}

function nameOf(flow: FlowDeclaration): string {
  const [client, server] = [flow.client, flow.server].map((peer) => {
    if (peer.kind === 'workload' || peer.kind === 'segment') return peer.id;
    if (peer.kind === 'cidrs') return peer.cidr;
    return peer.kind === 'prefixList' || peer.kind === 'token' ? peer.name : peer.kind;
  });
  return `from ${client} to ${server}${flow.justification === undefined ? '' : ` (${flow.justification})`}`;
}
