import { ManifestFlow, serializeManifest } from '../../lib/compiler';
import { flow, manifest, policy, tcp, workload } from '../analysis/manifests';
import { HOSTILE_TEXTS } from '../model/policies';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { schemaProblems } from '../support/schemas';
import { CONTROL_CHARACTERS, run } from './run';

const WORKLOADS = [workload('Web'), workload('Api'), workload('Db')];
const PUBLIC = { ...flow({ any: 'ipv4' }, 'Web', tcp(443)), justification: 'public site' };
const ORDERS = { ...flow('Web', 'Api', tcp(8443)), justification: 'orders' };
const BOOKINGS = { ...flow('Api', 'Db', tcp(5432)), justification: 'bookings' };
const directory = (...flows: ManifestFlow[]) => directoryOf({ 'segmentation.json': serializeManifest(manifest(policy(WORKLOADS, flows))) });

test('GIVEN a change THEN every flow that opened or closed is told with its reason and origin, and it exits with 0', async () => {
  const { code, out, err } = await run('diff', directory(PUBLIC, ORDERS), directory(ORDERS, BOOKINGS));
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n')).toEqual([
    'opened: Api -> Db with tcp/5432 (bookings) [App/P]',
    'closed: any IPv4 address -> Web with tcp/443 (public site) [App/P]',
    'hidden: Web is no longer reachable from outside with tcp/443',
    '1 opened, 1 closed, 0 changed, 1 unchanged',
    'a breach reaches 3 pairs of workloads, before 1; kept apart 25% of the flat network, before 75%',
    '',
  ]);
});

test('GIVEN --json THEN the document fits its schema', async () => {
  const { code, out } = await run('diff', directory(ORDERS), directory(PUBLIC, { ...ORDERS, services: [tcp(8444)] }), '--json');
  const document = JSON.parse(out) as object;
  expect([code, schemaProblems('diff', document)]).toEqual([0, []]);
  expect(document).toMatchObject({
    opened: [
      { client: { any: 'ipv4' }, server: { workload: 'Web' }, services: [tcp(443)], justification: 'public site', origins: ['App/P'] },
      { client: { workload: 'Web' }, server: { workload: 'Api' }, services: [tcp(8444)] },
    ],
    closed: [{ client: { workload: 'Web' }, server: { workload: 'Api' }, services: [tcp(8443)], justification: 'orders' }],
    changed: [{ before: [tcp(8443)], after: [tcp(8444)] }],
    unchanged: 0,
    blastRadius: { old: 1, new: 1 },
  });
});

test('GIVEN a version and itself THEN the difference is empty', async () => {
  const { out } = await run('diff', directory(PUBLIC, ORDERS), directory(PUBLIC, ORDERS), '--json');
  const nothing = { opened: [], closed: [], changed: [], workloads: [], exposure: { opened: [], closed: [] } };
  expect(JSON.parse(out)).toMatchObject({ ...nothing, unchanged: 2 });
});

test('GIVEN --markdown THEN there is a table of each kind of change, and none without', async () => {
  const { out } = await run('diff', directory(ORDERS), directory(PUBLIC, ORDERS), '--markdown');
  expect(out).toContain('## Segmentation\n\n1 opened, 0 closed, 0 changed, 1 unchanged.');
  const cells = ['any IPv4 address', 'Web', 'tcp&#47;443', 'public site', 'App&#47;P'].map((cell) => `<code>${cell}</code>`);
  expect(out).toContain(`| ${cells.join(' | ')} |`);
  expect(out.match(/^### .*/gm)).toEqual(['### Exposed to the outside', '### Opened']);
});

test('GIVEN very many changes THEN the comment stays short', async () => {
  const many = Array.from({ length: 200 }, (_, port) => ({ ...flow('Web', 'Api', tcp(port)), justification: '|'.repeat(300), origins: ['x'.repeat(300)] }));
  const { out } = await run('diff', directory(), directory(...many), '--markdown');
  expect(out).toMatch(/and 1\d\d more/);
  expect(out.length).toBeLessThan(65_536);
});

test.each<[string, ManifestFlow[], ManifestFlow[], number]>([
  ['opened', [], [ORDERS], 1], ['opened', [ORDERS], [], 0],
  ['closed', [ORDERS], [], 1], ['closed', [], [ORDERS], 0],
  ['changed', [ORDERS], [{ ...ORDERS, services: [tcp(1)] }], 1], ['changed', [], [ORDERS], 0],
  ['exposure', [], [PUBLIC], 1], ['exposure', [], [ORDERS], 0],
  ['blast-radius', [], [ORDERS], 1], ['blast-radius', [], [PUBLIC], 0],
  ['exposure,opened', [], [ORDERS], 1],
])('GIVEN --fail-on %s and a change THEN the exit code says whether it happened', async (condition, old, current, expected) => {
  expect((await run('diff', directory(...old), directory(...current), '--fail-on', condition)).code).toBe(expected);
});

test('GIVEN bad usage, or no manifest, THEN it exits with 2', async () => {
  const there = directory();
  for (const args of [[there], [there, there, '--fail-on', 'sometimes'], [there, there, '--json', '--markdown'], [there, '/nonexistent']]) {
    expect(await run('diff', ...args)).toMatchObject({ code: 2, out: '' });
  }
});

test('GIVEN hostile text in every place THEN neither terminal nor comment gets any of it raw', async () => {
  const texts = HOSTILE_TEXTS.filter((text) => text.trim() !== '');
  const hostile = manifest(policy(texts.map((text) => workload(text)), texts.map((text, index) => (
    { ...flow(text, texts[(index + 1) % texts.length], tcp(443)), justification: text, origins: [text] }))));
  const place = directoryOf({ 'segmentation.json': serializeManifest(hostile) });
  expect((await run('diff', directory(), place)).out).not.toMatch(CONTROL_CHARACTERS);
  const { out } = await run('diff', directory(), place, '--markdown');
  expect(out).not.toMatch(CONTROL_CHARACTERS);
  expect(out).not.toMatch(/<(?!\/?code>)|\$\{|`|@/);
  const rows = out.slice(out.indexOf('### Opened'), out.indexOf('### Workloads')).split('\n').filter((line) => line.startsWith('|'));
  expect([rows.length, new Set(rows.map((row) => row.split('|').length))]).toEqual([texts.length + 2, new Set([7])]);
  expect(schemaProblems('diff', JSON.parse((await run('diff', directory(), place, '--json')).out))).toEqual([]);
});
