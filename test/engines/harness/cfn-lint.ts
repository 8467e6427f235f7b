import { spawnSync } from 'node:child_process';

export interface LintFinding {
  readonly rule: string;
  readonly level: string;
  readonly message: string;
  readonly file: string;
  /** Where in the template, for example `Resources/WebGroup/Properties/GroupDescription`. */
  readonly path: string;
}

/** What cfn-lint finds in templates; empty when there is nothing to say. */
export function lintTemplates(files: readonly string[], options: { readonly ignore?: readonly string[] } = {}): LintFinding[] {
  const ignored = (options.ignore ?? []).flatMap((rule) => ['--ignore-checks', rule]);
  const args = ['--format', 'json', '--regions', 'us-east-1', ...ignored, '--template', ...files];
  const run = spawnSync('cfn-lint', args, { encoding: 'utf8', timeout: 300_000, maxBuffer: 64 << 20 });
  // Exit codes 2 to 14 mean findings; 1 and a signal mean that it did not run.
  if (run.status === null || run.status === 1) throw new Error(`cfn-lint failed: ${run.error ?? ''}${run.stderr}${run.stdout}`);
  const found: RawFinding[] = JSON.parse(run.stdout || '[]');
  return found.map((each) => ({
    rule: each.Rule.Id,
    level: each.Level,
    message: each.Message,
    file: each.Filename,
    path: (each.Location.Path ?? []).join('/'),
  }));
}

interface RawFinding {
  readonly Rule: { readonly Id: string };
  readonly Level: string;
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path?: readonly (string | number)[] };
}
