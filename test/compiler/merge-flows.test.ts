import { compilePolicy } from '../../lib/compiler';
import { Peer, Service, Workload } from '../../lib/model';
import { payments } from '../model/policies';

/** Compiled flows to one server from one client, however they were declared. */
function flowsTo(declare: (server: Workload, client: Workload) => void) {
  const policy = payments();
  const [client, server] = ['Client', 'Server'].map((id) => policy.addWorkload(id, { labels: { app: 'x' }, services: [Service.HTTPS] }));
  declare(server, client);
  return compilePolicy(policy).flows.map(({ services, justification, owner, expires, origins }) => ({
    services: services.map((service) => [service.protocol, service.fromPort, service.toPort].join('/')), justification, owner, expires, origins,
  }));
}

test('GIVEN one flow declared from both sides and by labels WHEN compiled THEN it stands once, with every origin and reason', () => {
  const flows = flowsTo((server, client) => {
    server.allowFrom(client, { justification: 'orders', owner: 'shop' });
    client.allowTo(server, { justification: 'returns', owner: 'shop' });
    client.allowTo(server, { justification: 'orders' });
    server.policy.allow(client, server, { services: [Service.HTTPS] });
  });
  expect(flows).toEqual([{
    services: ['tcp/443/443'], justification: 'orders; returns', owner: 'shop', expires: undefined, origins: ['Payments', 'Payments/Client', 'Payments/Server'],
  }]);
});

test('GIVEN services that touch WHEN compiled THEN they stay apart, so that another flow leaves their rules alone', () => {
  const flows = flowsTo((server, client) => client.allowTo(server, { services: [Service.tcp(80), Service.tcp(81)] }));
  expect(flows).toEqual([expect.objectContaining({ services: ['tcp/80/80', 'tcp/81/81'] })]);
});

test('GIVEN a service inside another WHEN compiled THEN it goes, and what it was for stays', () => {
  const flows = flowsTo((server, client) => {
    client.allowTo(server, { services: [Service.tcp(443)], justification: 'orders' });
    server.allowFrom(client, { services: [Service.tcpRange(400, 500)], justification: 'legacy' });
    server.allowFrom(client, { services: [Service.udp(53)], justification: 'names' });
  });
  expect(flows).toEqual([
    { services: ['tcp/400/500'], justification: 'legacy; orders', owner: undefined, expires: undefined, origins: ['Payments/Client', 'Payments/Server'] },
    { services: ['udp/53/53'], justification: 'names', owner: undefined, expires: undefined, origins: ['Payments/Server'] },
  ]);
});

test('GIVEN a range that two others cover together WHEN compiled THEN it goes, and both carry what it was for', () => {
  const flows = flowsTo((server, client) => {
    client.allowTo(server, { services: [Service.tcpRange(1, 10)], justification: 'low' });
    client.allowTo(server, { services: [Service.tcpRange(11, 20)], justification: 'high' });
    client.allowTo(server, { services: [Service.tcpRange(8, 13)], justification: 'middle' });
  });
  expect(flows.map(({ services, justification }) => [services, justification])).toEqual([[['tcp/1/10'], 'low; middle'], [['tcp/11/20'], 'high; middle']]);
});

test.each([
  ['one of them never ends', ['2027-01-01', undefined], undefined],
  ['all end', ['2027-01-01', '2026-12-31', '2026-12-31T23:59:59Z'], '2027-01-01'],
  ['a day lasts longer than an hour of it', ['2027-01-01', '2027-01-01T12:00:00Z'], '2027-01-01'],
  ['zones differ', ['2027-01-01T01:00:00+02:00', '2027-01-01T00:00:00Z'], '2027-01-01T00:00:00Z'],
])('GIVEN one access declared with several expiries WHEN %s THEN it lasts as long as the longest', (_, expiries, expected) => {
  for (const order of [expiries, [...expiries].reverse()]) {
    const flows = flowsTo((server, client) => order.forEach((expires) => client.allowTo(server, { expires })));
    expect(flows.map(({ expires }) => expires)).toEqual([expected]);
  }
});

test('GIVEN one more flow WHEN compiled THEN the ids of all others stay', () => {
  const idsOf = (extra: boolean) => {
    const policy = payments();
    const [a, b, c] = ['A', 'B', 'C'].map((id) => policy.addWorkload(id, { services: [Service.HTTPS] }));
    a.allowTo(b);
    a.allowTo(b, { services: [Service.DNS] });
    b.allowFrom(Peer.anyIpv4());
    if (extra) [c.allowTo(a), a.allowTo(c), b.allowFrom(Peer.anyIpv6())];
    return compilePolicy(policy).flows.map(({ id }) => id);
  };
  expect(idsOf(true)).toEqual(expect.arrayContaining(idsOf(false)));
  expect(idsOf(true)).toHaveLength(idsOf(false).length + 3);
});
