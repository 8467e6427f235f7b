import { readFileSync } from 'fs';
import { join } from 'path';
import { serializeManifest } from '../../lib/compiler';
import { flow, manifest, policy, tcp, workload } from '../analysis/manifests';
import { HOSTILE_TEXTS } from '../model/policies';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { schemaProblems } from '../support/schemas';
import { CONTROL_CHARACTERS, run } from './run';

const SHOP = policy(
  [workload('Web', { labels: { app: 'shop' } }), workload('Api', { labels: { app: 'shop' } }), workload('Ledger', { criticality: 'crown-jewel' }), workload('Cache')],
  [
    { ...flow({ any: 'ipv4' }, 'Web', tcp(443)), justification: 'public site' },
    { ...flow('Web', 'Api', tcp(8443)), justification: 'orders' },
    { ...flow('Api', 'Ledger', tcp(5432)), justification: 'bookings' },
  ],
);
const directory = (...policies: Parameters<typeof manifest>) => directoryOf({ 'segmentation.json': serializeManifest(manifest(...policies)) });

interface Document {
  readonly policy: { readonly reachablePairs: number };
  readonly workloads: { readonly id: string; readonly transitive: number }[];
  readonly paths: { readonly to: string; readonly hops: { readonly server: string }[] }[];
}

async function json(...args: string[]): Promise<Document> {
  const { code, out, err } = await run('blast-radius', ...args, '--json');
  expect([code, err]).toEqual([0, '']);
  const document = JSON.parse(out) as Document;
  expect(schemaProblems('blast-radius', document)).toEqual([]);
  return document;
}

test('GIVEN a directory THEN pairs, widest reach, labels and exposure are told, and it exits with 0', async () => {
  const { code, out, err } = await run('blast-radius', directory(SHOP));
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('a breach reaches 3 pairs of workloads; in the flat network 9: 66.7% less');
  expect(out).toMatch(/Web .* 2 .* 1 .* 2 .* Ledger/);
  expect(out).toMatch(/app=shop .* 2 /);
  expect(out).toContain('reachable from outside: Web with tcp/443');
});

test('GIVEN --json THEN the document fits its schema', async () => {
  const document = await json(directory(SHOP));
  expect(document).toMatchObject({ flat: { reachablePairs: 9 }, policy: { reachablePairs: 3 }, exposed: [{ id: 'Web', services: [tcp(443)] }] });
  expect(document.workloads[0]).toEqual({ policy: 'P', id: 'Web', path: 'App/P/Web', flat: 2, direct: 1, transitive: 2, criticalReachable: ['Ledger'] });
});

test('GIVEN --workload THEN it alone is told about, with a shortest way to each and the flows on it', async () => {
  const document = await json(directory(SHOP), '--workload', 'Web');
  expect(document.workloads.map(({ id }) => id)).toEqual(['Web']);
  expect(document.paths.map(({ to, hops }) => [to, hops.map(({ server }) => server)])).toEqual([['Api', ['Api']], ['Ledger', ['Api', 'Ledger']]]);
  expect(document.policy.reachablePairs).toBe(3);

  const { out } = await run('blast-radius', directory(SHOP), '--workload', 'P/Web');
  expect(out).toContain('a breach of Web reaches 2 workloads, 1 of them directly, among them Ledger; in the flat network 2');
  expect(out).toContain('Ledger: Web > Api (tcp/8443) > Ledger (tcp/5432)');
  expect(out).toContain('Api > Ledger: bookings [App/P]');
});

test('GIVEN a manifest file THEN it is read as its directory is', async () => {
  const place = directory(SHOP);
  expect((await run('blast-radius', join(place, 'segmentation.json'))).out).toBe((await run('blast-radius', place)).out);
});

test('GIVEN -o THEN the file holds what would have been printed', async () => {
  const place = directory(SHOP);
  const { code, out } = await run('blast-radius', place, '-o', join(place, 'out.txt'));
  expect([code, out]).toEqual([0, '']);
  expect(readFileSync(join(place, 'out.txt'), 'utf8')).toBe((await run('blast-radius', place)).out);
});

test('GIVEN the same manifest beside two stacks THEN its policy counts once', async () => {
  const text = serializeManifest(manifest(SHOP));
  expect((await json(directoryOf({ 'a/segmentation.json': text, 'b/segmentation.json': text }))).policy.reachablePairs).toBe(3);
});

test.each<[string, string[], string]>([
  ['an unknown workload', ['--workload', 'Nobody'], 'MSEG5001'],
  ['a workload of two policies', ['--workload', 'Web'], 'MSEG5002'],
])('GIVEN %s THEN the error has an id and it exits with 2', async (_, args, id) => {
  const other = { ...SHOP, id: 'Q', path: 'App/Q', workloads: SHOP.workloads.map((one) => ({ ...one, path: one.path.replace('/P/', '/Q/') })) };
  const { code, out, err } = await run('blast-radius', directory(SHOP, other), ...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(new RegExp(`^${id} \\[`));
  expect((await json(directory(SHOP, other), '--workload', 'App/Q/Web')).workloads).toMatchObject([{ policy: 'Q' }]);
});

test('GIVEN no manifest THEN it exits with 2', async () => {
  expect(await run('blast-radius', directoryOf({}))).toMatchObject({ code: 2, err: expect.stringContaining('MSEG8001') as unknown });
});

test('GIVEN hostile text in every place THEN the terminal gets none of it raw, and JSON still fits the schema', async () => {
  const texts = HOSTILE_TEXTS.filter((text) => text.trim() !== '');
  const workloads = texts.map((text) => workload(text, { labels: { [text]: text }, path: text, criticality: 'crown-jewel' }));
  const flows = texts.map((text, index) => (
    { ...flow(text, texts[(index + 1) % texts.length], tcp(443)), justification: text, origins: [text] }));
  const place = directory(policy(workloads, [...flows, flow({ any: 'ipv4' }, texts[0], tcp(443))]));
  for (const args of [[], ['--workload', texts[0]]]) {
    expect((await run('blast-radius', place, ...args)).out).not.toMatch(CONTROL_CHARACTERS);
    await json(place, ...args);
  }
});
