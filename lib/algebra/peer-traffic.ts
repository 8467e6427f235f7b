import { AddressSet } from './address-set';
import { KeyedSets } from './keyed-sets';
import { ServiceSet } from './service-set';
import { SetAlgebra } from './set-algebra';
import { TrafficSet } from './traffic-set';

const ATOM_KINDS = ['workload', 'prefixList', 'token'] as const;

/** A peer whose addresses are no matter of the algebra: it equals itself only, and no addresses stand for it. */
export interface PeerAtom {
  readonly kind: typeof ATOM_KINDS[number];
  readonly id: string;
}

/** A peer and what it may do. */
export interface PeerEntry {
  readonly peer: PeerAtom | AddressSet;
  readonly services: ServiceSet;
}

/** What one end of a workload admits: services by opaque peer, and traffic by address. Equality means the same traffic. */
export class PeerTraffic implements SetAlgebra<PeerTraffic> {
  /** Nothing admitted. */
  public static readonly EMPTY = new PeerTraffic(KeyedSets.of<ServiceSet>([]), TrafficSet.EMPTY);

  /** Everything that any of the entries admits. */
  public static of(entries: Iterable<PeerEntry>): PeerTraffic {
    const atoms: [string, ServiceSet][] = [];
    const rectangles: [AddressSet, ServiceSet][] = [];
    for (const { peer, services } of entries) {
      if (peer instanceof AddressSet) rectangles.push([peer, services]);
      else atoms.push([atomKey(peer), services]);
    }
    return new PeerTraffic(KeyedSets.of(atoms), TrafficSet.union(rectangles));
  }

  /** What peers admitted by address may do. */
  public readonly addresses: TrafficSet;
  private readonly atoms: KeyedSets<ServiceSet>;

  private constructor(atoms: KeyedSets<ServiceSet>, addresses: TrafficSet) {
    this.atoms = atoms;
    this.addresses = addresses;
  }

  /** What the opaque peer may do. */
  public atom(kind: PeerAtom['kind'], id: string): ServiceSet {
    return this.atoms.get(atomKey({ kind, id })) ?? ServiceSet.EMPTY;
  }

  public union(other: PeerTraffic): PeerTraffic {
    return new PeerTraffic(this.atoms.union(other.atoms), this.addresses.union(other.addresses));
  }

  public intersect(other: PeerTraffic): PeerTraffic {
    return new PeerTraffic(this.atoms.intersect(other.atoms), this.addresses.intersect(other.addresses));
  }

  /** What is admitted here and not there, peer by peer. */
  public subtract(other: PeerTraffic): PeerTraffic {
    return new PeerTraffic(this.atoms.subtract(other.atoms), this.addresses.subtract(other.addresses));
  }

  public isSubsetOf(other: PeerTraffic): boolean {
    return this.atoms.isSubsetOf(other.atoms) && this.addresses.isSubsetOf(other.addresses);
  }

  public equals(other: PeerTraffic): boolean {
    return this.atoms.equals(other.atoms) && this.addresses.equals(other.addresses);
  }

  public isEmpty(): boolean {
    return this.atoms.isEmpty() && this.addresses.isEmpty();
  }

  /** Workloads first, then prefix lists and tokens, each by id; then the addresses, one entry for each service set. */
  public entries(): PeerEntry[] {
    return [
      ...this.atoms.entries().map(([key, services]) => ({ peer: atomOf(key), services })),
      ...this.addresses.entries().map(({ addresses, services }) => ({ peer: addresses, services })),
    ];
  }
}

/** One digit for the kind, then the id as it stands. */
function atomKey({ kind, id }: PeerAtom): string {
  const place = ATOM_KINDS.indexOf(kind);
  if (place < 0) throw new TypeError(`A peer cannot be of kind ${JSON.stringify(kind)}.`);
  return `${place}${id}`;
}

function atomOf(key: string): PeerAtom {
  return { kind: ATOM_KINDS[Number(key[0])], id: key.slice(1) };
}
