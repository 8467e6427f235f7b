import { compilePolicy } from '../../lib/compiler';
import { Peer, Service, Workload } from '../../lib/model';
import { payments } from '../model/policies';

function redundant(declare: (web: Workload) => void): string[] {
  const policy = payments();
  declare(policy.addWorkload('Web', { services: [Service.HTTPS] }));
  return compilePolicy(policy).findings.map(({ code, path, message }) => `${code} ${path} ${message}`);
}

test('GIVEN a /9 and a /9 WHEN their /8 is declared too THEN MSEG2103 names what covers it', () => {
  const findings = redundant((web) => ['10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9'].forEach((block) => web.allowFrom(Peer.ipv4(block))));
  expect(findings).toContain(
    'MSEG2103 Payments/Web the flow 10.0.0.0/8 -> Web tcp/443 adds nothing to 10.0.0.0/9 -> Web tcp/443, 10.128.0.0/9 -> Web tcp/443',
  );
});

test('GIVEN a block within another WHEN its services are fewer THEN MSEG2103; WHEN they are more THEN nothing is said', () => {
  const [outer, inner] = [Peer.ipv4('10.0.0.0/8'), Peer.ipv4('10.1.0.0/16')];
  const [web, both] = [[Service.HTTPS], [Service.HTTPS, Service.HTTP]];
  expect(redundant((server) => [server.allowFrom(outer, { services: both }), server.allowFrom(inner, { services: web })])).toEqual([
    'MSEG2103 Payments/Web the flow 10.1.0.0/16 -> Web tcp/443 adds nothing to 10.0.0.0/8 -> Web tcp/80, tcp/443',
  ]);
  expect(redundant((server) => [server.allowFrom(outer, { services: web }), server.allowFrom(inner, { services: both })])).toEqual([]);
});

test('GIVEN the same blocks in other directions, families or at other workloads WHEN compiled THEN nothing is said', () => {
  const findings = redundant((web) => {
    web.allowFrom(Peer.ipv4('10.0.0.0/8'));
    web.allowTo(Peer.ipv4('10.1.0.0/16'), { services: [Service.HTTPS] });
    web.allowFrom(Peer.anyIpv6());
    web.policy.addWorkload('Db', { services: [Service.HTTPS] }).allowFrom(Peer.ipv4('10.1.0.0/16'));
  });
  expect(findings).toEqual([]);
});

test('GIVEN a block inside everything WHEN compiled THEN MSEG2103 at the egress end as well', () => {
  const findings = redundant((web) => [Peer.any(), Peer.ipv4('10.0.0.0/8')].forEach((peer) => web.allowTo(peer, { services: [Service.any()] })));
  expect(findings).toEqual(['MSEG2103 Payments/Web the flow Web -> 10.0.0.0/8 all adds nothing to Web -> any ipv4 all']);
});
