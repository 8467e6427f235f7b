import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
/** Exit status of the measured attack where it cannot be one. */
export const NOT_MEASURED = 3;
const MICROSEG = join(ROOT, 'bin', 'microseg.js');

/** An example application: a program that synthesizes into the directory that its framework's environment variable names. */
export interface Example {
  readonly name: string;
  readonly program: string;
  readonly outdirVariable: string;
}

/** One policy, deployed by AWS CDK and by Terraform. */

export const PAYMENTS: readonly Example[] = [
  { name: 'payments-aws-cdk', program: 'examples/payments-aws-cdk/app.ts', outdirVariable: 'CDK_OUTDIR' },
  { name: 'payments-cdktf', program: 'examples/payments-cdktf/main.ts', outdirVariable: 'CDKTF_OUTDIR' },
];

/** One policy over several clouds. */
export const HYBRID: Example = { name: 'hybrid-cdktf', program: 'examples/hybrid-cdktf/main.ts', outdirVariable: 'CDKTF_OUTDIR' };

/** Runs the example as its framework's command line would. */
export function synthesize({ name, program, outdirVariable }: Example, outdir: string): void {
  console.log(`synthesizing ${name} …`);
  run(process.execPath, [require.resolve('tsx/cli'), join(ROOT, program)], { [outdirVariable]: outdir });
}

/** Runs `microseg verify`. @returns whether it found the artifacts to be as declared */
export function verifies(directory: string): boolean {
  const { status } = spawnSync(process.execPath, [MICROSEG, 'verify', directory], { stdio: 'inherit' });
  return status === 0;
}

/** What `microseg blast-radius` says of all workloads together: its first lines. */
export function reach(directory: string): string {
  const { stdout } = spawnSync(process.execPath, [MICROSEG, 'blast-radius', directory], { encoding: 'utf8' });
  return stdout.split('\n\n')[0];
}

/** Draws the dependency map beside the artifacts. @returns the file */
export function draw(directory: string): string {
  const file = join(directory, 'map.html');
  run(process.execPath, [MICROSEG, 'map', directory, '-o', file], {});
  return file;
}

/** Lets a worm loose in network namespaces; where there may be none, its reach is computed only. */
export function attackVerdict(): readonly [text: string, fine: boolean] {
  const args = [require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'test/tsconfig.json'), join(__dirname, 'measured-attack.ts')];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status === NOT_MEASURED) return ['what a worm reaches is computed: THIS MACHINE COULD NOT MEASURE IT', true];
  return ['a worm, measured, reaches what is computed and no more', status === 0];
}

function run(command: string, args: readonly string[], environment: { [name: string]: string }): void {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT, encoding: 'utf8', env: { ...process.env, JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1', ...environment },
  });
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`);
}
