import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { pathToFileURL } from 'url';
import { serializeManifest } from '../../lib/compiler';
import { flow, manifest, policy, tcp, workload } from '../analysis/manifests';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { instance, idOf, owned, tcp as rawTcp } from '../platforms/aws/read/templates';
import { sarifProblems } from '../support/sarif';
import { schemaProblems } from '../support/schemas';
import { run } from './run';

const MANIFEST = serializeManifest(manifest(policy([workload('Web')], [flow({ any: 'ipv4' }, 'Web', tcp(443))])));
const template = (port: number) => ({
  Resources: { Web: owned('Web', { SecurityGroupIngress: [rawTcp(port, { CidrIp: '0.0.0.0/0' })] }), Vm: instance(idOf('Web')) },
});
const FINE = () => directoryOf({ 'segmentation.json': MANIFEST, 'App.template.json': template(443) });
const DEVIATING = () => directoryOf({ 'segmentation.json': MANIFEST, 'App.template.json': template(444) });

describe('microseg verify', () => {
  test('GIVEN artifacts as declared THEN it says so and exits with 0', async () => {
    const { code, out, err } = await run('verify', FINE());
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('verified: 1 artifact of 1 policy');
  });

  test('GIVEN artifacts that deviate THEN it prints every finding and exits with 1', async () => {
    const { code, out } = await run('verify', DEVIATING());
    expect(code).toBe(1);
    expect(out).toContain('excess: Web lets any IPv4 address in with tcp/444');
    expect(out).toContain('missing: Web does not let any IPv4 address in with tcp/443');
  });

  test('GIVEN --json THEN one document is printed, and the exit code is the same', async () => {
    expect(JSON.parse((await run('verify', FINE(), '--json')).out)).toEqual({
      ok: true, policies: [{ id: 'P', artifacts: [{ platform: 'aws', path: 'App.template.json', ok: true, excess: [], missing: [] }] }],
    });
    const { code, out } = await run('verify', '--json', DEVIATING());
    expect([code, (JSON.parse(out) as { ok: boolean }).ok]).toEqual([1, false]);
    expect(schemaProblems('verify', JSON.parse(out))).toEqual([]);
  });

  test('GIVEN --sarif THEN the log is valid, and names the artifact and the resource of each finding', async () => {
    const directory = DEVIATING();
    const { code, out } = await run('verify', directory, '--sarif');
    const log = JSON.parse(out) as { runs: [{ results: { ruleId: string; locations: object[] }[] }] };
    expect([code, sarifProblems(log)]).toEqual([1, []]);
    expect(log.runs[0].results.map(({ ruleId }) => ruleId)).toEqual(['MSEG5020', 'MSEG5021']);
    expect(log.runs[0].results[0].locations).toEqual([{
      physicalLocation: { artifactLocation: { uri: pathToFileURL(join(directory, 'App.template.json')).href }, region: { startLine: 1 } },
      logicalLocations: ['App.template.json#Web', 'App.template.json#Vm'].map((fullyQualifiedName) => ({ fullyQualifiedName, kind: 'resource' })),
    }]);
    expect(JSON.parse((await run('verify', FINE(), '--sarif')).out)).toMatchObject({ runs: [{ results: [] }] });
  });

  test('GIVEN -o THEN the file holds what would have been printed, and nothing else is left', async () => {
    const [directory, target] = [FINE(), directoryOf({})];
    const { code, out } = await run('verify', directory, '--json', '-o', join(target, 'new/result.json'));
    expect([code, out]).toEqual([0, '']);
    expect(readFileSync(join(target, 'new/result.json'), 'utf8')).toBe((await run('verify', directory, '--json')).out);
    expect(readdirSync(join(target, 'new'))).toEqual(['result.json']);
  });

  test.each([
    ['no manifest', { 'App.template.json': template(443) }, 'MSEG8001'],
    ['a manifest that is none', { 'segmentation.json': { schemaVersion: 2 } }, 'MSEG8001'],
    ['no artifact', { 'segmentation.json': MANIFEST }, 'MSEG8003'],
    ['an artifact that is no JSON', { 'segmentation.json': MANIFEST, 'App.template.json': '{' }, 'MSEG8002'],
    ['an artifact beyond the reader', { 'segmentation.json': MANIFEST, 'App.template.json': { Resources: { 'Fn::ForEach::X': [{ G: owned('Web') }] } } }, 'MSEG8004'],
  ])('GIVEN %s THEN the error has an id, nothing goes to stdout, and it exits with 2', async (_, files, id) => {
    const { code, out, err } = await run('verify', directoryOf(files));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(new RegExp(`^${id} \\[.*\\] `));
  });

  test('GIVEN a directory that does not exist, or an output that cannot be written, THEN it exits with 2', async () => {
    expect(await run('verify', '/nonexistent/nowhere')).toMatchObject({ code: 2, err: expect.stringContaining('MSEG8003') as unknown });
    expect(await run('verify', FINE(), '-o', '/dev/null/x')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('MSEG8005') as unknown });
  });

  test('GIVEN an assembly and a stack directory side by side THEN each is held against its own manifest', async () => {
    const directory = directoryOf({
      'cdk.out/segmentation.json': MANIFEST,
      'cdk.out/App.template.json': template(443),
      'cdktf.out/stacks/app/segmentation.json': MANIFEST.replace('"path": "App/P"', '"path": "Tf/P"').replace(/443/g, '8443'),
      'cdktf.out/stacks/app/cdk.tf.json': { resource: { aws_security_group: { web: {
        tags: { 'microseg:policy': 'P', 'microseg:workload': 'Web', 'microseg:role': 'attached' },
        ingress: [{ protocol: 'tcp', from_port: 8443, to_port: 8443, cidr_blocks: ['0.0.0.0/0'] }],
      } } } },
    });
    const { code, out } = await run('verify', directory);
    expect(out).toContain('verified: 2 artifacts of 2 policies');
    expect(code).toBe(0);
  });
});

describe('the program', () => {
  test('GIVEN --version or --help THEN it prints that and exits with 0', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown });
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('verify') as unknown });
    expect(await run('verify', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--json') as unknown });
  });

  test.each([[[]], [['unknown']], [['verify']], [['verify', 'a', 'b']], [['verify', '.', '--unknown']]])('GIVEN bad usage %j THEN it explains on stderr and exits with 2', async (args) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });
});
