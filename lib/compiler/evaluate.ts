import { AddressSet, ServiceSet } from '../algebra';
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
  const egress = admittedAt(policy, packet.client, (flow) => flow.client, (flow) => matches(policy, flow.server, packet.server), packet.service);
  const ingress = admittedAt(policy, packet.server, (flow) => flow.server, (flow) => matches(policy, flow.client, packet.client), packet.service);
  const asked = [egress, ingress].filter((flows) => flows !== undefined);
  return { allowed: asked.length > 0 && asked.every((flows) => flows.length > 0), egress, ingress };
}

function admittedAt(
  policy: CompiledPolicy,
  own: Endpoint,
  ownPeer: (flow: CompiledFlow) => CompiledPeer,
  peerMatches: (flow: CompiledFlow) => boolean,
  service: ServiceSet,
): CompiledFlow[] | undefined {
  const workload = policy.workloads.find((candidate) => candidate.id === own.workload);
  if (!workload?.managed) return undefined;
  return policy.flows.filter((flow) => {
    const peer = ownPeer(flow);
    return 'workload' in peer && peer.workload === workload.id && peerMatches(flow) && admits(flow, service);
  });
}

function admits(flow: CompiledFlow, service: ServiceSet): boolean {
  return flow.services.some((range) => service.isSubsetOf(ServiceSet.fromRange(range)));
}

/** A block matches a known address only; what is behind a prefix list or token nobody knows here. */
function matches(policy: CompiledPolicy, peer: CompiledPeer, endpoint: Endpoint): boolean {
  if ('workload' in peer) return peer.workload === endpoint.workload || addressesOf(policy, peer.workload).contains(endpoint.address ?? '');
  const block = blockOf(peer);
  return block !== undefined && endpoint.address !== undefined && block.contains(endpoint.address);
}

function addressesOf(policy: CompiledPolicy, id: string): AddressSet {
  return policy.workloads.find((workload) => workload.id === id)?.addresses ?? AddressSet.EMPTY;
}
