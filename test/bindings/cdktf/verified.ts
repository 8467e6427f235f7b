import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VerifiedFlow, verifyPlaced } from '../../../lib/analysis/verify';
import { readArtifacts, readManifests } from '../../../lib/cli/input';
import { Json, TestApp } from './frameworks';

/** What a synthesized app admits too much and too little; `found` are the platforms whose artifacts hold workloads. */
export interface Deviations {
  readonly found: string[];
  readonly excess: VerifiedFlow[];
  readonly missing: VerifiedFlow[];
}

/** Judges the app as `microseg verify` does. */
export function deviationsOf({ app: { outdir } }: TestApp): Deviations {
  const { ok, policies } = verifyPlaced(readManifests(outdir), readArtifacts(outdir));
  const artifacts = policies.flatMap((policy) => policy.artifacts);
  const [excess, missing] = [artifacts.flatMap((each) => each.excess), artifacts.flatMap((each) => each.missing)];
  expect(ok).toBe(excess.length + missing.length === 0);
  return { found: [...new Set(artifacts.map(({ platform }) => platform))].sort(), excess, missing };
}

/** Changes a synthesized configuration where it stands. */
export function rewriteConfiguration({ app: { outdir } }: TestApp, stack: string, change: (configuration: Json) => void): void {
  const file = join(outdir, 'stacks', stack, 'cdk.tf.json');
  const configuration = JSON.parse(readFileSync(file, 'utf8'));
  change(configuration);
  writeFileSync(file, JSON.stringify(configuration));
}
