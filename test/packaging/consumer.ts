import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
/** Older than the compiler we build with, because users' are. */
const TYPESCRIPT = '~5.9.0';

export interface Ran {
  readonly status: number | null;
  /** Both streams, for messages. */
  readonly text: string;
  readonly stdout: string;
}

function run(cwd: string, command: string, ...args: string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20, shell: process.platform === 'win32' });
  if (error) throw error;
  return { status, stdout, text: stdout + stderr };
}

function succeed(ran: Ran): string {
  if (ran.status !== 0) throw new Error(ran.text);
  return ran.stdout;
}

/** The package as `npm publish` would send it; returns the path of the tarball. */
export function pack(destination: string): string {
  if (!existsSync(join(ROOT, 'build', 'index.js'))) throw new Error('not compiled: run `npm run compile` first');
  const [{ filename }] = JSON.parse(succeed(run(ROOT, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', destination)));
  return join(destination, filename);
}

/** A user's project in a folder of its own, outside this tree so that nothing of ours can be found by accident. */
export class Consumer {
  public readonly dir = mkdtempSync(join(tmpdir(), 'microseg-consumer-'));

  /** Installs the tarball beside the named packages, in the versions that we develop against. */
  public constructor(tarball: string, sources: string, packages: string[]) {
    const ours = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies;
    const dependencies = Object.fromEntries(packages.map((name) => [name, ours[name]]));
    writeFileSync(join(this.dir, 'package.json'), JSON.stringify({
      name: 'consumer', version: '1.0.0', private: true,
      dependencies: { ...dependencies, '@types/node': ours['@types/node'], 'typescript': TYPESCRIPT, 'cdk-microsegmentation': `file:${tarball}` },
    }));
    cpSync(sources, this.dir, { recursive: true });
    succeed(run(this.dir, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund'));
  }

  /** Type-checks app.ts; returns the compiler's complaints. */
  public typecheck(...options: string[]): string {
    return this.bin('tsc', '--noEmit', '--strict', '--target', 'es2022', ...options, 'app.ts').stdout;
  }

  /** Compiles app.ts to CommonJS and esm.mts to an ES module. */
  public compile(): void {
    succeed(this.bin('tsc', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', 'app.ts', 'esm.mts'));
  }

  public node(...args: string[]): string {
    return succeed(run(this.dir, process.execPath, ...args));
  }

  public bin(name: string, ...args: string[]): Ran {
    return run(this.dir, 'npx', '--no-install', name, ...args);
  }

  public resolves(name: string): boolean {
    return run(this.dir, process.execPath, '-e', `require.resolve('${name}/package.json')`).status === 0;
  }

  public remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
