import { readFileSync } from 'fs';
import { join } from 'path';
import { main } from '../../lib/cli/main';
import { serializeManifest } from '../../lib/compiler';
import { manifest } from '../analysis/manifests';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { shopPolicy } from '../report/map/policies';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const code = await main(['map', ...args], { out: (text) => { written.out += text; }, err: (text) => { written.err += text; } });
  return { code, ...written };
}

const MANIFEST = serializeManifest(manifest(shopPolicy()));
const EDGE = { client: 'web', server: 'db', protocol: 'tcp', port: 5432, verdict: 'wouldBlock' };
const TRAFFIC = { schemaVersion: 1, nodes: [{ id: 'a', kind: 'workload' }, { id: 'b', kind: 'workload' }], edges: [{ client: 'a', server: 'b', protocol: 'tcp', port: 1 }] };
const FILES = () => directoryOf({
  'out/segmentation.json': MANIFEST, 'map.json': TRAFFIC, 'replay.json': { byEdge: [EDGE], unusedFlows: [] }, 'other.json': { some: 'thing' },
});

describe('microseg map', () => {
  test('GIVEN a directory, or the manifest itself THEN the same HTML document is printed', async () => {
    const files = FILES();
    const { code, out, err } = await run(join(files, 'out'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^<!DOCTYPE html>/);
    expect((await run(join(files, 'out/segmentation.json'))).out).toBe(out);
  });

  test('GIVEN -o THEN the file holds the document, and nothing is printed', async () => {
    const files = FILES();
    expect(await run(files, '-o', join(files, 'new/map.html'))).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(join(files, 'new/map.html'), 'utf8')).toContain('<title>Shop – dependency map</title>');
  });

  test.each([['mermaid', 'flowchart LR'], ['dot', 'digraph map {'], ['svg', '<svg ']])('GIVEN --format %s THEN that is made', async (format, beginning) => {
    const { code, out } = await run(FILES(), '--format', format);
    expect([code, out.slice(0, beginning.length)]).toEqual([0, beginning]);
  });

  test('GIVEN --group-by THEN the map begins with it', async () => {
    expect((await run(FILES(), '--format', 'mermaid', '--group-by', 'segment')).out).toContain('["Cardholder"]');
    expect((await run(FILES(), '--format', 'mermaid', '--group-by', 'tier')).out).toContain('["batch"]');
  });

  test('GIVEN the result of a replay THEN what would be blocked is in the map', async () => {
    const files = FILES();
    expect((await run(join(files, 'out'), '--format', 'mermaid', '--replay', join(files, 'replay.json'))).out).toContain('==x|"tcp/5432"|');
  });

  test('GIVEN a map of observed traffic THEN that is drawn', async () => {
    expect((await run(join(FILES(), 'map.json'), '--format', 'mermaid')).out).toContain('n0 -->|"tcp/1"| n1');
  });

  test.each([
    ['neither a manifest nor a map', (files: string) => [join(files, 'other.json')], 'MSEG5030'],
    ['no JSON', (files: string) => [join(files, 'out', 'segmentation.json'), '--replay', __filename], 'MSEG5030'],
    ['a replay that is none', (files: string) => [files, '--replay', join(files, 'map.json')], 'MSEG5030'],
    ['an unknown grouping', (files: string) => [files, '--group-by', 'colour'], 'MSEG5031'],
    ['a directory without manifest', () => [directoryOf({})], 'MSEG8001'],
    ['a directory that does not exist', () => ['/nonexistent/nowhere'], 'MSEG8003'],
    ['an unknown format', (files: string) => [files, '--format', 'png'], 'error: option'],
  ])('GIVEN %s THEN the error says so, and it exits with 2', async (_, args, error) => {
    const { code, out, err } = await run(...args(FILES()));
    expect([code, out, err.startsWith(error)]).toEqual([2, '', true]);
  });
});
