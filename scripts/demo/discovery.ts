/** The loop of `npm run demo` from flow logs to a policy and back: see, suggest, compile, replay, and catch a breach. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DAYS, inventory, writeBreach, writeRoutine } from './flow-logs';

type Verdict = readonly [text: string, fine: boolean];

const ROOT = join(__dirname, '..', '..');
const MICROSEG = join(ROOT, 'bin', 'microseg.js');

/** What stands around a suggestion to make an application of it: no cloud, and no framework. */
const MAIN = `import { linux } from 'cdk-microsegmentation';
import { RootConstruct } from 'constructs';
import { observedPolicy } from './observed-policy';

const site = new RootConstruct('Site');
const policy = observedPolicy(site);
const agents = new linux.LinuxHostAgents(site, 'Agents', { policy, management: [{ cidr: '10.0.7.0/24' }] });
for (const child of policy.node.children) {
  if ('managed' in child && child.managed) agents.protect(child as Parameters<typeof agents.protect>[0]);
}
agents.write(process.argv[2]);
`;

export interface Discovered {
  readonly verdicts: readonly Verdict[];
  /** Files worth a look. */
  readonly files: readonly string[];
}

/** @param out directory for everything that the loop makes */
export function discoveryLoop(out: string): Discovered {
  const path = (name: string) => join(out, name);
  mkdirSync(out, { recursive: true });
  writeFileSync(path('inventory.csv'), inventory());
  const records = writeRoutine(path('flows'));
  console.log(`wrote ${records.toLocaleString('en')} flow records of ${DAYS} days`);

  microseg(0, 'discover', path('flows'), '--inventory', path('inventory.csv'), '--output', path('map.json'));
  microseg(0, 'map', path('map.json'), '--output', path('map.html'));
  console.log(microseg(0, 'suggest', path('map.json'), '--output', path('observed-policy.ts')).stderr);
  console.log(excerpt(path('observed-policy.ts')));
  compile(out);

  const replay = (code: number, logs: string, ...more: string[]) => microseg(code, 'replay', path(logs), '--policy', path('hosts.out'), ...more);
  const clean = replay(0, 'flows');
  console.log(clean.stdout);
  writeBreach(path('breach'));
  const caught = replay(1, 'breach', '--output', path('replay.txt'));
  const report = readFileSync(path('replay.txt'), 'utf8');
  console.log(report);
  replay(1, 'breach', '--json', '--output', path('replay.json'));
  microseg(0, 'map', path('hosts.out'), '--replay', path('replay.json'), '--output', path('breach.html'));
  return {
    verdicts: [
      ['what is suggested from logs compiles, and blocks nothing of them', clean.status === 0 && /\n.* 0 would be blocked, 0 cannot be told\n/.test(clean.stdout)],
      ['a web server that reaches for the ledger is named', caught.status === 1 && /Web\s.*Ledger\s.*tcp\/5432/.test(report)],
    ],
    files: ['map.html', 'observed-policy.ts', 'replay.txt', 'breach.html'].map(path),
  };
}

/** Compiles the suggestion as strictly as can be, and writes the host bundles and the manifest of its policy. */
function compile(out: string): void {
  writeFileSync(join(out, 'main.ts'), MAIN);
  const options = '--ignoreConfig --strict --noUnusedLocals --target es2022 --module nodenext --moduleResolution nodenext --skipLibCheck --types node';
  const places = ['--rootDir', out, '--outDir', join(out, 'build'), join(out, 'main.ts')];
  run(0, require.resolve('typescript/bin/tsc'), ...options.split(' '), ...places);
  run(0, join(out, 'build', 'main.js'), join(out, 'hosts.out'));
}

function excerpt(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const shown = lines.slice(0, 24).map((line) => `  ${line}`);
  return [`${relative(process.cwd(), file)}:`, ...shown, `  … ${lines.length - shown.length} more lines`, ''].join('\n');
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function microseg(code: number, ...args: string[]): Ran {
  console.log(`$ microseg ${args.map((arg) => (arg.startsWith('/') ? relative(ROOT, arg) : arg)).join(' ')}`);
  return run(code, MICROSEG, ...args);
}

function run(code: number, program: string, ...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  if (status !== code) console.log(`NOT AS EXPECTED (exit ${status}):\n${stdout}${stderr}`);
  return { status, stdout, stderr };
}
