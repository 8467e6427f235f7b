import { ManifestFlow, serializeManifest } from '../../lib/compiler';
import { flow, manifest, policy, tcp, workload } from '../analysis/manifests';
import { HOSTILE_TEXTS } from '../model/policies';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { schemaProblems } from '../support/schemas';
import { CONTROL_CHARACTERS, run } from './run';

const WORKLOADS = [workload('Web'), workload('Api', { mode: 'monitor' }), workload('Db', { services: [{ name: 'postgres', ...tcp(5432) }] })];
const ORDERS: ManifestFlow = { ...flow('Web', 'Api', tcp(8443)), id: 'f1', justification: 'orders', owner: 'shop', expires: '2030-01-01', origins: ['App/P/Web'] };
const directory = directoryOf({ 'segmentation.json': serializeManifest(manifest(policy(WORKLOADS, [ORDERS]))) });
const ask = async (from: string, to: string, ...args: string[]) => run('explain', directory, '--from', from, '--to', to, ...args);

test('GIVEN an allowed connection THEN both ends are explained, and it exits with 0', async () => {
  const { code, out, err } = await ask('Web', 'Api', '--service', 'tcp/8443');
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n')).toEqual([
    'allowed: Web to Api with tcp/8443',
    'leaving Web: admits tcp/8443 [App/Groups (aws)]',
    '  tcp/8443 by flow f1: Web to Api (orders; owner shop; until 2030-01-01) [App/P/Web]',
    'entering Api: admits tcp/8443 [App/Groups (aws); mode monitor: nothing is blocked yet]',
    '  tcp/8443 by flow f1: Web to Api (orders; owner shop; until 2030-01-01) [App/P/Web]',
    '',
  ]);
});

test('GIVEN a denied one THEN nearest flows and what to declare are told, and it exits with 1', async () => {
  const { code, out } = await ask('Web', 'Db');
  expect(code).toBe(1);
  expect(out.split('\n')).toEqual([
    'denied: Web to Db',
    '  open: nothing',
    'leaving Web: no flow admits it [App/Groups (aws)]',
    'entering Db: no flow admits it [App/Groups (aws)]',
    'nearest flows:',
    '  other server: Web to Api with tcp/8443 (orders; owner shop; until 2030-01-01) [App/P/Web]',
    'to allow it, declare:',
    "  web.allowTo(db, { justification: '…' });",
    '',
  ]);
});

test.each([['Web', 'Api', 0], ['Api', 'Web', 1], ['192.0.2.7', 'Db', 1]])('GIVEN --json from %s to %s THEN the document fits its schema', async (from, to, exit) => {
  const { code, out } = await ask(from, to, '--json', '--service', 'tcp/8443,udp/53-54');
  const document = JSON.parse(out) as { allowed: boolean };
  expect(schemaProblems('explain', document)).toEqual([]);
  const whole = JSON.parse((await ask(from, to, '--json')).out) as { allowed: boolean };
  expect([code, document.allowed, whole.allowed]).toEqual([1, false, exit === 0]);
  expect(schemaProblems('explain', whole)).toEqual([]);
});

test('GIVEN bad usage or unknown peers THEN it exits with 2', async () => {
  expect(await ask('Nobody', 'Web')).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^MSEG5001 \[Nobody\]/) as unknown });
  expect(await ask('Web', 'Api', '--service', 'nonsense')).toMatchObject({ code: 2, out: '' });
  expect(await run('explain', directory, '--from', 'Web')).toMatchObject({ code: 2, out: '' });
});

test('GIVEN hostile text in every place THEN the terminal gets none of it raw', async () => {
  for (const text of HOSTILE_TEXTS.filter((one) => one.trim() !== '')) {
    const hostile = { ...flow(text, 'Web', tcp(1)), justification: text, owner: text, origins: [text] };
    const place = directoryOf({ 'segmentation.json': serializeManifest(manifest(policy([...WORKLOADS, workload(text)], [hostile]))) });
    const { code, out } = await run('explain', place, `--from=${text}`, '--to', 'Web', '--service', 'tcp/1-2');
    expect(code).toBe(1);
    expect(out).not.toMatch(CONTROL_CHARACTERS);
  }
});
