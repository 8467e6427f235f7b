import { writeFileSync } from 'fs';
import { join } from 'path';
import { serializeManifest } from '../../lib/compiler';
import { flow, manifest, policy, tcp, workload } from '../analysis/manifests';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { schemaProblems } from '../support/schemas';
import { run } from './run';

const HOUR = 1_790_000_000;
const HEADER = 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags';

/** Both halves of a connection, as VPC flow logs have them. */
function connection(client: string, server: string, port: number, clientPort = 40_000): string[] {
  const record = (from: string, to: string, fromPort: number, toPort: number, flags: number) => (
    `2 111122223333 eni-1 ${from} ${to} ${fromPort} ${toPort} 6 20 9000 ${HOUR} ${HOUR + 60} ACCEPT OK ${flags}`);
  return [record(client, server, clientPort, port, 3), record(server, client, port, clientPort, 19)];
}

const WEB = workload('Web', { addresses: ['10.0.1.0/24'] });
const DB = workload('Db', { addresses: ['10.0.2.0/24'], mode: 'monitor' });

function place(lines: string[], options: { flows?: Parameters<typeof policy>[1]; db?: typeof DB } = {}) {
  const { flows = [flow('Web', 'Db', tcp(5432)), flow('Web', 'Db', tcp(6000))], db = DB } = options;
  const directory = directoryOf({ 'segmentation.json': serializeManifest(manifest(policy([WEB, db], flows))) });
  writeFileSync(join(directory, 'flows.log'), `${[HEADER, ...lines].join('\n')}\n`);
  return { directory, args: ['replay', join(directory, 'flows.log'), '--policy', directory] };
}

test('GIVEN traffic that is declared THEN it is told so, with the flows that nobody used, and it exits with 0', async () => {
  const { code, out } = await run(...place(connection('10.0.1.7', '10.0.2.9', 5432)).args);
  expect(code).toBe(0);
  expect(out).toContain('Declared and not used:\n  Web -> Db with tcp/6000\n');
  expect(out).toContain('2 records; the policy explains 100% of the edges that concern it\n1 connections allowed, 0 would be blocked');
});

test('GIVEN a connection that nobody declared THEN it is named first, in a document that fits its schema, and it exits with 1', async () => {
  const { args } = place([
    ...connection('10.0.1.7', '10.0.2.9', 5432), ...connection('10.0.1.7', '10.0.2.9', 22), ...connection('10.0.9.9', '10.0.8.8', 80),
  ]);
  const { code, out } = await run(...args, '--json');
  const document = JSON.parse(out) as object;
  expect([code, schemaProblems('replay', document)]).toEqual([1, []]);
  expect(document).toMatchObject({
    records: 6, allowed: 1, wouldBlock: 1, unmatched: 1, coverage: 0.5,
    byEdge: [{
      client: 'Web', server: 'Db', protocol: 'tcp', port: 22, verdict: 'wouldBlock', examples: ['10.0.1.7 > 10.0.2.9'],
      blockedAt: [{ workload: 'Web', end: 'egress', mode: 'enforce' }, { workload: 'Db', end: 'ingress', mode: 'monitor' }],
    }, { verdict: 'unmatched' }, { verdict: 'allowed' }],
  });
  const text = await run(...args);
  expect(text.out).toMatch(/Would be blocked:\n.*\n.*\n.*\n.*Web.*Db.*tcp\/22/);
});

test('GIVEN only workloads in VISIBILITY at the ends that block THEN it exits with 0', async () => {
  const { args } = place(connection('10.0.9.9', '10.0.2.9', 22), { db: { ...DB, mode: 'visibility' } });
  const { code, out } = await run(...args, '--json');
  expect([code, (JSON.parse(out) as { wouldBlock: number }).wouldBlock]).toEqual([0, 1]);
});

test('GIVEN a policy without addresses THEN it asks for an inventory, and with one it knows the workloads', async () => {
  const { directory, args } = place(connection('10.0.1.7', '10.0.2.9', 5432));
  writeFileSync(join(directory, 'segmentation.json'), serializeManifest(manifest(policy(
    [workload('Web'), workload('Db')], [flow('Web', 'Db', tcp(5432))]))));
  expect((await run(...args)).out).toContain('the policy knows no address of 2 workloads: name an inventory that does with --inventory');
  writeFileSync(join(directory, 'who.csv'), 'address,workload\n10.0.1.0/24,Web\n10.0.2.9,App/P/Db\n10.0.2.900,oops\n');
  const { code, out, err } = await run(...args, '--inventory', join(directory, 'who.csv'));
  expect([code, err]).toEqual([0, expect.stringContaining('MSEG6140')]);
  expect(out).toContain('1 connections allowed');
});

test('GIVEN --markdown THEN it is a report for people, with what would be blocked first', async () => {
  const { code, out } = await run(...place(connection('10.0.1.7', '10.0.2.9', 22)).args, '--markdown');
  expect(code).toBe(1);
  expect(out).toContain('## Recorded traffic against the policy\n\n- 2 records; the policy explains 0% of the edges');
  expect(out).toContain('### Would be blocked\n\n| client | server | service |');
  expect(out).toContain('### Declared and not used\n\n- <code>');
});

test('GIVEN no policy or no log THEN it says so and exits with 2', async () => {
  expect(await run('replay', 'x.log')).toMatchObject({ code: 2, err: expect.stringContaining('--policy') });
  const { directory } = place([]);
  const missing = await run('replay', join(directory, 'missing.log'), '--policy', directory);
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('MSEG6001') });
});
