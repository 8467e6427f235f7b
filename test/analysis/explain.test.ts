import * as fc from 'fast-check';
import { AddressSet, ServiceSet } from '../../lib/algebra';
import { explain } from '../../lib/analysis/explain';
import { questionOf } from '../../lib/analysis/explain/ask';
import { checkInvariants } from '../../lib/analysis/invariants';
import { graphOf } from '../../lib/analysis/policy-graph';
import { directAccess } from '../../lib/analysis/reachability';
import { CompiledPeer, compilePolicy, ManifestFlow, ManifestPeer, ManifestWorkload, peersOf, servicesOf } from '../../lib/compiler';
import { payments } from '../model/policies';
import { Declared } from '../properties/declare';
import { runs, SEED } from '../properties/runs';
import { policySpecs } from '../properties/specs';
import { codesOf } from '../support/problems';
import { POINTS } from './brute-force';
import { flow, policy, tcp, workload } from './manifests';

const WORKLOADS = [
  workload('Web', { labels: { app: 'shop', tier: 'web' }, addresses: ['10.0.1.0/24'] }),
  workload('Api', { labels: { app: 'shop' }, mode: 'monitor', services: [{ name: 'api', ...tcp(8443) }] }),
  workload('Db', { labels: { app: 'shop' }, services: [{ name: 'postgres', ...tcp(5432) }] }),
  workload('Office', { managed: false, enforcementPoints: [], addresses: ['203.0.113.0/24'] }),
];
const ORDERS = { ...flow('Web', 'Api', tcp(8443)), justification: 'orders' };
const peer = (end: string | ManifestPeer): ManifestPeer => (typeof end === 'string' ? { workload: end } : end);

function ask(from: string | ManifestPeer, to: string | ManifestPeer, flows: ManifestFlow[], service?: ServiceSet, workloads = WORKLOADS) {
  return explain(graphOf(policy(workloads, flows)), peer(from), peer(to), service);
}

describe('the verdict', () => {
  test('GIVEN a flow between both THEN it is allowed, by that flow at both ends', () => {
    const { verdict, services, egress, ingress, nearest, declare } = ask('Web', 'Api', [ORDERS], ServiceSet.tcp(8443));
    expect([verdict, services, nearest, declare]).toEqual(['allowed', [tcp(8443)], [], undefined]);
    expect([egress, ingress].map((end) => [end.protected, end.mode, end.flows.map((used) => [used.flow, used.by])])).toEqual([
      [true, 'enforce', [[ORDERS, 'name']]], [true, 'monitor', [[ORDERS, 'name']]],
    ]);
  });

  test('GIVEN one end open by address THEN that end says so, and the other denies', () => {
    const { verdict, egress, ingress } = ask('Web', 'Db', [flow({ cidr: '10.0.0.0/8' }, 'Db', tcp(5432))], ServiceSet.tcp(5432));
    expect([verdict, egress.services, ingress.services, ingress.flows.map(({ by }) => by)]).toEqual(['denied', [], [tcp(5432)], ['address']]);
  });

  test('GIVEN an unmanaged client THEN nothing holds it up at its own end', () => {
    const { verdict, egress } = ask('Office', 'Web', [flow('Office', 'Web', tcp(443))], ServiceSet.tcp(443));
    expect([verdict, egress.protected]).toEqual(['allowed', false]);
  });

  test('GIVEN more services, or more addresses, than are open THEN it is allowed partly', () => {
    expect(ask('Web', 'Api', [ORDERS], ServiceSet.tcp(8443, 8444))).toMatchObject({ verdict: 'partly', services: [tcp(8443)] });
    expect(ask({ cidr: '10.0.0.0/8' }, 'Db', [flow({ cidr: '10.0.0.0/9' }, 'Db', tcp(1))], ServiceSet.tcp(1)).verdict).toBe('partly');
  });

  test('GIVEN a list that may hold the address THEN it is allowed partly, and the list is named', () => {
    const { verdict, ingress } = ask({ cidr: '192.0.2.7/32' }, 'Web', [flow({ prefixList: 'pl-1' }, 'Web', tcp(443))]);
    expect([verdict, ingress.flows.map(({ by }) => by)]).toEqual(['partly', ['list']]);
  });

  test('GIVEN no service THEN whatever is open counts', () => {
    expect(ask('Web', 'Api', [ORDERS])).toMatchObject({ verdict: 'allowed', services: [tcp(8443)] });
    expect(ask('Api', 'Web', [ORDERS])).toMatchObject({ verdict: 'denied', services: [] });
  });

  test('GIVEN two ends that the policy does not protect THEN there is nothing to explain', () => {
    expect(codesOf(() => ask('Office', { any: 'ipv4' }, []))).toEqual(['MSEG5003']);
  });

  test('GIVEN any policy WHEN asked about any pair THEN the answer is that of invariants and of reach', () => {
    const seen = new Set<string>();
    const blocks = fc.constantFrom('10.0.0.0/8', '192.0.2.7', '0.0.0.0/0', '2001:db8::/32').map((block) => peersOf(AddressSet.cidr(block))[0]);
    fc.assert(fc.property(policySpecs({ size: 3, sctpPorts: true }), blocks, fc.constantFrom(...POINTS), (spec, block, point) => {
      const compiled = compilePolicy(new Declared(payments(), spec).policy);
      const holds = (kind: 'allows' | 'denies', client: CompiledPeer, server: CompiledPeer) => (
        checkInvariants({ ...compiled, invariants: [{ id: '', kind, description: '', clients: [client], servers: [server], services: point }] })[0].holds);
      for (const server of compiled.workloads.filter(({ managed }) => managed).map(({ id }) => ({ workload: id }))) {
        // ICMP of the other family is no traffic of the block, about which there is nothing to say.
        const impossible = 'cidr' in block && point.withoutForeignIcmp(block.cidr.includes(':') ? 6 : 4).isEmpty();
        for (const client of [...(impossible ? [] : [block]), ...compiled.workloads.map(({ id }) => ({ workload: id }))]) {
          const { verdict } = explain(compiled, client, server, point);
          const expected = holds('allows', client, server) ? 'allowed' : holds('denies', client, server) ? 'denied' : 'partly';
          expect([client, server, String(point), verdict]).toEqual([client, server, String(point), expected]);
          seen.add(verdict);
          if ('workload' in client) {
            const access = directAccess(compiled).get(client.workload)!.get(server.workload) ?? ServiceSet.EMPTY;
            expect(servicesOf(explain(compiled, client, server).services).equals(access)).toBe(true);
          }
        }
      }
    }), { seed: SEED, numRuns: runs(0.2, 20) });
    expect(seen.has('allowed') && seen.has('denied')).toBe(true);
  });
});

describe('a denial', () => {
  const nearest = (...args: Parameters<typeof ask>) => ask(...args).nearest.map(({ flow: near, why }) => [near.id, why]);

  test('GIVEN flows that are like it THEN the nearest come first: same pair, other way, then those of one end by service and labels', () => {
    const [same, back] = [flow('Web', 'Db', tcp(1)), flow('Db', 'Web', tcp(2))];
    const [alike, stranger, elsewhere] = [flow('Api', 'Db', tcp(5432)), flow('Office', 'Db', tcp(5432)), flow('Office', 'Api', tcp(1))];
    const flows = [elsewhere, stranger, alike, back, same];
    expect(nearest('Web', 'Db', flows, ServiceSet.tcp(5432))).toEqual([[same.id, 'other services'], [back.id, 'other direction'], [alike.id, 'other client']]);
    expect(nearest('Web', 'Db', [elsewhere, stranger, alike], ServiceSet.tcp(5432))).toEqual([[alike.id, 'other client'], [stranger.id, 'other client']]);
  });

  test.each<[string | ManifestPeer, string | ManifestPeer, ServiceSet | undefined, string]>([
    ['Web', 'Db', ServiceSet.tcp(5432), "web.allowTo(db, { justification: '…' });"],
    ['Web', 'Db', undefined, "web.allowTo(db, { justification: '…' });"],
    ['Web', 'Db', ServiceSet.tcp(22), "web.allowTo(db, { services: [Service.tcp(22)], justification: '…' });"],
    ['Db', 'Web', undefined, "db.allowTo(web, { services: […], justification: '…' });"],
    [{ cidr: '192.0.2.0/24' }, 'Db', ServiceSet.udp(1, 9), "db.allowFrom(Peer.cidr('192.0.2.0/24'), { services: [Service.udpRange(1, 9)], justification: '…' });"],
    ['Web', { any: 'ipv6' }, ServiceSet.icmpv6(128, 0), "web.allowTo(Peer.anyIpv6(), { services: [Service.icmpv6(128, 0)], justification: '…' });"],
    [{ any: 'ipv4' }, 'Db', ServiceSet.ALL, "db.allowFrom(Peer.anyIpv4(), { services: [Service.any()], justification: '…' });"],
    [{ token: "it's" }, 'Db', ServiceSet.protocol(50), "db.allowFrom(Peer.token('it\\'s', …), { services: [Service.protocol(50)], justification: '…' });"],
    [{ prefixList: 'pl-1' }, 'Db', ServiceSet.icmp(), "db.allowFrom(Peer.prefixList('pl-1', …), { services: [Service.icmp()], justification: '…' });"],
  ])('GIVEN %j to %j THEN the line that declares it is given', (from, to, service, expected) => {
    expect(ask(from, to, [], service).declare).toBe(expected);
  });

  test('GIVEN a part that is open THEN only the rest is to be declared', () => {
    expect(ask('Web', 'Api', [ORDERS], ServiceSet.tcp(8443, 8444)).declare).toBe("web.allowTo(api, { services: [Service.tcp(8444)], justification: '…' });");
  });

  test('GIVEN ids that are no names of variables THEN the line is code all the same', () => {
    const ids = ['Web-Server.1', '1st', 'Class', '); process.exit(', '漢字'];
    const workloads: ManifestWorkload[] = ids.map((id) => workload(id));
    const line = (id: string) => ask(id, ids[0], [], ServiceSet.tcp(1), workloads).declare!.split('.allowTo(')[0];
    expect(ids.map(line)).toEqual(['webServer1', 'workload1st', 'workloadClass', 'processExit', 'workload']);
  });
});

describe('a question', () => {
  const named = (id: string) => graphOf(policy(WORKLOADS.map((one) => ({ ...one, path: `App/${id}/${one.id}` })), [flow({ token: 'nat' }, 'Web', tcp(1))], { id, path: `App/${id}` }));
  const meant = (from: string, to: string, ...graphs: ReturnType<typeof named>[]) => {
    const { graph, client, server } = questionOf(graphs, from, to);
    return [graph.id, client, server];
  };

  test('GIVEN ids, paths, addresses and names of tokens THEN the peers are found', () => {
    expect(meant('Web', 'App/P/Db', named('P'))).toEqual(['P', { workload: 'Web' }, { workload: 'Db' }]);
    expect(meant('192.0.2.7', 'Web', named('P'))).toEqual(['P', { cidr: '192.0.2.7/32' }, { workload: 'Web' }]);
    expect(meant('nat', 'P/Web', named('P'), named('Q'))).toEqual(['P', { token: 'nat' }, { workload: 'Web' }]);
  });

  test('GIVEN nobody, several policies, or no workload THEN that is an error of its own', () => {
    expect(codesOf(() => meant('Nobody', 'Web', named('P')))).toEqual(['MSEG5001']);
    expect(codesOf(() => meant('Web', 'Db', named('P'), named('Q')))).toEqual(['MSEG5002']);
    expect(codesOf(() => meant('10.0.0.0/8', '0.0.0.0/0', named('P')))).toEqual(['MSEG5003']);
  });
});
