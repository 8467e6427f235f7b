import { PeerAtom } from '../../algebra';
import { ManifestOpaquePeer, ManifestPeer } from '../../compiler';
import { compareText } from '../../support/order';

/**
 * Leads the texts of an artifact back to the names of the policy. The manifest says how each prefix list, token and
 * foreign group stands in the artifacts; a text that it does not know is nobody's.
 */
export class PeerNames {
  /** By kind and text: the atom of the policy. */
  private readonly byText = new Map<string, PeerAtom>();
  /** Names whose values are the same text are the same peer: the first of them stands for all. */
  private readonly sameAs = new Map<string, string>();
  /** By kind and name. */
  private readonly families = new Map<string, 4 | 6>();

  public constructor(opaquePeers: readonly ManifestOpaquePeer[]) {
    for (const { kind, name, family, rendered } of opaquePeers) {
      if (family !== undefined) this.families.set(key(kind, name), family);
      for (const text of rendered) this.add(kind, name, text);
    }
  }

  /** Of which family the addresses of a declared peer are, where it is one whose addresses nobody knows. */
  public familyOf(peer: ManifestPeer): 4 | 6 | undefined {
    if ('token' in peer) return this.families.get(key('token', peer.token));
    return 'prefixList' in peer ? this.families.get(key('prefixList', peer.prefixList)) : undefined;
  }

  /** The atom of a declared peer; undefined for blocks and "any". */
  public declared(peer: ManifestPeer): PeerAtom | undefined {
    if ('workload' in peer) return { kind: 'workload', id: peer.workload };
    if ('token' in peer) return { kind: 'token', id: this.representative('token', named(peer.token)) };
    return 'prefixList' in peer ? { kind: 'prefixList', id: this.representative('prefixList', named(peer.prefixList)) } : undefined;
  }

  /** The atom of the policy that an artifact's atom is. */
  public read(atom: PeerAtom): PeerAtom {
    if (atom.kind === 'workload') return atom;
    const known = this.byText.get(key(atom.kind, atom.id));
    if (known === undefined) return { kind: atom.kind, id: unnamed(atom.id) };
    return known.kind === 'workload' ? known : { kind: known.kind, id: this.representative(known.kind, known.id) };
  }

  /** How the atom is reported: by its name where it has one. */
  public peer({ kind, id }: PeerAtom): ManifestPeer {
    if (kind === 'workload') return { workload: id };
    return kind === 'token' ? { token: id.slice(1) } : { prefixList: id.slice(1) };
  }

  private add(kind: ManifestOpaquePeer['kind'], name: string, text: string): void {
    // A group's id, or an address, stands in rules like any other value that is known at deployment only.
    const ofWorkload = kind === 'group' || kind === 'address';
    const atom: PeerAtom = ofWorkload ? { kind: 'workload', id: name } : { kind, id: named(name) };
    const place = key(ofWorkload ? 'token' : kind, text);
    const other = this.byText.get(place);
    if (other === undefined) this.byText.set(place, atom);
    else if (other.kind === atom.kind && atom.kind !== 'workload') this.join(atom.kind, other.id, atom.id);
  }

  private join(kind: PeerAtom['kind'], one: string, other: string): void {
    const [first, second] = [this.representative(kind, one), this.representative(kind, other)].sort(compareText);
    if (first !== second) this.sameAs.set(key(kind, second), first);
  }

  private representative(kind: PeerAtom['kind'], id: string): string {
    let current = id;
    for (let next = this.sameAs.get(key(kind, current)); next !== undefined; next = this.sameAs.get(key(kind, current))) current = next;
    return current;
  }
}

/** Names and unknown texts are kept apart by their first character, so that no text can pass for a name. */
function named(name: string): string {
  return `=${name}`;
}

function unnamed(text: string): string {
  return `?${text}`;
}

function key(kind: string, text: string): string {
  return `${kind}:${text}`;
}
