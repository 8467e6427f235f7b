import { IpFamily, Peer, SegmentationPolicy, Service, Workload } from '../../../lib/model';
import { GOOGLE_DEFAULT_LIMITS } from '../../../lib/platforms/gcp/limits';
import { planGoogleFirewall } from '../../../lib/platforms/gcp/plan';
import { GoogleFirewallRequest, GoogleIdentity, GoogleLimits } from '../../../lib/platforms/gcp/plan-types';
import { CDKTF_TOKEN, HOSTILE_TEXTS, payments } from '../../model/policies';
import { codesOf, problemsOf } from '../../support/problems';
import { planOf, requestFor, Wishes } from './plans';

function pair(): { policy: SegmentationPolicy; web: Workload; ledger: Workload } {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.tcp(443)] });
  const ledger = policy.addWorkload('Ledger', { services: [Service.tcp(5432)] });
  return { policy, web, ledger };
}

function limits(changed: Partial<GoogleLimits>): Wishes {
  return { limits: { ...GOOGLE_DEFAULT_LIMITS, ...changed } };
}

/** The request with another identity for its first workload. */
function identified(identity: GoogleIdentity, value: string, otherTags = 0): GoogleFirewallRequest {
  const request = requestFor(pair().policy, { identity });
  const [first, ...others] = request.protects;
  return { ...request, protects: [{ ...first, identity: value, otherTags }, ...others] };
}

describe('quotas', () => {
  test('GIVEN more VPC firewall rules than the project has places for WHEN planned THEN the error says how many, and of whom', () => {
    const { policy, web } = pair();
    Array.from({ length: 20 }, (_, port) => web.allowFrom(Peer.cidr('192.0.2.1'), { services: [Service.tcp(port)] }));
    [1, 2, 3].forEach((last) => web.allowFrom(Peer.cidr(`198.51.100.${last}`), { services: [Service.udp(last)] }));
    const wishes = { identity: 'networkTags' as const, ...limits({ firewallRulesPerProject: 12 }) };
    const problems = problemsOf(() => planOf(policy, wishes));
    expect(problems.map(({ code, where }) => [code, where])).toEqual([['MSEG3301', 'App/Firewall']]);
    expect(problems[0].message).toBe('14 rules for 12 places; most are of Web (7), Ledger (3)');
    expect(codesOf(() => planOf(policy, { ...wishes, identity: 'secureTags' }))).toEqual([]);
  });

  test('GIVEN more rule attributes than the policy may have WHEN planned THEN the error says how many, and of whom', () => {
    const { policy, web } = pair();
    Array.from({ length: 10 }, (_, index) => web.allowFrom(Peer.cidr(`192.0.2.${2 * index}`)));
    const { quota, quotas } = planOf(policy, limits({ attributesPerPolicy: 100 }));
    // Ten ranges, a target, a protocol and a port; three scope rules; four deny rules with two targets.
    expect(quota).toEqual({ rules: 11, attributes: 13 + 6 * 3 + 4 * 4, attributesLimit: 100 });
    expect(quotas).toEqual([{ workload: 'Ledger', rules: 3, attributes: 9 }, { workload: 'Web', rules: 4, attributes: 22 }]);
    const problems = problemsOf(() => planOf(policy, limits({ attributesPerPolicy: quota.attributes - 1 })));
    expect(problems.map(({ code }) => code)).toEqual(['MSEG3302']);
    expect(problems[0].message).toBe('47 attributes for 46 places; most are of Web (22), Ledger (9)');
  });

  test.each([['secureTags', 'tagValues/1', 9], ['networkTags', 'web', 63], ['serviceAccounts', 'web@p.iam.gserviceaccount.com', 0]] as const)(
    'GIVEN a machine with as many %s as it may have WHEN planned THEN one more is an error',
    (identity, value, others) => {
      expect(codesOf(() => planGoogleFirewall(identified(identity, value, others)))).toEqual([]);
      const problems = problemsOf(() => planGoogleFirewall(identified(identity, value, others + 1)));
      expect(problems.map(({ code, where }) => [code, where])).toEqual([['MSEG3303', 'Payments/Ledger']]);
    },
  );

  test.each(Object.keys(GOOGLE_DEFAULT_LIMITS) as (keyof GoogleLimits)[])('GIVEN %s that cannot be WHEN planned THEN it is an error', (name) => {
    const { policy } = pair();
    for (const limit of [0, -1, 1.5, NaN]) expect(codesOf(() => planOf(policy, limits({ [name]: limit })))).toEqual(['MSEG3308']);
    const more = codesOf(() => planOf(policy, limits({ [name]: GOOGLE_DEFAULT_LIMITS[name]! + 1 })));
    expect(more).toEqual(name === 'firewallRulesPerProject' ? [] : ['MSEG3308']);
  });
});

describe('identities', () => {
  test.each([
    ['secureTags', 'tagValues/x'], ['secureTags', 'web'], ['networkTags', 'Web'], ['networkTags', '-web'], ['networkTags', 'a'.repeat(64)],
    ['serviceAccounts', 'web'], ['serviceAccounts', 'serviceAccount:web@p.iam.gserviceaccount.com'],
    ...HOSTILE_TEXTS.filter((text) => !text.startsWith('${Token')).flatMap((text) => [['secureTags', text], ['serviceAccounts', text]]),
  ] as [GoogleIdentity, string][])('GIVEN %s that are written %j WHEN planned THEN it is an error', (identity, value) => {
    expect(codesOf(() => planGoogleFirewall(identified(identity, value)))).toEqual(['MSEG3309']);
  });

  test('GIVEN a token for an identity WHEN planned THEN it is taken as it is', () => {
    const { rules } = planGoogleFirewall(identified('serviceAccounts', CDKTF_TOKEN));
    expect(rules.filter(({ targets }) => targets.includes(CDKTF_TOKEN)).length).toBeGreaterThan(3);
  });

  test('GIVEN two workloads with one identity WHEN planned THEN it is an error, since rules of one would apply to the other', () => {
    expect(codesOf(() => planGoogleFirewall(identified('secureTags', 'tagValues/1001')))).toEqual(['MSEG3310']);
  });
});

describe('flows', () => {
  test('GIVEN a destination without address WHEN planned THEN the error says which flow, which side, and why', () => {
    const { policy, web, ledger } = pair();
    web.allowTo(ledger);
    const problems = problemsOf(() => planOf(policy));
    expect(problems.map(({ code }) => code)).toEqual(['MSEG3304']);
    expect(problems[0].message).toBe(
      'the flow from Web to Ledger needs the address of Ledger at its egress end, where no rule can match its identity');
    expect(codesOf(() => planOf(policy, { only: ['Ledger'] }))).toEqual(['MSEG3304']);
    expect(codesOf(() => planOf(policy, { only: [] }))).toEqual([]);
  });

  test.each([
    ['an ICMP type', Service.icmp(8), 'type 8 of icmp'], ['an ICMPv6 type and code', Service.icmpv6(1, 4), 'type 1 code 4 of icmpv6'],
  ])('GIVEN %s WHEN planned THEN it is refused, and never widened', (_, service, words) => {
    const { policy, web } = pair();
    web.allowFrom(Peer.any(), { services: [service] });
    const problems = problemsOf(() => planOf(policy));
    expect([...new Set(problems.map(({ code }) => code))]).toEqual(['MSEG3305']);
    expect(problems[0].message).toContain(words);
  });

  test('GIVEN a prefix list of AWS WHEN planned THEN it is refused', () => {
    const { policy, web } = pair();
    web.allowTo(Peer.prefixList('pl-1', { name: 'office', maxEntries: 3, family: IpFamily.IPV4 }), { services: [Service.tcp(443)] });
    expect(codesOf(() => planOf(policy))).toEqual(['MSEG3401']);
  });

  test('GIVEN an address group WHEN planned THEN a policy takes it, and VPC firewall rules do not', () => {
    const { policy, web, ledger } = pair();
    web.allowTo(ledger);
    const Ledger = [{ value: 'projects/p/locations/global/addressGroups/x', family: 4 as const, addressGroup: true }];
    expect(codesOf(() => planOf(policy, { peerAddresses: { Ledger } }))).toEqual([]);
    expect(codesOf(() => planOf(policy, { peerAddresses: { Ledger }, identity: 'networkTags' }))).toEqual(['MSEG3307']);
  });

  test('GIVEN several things wrong WHEN planned THEN all of them are reported', () => {
    const { policy, web, ledger } = pair();
    web.allowTo(ledger, { services: [Service.icmp(8)] });
    const request = requestFor(policy);
    const wrong = { ...request, protects: request.protects.map((each) => ({ ...each, identity: 'x', otherTags: 10 })) };
    expect(codesOf(() => planGoogleFirewall(wrong))).toEqual(['MSEG3309', 'MSEG3303', 'MSEG3310', 'MSEG3305', 'MSEG3304']);
  });
});
