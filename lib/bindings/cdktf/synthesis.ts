import { mkdirSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { overlappingSites } from '../../analysis/sites';
import { problemText, SegmentationError } from '../../support/errors';
import type { EnforcementPoint } from './enforcement-point';
import { writeManifestOf } from './manifest-file';
import { pointsBeside, pointsOf } from './registry';
import { warningsOf } from './warnings';

/** Judges the enforcement point when its app is synthesized, and writes what it enforces next to the configuration. */
export function hookIntoSynthesis(point: EnforcementPoint): void {
  point.construct.node.addValidation({ validate: () => problemsOf(point) });
  point.construct.node.root.node.addValidation({ validate: () => changesSince(point) });
  point.family.onSynthesize(point.construct, {
    onSynthesize: ({ outdir, manifest }) => {
      point.written = point.revision;
      warn(point);
      const points = pointsBeside(point);
      if (points[0] === point) writeFiles(points, join(outdir, manifest.forStack(point.family.stack).workingDirectory));
    },
  });
}

/** Bundles of hosts, for {@link EnforcementPoint.files}. */
export const HOSTS_FOLDER = 'linux-hosts';

/** Whoever verifies the directory reads every bundle in it: those of an earlier synthesis must be gone. */
function writeFiles(points: readonly EnforcementPoint[], directory: string): void {
  rmSync(join(directory, HOSTS_FOLDER), { recursive: true, force: true });
  for (const { path, content } of points.flatMap(({ files }) => files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  writeManifestOf(points, directory);
}

function problemsOf(point: EnforcementPoint): string[] {
  try {
    const { policy } = point.enforcement;
    return overlappingSites(policy, point.site, pointsOf(point.policy).map(({ site }) => site)).map(problemText);
  } catch (error) {
    if (error instanceof SegmentationError) return error.problems.map(problemText);
    throw error;
  }
}

/** Stacks are written one after the other: what an aspect of a later stack adds, an earlier stack does not have. */
function changesSince(point: EnforcementPoint): string[] {
  if (point.written === undefined || point.written === point.revision) return [];
  const message = `${point.path} was already synthesized when something was declared`;
  return [problemText({ code: 'MSEG3013', where: point.policy.node.path, message })];
}

function warn(point: EnforcementPoint): void {
  const annotations = point.family.core.Annotations.of(point.construct);
  for (const problem of warningsOf(point)) annotations.addWarning(problemText(problem));
}
