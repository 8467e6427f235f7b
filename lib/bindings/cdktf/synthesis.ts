import { join } from 'path';
import { problemText, SegmentationError } from '../../support/errors';
import { writeManifestOf } from './manifest-file';
import { pointsBeside } from './registry';
import type { SecurityGroups } from './security-groups';
import { warningsOf } from './warnings';

/** Judges the enforcement point when its app is synthesized, and writes what it enforces next to the configuration. */
export function hookIntoSynthesis(point: SecurityGroups): void {
  point.node.addValidation({ validate: () => problemsOf(point) });
  point.node.root.node.addValidation({ validate: () => changesSince(point) });
  point._family.onSynthesize(point, {
    onSynthesize: ({ outdir, manifest }) => {
      point._written = point._revision;
      warn(point);
      const points = pointsBeside(point);
      if (points[0] === point) writeManifestOf(points, join(outdir, manifest.forStack(point._family.stack).workingDirectory));
    },
  });
}

function problemsOf(point: SecurityGroups): string[] {
  try {
    point._enforcement();
    return [];
  } catch (error) {
    if (error instanceof SegmentationError) return error.problems.map(problemText);
    throw error;
  }
}

/** Stacks are written one after the other: what an aspect of a later stack adds, an earlier stack does not have. */
function changesSince(point: SecurityGroups): string[] {
  if (point._written === undefined || point._written === point._revision) return [];
  const message = `${point.node.path} was already synthesized when something was declared`;
  return [problemText({ code: 'MSEG3013', where: point.policy.node.path, message })];
}

function warn(point: SecurityGroups): void {
  const annotations = point._family.core.Annotations.of(point);
  for (const problem of warningsOf(point)) annotations.addWarning(problemText(problem));
}
