import { Construct } from 'constructs';
import { compilePolicy, CompiledPeer, CompiledPolicy, manifestOf, ManifestPolicy } from '../../../lib/compiler';
import { SuggestedPeer, SuggestedService, Suggestion } from '../../../lib/discovery/suggest/suggestion';
import { EnforcementMode, Peer, SegmentationPolicy, Service, Workload } from '../../../lib/model';

/** Follows the document of a suggestion, as a program of somebody else would. */
export function declaredPolicy({ policy: { id }, workloads, flows }: Suggestion): SegmentationPolicy {
  const policy = new SegmentationPolicy(new Construct(undefined as never, ''), id, { mode: EnforcementMode.MONITOR });
  const declared = new Map(workloads.map(({ id: name, managed, labels, services, addresses }) => {
    const props = { labels, services: services.map(serviceOf), addresses: [...addresses] };
    return [name, managed ? policy.addWorkload(name, props) : policy.addUnmanagedWorkload(name, props)] as const;
  }));
  for (const { client, server, services, justification } of flows) {
    for (const from of peersOf(client, declared)) {
      for (const to of peersOf(server, declared)) policy.allow(from, to, { services: services.map(serviceOf), justification });
    }
  }
  return policy;
}

function peersOf(peer: SuggestedPeer, declared: ReadonlyMap<string, Workload>): (Peer | Workload)[] {
  if ('workload' in peer) return [declared.get(peer.workload)!];
  if ('labels' in peer) return [Peer.labeled({ ...peer.labels })];
  if ('addresses' in peer) return peer.addresses.map((address) => Peer.cidr(address));
  return peer.any.map((family) => (family === 'ipv4' ? Peer.anyIpv4() : Peer.anyIpv6()));
}

function serviceOf({ protocol, port }: SuggestedService): Service {
  switch (protocol) {
    case 'tcp': return Service.tcp(port!);
    case 'udp': return Service.udp(port!);
    case 'sctp': return Service.sctp(port!);
    case 'icmp': return Service.icmp(port);
    case 'icmpv6': return Service.icmpv6(port);
    default: return Service.protocol(Number(protocol));
  }
}

export interface Compiled {
  readonly compiled: CompiledPolicy;
  /** As it stands in the manifest. */
  readonly policy: ManifestPolicy;
}

export function compiledPolicy(declared: SegmentationPolicy): Compiled {
  const compiled = compilePolicy(declared);
  return { compiled, policy: manifestOf([{ policy: compiled, invariants: [], enforcementPoints: [], rendered: new Map() }]).policies[0] };
}

/** Client, server and service, as texts to compare. */
export function pairText(client: string, server: string, { protocol, port }: { protocol: string; port?: number }): string {
  return JSON.stringify([client, server, `${protocol}/${port ?? ''}`]);
}

/** Pairs of workloads with one service each that a policy admits between workloads; other peers are left to the replay. */
export function admittedPairs({ flows }: CompiledPolicy): Set<string> {
  const name = (peer: CompiledPeer) => ('workload' in peer ? peer.workload : undefined);
  return new Set(flows.flatMap(({ client, server, services }) => {
    const [from, to] = [name(client), name(server)];
    if (from === undefined || to === undefined) return [];
    return services.map(({ protocol, fromPort }) => pairText(from, to, { protocol, port: fromPort }));
  }));
}
