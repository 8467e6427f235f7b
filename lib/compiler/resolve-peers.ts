import { AddressSet } from '../algebra';
import { OpaqueDeclaration, PeerDeclaration } from '../model/declarations';
import { isToken } from '../support/deploy-time';
import { sortedBy } from '../support/order';
import { CompiledPeer, CompiledSegment, OpaquePeer } from './compiled-policy';
import { Membership } from './membership';
import { peersOf } from './peers';
import { Problems } from './problems';

/** A declared peer, resolved: what it stands for, and whether it named its workloads one by one. */
export interface ResolvedPeer {
  readonly peers: readonly CompiledPeer[];
  /** True where the user named this one workload, as against choosing workloads by labels. */
  readonly named: boolean;
}

/** Turns declared peers into resolved ones. Equal declarations are resolved once. */
export class PeerResolver {
  private readonly segments: ReadonlyMap<string, CompiledSegment>;
  private readonly opaque = new Map<string, OpaquePeer>();
  private readonly blocks = new Map<string, readonly CompiledPeer[]>();

  /** Families of the opaque peers resolved so far, by peer key. */
  public readonly opaqueFamilies = new Map<string, 4 | 6>();

  public constructor(segments: readonly CompiledSegment[], private readonly membership: Membership, private readonly problems: Problems) {
    this.segments = new Map(segments.map((segment) => [segment.id, segment]));
  }

  public resolve(peer: PeerDeclaration, path: string): ResolvedPeer {
    switch (peer.kind) {
      case 'workload': return { peers: [{ workload: peer.id }], named: true };
      case 'segment': return workloads(this.segments.get(peer.id)!.members);
      case 'labels': return this.selected(peer.selector, path);
      case 'any': return { peers: peer.families.map((family) => ({ any: `ipv${family}` as const })), named: false };
      case 'cidrs': return { peers: this.block(peer.cidr, peer.except, path), named: false };
      default: return { peers: [this.opaquePeer(peer, path)], named: false };
    }
  }

  /** Every prefix list and token that was resolved. */
  public opaquePeers(): OpaquePeer[] {
    return sortedBy(this.opaque.values(), (peer) => `${peer.kind}:${peer.name}`);
  }

  private selected(selector: Parameters<Membership['of']>[0], path: string): ResolvedPeer {
    const members = this.membership.of(selector, path);
    if (members.length === 0) this.problems.warn('MSEG2104', path, 'a selector chooses no workload');
    return workloads(members);
  }

  private block(cidr: string, except: readonly string[], path: string): readonly CompiledPeer[] {
    const key = [cidr, ...except].join(' except ');
    if (!this.blocks.has(key)) {
      const excluded = AddressSet.union(except.map((block) => AddressSet.cidr(block)));
      this.blocks.set(key, peersOf(AddressSet.cidr(cidr).subtract(excluded)));
    }
    const peers = this.blocks.get(key)!;
    if (peers.length === 0) this.problems.error('MSEG2005', path, `${cidr} less its exceptions is empty`);
    return peers;
  }

  private opaquePeer(peer: OpaqueDeclaration, path: string): CompiledPeer {
    const key = `${peer.kind}:${peer.name}`;
    const known = this.opaque.get(key);
    if (known && !mayBeSame(known, peer)) {
      this.problems.error('MSEG1007', path, `"${peer.name}" names two different ${peer.kind === 'token' ? 'tokens' : 'prefix lists'}`);
    }
    this.opaque.set(key, known ? withAlias(known, peer.value) : peer);
    this.opaqueFamilies.set(key, peer.family);
    return peer.kind === 'token' ? { token: peer.name } : { prefixList: peer.name };
  }
}

/** Tokens that read differently may still be one value: see `ambiguousNames`. */
function mayBeSame(known: OpaquePeer, peer: OpaqueDeclaration): boolean {
  const sameValue = known.value === peer.value || (isToken(known.value) && isToken(peer.value));
  return sameValue && known.platform === peer.platform && known.family === peer.family && known.maxEntries === peer.maxEntries;
}

function withAlias(known: OpaquePeer, value: string): OpaquePeer {
  const { aliases = [] } = known;
  return known.value === value || aliases.includes(value) ? known : { ...known, aliases: [...aliases, value] };
}

function workloads(ids: readonly string[]): ResolvedPeer {
  return { peers: ids.map((workload) => ({ workload })), named: false };
}
