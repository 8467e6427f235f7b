import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { soundPolicyOf, temporaryDirectory } from './examples';

const ROOT = join(__dirname, '../..');
const HOOKS = [join(__dirname, 'as-terrain.cjs'), require.resolve('tsx/cjs')];

type Resources = { readonly [type: string]: object };

describe('GIVEN the payments application, whose source says CDK for Terraform', () => {
  const directory = temporaryDirectory();

  /** Runs the program as it is; `hooks` are loaded before it. */
  function synthesize(name: string, hooks: readonly string[]): string {
    const outdir = join(directory, name);
    const args = [...hooks.flatMap((hook) => ['--require', hook]), join(ROOT, 'examples/payments-cdktf/main.ts')];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT, encoding: 'utf8', env: { ...process.env, CDKTF_OUTDIR: outdir, TSX_TSCONFIG_PATH: join(ROOT, 'test/tsconfig.json') },
    });
    expect([status, stderr.replace(/.*(warn|Warning).*\n/g, '')]).toEqual([0, expect.not.stringContaining('rror')]);
    return outdir;
  }

  function resourcesOf(outdir: string): Resources {
    return (JSON.parse(readFileSync(join(outdir, 'stacks/Network/cdk.tf.json'), 'utf8')) as { resource: Resources }).resource;
  }

  test('WHEN it is run with CDK Terrain in its place THEN the policy is enforced alike', () => {
    const terrain = synthesize('terrain', HOOKS);
    const terraform = synthesize('terraform', HOOKS.slice(1));

    expect(soundPolicyOf(terrain)).toEqual(soundPolicyOf(terraform));
    for (const type of ['aws_security_group', 'aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule']) {
      expect(resourcesOf(terrain)[type]).toEqual(resourcesOf(terraform)[type]);
    }
  });
});
