import { AddressSet, ServiceSet } from '../algebra';
import { blockOf, CompiledFlow, CompiledInvariant, CompiledPeer, CompiledPolicy, ManifestInvariant, peerKey, peerName, servicesOf } from '../compiler';
import { blastRadius, DirectAccess, directAccess, exposures } from './reachability';

/** Holds each invariant against the policy. */
export function checkInvariants(policy: CompiledPolicy): ManifestInvariant[] {
  if (policy.invariants.length === 0) return [];
  const facts = new Facts(policy);
  return policy.invariants.map((invariant) => {
    const counterexamples = counterexamplesTo(invariant, facts);
    const { id, kind, description } = invariant;
    return { id, kind, description, holds: counterexamples.length === 0, counterexamples };
  });
}

function counterexamplesTo(invariant: CompiledInvariant, facts: Facts): string[] {
  switch (invariant.kind) {
    case 'allows': return pairsOf(invariant).flatMap(([client, server]) => {
      const missing = (invariant.services ?? facts.offers(server)).subtract(facts.surelyOpen(client, server));
      return missing.isEmpty() ? [] : [`${peerName(client)} cannot reach ${peerName(server)} with ${missing.toString()}`];
    });
    case 'denies': return pairsOf(invariant).flatMap(([client, server]) => {
      const open = facts.possiblyOpen(client, server).intersect(invariant.services ?? ServiceSet.ALL);
      return open.isEmpty() ? [] : [`${peerName(client)} reaches ${peerName(server)} with ${open.toString()}`];
    });
    case 'exposure': return exposures(facts.policy)
      .filter(({ server }) => !invariant.exposed.includes((server as { workload: string }).workload))
      .map(({ client, server }) => `${peerName(server)} is reachable from ${peerName(client)}`);
    case 'blastRadius': {
      const reached = blastRadius(facts.access, invariant.workload);
      return reached.length <= invariant.atMost ? [] : [`${invariant.workload} reaches ${reached.length}: ${reached.join(', ')}`];
    }
  }
}

function pairsOf({ clients, servers }: { clients: CompiledPeer[]; servers: CompiledPeer[] }): [CompiledPeer, CompiledPeer][] {
  return clients.flatMap((client) => servers.map((server): [CompiledPeer, CompiledPeer] => [client, server]));
}

/** What invariants ask about. A doubt always counts against the invariant. */
class Facts {
  public readonly access: DirectAccess;
  private readonly flowsOf = new Map<string, CompiledFlow[]>();
  private readonly offered: ReadonlyMap<string, ServiceSet>;
  private readonly addresses: ReadonlyMap<string, AddressSet>;

  public constructor(public readonly policy: CompiledPolicy) {
    this.access = directAccess(policy);
    this.offered = new Map(policy.workloads.map((workload) => [workload.id, workload.offered]));
    this.addresses = new Map(policy.workloads.map((workload) => [workload.id, workload.addresses]));
    for (const flow of policy.flows) {
      for (const key of new Set([peerKey(flow.client), peerKey(flow.server)])) {
        if (!this.flowsOf.has(key)) this.flowsOf.set(key, []);
        this.flowsOf.get(key)!.push(flow);
      }
    }
  }

  public offers(server: CompiledPeer): ServiceSet {
    return ('workload' in server ? this.offered.get(server.workload) : undefined) ?? ServiceSet.ALL;
  }

  /** Services of flows that hold both peers whole. */
  public surelyOpen(client: CompiledPeer, server: CompiledPeer): ServiceSet {
    return this.union(client, server, (asked, declared) => {
      const inside = this.addressesOf(asked);
      return inside !== undefined && inside.isSubsetOf(blockOf(declared) ?? AddressSet.EMPTY);
    });
  }

  /** Services of flows that touch both peers, and what two workloads can do by way of overlapping blocks. */
  public possiblyOpen(client: CompiledPeer, server: CompiledPeer): ServiceSet {
    if ('workload' in client && 'workload' in server) {
      return this.access.get(client.workload)?.get(server.workload) ?? ServiceSet.EMPTY;
    }
    return this.union(client, server, (asked, declared) => {
      const [a, b] = [this.addressesOf(asked), this.addressesOf(declared)];
      return a === undefined || b === undefined || !a.intersect(b).isEmpty();
    });
  }

  private union(client: CompiledPeer, server: CompiledPeer, meets: (asked: CompiledPeer, declared: CompiledPeer) => boolean): ServiceSet {
    const matches = (asked: CompiledPeer, declared: CompiledPeer) => peerKey(asked) === peerKey(declared)
      || (!('workload' in asked && 'workload' in declared) && meets(asked, declared));
    // One end at least is a workload, and its flows are few beside all flows.
    const near = 'workload' in server ? server : client;
    return servicesOf((this.flowsOf.get(peerKey(near)) ?? [])
      .filter((flow) => matches(client, flow.client) && matches(server, flow.server))
      .flatMap((flow) => flow.services));
  }

  /** Undefined where the policy does not know them: opaque peers, and workloads that declare none. */
  private addressesOf(peer: CompiledPeer): AddressSet | undefined {
    if (!('workload' in peer)) return blockOf(peer);
    const known = this.addresses.get(peer.workload);
    return known?.isEmpty() ? undefined : known;
  }
}
