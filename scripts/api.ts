/**
 * The public API against the accepted one: `npx tsx scripts/api.ts check | accept`.
 *
 * `api/baseline.jsii.json` is the jsii assembly of the last accepted API, without documentation and source positions.
 * `check` compares what was just compiled with it (jsii-diff: a removal, a narrower parameter, a new required property ...
 * is breaking, an addition is not); `accept` replaces it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ROOT = join(__dirname, '..');
const BASELINE = join(ROOT, 'api', 'baseline.jsii.json');
/** Inside the tree, because jsii-diff resolves the dependencies of an assembly from where it lies. */
const SCRATCH = join(ROOT, 'node_modules', '.cache', 'api-baseline');

/** Members of an assembly that are not API: they change with every edit. */
const NOISE = new Set([
  'dependencyClosure', 'docs', 'fingerprint', 'locationInModule', 'locationInSourceDir', 'markdown', 'metadata', 'readme', 'symbolId',
]);

export function stripped(assembly: unknown): unknown {
  if (Array.isArray(assembly)) return assembly.map(stripped);
  if (typeof assembly !== 'object' || assembly === null) return assembly;
  const kept = Object.entries(assembly).filter(([key]) => !NOISE.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, stripped(value)]));
}

/** What the compiler just wrote; compressed assemblies are a stub that points at the archive beside it. */
function currentAssembly(): unknown {
  const archive = join(ROOT, '.jsii.gz');
  if (!existsSync(archive)) throw new Error('no .jsii.gz: run `npm run compile` first');
  return JSON.parse(gunzipSync(readFileSync(archive)).toString('utf8'));
}

function accept(): void {
  mkdirSync(join(ROOT, 'api'), { recursive: true });
  writeFileSync(BASELINE, JSON.stringify(stripped(currentAssembly()), undefined, 1) + '\n');
  console.log('api/baseline.jsii.json now holds the public API as compiled; commit it with the change that explains it');
}

function check(): void {
  if (!existsSync(BASELINE)) throw new Error('api/baseline.jsii.json is missing: `npm run api:accept` writes it');
  mkdirSync(SCRATCH, { recursive: true });
  const baseline = JSON.parse(readFileSync(BASELINE, 'utf8'));
  writeFileSync(join(SCRATCH, '.jsii'), JSON.stringify({ ...baseline, fingerprint: '*' }));
  writeFileSync(join(SCRATCH, 'package.json'), readFileSync(join(ROOT, 'package.json')));
  const jsiiDiff = require.resolve('jsii-diff/bin/jsii-diff');
  const diff = spawnSync(process.execPath, [jsiiDiff, SCRATCH, ROOT, '--error-on', 'all'], { stdio: 'inherit' });
  if (diff.status === 0) {
    console.log('the public API is compatible with api/baseline.jsii.json');
    return;
  }
  console.error('\nThe public API broke (above). If that is meant, run `npm run api:accept` and commit api/baseline.jsii.json with the change.');
  process.exitCode = 1;
}

if (require.main === module) {
  const action = { accept, check }[process.argv[2] ?? ''];
  if (!action) throw new Error('usage: npx tsx scripts/api.ts check | accept');
  action();
}
