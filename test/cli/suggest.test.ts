import { writeFileSync } from 'fs';
import { join } from 'path';
import { serializeManifest } from '../../lib/compiler';
import { flow, manifest, policy, tcp, workload } from '../analysis/manifests';
import { edge, mapOf, node } from '../discovery/suggest/maps';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { schemaProblems } from '../support/schemas';
import { run } from './run';

const MAP = mapOf(
  [
    node('Web', { addresses: ['10.0.1.7'], labels: { tier: 'web' } }), node('Db', { addresses: ['10.0.2.9'] }),
    node('internet', { kind: 'internet' }), node('10.0.9.9', { kind: 'unmanaged', addresses: ['10.0.9.9'] }), node('old', { kind: 'unmanaged' }),
  ],
  [
    edge('internet', 'Web', 443), edge('Web', 'Db', 5432, { connections: 1204 }), edge('10.0.9.9', 'Db', 22, { confidence: 0.4 }),
    edge('Web', 'Db', 23, { denied: true }), edge('Web', 'old', 80), edge('Web', 'Db', undefined), edge('internet', '10.0.9.9', 80),
  ],
  [{ kind: 'scan', source: 'internet', edges: [edge('internet', 'Db', 22)] }],
);

function place(files: { [name: string]: unknown } = {}) {
  const directory = directoryOf({ 'map.json': MAP, ...files });
  return { directory, map: join(directory, 'map.json') };
}

test('GIVEN a map THEN it writes the policy that a person would write', async () => {
  const { code, out } = await run('suggest', place().map);
  expect(code).toBe(0);
  expect(out).toBe(`import { EnforcementMode, Peer, SegmentationPolicy, Service } from 'cdk-microsegmentation';
import { Construct } from 'constructs';

/**
 * The connections that were observed from 2026-09-01 to 2026-09-02, with a confidence of 0.5 or more.
 * Flows that are open to every address, because the Internet was seen there: 1.
 */
export function observedPolicy(scope: Construct): SegmentationPolicy {
  const policy = new SegmentationPolicy(scope, 'Observed', { mode: EnforcementMode.MONITOR });

  const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.0.2.9'] });
  const web = policy.addWorkload('Web', { labels: { tier: 'web' }, services: [Service.HTTPS], addresses: ['10.0.1.7'] });

  web.allowTo(db, { services: [Service.POSTGRES], justification: 'observed: 1,204 connections from 2026-09-01 to 2026-09-02' });
  web.allowFrom(Peer.anyIpv4(), { services: [Service.HTTPS], justification: 'observed: 3 connections from 2026-09-01 to 2026-09-02' });

  return policy;
}
`);
});

test('GIVEN a map THEN what was left out and widened is told beside it, each with its reason', async () => {
  const { err } = await run('suggest', place().map);
  expect(err.split('\n')).toEqual([
    '2 workloads, 2 flows', '0 pairs opened beyond what was seen', '1 flow open to every address, because the map does not tell those of the Internet',
    'left out: 1 edge, less sure than asked for: look at them, and allow those that are meant', '  10.0.9.9 -> Db tcp/22: 3 connections, confidence 0.4',
    'left out: 1 edge, a rule stopped them', '  Web -> Db tcp/23: 3 connections, confidence 0.97',
    'left out: 1 edge, noise: scans, failed attempts, broadcast and their like', '  internet -> Db tcp/22: 3 connections, confidence 0.97',
    'left out: 1 edge, neither end is a workload: name them in an inventory if they are yours', '  internet -> 10.0.9.9 tcp/80: 3 connections, confidence 0.97',
    'left out: 1 edge, the log does not name the service: all of the protocol would be too much', '  Web -> Db tcp: 3 connections, confidence 0.97',
    'left out: 1 edge, an end is known neither as a workload nor by an address', '  Web -> old tcp/80: 3 connections, confidence 0.97', '',
  ]);
});

test('GIVEN --min-confidence THEN edges that are less sure count from there on, and a bad number is refused', async () => {
  expect((await run('suggest', place().map, '--min-confidence', '0.4')).out).toContain('db.allowFrom(host10099, { services: [Service.SSH]');
  expect((await run('suggest', place().map, '--min-confidence', '2')).code).toBe(2);
});

test('GIVEN --language json THEN the document fits its schema', async () => {
  const { out } = await run('suggest', place().map, '--language', 'json');
  expect(schemaProblems('suggestion', JSON.parse(out))).toEqual([]);
});

test('GIVEN a policy THEN only what it lacks is written, for workloads that it has, and what nobody used is named', async () => {
  const has = policy([workload('Web'), workload('Db')], [flow('Web', 'Db', tcp(5432)), flow('Db', 'Web', tcp(9999))]);
  const { directory, map } = place({ 'segmentation.json': serializeManifest(manifest(has)) });
  const { out, err } = await run('suggest', map, '--policy', directory);
  expect(out).toContain('export function allowObserved(policy: SegmentationPolicy): void {\n');
  expect(out).toContain('  const web = policy.node.findChild(\'Web\') as Workload;\n\n  web.allowFrom(');
  expect(out).not.toContain('Postgres');
  expect(err).toContain(`1 flow declared and never seen: ${has.flows[1].id}`);
});

test('GIVEN several policies THEN --only says which is meant', async () => {
  const two = manifest(policy([workload('Web')], []), policy([workload('Db')], [], { id: 'Q', path: 'App/Q' }));
  const { directory, map } = place({ 'segmentation.json': serializeManifest(two) });
  expect(await run('suggest', map, '--policy', directory)).toMatchObject({ code: 2, err: expect.stringContaining('MSEG6042') });
  expect((await run('suggest', map, '--policy', directory, '--only', 'R')).err).toContain('none of App/P, App/Q is R');
  expect((await run('suggest', map, '--policy', directory, '--only', 'App/Q')).code).toBe(0);
});

test('GIVEN something that is no map THEN it says where, and exits with 2', async () => {
  const { directory } = place();
  const bad: [string, string][] = [
    ['{', 'bad.json'], [JSON.stringify({ ...MAP, edges: [{ client: 1 }] }), '#/edges/0'],
    [JSON.stringify({ ...MAP, nodes: [node('a'), node('a')] }), '#/nodes'],
  ];
  for (const [content, where] of bad) {
    writeFileSync(join(directory, 'bad.json'), content);
    expect(await run('suggest', join(directory, 'bad.json'))).toMatchObject({ code: 2, err: expect.stringMatching(`MSEG6041 .*${where}`) });
  }
});
