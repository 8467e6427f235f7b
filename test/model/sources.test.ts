import { Construct, RootConstruct } from 'constructs';
import { diffPolicies } from '../../lib/analysis/diff';
import { graphOf } from '../../lib/analysis/policy-graph';
import { compilePolicy, ManifestPolicy, manifestOf } from '../../lib/compiler';
import { Peer, SegmentationPolicy, Selector, Service } from '../../lib/model';
import { messageOf } from '../support/problems';

const HERE = /^test\/model\/sources\.test\.ts:\d+$/;

function root(context: object = {}): Construct {
  const app = new RootConstruct();
  Object.entries(context).forEach(([key, value]) => app.node.setContext(key, value));
  return app;
}

function manifest(policy: SegmentationPolicy): ManifestPolicy {
  const entry = { policy: compilePolicy(policy), invariants: [], enforcementPoints: [], rendered: new Map() };
  return JSON.parse(JSON.stringify(manifestOf([entry]).policies[0])) as ManifestPolicy;
}

function declared(context: object = {}, count = 1): SegmentationPolicy {
  const policy = new SegmentationPolicy(root(context), 'P');
  const web = policy.addWorkload('Web', { labels: { tier: 'web' }, services: [Service.HTTPS] });
  policy.addSegment('Sites', { members: Selector.matching({ tier: 'web' }) });
  for (let index = 0; index < count; index += 1) web.allowFrom(Peer.ipv4(`10.${index >> 8}.${index & 255}.0/24`), { justification: 'staff' });
  return policy;
}

const lineOf = (source: string | undefined) => Number(/:(\d+)$/.exec(source ?? '')?.[1]);

test('GIVEN declarations THEN the manifest says in which file and line each stands', () => {
  const { source, workloads: [web], segments: [sites], flows: [flow] } = manifest(declared());
  const sources = [source, web.source, sites.source, ...flow.sources!];
  for (const each of sources) expect(each).toMatch(HERE);
  expect(sources.map(lineOf).map((line) => line - lineOf(source))).toEqual([0, 1, 2, 3]);
});

test('GIVEN several declarations of one flow THEN it has the lines of all, and stays one flow', () => {
  const policy = declared();
  const [web] = policy._workloads;
  web.allowTo(Peer.ipv4('10.9.0.0/24'), { services: [Service.tcp(80)], justification: 'x' });
  web.allowTo(Peer.ipv4('10.9.0.0/24'), { services: [Service.tcp(81)], justification: 'x' });
  const { flows } = manifest(policy);
  const flow = flows.find(({ services }) => services.length === 2)!;
  expect(flow.sources).toHaveLength(2);
  expect(lineOf(flow.sources![1]) - lineOf(flow.sources![0])).toBe(1);
});

test.each(['aws:cdk:disable-stack-trace', 'aws:cdk:disable-creation-stack-traces', '@cdktf/disable_stack_trace_in_metadata'])(
  'GIVEN %s in the context THEN no source is kept', (key) => {
    expect(JSON.stringify(manifest(declared({ [key]: true })))).not.toContain('source');
  });

describe('GIVEN more declarations than anybody writes', () => {
  afterEach(() => { delete process.env.CDK_DEBUG; });

  test('THEN no source is kept, whichever was declared first', () => {
    expect(JSON.stringify(manifest(declared({}, 5_000)))).not.toContain('source');
  });

  test('THEN CDK_DEBUG keeps them all', () => {
    process.env.CDK_DEBUG = '1';
    expect(manifest(declared({}, 5_000)).flows.every(({ sources }) => sources!.length === 1)).toBe(true);
  });
});

test('GIVEN policies that differ in lines alone THEN there is no difference', () => {
  const [one, other] = [manifest(declared()), manifest(declared({ 'aws:cdk:disable-stack-trace': true }))];
  expect(other).not.toEqual(one);
  const moved = JSON.parse(JSON.stringify(one).replaceAll('sources.test.ts:', 'moved.ts:1')) as ManifestPolicy;
  for (const policy of [other, moved]) {
    const diff = diffPolicies([graphOf(one)], [graphOf(policy)]);
    expect([diff.opened, diff.closed, diff.changed, diff.workloads]).toEqual([[], [], [], []]);
  }
});

test('GIVEN a mistake that only compiling finds THEN the error names construct, file and line', () => {
  const policy = declared();
  policy._workloads[0].allowTo(Peer.ipv4('10.0.0.0/24'));
  expect(messageOf(() => compilePolicy(policy))).toMatch(/^MSEG1009 \[P\/Web \(test\/model\/sources\.test\.ts:\d+\)\] the flow names no services/);
});
