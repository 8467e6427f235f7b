import { AddressSet, parseCidr, PeerAtom, PeerEntry, PeerTraffic, ServiceSet } from '../../../algebra';
import { Element, Part } from './model';
import { numberOf } from './symbols';

const ANY = { 4: AddressSet.ANY_IPV4, 6: AddressSet.ANY_IPV6 };
const ANYWHERE = ANY[4].union(ANY[6]);
const PORTS = ServiceSet.union(['tcp', 'udp', 'sctp'].map((protocol) => ServiceSet.fromRange({ protocol })));
const ICMP: readonly number[] = [1, 58];
const NAMED: { readonly [number: number]: string } = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };

/** What the packet's peer may be and ask for, as far as one comparison tells. */
export interface Selection {
  /** Absent where the comparison does not look at addresses. */
  readonly peer?: AddressSet | { readonly atom: PeerAtom; readonly family: 4 | 6 };
  readonly services: ServiceSet;
}

/** Thrown where a comparison cannot be said as traffic; the reader makes a problem of it. */
export class Inexpressible extends Error {}

/** Turns elements into selections. */
export class Selections {
  private readonly services = new Map<string, ServiceSet>();

  /** @param peerField which of a packet's addresses is the peer's */
  public constructor(private readonly peerField: 'saddr' | 'daddr') {}

  /** The selections of elements under a key of these fields. @throws Inexpressible for a field or value that is no traffic */
  public of(fields: readonly string[], elements: readonly Element[]): Selection[] {
    return elements.map((element) => {
      if (element.length !== fields.length) throw new Inexpressible(`an element of ${element.length} parts under a key of ${fields.length}`);
      const address = fields.findIndex((field) => /^ip6? [sd]addr$/.test(field));
      const rest = fields.map((field, index) => ({ field, part: element[index] })).filter((_, index) => index !== address);
      const services = this.servicesOf(rest);
      return address < 0 ? { services } : { peer: this.peerOf(fields[address], element[address]), services };
    });
  }

  private peerOf(field: string, { first, last, deployTime }: Part): Selection['peer'] {
    const [header, side] = field.split(' ');
    if (side !== this.peerField) throw new Inexpressible(`the workload's own address (${field})`);
    const family = header === 'ip' ? 4 : 6;
    try {
      const addresses = first === last ? AddressSet.cidr(first) : AddressSet.range(first, last);
      if (addresses.intersect(ANY[family]).equals(addresses)) return addresses;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (deployTime) return { atom: { kind: 'token', id: first }, family };
    }
    throw new Inexpressible(`the address ${JSON.stringify(first)} under ${field}`);
  }

  /** Elements are many and their services few. */
  private servicesOf(parts: readonly { field: string; part: Part }[]): ServiceSet {
    const key = parts.map(({ field, part }) => `${field} ${part.first}-${part.last}`).join();
    let services = this.services.get(key);
    if (services === undefined) this.services.set(key, services = parts.length === 0 ? ServiceSet.ALL : axisOf(parts));
    return services;
  }
}

function axisOf(parts: readonly { field: string; part: Part }[]): ServiceSet {
  let [protocols, selectors]: [number, number][] = [[0, 255], [0, 65_535]];
  for (const { field, part } of parts) {
    const fixed = /^(tcp|udp|sctp) dport$/.exec(field)?.[1];
    if (field === 'meta time') continue;
    if (field === 'meta l4proto') {
      protocols = overlap(protocols, rangeOf(field, part, 255));
    } else if (field === 'th dport' || field === 'th sport') {
      selectors = rangeOf(field, part, 65_535);
    } else if (fixed) {
      [protocols, selectors] = [overlap(protocols, single(numberOf('meta l4proto', fixed)!)), rangeOf(field, part, 65_535)];
    } else if (field === 'icmp type' || field === 'icmpv6 type') {
      const [first, last] = rangeOf(field, part, 255);
      [protocols, selectors] = [overlap(protocols, single(field === 'icmp type' ? 1 : 58)), [first * 256, last * 256 + 255]];
    } else {
      throw new Inexpressible(field);
    }
  }
  return rectangle(protocols, selectors);
}

function rectangle([firstProtocol, lastProtocol]: [number, number], [first, last]: [number, number]): ServiceSet {
  const whole = first === 0 && last === 65_535;
  const protocols = Array.from({ length: lastProtocol - firstProtocol + 1 }, (_, index) => firstProtocol + index);
  return ServiceSet.union(protocols.flatMap((number) => {
    if (whole) return [ServiceSet.protocol(number)];
    if (ICMP.includes(number)) return messages(NAMED[number], first, last);
    if (NAMED[number] === undefined) throw new Inexpressible(`a part of protocol ${number}, which has no ports`);
    return [ServiceSet.fromRange({ protocol: NAMED[number], fromPort: first, toPort: last })];
  }));
}

/** Messages by `type * 256 + code`: types with all their codes, and single codes before and after them. */
function messages(protocol: string, first: number, last: number): ServiceSet[] {
  const sets: ServiceSet[] = [];
  for (let point = first; point <= last;) {
    const [type, code] = [Math.floor(point / 256), point % 256];
    const whole = code === 0 && point + 255 <= last;
    sets.push(ServiceSet.fromRange({ protocol, fromPort: type, ...(!whole && { toPort: code }) }));
    point += whole ? 256 : 1;
  }
  return sets;
}

function rangeOf(field: string, part: Part, most: number): [number, number] {
  const [first, last] = [numberOf(field, part.first), numberOf(field, part.last)];
  if (first === undefined || last === undefined || first > last || last > most) {
    throw new Inexpressible(`${part.first}${part.last === part.first ? '' : `-${part.last}`} as ${field}`);
  }
  return [first, last];
}

/** A protocol may be asked for twice: `meta l4proto . tcp dport` is what nft makes of `th dport` behind a match of TCP. */
function overlap([first, last]: [number, number], [from, to]: [number, number]): [number, number] {
  return [Math.max(first, from), Math.min(last, to)];
}

function single(number: number): [number, number] {
  return [number, number];
}

/** Everything there is: all addresses, and everything that opaque peers of these families could ask for. */
export function everything(atoms: readonly { atom: PeerAtom; family: 4 | 6 }[]): PeerTraffic {
  return PeerTraffic.of([
    { peer: ANYWHERE, services: ServiceSet.ALL },
    ...atoms.map(({ atom, family }): PeerEntry => ({ peer: atom, services: ServiceSet.ALL.withoutForeignIcmp(family) })),
  ]);
}

/** The part of the traffic that any of the selections takes. */
export function selected(traffic: PeerTraffic, selections: readonly Selection[]): PeerTraffic {
  const bare = selections.filter(({ peer }) => peer === undefined);
  const withPeer = selections.filter(({ peer }) => peer !== undefined).map(({ peer, services }): PeerEntry => (
    peer instanceof AddressSet ? { peer, services } : { peer: peer!.atom, services: services.withoutForeignIcmp(peer!.family) }));
  const byServices = restricted(traffic, ServiceSet.union(bare.map(({ services }) => services)));
  return withPeer.length === 0 ? byServices : byServices.union(traffic.intersect(PeerTraffic.of(withPeer)));
}

export function restricted(traffic: PeerTraffic, services: ServiceSet): PeerTraffic {
  return PeerTraffic.of(traffic.entries().map((entry) => ({ peer: entry.peer, services: entry.services.intersect(services) })));
}

export function ofFamily(traffic: PeerTraffic, family: 4 | 6, atoms: readonly { atom: PeerAtom; family: 4 | 6 }[]): PeerTraffic {
  const own = new Set(atoms.filter((each) => each.family === family).map(({ atom }) => atom.id));
  return PeerTraffic.of(traffic.entries().map((entry) => (entry.peer instanceof AddressSet
    ? { ...entry, peer: entry.peer.intersect(ANY[family]) }
    : { ...entry, services: own.has(entry.peer.id) ? entry.services : ServiceSet.EMPTY })));
}

/** Whether everything in the traffic has ports, or nothing. @throws Inexpressible if it is mixed */
export function hasPorts(traffic: PeerTraffic): boolean {
  const services = ServiceSet.union(traffic.entries().map((entry) => entry.services));
  if (services.isSubsetOf(PORTS)) return true;
  if (services.intersect(PORTS).isEmpty()) return false;
  throw new Inexpressible('the first bytes of a header, of protocols with ports and without');
}

/** Whether the text is a plain address or block. */
export function isAddress(text: string): boolean {
  try {
    parseCidr(text);
    return true;
  } catch {
    return false;
  }
}
