import { AddressSet, PeerAtom, PeerEntry, PeerTraffic, ServiceSet, TrafficSet } from '../algebra';

/** A rule of a list in which the first match decides. */
export interface OrderedRule {
  readonly action: 'allow' | 'deny';
  readonly traffic: PeerTraffic;
}

/** What an ordered list of rules comes to. Traffic that no rule matches is in neither part. */
export interface FirstMatch {
  readonly admitted: PeerTraffic;
  /** Traffic of which the rules alone do not tell whether it is admitted: a denied block may hold an opaque peer, or not. */
  readonly undecided: PeerTraffic;
}

const ANYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/** Evaluates rules of which the first one that matches decides. */
export function firstMatch(rules: readonly OrderedRule[]): FirstMatch {
  const evaluation = new Evaluation();
  for (const { action, traffic } of runs(rules)) {
    if (action === 'allow') evaluation.allow(traffic);
    else evaluation.deny(traffic);
  }
  return evaluation;
}

class Evaluation implements FirstMatch {
  public admitted = PeerTraffic.EMPTY;
  public undecided = PeerTraffic.EMPTY;
  /** By address: what the rules so far decided, and what of it they deny. */
  private decided = TrafficSet.EMPTY;
  private denied = TrafficSet.EMPTY;
  private deniedAtoms: AtomEntry[] = [];

  public allow(traffic: PeerTraffic): void {
    const fresh = traffic.addresses.subtract(this.decided);
    const byAddress = fresh.entries().map(({ addresses, services }): PeerEntry => ({ peer: addresses, services }));
    const shadowed = ServiceSet.union(this.deniedAtoms.map(({ services }) => services));
    this.undecided = this.undecided.union(PeerTraffic.of(within(byAddress, shadowed)));
    const byAtom = atomsOf(traffic).map((entry) => this.allowAtom(entry));
    this.admitted = this.admitted.union(PeerTraffic.of([...byAddress, ...byAtom]));
    this.decided = this.decided.union(fresh);
  }

  public deny(traffic: PeerTraffic): void {
    const fresh = traffic.addresses.subtract(this.decided);
    this.denied = this.denied.union(fresh);
    this.decided = this.decided.union(fresh);
    this.deniedAtoms.push(...atomsOf(traffic).map(({ peer, services }) => ({ peer, services: this.open(services) })));
  }

  /** What is left of the rule for the peer after everything that was decided for all addresses, and for itself. */
  private allowAtom({ peer, services }: AtomEntry): AtomEntry {
    const own = ServiceSet.union(this.deniedAtoms.filter(({ peer: other }) => same(peer, other)).map((entry) => entry.services));
    const left = this.open(services).subtract(own);
    const doubtful = ServiceSet.union([
      ...this.denied.intersect(TrafficSet.of(ANYWHERE, left)).entries().map((entry) => entry.services),
      ...this.deniedAtoms.filter(({ peer: other }) => mayOverlap(peer, other)).map((entry) => entry.services.intersect(left)),
    ]);
    if (!doubtful.isEmpty()) this.undecided = this.undecided.union(PeerTraffic.of([{ peer, services: doubtful }]));
    return { peer, services: left };
  }

  /** Services on which something is still to be decided, for some address. */
  private open(services: ServiceSet): ServiceSet {
    const rest = TrafficSet.of(ANYWHERE, services).subtract(this.decided);
    return ServiceSet.union(rest.entries().map((entry) => entry.services));
  }
}

interface AtomEntry {
  readonly peer: PeerAtom;
  readonly services: ServiceSet;
}

/** Neighbours with one action are one rule: among them the order does not matter. */
function runs(rules: readonly OrderedRule[]): OrderedRule[] {
  const joined: { action: OrderedRule['action']; parts: PeerTraffic[] }[] = [];
  for (const { action, traffic } of rules) {
    const last = joined.at(-1);
    if (last?.action === action) last.parts.push(traffic);
    else joined.push({ action, parts: [traffic] });
  }
  return joined.map(({ action, parts }) => ({ action, traffic: PeerTraffic.of(parts.flatMap((part) => part.entries())) }));
}

function atomsOf(traffic: PeerTraffic): AtomEntry[] {
  return traffic.entries().flatMap(({ peer, services }) => (peer instanceof AddressSet ? [] : [{ peer, services }]));
}

function within(entries: readonly PeerEntry[], services: ServiceSet): PeerEntry[] {
  return entries.map((entry) => ({ peer: entry.peer, services: entry.services.intersect(services) }));
}

function same(one: PeerAtom, other: PeerAtom): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** Two workloads are two machines; whatever else has a name may hold what has another one. */
function mayOverlap(one: PeerAtom, other: PeerAtom): boolean {
  return !same(one, other) && !(one.kind === 'workload' && other.kind === 'workload');
}
