import { ServiceSet } from '../../lib/algebra';
import { compilePolicy, evaluate } from '../../lib/compiler';
import { IpFamily, Peer, Service } from '../../lib/model';
import { CDK_TOKEN, payments } from '../model/policies';

const HTTPS = ServiceSet.tcp(443);

function shop() {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS], addresses: ['10.1.0.0/16'] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
  const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.7'] });
  web.allowFrom(Peer.ipv4('203.0.113.0/24'), { justification: 'partner' });
  web.allowTo(db);
  db.allowFrom(audit, { services: [Service.POSTGRES] });
  db.allowTo(Peer.token('nat', CDK_TOKEN, IpFamily.IPV4), { services: [Service.HTTPS] });
  return compilePolicy(policy);
}

test('GIVEN a declared flow WHEN a packet of it is judged THEN both ends name the flow that admits it', () => {
  const verdict = evaluate(shop(), { client: { workload: 'Web' }, server: { workload: 'Db' }, service: ServiceSet.tcp(5432) });
  expect(verdict).toMatchObject({ allowed: true, egress: [{ origins: ['Payments/Web'] }], ingress: [{ origins: ['Payments/Web'] }] });
});

test.each<[string, Parameters<typeof evaluate>[1], boolean]>([
  ['another port', { client: { workload: 'Web' }, server: { workload: 'Db' }, service: ServiceSet.tcp(5433) }, false],
  ['the way back', { client: { workload: 'Db' }, server: { workload: 'Web' }, service: HTTPS }, false],
  ['a declared address', { client: { address: '203.0.113.9' }, server: { workload: 'Web' }, service: HTTPS }, true],
  ['its neighbour', { client: { address: '203.0.114.0' }, server: { workload: 'Web' }, service: HTTPS }, false],
  ['an unknown place', { client: {}, server: { workload: 'Web' }, service: HTTPS }, false],
  ['an address of an unmanaged workload', { client: { address: '192.0.2.7' }, server: { workload: 'Db' }, service: ServiceSet.tcp(5432) }, true],
  ['the unmanaged workload by name', { client: { workload: 'Audit' }, server: { workload: 'Db' }, service: ServiceSet.tcp(5432) }, true],
  ['what may be behind a token', { client: { workload: 'Db' }, server: { address: '198.51.100.1' }, service: HTTPS }, false],
  ['strangers among themselves', { client: { address: '1.1.1.1' }, server: { address: '2.2.2.2' }, service: HTTPS }, false],
  ['a workload that nobody declared', { client: { workload: 'Ghost' }, server: { workload: 'Web' }, service: HTTPS }, false],
])('GIVEN a packet from %s WHEN judged THEN it is denied unless declared', (_, packet, allowed) => {
  expect(evaluate(shop(), packet).allowed).toBe(allowed);
});
