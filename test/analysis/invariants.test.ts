import * as fc from 'fast-check';
import { AddressSet, ServiceSet } from '../../lib/algebra';
import { checkInvariants } from '../../lib/analysis/invariants';
import { CompiledPeer, compilePolicy, CompiledPolicy, Endpoint, peersOf } from '../../lib/compiler';
import { Invariant, IpFamily, Peer, SegmentationPolicy, Selector, Service, Workload } from '../../lib/model';
import { CDK_TOKEN, payments } from '../model/policies';
import { Declared } from '../properties/declare';
import { runs, SEED } from '../properties/runs';
import { policySpecs } from '../properties/specs';
import { ADDRESSES, enters, familyOf, leaves, occurs, placesOf, POINTS, withoutOpaque } from './brute-force';

function shop() {
  const policy = payments();
  const web = policy.addWorkload('Web', { labels: { tier: 'web' }, services: [Service.HTTPS] });
  const api = policy.addWorkload('Api', { labels: { tier: 'api' }, services: [Service.tcp(8443)] });
  const db = policy.addWorkload('Db', { labels: { tier: 'db' }, services: [Service.POSTGRES, Service.SSH] });
  web.allowFrom(Peer.anyIpv4());
  web.allowTo(api);
  api.allowTo(db, { services: [Service.POSTGRES] });
  return { policy, web, api, db };
}

/** What contradicts the invariants of a policy. */
function broken(policy: SegmentationPolicy): string[] {
  return checkInvariants(compilePolicy(policy)).flatMap(({ holds, counterexamples }) => {
    expect(holds).toBe(counterexamples.length === 0);
    return counterexamples;
  });
}

test.each<[string, (s: ReturnType<typeof shop>) => Invariant, string[]]>([
  ['a denied pair without flow', ({ web, db }) => Invariant.denies(web, db), []],
  ['a denied pair with a flow', ({ api, db }) => Invariant.denies(api, db), ['Api reaches Db with tcp/5432']],
  ['a denied service', ({ api, db }) => Invariant.denies(api, db, [Service.SSH]), []],
  ['denied labels', ({ db }) => Invariant.denies(Peer.selected(Selector.noneOf('tier', 'web')), db), ['Api reaches Db with tcp/5432']],
  ['a denied block that is part of what is open', ({ web }) => Invariant.denies(Peer.ipv4('198.51.100.0/24'), web), ['198.51.100.0/24 reaches Web with tcp/443']],
  ['a denied block of the other family', ({ web }) => Invariant.denies(Peer.anyIpv6(), web), []],
  ['everybody denied where workloads are admitted by themselves', ({ api }) => Invariant.denies(Peer.any(), api), []],
  ['everybody denied where everybody is admitted', ({ web }) => Invariant.denies(Peer.any(), web), ['any ipv4 reaches Web with tcp/443']],
  ['a needed flow that is there', ({ api, db }) => Invariant.allows(api, db, [Service.POSTGRES]), []],
  ['a needed flow of all that is offered', ({ api, db }) => Invariant.allows(api, db), ['Api cannot reach Db with tcp/22']],
  ['a needed flow the other way', ({ api, db }) => Invariant.allows(db, api), ['Db cannot reach Api with tcp/8443']],
  ['a needed block inside what is open', ({ web }) => Invariant.allows(Peer.ipv4('198.51.100.0/24'), web), []],
  ['needed everybody where one family is open', ({ web }) => Invariant.allows(Peer.any(), web), ['any ipv6 cannot reach Web with tcp/443']],
  ['exposure as declared', ({ web }) => Invariant.exposedOnly([web]), []],
  ['exposure of nobody', () => Invariant.exposedOnly([]), ['Web is reachable from any ipv4']],
  ['a reach that is kept', ({ web }) => Invariant.blastRadiusAtMost(web, 2), []],
  ['a reach that is exceeded', ({ web }) => Invariant.blastRadiusAtMost(web, 1), ['Web reaches 2: Api, Db']],
])('GIVEN %s WHEN checked THEN the counterexamples are %j', (_, invariant, expected) => {
  const s = shop();
  s.policy.addInvariant(invariant(s));
  expect(broken(s.policy)).toEqual(expected.length > 0 ? expected : []);
});

test('GIVEN two halves that are open WHEN their whole is needed THEN it holds', () => {
  const { policy, db } = shop();
  ['10.0.0.0/9', '10.128.0.0/9'].forEach((half) => db.allowFrom(Peer.ipv4(half), { services: [Service.SSH] }));
  policy.addInvariant(Invariant.allows(Peer.ipv4('10.0.0.0/8'), db, [Service.SSH]));
  expect(broken(policy)).toEqual([]);
});

test('GIVEN a server that is open to a network WHEN a workload there is needed as client THEN its own end must be open as well', () => {
  const declare = (leave: boolean) => {
    const policy = payments();
    const web = policy.addWorkload('Web', { addresses: ['10.0.0.1'] });
    const db = policy.addWorkload('Db', { addresses: ['10.0.0.2'], services: [Service.POSTGRES] });
    db.allowFrom(Peer.ipv4('10.0.0.0/8'));
    if (leave) web.allowTo(Peer.ipv4('10.0.0.0/8'), { services: [Service.any()] });
    policy.addInvariant(Invariant.allows(web, db));
    return broken(policy);
  };
  expect(declare(false)).toEqual(['Web cannot reach Db with tcp/5432']);
  expect(declare(true)).toEqual([]);
});

test('GIVEN peers that only the platform can see into WHEN denied or needed THEN a doubt counts against the invariant', () => {
  const declare = (open: (db: Workload) => void, invariant: (db: Workload) => Invariant) => {
    const { policy, db } = shop();
    open(db);
    policy.addInvariant(invariant(db));
    return broken(policy);
  };
  const nat = Peer.token('nat', CDK_TOKEN, IpFamily.IPV4);
  const list = Peer.prefixList('pl-1', { maxEntries: 3 });
  const ssh = { services: [Service.SSH] };
  expect(declare((db) => db.allowFrom(nat, ssh), (db) => Invariant.denies(nat, db))).toEqual(['token:nat reaches Db with tcp/22']);
  expect(declare((db) => db.allowFrom(nat, ssh), (db) => Invariant.denies(list, db))).toEqual(['prefixList:pl-1 reaches Db with tcp/22']);
  expect(declare((db) => db.allowFrom(nat, ssh), (db) => Invariant.denies(Peer.ipv4('10.0.0.0/8'), db))).toEqual(['10.0.0.0/8 reaches Db with tcp/22']);
  expect(declare((db) => db.allowFrom(Peer.ipv4('10.0.0.0/8'), ssh), (db) => Invariant.denies(nat, db))).toEqual(['token:nat reaches Db with tcp/22']);
  expect(declare(() => undefined, (db) => Invariant.denies(nat, db))).toEqual([]);
  expect(declare((db) => db.allowFrom(Peer.ipv4('10.0.0.0/8'), ssh), (db) => Invariant.allows(nat, db, [Service.SSH]))).toEqual(['token:nat cannot reach Db with tcp/22']);
  expect(declare((db) => db.allowFrom(nat, ssh), (db) => Invariant.allows(nat, db, [Service.SSH]))).toEqual([]);
});

test('GIVEN several invariants WHEN checked THEN each has an id of its content and says itself in words', () => {
  const { policy, web, db } = shop();
  policy.addInvariant(Invariant.denies(web, db));
  policy.addInvariant(Invariant.exposedOnly([web]));
  policy.addInvariant(Invariant.allows(web, db, [Service.SSH]));
  policy.addInvariant(Invariant.blastRadiusAtMost(db, 0));
  const results = checkInvariants(compilePolicy(policy));
  expect(results.map(({ description }) => description).sort()).toEqual([
    'Web must not reach Db', 'Web must reach Db with tcp/22', 'a breach of Db reaches at most 0 other workloads', 'only Web may be reachable from outside',
  ]);
  expect(new Set(results.map(({ id }) => id)).size).toBe(4);
});

describe('against every packet', () => {
  const BLOCKS = ['10.0.0.0/8', '10.1.2.0/23', '192.0.2.7', '203.0.113.0/25', '2001:db8::/32', '0.0.0.0/0', '::/0'];

  const holds = (policy: CompiledPolicy, kind: 'allows' | 'denies', client: CompiledPeer, server: CompiledPeer, services: ServiceSet) => {
    const invariant = { id: 'asked', kind, description: 'asked', clients: [client], servers: [server], services };
    return checkInvariants({ ...policy, invariants: [invariant] })[0].holds;
  };

  test('GIVEN any policy WHEN "denies" and "allows" are asked about THEN they hold exactly where no packet, or every packet, gets through', () => {
    const seen = { allows: new Set<boolean>(), denies: new Set<boolean>() };
    fc.assert(fc.property(policySpecs({ size: 3, sctpPorts: true }).map(withoutOpaque), fc.constantFrom(...BLOCKS), (spec, block) => {
      const policy = compilePolicy(new Declared(payments(), spec).policy);
      const inside = ADDRESSES.filter((address) => AddressSet.cidr(block).contains(address)).map((address): Endpoint => ({ address }));
      const client = peersOf(AddressSet.cidr(block))[0];
      for (const workload of policy.workloads.filter(({ managed }) => managed)) {
        for (const point of POINTS.filter((candidate) => occurs(familyOf(block), candidate))) {
          const through = inside.map((place) => enters(policy, place, { workload: workload.id }, point));
          const server = { workload: workload.id };
          const found = { allows: holds(policy, 'allows', client, server, point), denies: holds(policy, 'denies', client, server, point) };
          const expected = { allows: through.every(Boolean), denies: !through.some(Boolean) };
          expect({ ...server, block, point: String(point), ...found }).toEqual({ ...server, block, point: String(point), ...expected });
          seen.allows.add(found.allows);
          seen.denies.add(found.denies);
        }
      }
    }), { seed: SEED, numRuns: runs(0.1, 20) });
    expect([seen.allows.size, seen.denies.size]).toEqual([2, 2]);
  });

  test('GIVEN any policy WHEN "allows" is asked about two workloads THEN it holds exactly where both ends admit every place of the other', () => {
    const seen = new Set<boolean>();
    fc.assert(fc.property(policySpecs({ size: 3, sctpPorts: true }).map(withoutOpaque), (spec) => {
      const policy = compilePolicy(new Declared(payments(), spec).policy);
      const pairs = policy.workloads.flatMap((client) => policy.workloads.map((server) => ({ client, server })));
      for (const { client, server } of pairs.filter((pair) => pair.client.managed || pair.server.managed)) {
        for (const point of POINTS) {
          const found = holds(policy, 'allows', { workload: client.id }, { workload: server.id }, point);
          const out = certain(policy, server, point, (place) => leaves(policy, { workload: client.id }, place, point)) || !client.managed;
          const into = certain(policy, client, point, (place) => enters(policy, place, { workload: server.id }, point)) || !server.managed;
          expect([client.id, server.id, String(point), found]).toEqual([client.id, server.id, String(point), out && into]);
          seen.add(found);
        }
      }
    }), { seed: SEED, numRuns: runs(0.1, 20) });
    expect(seen.size).toBe(2);
  });

  /** Whether it is so for the workload by itself, or at each of its known addresses at which the service exists. */
  function certain(policy: CompiledPolicy, workload: CompiledPolicy['workloads'][number], point: ServiceSet, isSo: (place: Endpoint) => boolean): boolean {
    if (isSo({ workload: workload.id })) return true;
    const places = workload.addresses.isEmpty() ? [] : placesOf(policy, workload).filter(({ address }) => occurs(familyOf(address), point));
    return places.length > 0 && places.every(isSo);
  }
});

