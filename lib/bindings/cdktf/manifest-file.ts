import { ManifestEntry, manifestOf, writeManifest } from '../../compiler';
import { compareText } from '../../support/order';
import { renderedIn } from './deploy-time-values';
import type { EnforcementPoint } from './enforcement-point';
import { pointsOf } from './registry';

/**
 * Writes the policies that the enforcement points of one stack enforce. A policy that is enforced in several stacks, on
 * whatever platforms, is written alike next to each of them.
 */
export function writeManifestOf(points: readonly EnforcementPoint[], directory: string): void {
  const policies = [...new Set(points.map(({ policy }) => policy))];
  writeManifest(directory, manifestOf(policies.map((policy) => entryOf(pointsOf(policy)))));
}

function entryOf(points: readonly EnforcementPoint[]): ManifestEntry {
  const { policy, invariants } = points[0].enforcement;
  return { policy, invariants, enforcementPoints: points.map(({ manifestEntry }) => manifestEntry), rendered: renderedForms(points) };
}

/**
 * How opaque values stand in the configurations: the same value reads differently in each stack. It is looked up only
 * where a rule uses it, because the same text in another stack may be something else.
 */
function renderedForms(points: readonly EnforcementPoint[]): Map<string, string[]> {
  const forms = new Map<string, Set<string>>();
  for (const point of points) {
    for (const [key, value] of point.opaqueUses) {
      if (!forms.has(key)) forms.set(key, new Set());
      forms.get(key)!.add(renderedIn(point.family, value));
    }
  }
  return new Map([...forms].map(([key, texts]) => [key, [...texts].sort(compareText)]));
}
