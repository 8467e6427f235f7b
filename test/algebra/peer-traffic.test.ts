import * as fc from 'fast-check';
import { AddressSet, PeerAtom, PeerEntry, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { itIsASetAlgebra } from './laws';
import { addressesOf, addressMasks, chosen, pairsOf, serviceMasks, serviceNamed, SERVICES, servicesOf, trafficOfPairs } from './universe';

const ATOMS: PeerAtom[] = [
  { kind: 'workload', id: 'a' }, { kind: 'workload', id: 'b' }, { kind: 'prefixList', id: 'a' }, { kind: 'token', id: 'a' },
  { kind: 'token', id: '' }, { kind: 'token', id: '0workload\n__proto__' },
];

type Model = { atoms: [atom: number, services: number][]; rectangles: [addresses: number, services: number][] } | Set<string>;
const models = fc.record({
  atoms: fc.array(fc.tuple(fc.nat(ATOMS.length - 1), serviceMasks), { maxLength: 3 }),
  rectangles: fc.array(fc.tuple(addressMasks, serviceMasks), { maxLength: 3 }),
});

/** Facts about peers as text: `@atom service` or `address service`. */
function facts(model: Model): Set<string> {
  if (model instanceof Set) return model;
  const atoms = model.atoms.flatMap(([atom, services]) => chosen(SERVICES, services).map((service) => `@${atom} ${service}`));
  return new Set([...atoms, ...pairsOf(model.rectangles)]);
}

function split(a: Model, b: Model, shared: boolean): Set<string> {
  const others = facts(b);
  return new Set([...facts(a)].filter((fact) => others.has(fact) === shared));
}

function make(model: Model): PeerTraffic {
  return PeerTraffic.of(model instanceof Set ? entriesOfFacts(model) : [
    ...model.rectangles.map(([addresses, services]) => ({ peer: addressesOf(addresses), services: servicesOf(services) })),
    ...model.atoms.map(([atom, services]) => ({ peer: { ...ATOMS[atom] }, services: servicesOf(services) })),
  ]);
}

function entriesOfFacts(model: Set<string>): PeerEntry[] {
  const atoms = [...model].filter((fact) => fact.startsWith('@')).map((fact) => {
    const [atom, service] = fact.slice(1).split(' ');
    return { peer: ATOMS[Number(atom)], services: serviceNamed(service) };
  });
  const byAddress = trafficOfPairs([...model].filter((fact) => !fact.startsWith('@'))).entries();
  return [...atoms, ...byAddress.map(({ addresses, services }) => ({ peer: addresses, services }))];
}

describe('the traffic of peers', () => {
  itIsASetAlgebra<Model, PeerTraffic>({
    models,
    empty: PeerTraffic.EMPTY,
    make,
    union: (a, b) => new Set([...facts(a), ...facts(b)]),
    intersect: (a, b) => split(a, b, true),
    subtract: (a, b) => split(a, b, false),
    isEmpty: (model) => facts(model).size === 0,
  });

  it('is made again from its entries', () => {
    fc.assert(fc.property(models, (model) => {
      const traffic = make(model);
      expect(PeerTraffic.of(traffic.entries()).equals(traffic)).toBe(true);
      expect(PeerTraffic.of([...traffic.entries()].reverse()).entries()).toEqual(traffic.entries());
      for (const { kind, id } of ATOMS) {
        const entry = traffic.entries().find(({ peer }) => !(peer instanceof AddressSet) && peer.kind === kind && peer.id === id);
        expect(traffic.atom(kind, id).equals(entry?.services ?? ServiceSet.EMPTY)).toBe(true);
      }
    }));
  });

  it('lists workloads, prefix lists and tokens by id, and then addresses', () => {
    const services = ServiceSet.tcp(443);
    const peers = [AddressSet.ANY_IPV4, ...[...ATOMS].reverse()];
    expect(PeerTraffic.of(peers.map((peer) => ({ peer, services }))).entries().map(({ peer }) => peer)).toEqual([
      { kind: 'workload', id: 'a' }, { kind: 'workload', id: 'b' }, { kind: 'prefixList', id: 'a' },
      { kind: 'token', id: '' }, { kind: 'token', id: '0workload\n__proto__' }, { kind: 'token', id: 'a' }, AddressSet.ANY_IPV4,
    ]);
  });

  it('takes no address for an opaque peer, not even every address', () => {
    const any = PeerTraffic.of([{ peer: AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6), services: ServiceSet.ALL }]);
    const atom = PeerTraffic.of([{ peer: { kind: 'token', id: 'x' }, services: ServiceSet.tcp(1) }]);
    expect(atom.isSubsetOf(any)).toBe(false);
    expect(atom.subtract(any).equals(atom)).toBe(true);
  });

  it('knows no other kind of peer', () => {
    const peer = { kind: 'group', id: 'x' } as unknown as PeerAtom;
    expect(() => PeerTraffic.of([{ peer, services: ServiceSet.ALL }])).toThrow(TypeError);
  });
});
