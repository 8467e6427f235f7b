import { compilePolicy } from '../../lib/compiler';
import { ExpiryAction, IpFamily, Peer, SegmentationPolicyProps, Selector, Service } from '../../lib/model';
import { CDK_TOKEN, HOSTILE_TEXTS, payments } from '../model/policies';
import { codesOf, problemsOf } from '../support/problems';

/** Client, server and services of each compiled flow, as text. */
export function textOf(policy: Parameters<typeof compilePolicy>[0]): string[] {
  return compilePolicy(policy).flows.map(({ client, server, services }) => {
    const ports = services.map(({ protocol, fromPort, toPort }) => [protocol, fromPort, toPort].filter((part) => part !== undefined).join('/'));
    return `${Object.values(client)[0]} > ${Object.values(server)[0]}: ${ports.join(' ')}`;
  });
}

describe('services', () => {
  test('GIVEN no services WHEN compiled THEN the flow is what each server offers', () => {
    const policy = payments();
    policy.addWorkload('Web', { labels: { tier: 'front' }, services: [Service.HTTPS, Service.HTTP] });
    policy.addWorkload('Api', { labels: { tier: 'front' }, services: [Service.tcp(8443)] });
    policy.allow(Peer.anyIpv4(), Peer.labeled({ tier: 'front' }));

    expect(textOf(policy)).toEqual(['ipv4 > Api: tcp/8443/8443', 'ipv4 > Web: tcp/443/443 tcp/80/80']);
  });

  test('GIVEN a server that offers nothing WHEN it is named THEN MSEG1009; WHEN it is one of several chosen by labels THEN it gets nothing', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { labels: { tier: 'front' }, services: [Service.HTTPS] });
    const worker = policy.addWorkload('Worker', { labels: { tier: 'front' } });
    policy.allow(Peer.anyIpv4(), Peer.labeled({ tier: 'front' }));
    expect(textOf(policy)).toEqual(['ipv4 > Web: tcp/443/443']);

    web.allowTo(worker);
    expect(problemsOf(() => compilePolicy(policy))).toEqual([expect.objectContaining({ code: 'MSEG1009', where: 'Payments/Web' })]);
  });

  test('GIVEN servers of which none offers anything, or a server that is no workload, WHEN no services are named THEN MSEG1009, never all services', () => {
    const policy = payments();
    const worker = policy.addWorkload('Worker', { labels: { tier: 'back' } });
    policy.allow(Peer.anyIpv4(), Peer.labeled({ tier: 'back' }));
    worker.allowTo(Peer.anyIpv4());
    expect(problemsOf(() => compilePolicy(policy)).map(({ code, where }) => `${code} ${where}`)).toEqual(['MSEG1009 Payments', 'MSEG1009 Payments/Worker']);
  });
});

describe('workloads chosen together', () => {
  test('GIVEN a segment that may talk within WHEN compiled THEN each member may talk to each, machines of one member included, and to nobody else', () => {
    const policy = payments();
    const members = Selector.matching({ app: 'shop' });
    const segment = policy.addSegment('Shop', { members });
    policy.addWorkload('A', { labels: { app: 'shop' }, services: [Service.tcp(1)] });
    policy.addWorkload('Other', { labels: { app: 'other' }, services: [Service.tcp(9)] });
    segment.allowWithin();
    policy.addWorkload('B', { labels: { app: 'shop' }, services: [Service.tcp(2)] });

    expect(textOf(policy)).toEqual(['A > A: tcp/1/1', 'A > B: tcp/2/2', 'B > A: tcp/1/1', 'B > B: tcp/2/2']);
  });

  test('GIVEN an empty segment WHEN compiled THEN MSEG2102 warns, and its flows open nothing', () => {
    const policy = payments();
    policy.addWorkload('Web', { labels: { app: 'shop' }, services: [Service.HTTPS] });
    const segment = policy.addSegment('Ghosts', { members: Selector.matching({ app: 'ghost' }) });
    segment.allowFrom(Peer.anyIpv4(), { services: [Service.any()] });
    segment.allowTo(Peer.anyIpv4(), { services: [Service.any()] });

    expect(compilePolicy(policy)).toMatchObject({ flows: [], findings: [{ code: 'MSEG2102', path: 'Payments/Ghosts' }] });
  });

  test('GIVEN labels that no workload has WHEN compiled THEN MSEG2104 warns, and the flow opens nothing', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { labels: { app: 'shop' }, services: [Service.HTTPS] });
    web.allowFrom(Peer.labeled({ app: 'ghost' }));

    expect(compilePolicy(policy)).toMatchObject({ flows: [], findings: [{ code: 'MSEG2104', path: 'Payments/Web' }] });
  });

  test.each<[string, Selector]>([
    ['is asked for', Selector.matching({ teir: 'web' })],
    ['must not have a value, which would choose everything', Selector.noneOf('teir', 'web')],
    ['must be missing, which would choose everything', Selector.unlabeled('teir')],
  ])('GIVEN a misspelt label key that %s WHEN compiled THEN MSEG2002 names it', (_, selector) => {
    const policy = payments();
    const web = policy.addWorkload('Web', { labels: { tier: 'web' }, services: [Service.HTTPS] });
    web.allowFrom(Peer.selected(selector));
    expect(problemsOf(() => compilePolicy(policy))).toEqual([{ code: 'MSEG2002', where: 'Payments/Web', message: 'label "teir" is not known' }]);

    const segmented = payments();
    segmented.addWorkload('Web', { labels: { tier: 'web' } });
    segmented.addSegment('Typo', { members: selector });
    expect(codesOf(() => compilePolicy(segmented))).toEqual(['MSEG2002']);
  });

  test('GIVEN hostile labels WHEN selected THEN exactly the workload that has them is chosen', () => {
    const policy = payments();
    const texts = HOSTILE_TEXTS.filter((text) => text.length <= 256);
    texts.forEach((text, index) => policy.addWorkload(`W${index}`, { labels: { name: text, ...Object.fromEntries([[`key ${text}`, text]]) }, services: [Service.HTTPS] }));
    texts.forEach((text) => policy.allow(Peer.anyIpv4(), Peer.labeled(Object.fromEntries([['name', text], [`key ${text}`, text]]))));

    const { flows, findings } = compilePolicy(policy);
    expect(new Set(flows.map(({ server }) => (server as { workload: string }).workload))).toEqual(new Set(texts.map((_, index) => `W${index}`)));
    expect(findings).toEqual([]);
  });
});

describe('addresses', () => {
  test('GIVEN exceptions WHEN compiled THEN the rest of the block is open, and the exceptions are not', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    web.allowFrom(Peer.cidr('10.0.0.0/8', ['10.0.0.0/9', '10.192.0.0/10', '2001:db8::/32']));
    expect(textOf(policy)).toEqual(['10.128.0.0/10 > Web: tcp/443/443']);
  });

  test.each([[['10.0.0.0/8']], [['10.0.0.0/9', '10.128.0.0/9']], [['0.0.0.0/0']]])('GIVEN exceptions %j that remove 10.0.0.0/8 WHEN compiled THEN MSEG2005, never everybody', (except) => {
    const policy = payments();
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    web.allowFrom(Peer.cidr('10.0.0.0/8', except));
    expect(problemsOf(() => compilePolicy(policy))).toEqual([{ code: 'MSEG2005', where: 'Payments/Web', message: '10.0.0.0/8 less its exceptions is empty' }]);
  });

  test('GIVEN a whole family as a block WHEN compiled THEN it is the same as any', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    for (const peer of [Peer.ipv4('0.0.0.0/0'), Peer.anyIpv4(), Peer.any(), Peer.ipv6('::/0')]) web.allowFrom(peer);
    expect(textOf(policy)).toEqual(['ipv4 > Web: tcp/443/443', 'ipv6 > Web: tcp/443/443']);
  });

  test.each<[string, Service, Peer]>([
    ['ICMPv6 and an IPv4 block', Service.icmpv6(128), Peer.ipv4('10.0.0.0/8')],
    ['ICMP and an IPv6 block', Service.icmp(), Peer.ipv6('2001:db8::/32')],
    ['ICMP and every IPv6 address', Service.protocol(1), Peer.anyIpv6()],
    ['ICMPv6 and an IPv4 token', Service.icmpv6(), Peer.token('nat', CDK_TOKEN, IpFamily.IPV4)],
    ['ICMP and an IPv6 prefix list', Service.icmp(8), Peer.prefixList('pl-6', { maxEntries: 2, family: IpFamily.IPV6 })],
  ])('GIVEN %s WHEN compiled THEN MSEG2007, never another family or service', (_, service, peer) => {
    const policy = payments();
    const web = policy.addWorkload('Web');
    web.allowFrom(peer, { services: [service] });
    expect(problemsOf(() => compilePolicy(policy))).toEqual([expect.objectContaining({ code: 'MSEG2007', where: 'Payments/Web' })]);
  });

  test('GIVEN services of which one exists in the family WHEN compiled THEN that one is open', () => {
    const policy = payments();
    const web = policy.addWorkload('Web');
    web.allowFrom(Peer.any(), { services: [Service.icmp(8), Service.icmpv6(128)] });
    expect(textOf(policy)).toEqual(['ipv4 > Web: icmp/8', 'ipv6 > Web: icmpv6/128']);
  });
});

describe('expiry', () => {
  const flowUntil = (expires: string, asOf: string, props: SegmentationPolicyProps = {}) => {
    const policy = payments({ asOf, ...props });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    web.allowFrom(Peer.ipv4('203.0.113.0/24'), { expires, justification: 'partner test' });
    return policy;
  };

  test.each([
    ['2026-06-30', '2026-06-30T23:59:59.999Z'], ['2026-06-30T12:00:00Z', '2026-06-30T11:59:59.999Z'], ['2026-06-30T14:00:00+02:00', '2026-06-30T11:59:59.999Z'],
  ])('GIVEN a flow until %s WHEN compiled at %s THEN it is open', (expires, asOf) => {
    expect(compilePolicy(flowUntil(expires, asOf))).toMatchObject({ flows: [{ expires }], findings: [] });
  });

  test.each([
    ['2026-06-30', '2026-07-01T00:00:00Z'], ['2026-06-30T12:00:00Z', '2026-06-30T12:00:00Z'], ['2026-06-30T14:00:00+02:00', '2026-06-30T12:00:00Z'],
  ])('GIVEN a flow until %s WHEN compiled at %s THEN MSEG2001 names the flow and its origin', (expires, asOf) => {
    expect(problemsOf(() => compilePolicy(flowUntil(expires, asOf)))).toEqual([
      { code: 'MSEG2001', where: 'Payments/Web', message: `the flow from 203.0.113.0/24 to Web (partner test) expired on ${expires}` },
    ]);
  });

  test('GIVEN a policy that asks for warnings WHEN a flow has expired THEN MSEG2101 warns, and the flow stays open', () => {
    const policy = flowUntil('2026-06-30', '2026-07-01T00:00:00Z', { onExpiredFlow: ExpiryAction.WARN });
    expect(compilePolicy(policy)).toMatchObject({ flows: [{ expires: '2026-06-30' }], findings: [{ code: 'MSEG2101', path: 'Payments/Web' }] });
  });

  test('GIVEN no asOf WHEN compiled THEN the clock decides', () => {
    expect(codesOf(() => compilePolicy(flowUntil('2020-01-01', undefined as never)))).toEqual(['MSEG2001']);
    expect(codesOf(() => compilePolicy(flowUntil('9999-12-31', undefined as never)))).toEqual([]);
  });
});

describe('ringfence', () => {
  const shop = (crossesRingfence?: boolean) => {
    const policy = payments();
    const [web, db] = ['Web', 'Db'].map((id) => policy.addWorkload(id, { labels: { app: 'shop' }, services: [Service.HTTPS] }));
    const other = policy.addWorkload('Other', { labels: { app: 'other' }, services: [Service.HTTPS] });
    const fence = policy.addRingfence('Shop', { members: Selector.matching({ app: 'shop' }) });
    return { policy, web, db, other, fence, options: { crossesRingfence } };
  };

  test('GIVEN flows inside WHEN compiled THEN they need no word', () => {
    const { policy, web, db, fence } = shop();
    web.allowTo(db);
    fence.allowWithin();
    expect(codesOf(() => compilePolicy(policy))).toEqual([]);
  });

  test.each<[string, (s: ReturnType<typeof shop>) => void, string]>([
    ['to another workload', ({ web, other, options }) => web.allowTo(other, options), 'Payments/Web'],
    ['from another workload', ({ web, other, options }) => other.allowTo(web, options), 'Payments/Other'],
    ['from addresses', ({ db, options }) => db.allowFrom(Peer.ipv4('10.0.0.0/8'), options), 'Payments/Db'],
    ['of the whole fence', ({ fence, options }) => fence.allowFrom(Peer.anyIpv4(), options), 'Payments/Shop'],
    ['by labels that reach over it', ({ policy, other, options }) => policy.allow(Peer.selected(Selector.labeled('app')), other, options), 'Payments'],
  ])('GIVEN a flow %s WHEN it does not say that it crosses THEN MSEG2003; WHEN it does THEN it is open', (_, declare, where) => {
    const silent = shop();
    declare(silent);
    const problems = problemsOf(() => compilePolicy(silent.policy));
    expect(new Set(problems.map((problem) => `${problem.code} ${problem.where}`))).toEqual(new Set([`MSEG2003 ${where}`]));
    expect(problems[0].message).toContain('crosses Payments/Shop');

    const explicit = shop(true);
    declare(explicit);
    expect(compilePolicy(explicit.policy).flows).not.toEqual([]);
  });
});

test('GIVEN many mistakes WHEN compiled THEN all are reported at once, each once, in a stable order', () => {
  const declare = (order: number[]) => {
    const policy = payments();
    const web = policy.addWorkload('Web', { labels: { app: 'shop' }, services: [Service.HTTPS] });
    const flows = [
      () => web.allowFrom(Peer.labeled({ ap: 'shop' })),
      () => web.allowFrom(Peer.labeled({ ap: 'shop' })),
      () => web.allowFrom(Peer.cidr('10.0.0.0/8', ['0.0.0.0/0'])),
      () => web.allowFrom(Peer.anyIpv4(), { expires: '2020-01-01' }),
      () => web.allowFrom(Peer.anyIpv6(), { services: [Service.icmp()] }),
    ];
    order.forEach((index) => flows[index]());
    return problemsOf(() => compilePolicy(policy));
  };
  const problems = declare([0, 1, 2, 3, 4]);
  expect(problems.map(({ code }) => code)).toEqual(['MSEG2001', 'MSEG2002', 'MSEG2005', 'MSEG2007']);
  expect(declare([4, 3, 2, 1, 0])).toEqual(problems);
});
