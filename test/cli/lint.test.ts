import { readFileSync } from 'fs';
import { join } from 'path';
import { pathToFileURL } from 'url';
import { CHECKS } from '../../lib/analysis/lint/checks';
import { ManifestFlow, serializeManifest } from '../../lib/compiler';
import { CATALOGUE } from '../../lib/support/catalogue';
import { flow, manifest, policy, tcp, workload } from '../analysis/manifests';
import { HOSTILE_TEXTS } from '../model/policies';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { sarifProblems } from '../support/sarif';
import { schemaProblems } from '../support/schemas';
import { CONTROL_CHARACTERS, run } from './run';

const FINE = { ...flow('Web', 'Api', tcp(8443)), justification: 'orders' };
const BROAD = { ...flow({ any: 'ipv4' }, 'Web', tcp(443)), justification: 'public site' };
const EXPIRED = { ...FINE, expires: '2020-01-01' };
const ACKNOWLEDGED = { acknowledgements: [{ check: 'MSEG5103', path: 'App/P', reason: 'public site' }] };
const directory = (flows: ManifestFlow[], files = {}) => (
  directoryOf({ 'segmentation.json': serializeManifest(manifest(policy([workload('Web'), workload('Api')], flows))), ...files }));

interface SarifLog {
  readonly runs: [{
    readonly tool: { readonly driver: { readonly rules: { readonly id: string }[] } };
    readonly results: {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly suppressions?: object[];
      readonly locations: object[];
    }[];
  }];
}

test('GIVEN findings THEN each is told under its check, and it exits with 1; without any with 0', async () => {
  const { code, out } = await run('lint', directory([BROAD]));
  expect([code, out.split('\n')]).toEqual([1, [
    `warning MSEG5103 Broad peer: ${CATALOGUE.MSEG5103.remedy}`, '  [App/P] the flow any ipv4 -> Web tcp/443 admits everybody as clients', '',
    '0 errors, 1 warning, 0 acknowledged', '',
  ]]);
  expect(await run('lint', directory([FINE]))).toEqual({ code: 0, out: '0 errors, 0 warnings, 0 acknowledged\n', err: '' });
});

test('GIVEN --fail-on error THEN warnings alone exit with 0', async () => {
  expect((await run('lint', directory([BROAD]), '--fail-on', 'error')).code).toBe(0);
  expect((await run('lint', directory([EXPIRED]), '--fail-on', 'error')).code).toBe(1);
});

test('GIVEN --json THEN the document fits its schema', async () => {
  const { code, out } = await run('lint', directory([BROAD, EXPIRED]), '--json');
  const document = JSON.parse(out) as object;
  expect([code, schemaProblems('lint', document)]).toEqual([1, []]);
  const findings = [{ check: 'MSEG5010', severity: 'error' }, { check: 'MSEG5103', policy: 'P' }];
  expect(document).toMatchObject({ ok: false, errors: 1, warnings: 1, acknowledged: 0, findings });
});

test('GIVEN acknowledgements THEN they are no findings any more, and the reason stands in JSON and SARIF', async () => {
  const place = directory([BROAD], { 'meant.json': ACKNOWLEDGED });
  const args = ['lint', place, '--acknowledgements', join(place, 'meant.json')];
  expect(await run(...args)).toMatchObject({ code: 0, out: '0 errors, 0 warnings, 1 acknowledged\n' });
  expect(schemaProblems('acknowledgements', ACKNOWLEDGED)).toEqual([]);
  expect(JSON.parse((await run(...args, '--json')).out)).toMatchObject({ ok: true, findings: [{ acknowledged: 'public site' }] });
  const log = JSON.parse((await run(...args, '--sarif')).out) as SarifLog;
  expect(sarifProblems(log)).toEqual([]);
  expect(log.runs[0].results[0].suppressions).toEqual([{ kind: 'external', status: 'accepted', justification: 'public site' }]);
});

test.each([
  ['no JSON', '{'],
  ['no reason', { acknowledgements: [{ check: 'MSEG5103', path: 'App' }] }],
  ['an empty reason', { acknowledgements: [{ check: 'MSEG5103', path: 'App', reason: ' ' }] }],
  ['a date that is none', { acknowledgements: [{ check: 'MSEG5103', path: 'App', reason: 'x', expires: 'soon' }] }],
])('GIVEN acknowledgements with %s THEN it exits with 2', async (_, content) => {
  const place = directory([BROAD], { 'meant.json': content });
  const { code, out, err } = await run('lint', place, '--acknowledgements', join(place, 'meant.json'));
  expect([code, out, err.slice(0, 10)]).toEqual([2, '', 'MSEG5004 [']);
});

test('GIVEN an acknowledgement for a code that is no check THEN it exits with 2', async () => {
  const place = directory([BROAD], { 'meant.json': { acknowledgements: [{ check: 'MSEG5113', path: 'App', reason: 'public site' }] } });
  const { code, err } = await run('lint', place, '--acknowledgements', join(place, 'meant.json'));
  expect([code, err]).toEqual([2, expect.stringMatching(/^MSEG5050 \[.*#\/acknowledgements\/0\/check\] MSEG5113 is no check/)]);
});

test('GIVEN a policy that acknowledges THEN its findings are acknowledged without a file', async () => {
  const acknowledging = policy([workload('Web'), workload('Api')], [BROAD], { acknowledgements: ACKNOWLEDGED.acknowledgements });
  const place = directoryOf({ 'segmentation.json': serializeManifest(manifest(acknowledging)) });
  expect(await run('lint', place)).toMatchObject({ code: 0, out: '0 errors, 0 warnings, 1 acknowledged\n' });
});

test('GIVEN --as-of and --expiring-days THEN expiry is judged by them', async () => {
  const place = directory([{ ...FINE, expires: '2030-06-30' }]);
  const codes = async (...args: string[]) => (await run('lint', place, '--as-of', ...args)).code;
  expect([await codes('2030-01-01'), await codes('2030-06-15')]).toEqual([0, 1]);
  expect([await codes('2030-06-15', '--expiring-days', '5'), await codes('2030-07-01', '--fail-on', 'error')]).toEqual([0, 1]);
  expect((await run('lint', place, '--as-of', 'today')).code).toBe(2);
  expect((await run('lint', place, '--expiring-days', 'x')).code).toBe(2);
});

test('GIVEN --sarif THEN the log is valid, and each result says which check, where, and in which manifest', async () => {
  const two = policy([workload('Web'), workload('Api')], [BROAD, EXPIRED]);
  const place = directoryOf({ 'cdk out/segmentation.json': serializeManifest(manifest(two)) });
  const { code, out } = await run('lint', place, '--sarif');
  const log = JSON.parse(out) as SarifLog;
  expect([code, sarifProblems(log)]).toEqual([1, []]);
  const [{ tool, results }] = log.runs;
  expect(tool.driver.rules.map(({ id }) => id)).toEqual([...CHECKS.map((check) => check.code), 'MSEG5110', 'MSEG5111'].sort());
  expect(results.map(({ ruleId, ruleIndex, level }) => [ruleId, tool.driver.rules[ruleIndex].id, level])).toEqual([
    ['MSEG5010', 'MSEG5010', 'error'], ['MSEG5103', 'MSEG5103', 'warning'],
  ]);
  expect(results[0].locations).toEqual([{
    physicalLocation: { artifactLocation: { uri: pathToFileURL(join(place, 'cdk out/segmentation.json')).href }, region: { startLine: 1 } },
    logicalLocations: [{ fullyQualifiedName: 'App/P', kind: 'resource' }],
  }]);
});

test('GIVEN a policy that knows its source THEN text, JSON and SARIF say file and line', async () => {
  const sourced = policy([workload('Web'), workload('Api', { source: 'lib/api.ts:7', enforcementPoints: [] })], [{ ...BROAD, sources: ['lib/my shop.ts:12'] }]);
  const place = directoryOf({ 'segmentation.json': serializeManifest(manifest(sourced)) });
  expect((await run('lint', place)).out).toMatch(/\[App\/P \(lib\/my shop\.ts:12\)\] the flow any ipv4/);
  const document = JSON.parse((await run('lint', place, '--json')).out) as { findings: { source: string }[] };
  expect(schemaProblems('lint', document)).toEqual([]);
  expect(document.findings.map(({ source }) => source)).toEqual(['lib/my shop.ts:12', 'lib/api.ts:7']);
  const log = JSON.parse((await run('lint', place, '--sarif')).out) as SarifLog;
  expect(sarifProblems(log)).toEqual([]);
  expect(log.runs[0].results[0].locations).toEqual([{
    physicalLocation: { artifactLocation: { uri: 'lib/my%20shop.ts' }, region: { startLine: 12 } },
    logicalLocations: [{ fullyQualifiedName: 'App/P', kind: 'resource' }],
  }]);
});

test('GIVEN hostile text in every place THEN the terminal gets none of it raw, and SARIF stays valid', async () => {
  const texts = HOSTILE_TEXTS.filter((text) => text.trim() !== '');
  const hostile = texts.map((text) => ({ ...flow({ any: 'ipv4' }, text, tcp(1, 2000)), origins: [text], justification: '' }));
  const workloads = texts.map((text) => workload(text, { path: text, enforcementPoints: [] }));
  const place = directoryOf({ 'segmentation.json': serializeManifest(manifest(policy(workloads, hostile))) });
  expect((await run('lint', place)).out).not.toMatch(CONTROL_CHARACTERS);
  expect(schemaProblems('lint', JSON.parse((await run('lint', place, '--json')).out))).toEqual([]);
  expect(sarifProblems(JSON.parse((await run('lint', place, '--sarif')).out))).toEqual([]);
});

test('GIVEN the page of checks THEN each check has its section', () => {
  const page = readFileSync(join(__dirname, '../../docs/lint.md'), 'utf8');
  const sections = [...page.matchAll(/^### (MSEG\d{4})\n\n\*\*(.+?)\.\*\* (error|warning)/gm)].map(([, code, title, severity]) => [code, title, severity]);
  const codes = [...CHECKS.map(({ code }) => code), 'MSEG5020', 'MSEG5021', 'MSEG5110', 'MSEG5111'] as (keyof typeof CATALOGUE)[];
  expect(sections.sort()).toEqual(codes.map((code) => [code, CATALOGUE[code].title, CATALOGUE[code].severity]).sort());
});
