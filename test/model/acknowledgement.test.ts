import { Construct } from 'constructs';
import { lint } from '../../lib/analysis/lint';
import { graphOf } from '../../lib/analysis/policy-graph';
import { compilePolicy, manifestOf } from '../../lib/compiler';
import { checkManifest } from '../../lib/compiler/manifest-read';
import { AcknowledgementOptions, Peer, SegmentationPolicy, Selector, Service } from '../../lib/model';
import { codesOf } from '../support/problems';
import { HOSTILE_TEXTS, payments } from './policies';

const NOW = Date.parse('2026-06-01T00:00:00Z');

/** A policy with a site that is open to everybody. */
function site() {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  web.allowFrom(Peer.anyIpv4(), { justification: 'site' });
  return { policy, web };
}

/** What lint says of the policy as the manifest has it. */
function linted(policy: SegmentationPolicy) {
  const manifest = manifestOf([{ policy: compilePolicy(policy), invariants: [], enforcementPoints: [], rendered: new Map() }]);
  const read = checkManifest(JSON.parse(JSON.stringify(manifest)), 'segmentation.json');
  const findings = lint(read.policies.map(graphOf), { now: NOW, expiringDays: 30, acknowledgements: [] });
  return findings.filter(({ check }) => check !== 'MSEG5109').map(({ check, acknowledged }) => [check, acknowledged]);
}

test('GIVEN an acknowledgement on the policy, or on the workload, THEN the finding carries its reason', () => {
  const reason = HOSTILE_TEXTS.filter((text) => text.trim() !== '').join(' ');
  const whole = site();
  whole.policy.acknowledge('MSEG5103', { reason });
  expect(linted(whole.policy)).toEqual([['MSEG5103', reason]]);

  const one = site();
  one.policy.acknowledge('MSEG5103', { reason: 'public site', on: one.web, subject: 'any ipv4 -> Web tcp/443' });
  expect(linted(one.policy)).toEqual([['MSEG5103', 'public site']]);
});

test('GIVEN one on another workload THEN the finding stands, and the acknowledgement is about nothing', () => {
  const { policy } = site();
  policy.acknowledge('MSEG5103', { reason: 'public site', on: policy.addWorkload('Api', { services: [] }) });
  expect(linted(policy).sort()).toEqual([['MSEG5103', undefined], ['MSEG5110', undefined]]);
});

test('GIVEN one that is over THEN lint and synthesis say so', () => {
  const { policy } = site();
  policy.acknowledge('MSEG5103', { reason: 'public site', expires: '2020-05-31' });
  expect(linted(policy)).toEqual([['MSEG5111', undefined], ['MSEG5103', undefined]]);
  const told = { code: 'MSEG5111', path: 'Payments', message: 'the acknowledgement of MSEG5103 ended on 2020-05-31' };
  expect(compilePolicy(policy).findings).toEqual([expect.objectContaining(told)]);
});

test('GIVEN several, whatever their order, THEN the compiled policy is the same and has each once', () => {
  const declared: [string, AcknowledgementOptions][] = [
    ['MSEG5103', { reason: 'b' }], ['MSEG5107', { reason: 'a' }], ['MSEG5103', { reason: 'a' }], ['MSEG5103', { reason: 'b' }],
  ];
  const compiled = [declared, [...declared].reverse()].map((order) => {
    const { policy } = site();
    order.forEach(([code, options]) => policy.acknowledge(code, options));
    return compilePolicy(policy).acknowledgements;
  });
  expect(compiled[0]).toHaveLength(3);
  expect(compiled[1]).toEqual(compiled[0]);
});

test('GIVEN none THEN the manifest does not speak of them', () => {
  const { policies } = manifestOf([{ policy: compilePolicy(site().policy), invariants: [], enforcementPoints: [], rendered: new Map() }]);
  expect(policies[0]).not.toHaveProperty('acknowledgements');
});

test('GIVEN one that was added after compiling THEN it is compiled again', () => {
  const { policy } = site();
  compilePolicy(policy);
  policy.acknowledge('MSEG5103', { reason: 'public site' });
  expect(compilePolicy(policy).acknowledgements).toHaveLength(1);
});

test.each<[string, string, (policy: SegmentationPolicy) => AcknowledgementOptions, string]>([
  ['an unknown code', 'MSEG5199', () => ({ reason: 'x' }), 'MSEG5050'],
  ['the code of something else', 'MSEG3007', () => ({ reason: 'x' }), 'MSEG5050'],
  ['no reason', 'MSEG5103', () => ({ reason: ' \n' }), 'MSEG5051'],
  ['a place outside of the policy', 'MSEG5103', (policy) => ({ reason: 'x', on: new Construct(policy.node.root, 'Elsewhere') }), 'MSEG5052'],
  ['a workload of another policy', 'MSEG5103', () => ({ reason: 'x', on: payments().addWorkload('Web') }), 'MSEG5052'],
  ['a date that is none', 'MSEG5103', () => ({ reason: 'x', expires: '2026-02-30' }), 'MSEG1008'],
])('GIVEN %s THEN it is refused at once', (_, code, options, expected) => {
  const { policy } = site();
  expect(codesOf(() => policy.acknowledge(code, options(policy)))).toEqual([expected]);
  expect(policy._acknowledgements).toEqual([]);
});

test('GIVEN a segment THEN what is found at it is meant', () => {
  const { policy, web } = site();
  const segment = policy.addSegment('Sites', { members: Selector.labeled('app') });
  const api = policy.addWorkload('Api', { labels: { app: 'shop' }, services: [Service.HTTP] });
  segment.allowTo(web, {});
  policy.acknowledge('MSEG5107', { reason: 'said elsewhere', on: segment });
  policy.acknowledge('MSEG5103', { reason: 'public site' });
  policy.acknowledge('MSEG5105', { reason: 'for tests', on: api });
  expect(linted(policy)).toEqual([['MSEG5105', 'for tests'], ['MSEG5107', 'said elsewhere'], ['MSEG5103', 'public site']]);
});
