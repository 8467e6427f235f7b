import { Construct } from 'constructs';
import { EnforcementMode, Invariant, Peer, SegmentationPolicy, Selector, Service } from '../../lib/model';
import { problemsOf } from '../support/problems';
import { HOSTILE_TEXTS, payments, policyNamed } from './policies';

describe('ids', () => {
  test.each(['', '1web', '-web', 'web fleet', 'web/fleet', 'web\n', 'wéb', '${web}', 'w'.repeat(65), 'constructor', 'toString'])('GIVEN the id %j WHEN declared THEN MSEG1006 names the place', (id) => {
    const policy = payments();
    const members = Selector.matching({ app: 'x' });
    const declarations = [
      () => policy.addWorkload(id), () => policy.addUnmanagedWorkload(id, { addresses: ['10.0.0.1'] }), () => policy.addSegment(id, { members }),
      () => policy.addRingfence(id, { members }), () => policyNamed(id),
    ];
    for (const declare of declarations) {
      expect(problemsOf(declare)).toEqual([{ code: 'MSEG1006', where: expect.stringContaining(`/${id}`), message: expect.any(String) }]);
    }
  });

  test('GIVEN an id twice, even for different things, WHEN declared THEN MSEG1007 names it', () => {
    const policy = payments();
    const members = Selector.matching({ app: 'x' });
    policy.addWorkload('Web');
    const again = [
      () => policy.addWorkload('Web'), () => policy.addUnmanagedWorkload('Web', { addresses: ['10.0.0.1'] }),
      () => policy.addSegment('Web', { members }), () => policy.addRingfence('Web', { members }),
    ];
    for (const declare of again) {
      expect(problemsOf(declare)).toEqual([{ code: 'MSEG1007', where: 'Payments', message: '"Web" is declared twice' }]);
    }
  });

  test('GIVEN an id that was refused WHEN corrected THEN nothing of the first attempt is left', () => {
    const policy = payments();
    expect(problemsOf(() => policy.addWorkload('Web', { addresses: ['nowhere'] }))).toHaveLength(1);
    expect(problemsOf(() => policy.addWorkload('Web'))).toEqual([]);
    expect(policy._workloads).toHaveLength(1);
  });
});

describe('workloads', () => {
  test('GIVEN hostile labels WHEN declared THEN all are taken as they are, unless too long', () => {
    for (const text of HOSTILE_TEXTS) {
      const expected = text.length > 256 ? ['MSEG1005'] : [];
      const codes = problemsOf(() => payments().addWorkload('Web', { labels: { app: text } })).map(({ code }) => code);
      expect([text, codes]).toEqual([text, expected]);
      const labels = Object.fromEntries([[text, 'x']]);
      expect(problemsOf(() => payments().addWorkload('Web', { labels })).map(({ code }) => code)).toEqual(expected);
    }
  });

  test.each<[string, object]>([
    ['an empty value', { app: '' }], ['an empty key', { '': 'x' }], ['a number', { app: 7 }], ['nothing', { app: undefined }],
  ])('GIVEN a label with %s WHEN declared THEN MSEG1005', (_, labels) => {
    expect(problemsOf(() => payments().addWorkload('Web', { labels: labels as { [key: string]: string } })))
      .toEqual([expect.objectContaining({ code: 'MSEG1005', where: 'Payments/Web' })]);
  });

  test('GIVEN an address that is none WHEN declared THEN MSEG1004 names the workload', () => {
    expect(problemsOf(() => payments().addWorkload('Web', { addresses: ['10.0.0.1/8'] }))).toEqual([expect.objectContaining({ code: 'MSEG1004', where: 'Payments/Web' })]);
  });

  test('GIVEN an unmanaged workload without address WHEN declared THEN MSEG1004, since no rule could ever name it', () => {
    expect(problemsOf(() => payments().addUnmanagedWorkload('Audit', { addresses: [] }))).toEqual([expect.objectContaining({ code: 'MSEG1004', where: 'Payments/Audit' })]);
  });

  test('GIVEN a list that the caller changes later WHEN read THEN the declaration is as it was', () => {
    const labels: { [key: string]: string } = { app: 'x' };
    const addresses = ['10.0.0.1'];
    const web = payments().addWorkload('Web', { labels, addresses });
    labels.app = 'y';
    addresses.push('0.0.0.0/0');
    expect(web._declare()).toMatchObject({ labels: { app: 'x' }, addresses: ['10.0.0.1'] });
  });
});

describe('flows', () => {
  test('GIVEN an empty list of services WHEN declared THEN MSEG1009, never all services', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    expect(problemsOf(() => web.allowFrom(Peer.anyIpv4(), { services: [] }))).toEqual([expect.objectContaining({ code: 'MSEG1009', where: 'Payments/Web' })]);
  });

  test.each(['tomorrow', '', '2027-02-30', '2027-13-01', '01/02/2027', '2027-1-1', '2027-01-01T25:00:00Z', '2027-01-01T00:00:00', '2027-01-01 '])(
    'GIVEN the expiry %j WHEN declared THEN MSEG1008',
    (expires) => {
      const web = payments().addWorkload('Web', { services: [Service.HTTPS] });
      expect(problemsOf(() => web.allowFrom(Peer.anyIpv4(), { expires }))).toEqual([expect.objectContaining({ code: 'MSEG1008', where: 'Payments/Web' })]);
    },
  );

  test('GIVEN asOf that is no moment WHEN declared THEN MSEG1008', () => {
    expect(problemsOf(() => payments({ asOf: 'now' }))).toEqual([expect.objectContaining({ code: 'MSEG1008', where: 'Payments' })]);
  });

  test('GIVEN two ends that are no workloads WHEN declared THEN MSEG1010', () => {
    expect(problemsOf(() => payments().allow(Peer.anyIpv4(), Peer.ipv4('10.0.0.0/8'), { services: [Service.HTTPS] })))
      .toEqual([expect.objectContaining({ code: 'MSEG1010', where: 'Payments' })]);
  });

  test('GIVEN peers of another policy WHEN declared THEN MSEG1011 names both policies', () => {
    const app = new Construct(undefined as never, '');
    const [policy, other] = ['Payments', 'Other'].map((id) => new SegmentationPolicy(app, id));
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    const stranger = other.addWorkload('Web', { services: [Service.HTTPS] });
    const segment = other.addSegment('All', { members: Selector.labeled('app') });
    const own = policy.addSegment('Own', { members: Selector.labeled('app') });
    const declarations = [
      () => web.allowTo(stranger), () => web.allowFrom(stranger), () => web.allowTo(segment),
      () => own.allowFrom(stranger), () => own.allowTo(segment), () => policy.allow(stranger, web),
      () => policy.addInvariant(Invariant.denies(web, stranger)), () => policy.addInvariant(Invariant.allows(segment, web)),
      () => policy.addInvariant(Invariant.exposedOnly([stranger])), () => policy.addInvariant(Invariant.blastRadiusAtMost(stranger, 1)),
    ];
    for (const declare of declarations) {
      expect(problemsOf(declare)).toEqual([{ code: 'MSEG1011', where: 'Payments', message: expect.stringMatching(/^Other\/.+ belongs to another policy$/) }]);
    }
  });

  test('GIVEN hostile justifications and owners WHEN declared THEN they are kept as they are', () => {
    const policy = payments();
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    for (const text of HOSTILE_TEXTS) web.allowFrom(Peer.anyIpv4(), { justification: text, owner: text });
    expect(policy._flows.map((flow) => flow.justification)).toEqual(HOSTILE_TEXTS);
  });
});

test.each([-1, 1.5, NaN, Infinity, '1' as unknown as number])('GIVEN a blast radius of %p WHEN declared THEN MSEG1014', (reach) => {
  const web = payments().addWorkload('Web');
  expect(problemsOf(() => Invariant.blastRadiusAtMost(web, reach))).toEqual([expect.objectContaining({ code: 'MSEG1014', where: 'Payments/Web' })]);
});

test('GIVEN a new policy WHEN nothing is said THEN it watches only', () => {
  expect(payments().mode).toBe(EnforcementMode.MONITOR);
});
