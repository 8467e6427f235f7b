import { ManifestEntry, manifestOf, writeManifest } from '../../compiler';
import { SegmentationPolicy } from '../../model/policy';
import { compareText } from '../../support/order';
import { Enforced, EnforcementPoint } from './registry';

/** Writes what these enforcement points enforce, all policies in one file. */
export function writeManifestOf(points: readonly EnforcementPoint[], directory: string): void {
  const byPolicy = new Map<SegmentationPolicy, Enforced[]>();
  for (const { policy, _enforced: enforced } of points) {
    if (enforced) byPolicy.set(policy, [...(byPolicy.get(policy) ?? []), enforced]);
  }
  writeManifest(directory, manifestOf([...byPolicy.values()].map(entryOf)));
}

function entryOf(points: readonly Enforced[]): ManifestEntry {
  const [{ compiled, invariants }] = points;
  return { policy: compiled, invariants, enforcementPoints: points.map(({ entry }) => entry), rendered: rendered(points) };
}

/**
 * How opaque values stand in the templates. The same value stands differently in each stack: as it is, as an import, as a
 * parameter of a nested stack. It is looked up only where a rule uses it: elsewhere the same text may be something else.
 */
function rendered(points: readonly Enforced[]): Map<string, string[]> {
  const forms = new Map<string, Set<string>>();
  for (const [key, text] of points.flatMap(({ opaqueUses }) => opaqueUses)) {
    if (!forms.has(key)) forms.set(key, new Set());
    forms.get(key)!.add(text);
  }
  return new Map([...forms].map(([key, texts]) => [key, [...texts].sort(compareText)]));
}
