import { ServiceSet } from '../algebra';
import { CompiledInvariant, CompiledPeer, CompiledPolicy, CompiledWorkload, ManifestInvariant, peerName } from '../compiler';
import { OpenEnds } from './open-ends';
import { blastRadius, ReachGraph } from './reach/reach-graph';
import { DirectAccess, directAccess, exposures } from './reachability';

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
      const reached = blastRadius(facts.policy, facts.reach, invariant.workload);
      return reached.length <= invariant.atMost ? [] : [`${invariant.workload} reaches ${reached.length}: ${reached.join(', ')}`];
    }
  }
}

function pairsOf({ clients, servers }: { clients: CompiledPeer[]; servers: CompiledPeer[] }): [CompiledPeer, CompiledPeer][] {
  return clients.flatMap((client) => servers.map((server): [CompiledPeer, CompiledPeer] => [client, server]));
}

/** What invariants ask about. A doubt always counts against the invariant. */
class Facts {
  private readonly ends: OpenEnds;
  private readonly workloads: ReadonlyMap<string, CompiledWorkload>;
  private direct?: DirectAccess;
  private reachGraph?: ReachGraph;

  public constructor(public readonly policy: CompiledPolicy) {
    this.ends = new OpenEnds(policy);
    this.workloads = new Map(policy.workloads.map((workload) => [workload.id, workload]));
  }

  public get reach(): ReachGraph {
    return this.reachGraph ??= ReachGraph.of(this.policy);
  }

  public offers(server: CompiledPeer): ServiceSet {
    return ('workload' in server ? this.workloads.get(server.workload)?.offered : undefined) ?? ServiceSet.ALL;
  }

  /** Services that both ends admit for the whole of the other. */
  public surelyOpen(client: CompiledPeer, server: CompiledPeer): ServiceSet {
    if (!this.isGuarded(client) && !this.isGuarded(server)) return ServiceSet.EMPTY;
    return this.ends.surely(client, 'egress', server).intersect(this.ends.surely(server, 'ingress', client));
  }

  /**
   * Services that both ends may admit. A block asks for what comes from its addresses: a workload that is admitted by
   * itself, at an address that nobody knows, is not meant by it.
   */
  public possiblyOpen(client: CompiledPeer, server: CompiledPeer): ServiceSet {
    if ('workload' in client && 'workload' in server) {
      this.direct ??= directAccess(this.policy);
      return this.direct.get(client.workload)?.get(server.workload) ?? ServiceSet.EMPTY;
    }
    if (!this.isGuarded(client) && !this.isGuarded(server)) return ServiceSet.EMPTY;
    return this.ends.possibly(client, 'egress', server).intersect(this.ends.possibly(server, 'ingress', client));
  }

  /** Where the policy protects neither end, it opens nothing and holds nothing up. */
  private isGuarded(peer: CompiledPeer): boolean {
    return 'workload' in peer && this.workloads.get(peer.workload)!.managed;
  }
}
