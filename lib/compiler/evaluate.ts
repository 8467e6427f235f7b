import { ServiceSet } from '../algebra';
import { CompiledFlow, CompiledPeer, CompiledPolicy } from './compiled-policy';
import { blockOf } from './peers';

/** Where a packet comes from or goes to: a workload, an address, or a workload at an address. */
export interface Endpoint {
  readonly workload?: string;
  readonly address?: string;
}

export interface Packet {
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** One protocol with one port, or one ICMP type and code. */
  readonly service: ServiceSet;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Flows that admit the packet where it leaves; undefined where the client is not the policy's to protect. */
  readonly egress?: CompiledFlow[];
  /** Flows that admit the packet where it arrives; undefined where the server is not the policy's to protect. */
  readonly ingress?: CompiledFlow[];
}

/**
 * Is this packet allowed, and by what? The reference that everything faster is tested against: it looks at one flow after
 * the other. Both ends must admit the packet; an end that no workload of the policy stands at is not asked.
 */
export function evaluate(policy: CompiledPolicy, packet: Packet): Verdict {
  const { client, server, service } = packet;
  const egress = admittedAt(policy, client, service, (flow) => [flow.client, matches(policy, flow.server, server)]);
  const ingress = admittedAt(policy, server, service, (flow) => [flow.server, matches(policy, flow.client, client)]);
  const asked = [egress, ingress].filter((flows) => flows !== undefined);
  return { allowed: asked.length > 0 && asked.every((flows) => flows.length > 0), egress, ingress };
}

/** The flows that admit the service at one end; `look` gives a flow's own end and whether its other end matches. */
function admittedAt(
  policy: CompiledPolicy,
  own: Endpoint,
  service: ServiceSet,
  look: (flow: CompiledFlow) => [CompiledPeer, boolean],
): CompiledFlow[] | undefined {
  const workload = policy.workloads.find((candidate) => candidate.id === own.workload);
  if (!workload?.managed) return undefined;
  return policy.flows.filter((flow) => {
    const [end, peerMatches] = look(flow);
    return 'workload' in end && end.workload === workload.id && peerMatches && admits(flow, service);
  });
}

function admits(flow: CompiledFlow, service: ServiceSet): boolean {
  return flow.services.some((range) => service.isSubsetOf(ServiceSet.fromRange(range)));
}

/** A block matches a known address only; what is behind a prefix list or token nobody knows here. */
function matches(policy: CompiledPolicy, peer: CompiledPeer, { workload, address }: Endpoint): boolean {
  if ('workload' in peer && peer.workload === workload) return true;
  const block = 'workload' in peer ? policy.workloads.find(({ id }) => id === peer.workload)?.addresses : blockOf(peer);
  return block !== undefined && address !== undefined && block.contains(address);
}
