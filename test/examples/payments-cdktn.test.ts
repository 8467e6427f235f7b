import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../../examples/payments-cdktf/main';
import { soundPolicyOf, temporaryDirectory } from './examples';

const ROOT = join(__dirname, '../..');
/** Loaded before the program, which is run as it is. */
const HOOKS = [join(__dirname, 'as-terrain.cjs'), require.resolve('tsx/cjs')];

type Resources = { readonly [type: string]: object };

describe('GIVEN the payments application, whose source says CDK for Terraform', () => {
  const directory = temporaryDirectory();

  function synthesizeWithTerrain(outdir: string): void {
    const args = [...HOOKS.flatMap((hook) => ['--require', hook]), join(ROOT, 'examples/payments-cdktf/main.ts')];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT, encoding: 'utf8', env: { ...process.env, CDKTF_OUTDIR: outdir, TSX_TSCONFIG_PATH: join(ROOT, 'test/tsconfig.json') },
    });
    expect([status, stderr.replace(/.*(warn|Warning).*\n/g, '')]).toEqual([0, expect.not.stringContaining('rror')]);
  }

  function resourcesOf(outdir: string): Resources {
    return (JSON.parse(readFileSync(join(outdir, 'stacks/Network/cdk.tf.json'), 'utf8')) as { resource: Resources }).resource;
  }

  test('WHEN it is run with CDK Terrain in its place THEN the policy is enforced alike', () => {
    const [terrain, terraform] = ['terrain', 'terraform'].map((name) => join(directory, name));
    synthesizeWithTerrain(terrain);
    buildApp({ outdir: terraform }).app.synth();

    expect(soundPolicyOf(terrain)).toEqual(soundPolicyOf(terraform));
    for (const type of ['aws_security_group', 'aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule']) {
      expect(resourcesOf(terrain)[type]).toEqual(resourcesOf(terraform)[type]);
    }
  });
});
