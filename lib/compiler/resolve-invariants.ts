import { InvariantDeclaration, PeerDeclaration } from '../model/declarations';
import { compareText } from '../support/order';
import { stableId } from '../support/stable-id';
import { CompiledInvariant, CompiledPeer } from './compiled-policy';
import { peerName, servicesOf } from './peers';
import { PeerResolver } from './resolve-peers';

/** Resolves the ends of an invariant, and says it in words. */
export function resolveInvariant(declaration: InvariantDeclaration, peers: PeerResolver, path: string): CompiledInvariant {
  const list = (peer: PeerDeclaration) => [...peers.resolve(peer, path).peers];
  switch (declaration.kind) {
    case 'exposure': {
      const exposed = declaration.exposed.flatMap(list).map(workloadId).sort(compareText);
      return withId({ kind: 'exposure', exposed, description: `only ${exposed.join(', ') || 'nothing'} may be reachable from outside` });
    }
    case 'blastRadius': {
      const workload = workloadId(list(declaration.workload)[0]);
      const description = `a breach of ${workload} reaches at most ${declaration.atMost} other workloads`;
      return withId({ kind: 'blastRadius', workload, atMost: declaration.atMost, description });
    }
    default: {
      const { kind } = declaration;
      const services = declaration.services && servicesOf(declaration.services);
      const [clients, servers] = [list(declaration.client), list(declaration.server)];
      const verb = kind === 'allows' ? 'must reach' : 'must not reach';
      const description = `${names(clients)} ${verb} ${names(servers)}${services ? ` with ${services.toString()}` : ''}`;
      return withId({ kind, clients, servers, services, description });
    }
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

function withId(invariant: WithoutId<CompiledInvariant>): CompiledInvariant {
  return { id: stableId(invariant.kind, invariant.description), ...invariant } as CompiledInvariant;
}

function workloadId(peer: CompiledPeer): string {
  return (peer as { workload: string }).workload;
}

/** All of them where they are few: a description is for reading. */
function names(peers: readonly CompiledPeer[]): string {
  const texts = peers.map(peerName).sort(compareText);
  return texts.join(', ') || 'nothing';
}
