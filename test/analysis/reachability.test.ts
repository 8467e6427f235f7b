import * as fc from 'fast-check';
import { ServiceSet } from '../../lib/algebra';
import { blastRadius, ReachGraph } from '../../lib/analysis/reach/reach-graph';
import { directAccess, exposures } from '../../lib/analysis/reachability';
import { compilePolicy, CompiledPolicy, CompiledWorkload, evaluate, peerName } from '../../lib/compiler';
import { IpFamily, Peer, SegmentationPolicy, Service } from '../../lib/model';
import { CDK_TOKEN, payments } from '../model/policies';
import { Declared } from '../properties/declare';
import { runs, SEED } from '../properties/runs';
import { policySpecs } from '../properties/specs';
import { enters, familyOf, leaves, occurs, placesOf, POINTS, withoutOpaque } from './brute-force';

/** Who reaches whom, as text. */
function accessOf(policy: SegmentationPolicy): string[] {
  return [...directAccess(compilePolicy(policy))].flatMap(([client, servers]) => [...servers].map(([server, services]) => `${client} > ${server}: ${services}`)).sort();
}

describe('direct access', () => {
  test('GIVEN declared flows WHEN asked THEN they are reached, in their direction only', () => {
    const policy = payments();
    const [web, db] = [policy.addWorkload('Web'), policy.addWorkload('Db', { services: [Service.POSTGRES] })];
    web.allowTo(db);
    expect(accessOf(policy)).toEqual(['Web > Db: tcp/5432']);
  });

  test('GIVEN blocks at both ends WHEN they hold each other THEN there is access that no flow names', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { addresses: ['10.1.0.0/16'] });
    const db = policy.addWorkload('Db', { addresses: ['10.2.0.0/16'] });
    web.allowTo(Peer.ipv4('10.0.0.0/8'), { services: [Service.tcpRange(5000, 6000)] });
    db.allowFrom(Peer.ipv4('10.1.128.0/17'), { services: [Service.POSTGRES, Service.SSH] });
    expect(accessOf(policy)).toEqual(['Web > Db: tcp/5432']);
  });

  test('GIVEN blocks at both ends WHEN one does not hold the other, or families differ, THEN there is none', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { addresses: ['10.1.0.0/16', '2001:db8:1::/48'] });
    const db = policy.addWorkload('Db', { addresses: ['10.2.0.0/16', '2001:db8:2::/48'] });
    const far = policy.addWorkload('Far', { addresses: ['192.168.0.0/16'] });
    web.allowTo(Peer.ipv4('10.0.0.0/8'), { services: [Service.any()] });
    db.allowFrom(Peer.ipv6('2001:db8::/32'), { services: [Service.any()] });
    far.allowFrom(Peer.anyIpv4(), { services: [Service.any()] });
    expect(accessOf(policy)).toEqual([]);
  });

  test('GIVEN workloads of unknown address WHEN blocks of private addresses are open THEN reach is not counted too small', () => {
    const policy = payments();
    policy.addWorkload('Web').allowTo(Peer.ipv4('10.0.0.0/8'), { services: [Service.any()] });
    policy.addWorkload('Db').allowFrom(Peer.ipv4('172.16.0.0/12'), { services: [Service.SSH] });
    policy.addWorkload('Edge').allowFrom(Peer.ipv4('203.0.113.0/24'), { services: [Service.SSH] });
    expect(accessOf(policy)).toEqual(['Web > Db: tcp/22']);
  });

  test('GIVEN an unmanaged network WHEN workloads inside it use what it may do THEN that is access, too', () => {
    const policy = payments();
    const office = policy.addUnmanagedWorkload('Office', { addresses: ['10.0.0.0/8'] });
    const web = policy.addWorkload('Web', { addresses: ['10.1.0.1'] });
    const db = policy.addWorkload('Db', { addresses: ['10.1.0.2'] });
    db.allowFrom(office, { services: [Service.SSH] });
    web.allowTo(office, { services: [Service.SSH] });
    expect(accessOf(policy)).toEqual(['Office > Db: tcp/22', 'Web > Db: tcp/22', 'Web > Office: tcp/22']);
  });

  test('GIVEN an unmanaged workload inside an open block WHEN nobody names it THEN it is reached and reaches all the same', () => {
    const policy = payments();
    policy.addUnmanagedWorkload('Legacy', { addresses: ['10.9.0.1'] });
    const web = policy.addWorkload('Web', { addresses: ['192.168.0.1'] });
    web.allowFrom(Peer.ipv4('10.0.0.0/8'), { services: [Service.HTTPS] });
    web.allowTo(Peer.anyIpv4(), { services: [Service.SSH] });
    expect(accessOf(policy)).toEqual(['Legacy > Web: tcp/443', 'Web > Legacy: tcp/22']);
  });

  test('GIVEN any policy WHEN compared with every packet between every two places THEN access is exactly what gets through', () => {
    let reached = 0;
    fc.assert(fc.property(policySpecs({ size: 3, sctpPorts: true }).map(withoutOpaque), (spec) => {
      const policy = compilePolicy(new Declared(payments(), spec).policy);
      const access = directAccess(policy);
      for (const client of policy.workloads) {
        for (const server of policy.workloads.filter(({ managed }) => managed || client.managed)) {
          const services = access.get(client.id)!.get(server.id) ?? ServiceSet.EMPTY;
          const told = POINTS.filter((point) => point.isSubsetOf(services));
          const asked = [client.id, server.id];
          expect([...asked, ...told.map(String)]).toEqual([...asked, ...through(policy, client, server).map(String)]);
          reached += told.length;
        }
      }
    }), { seed: SEED, numRuns: runs(0.05, 20) });
    expect(reached).toBeGreaterThan(20);
  });
});

/** The services that get through. Each end is asked about every place of the other; both must answer in one family. */
function through(policy: CompiledPolicy, client: CompiledWorkload, server: CompiledWorkload): ServiceSet[] {
  const ends = ([4, 6] as const).map((family) => {
    const [from, to] = [client, server].map((workload) => placesOf(policy, workload).filter(({ address }) => familyOf(address) === family));
    return { family, from, to };
  });
  return POINTS.filter((point) => (
    // A flow that names both needs no address.
    evaluate(policy, { client: { workload: client.id }, server: { workload: server.id }, service: point }).allowed
    || ends.filter(({ family }) => occurs(family, point)).some(({ from, to }) => (
      to.some((place) => leaves(policy, { workload: client.id }, place, point))
      && from.some((place) => enters(policy, place, { workload: server.id }, point))))));
}

function reachedFrom(policy: CompiledPolicy, workload: string): string[] {
  return blastRadius(policy, ReachGraph.of(policy), workload);
}

describe('blast radius', () => {
  const chain = () => {
    const policy = payments();
    const workloads = ['A', 'B', 'C', 'D'].map((id) => policy.addWorkload(id, { services: [Service.HTTPS] }));
    const [a, b, c] = workloads;
    a.allowTo(b);
    b.allowTo(c);
    c.allowTo(a);
    c.allowTo(c);
    return compilePolicy(policy);
  };

  test('GIVEN a circle WHEN asked THEN every hop counts, the workload itself does not', () => {
    expect(reachedFrom(chain(), 'A')).toEqual(['B', 'C']);
    expect(reachedFrom(chain(), 'D')).toEqual([]);
  });

  test('GIVEN any graph WHEN compared with its transitive closure THEN they agree', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 }), (edges) => {
      const policy = payments();
      const workloads = Array.from({ length: 8 }, (_, index) => policy.addWorkload(`W${index}`, { services: [Service.HTTPS] }));
      edges.forEach(([from, to]) => workloads[from].allowTo(workloads[to]));
      const closure = workloads.map((_, from) => workloads.map((__, to) => edges.some(([a, b]) => a === from && b === to)));
      const all = workloads.map((_, index) => index);
      all.forEach((via) => all.forEach((from) => all.forEach((to) => {
        closure[from][to] ||= closure[from][via] && closure[via][to];
      })));
      const compiled = compilePolicy(policy);
      workloads.forEach(({ workloadId }, from) => {
        const reached = workloads.filter((_, to) => to !== from && closure[from][to]);
        expect(reachedFrom(compiled, workloadId)).toEqual(reached.map((workload) => workload.workloadId));
      });
    }), { seed: SEED, numRuns: runs(0.1, 50) });
  });
});

test('GIVEN peers outside and inside WHEN exposures are asked for THEN public and opaque ones are named, and unmanaged hosts at public addresses', () => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const partner = policy.addUnmanagedWorkload('Partner', { addresses: ['198.51.100.7'] });
  const legacy = policy.addUnmanagedWorkload('Legacy', { addresses: ['10.9.0.1'] });
  const edge = policy.addWorkload('Edge', { addresses: ['203.0.113.9'] });
  const peers = [
    Peer.ipv4('10.0.0.0/8'), Peer.ipv6('fd00::/8'), Peer.ipv4('100.64.0.0/10'), legacy, edge, Peer.ipv4('0.0.0.0/1'), Peer.ipv4('192.0.2.7'), Peer.anyIpv6(), partner,
    Peer.token('nat', CDK_TOKEN, IpFamily.IPV4), Peer.prefixList('pl-1', { maxEntries: 1 }),
  ];
  peers.forEach((peer) => web.allowFrom(peer));
  web.allowTo(Peer.anyIpv4(), { services: [Service.any()] });

  expect(exposures(compilePolicy(policy)).map(({ client }) => peerName(client)).sort()).toEqual(
    ['0.0.0.0/1', '192.0.2.7/32', 'Partner', 'any ipv6', 'prefixList:pl-1', 'token:nat'],
  );
});
