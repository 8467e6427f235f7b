import { Stack } from 'aws-cdk-lib';
import { EnforcementPointEntry, ManifestEntry, manifestOf, writeManifest } from '../../compiler';
import { SegmentationPolicy } from '../../model/policy';
import { manifestScope } from '../../platforms/network-range';
import type { SecurityGroups } from './security-groups';

/** Name of the platform in manifests and reports. */
const PLATFORM = 'aws';

/** Writes what these enforcement points enforce, all policies in one file. */
export function writeManifestOf(points: readonly SecurityGroups[], directory: string): void {
  const deployed = points.filter((point) => point._deployment !== undefined);
  const byPolicy = new Map<SegmentationPolicy, SecurityGroups[]>();
  for (const point of deployed) byPolicy.set(point.policy, [...(byPolicy.get(point.policy) ?? []), point]);
  writeManifest(directory, manifestOf([...byPolicy.values()].map(entryOf)));
}

function entryOf(points: SecurityGroups[]): ManifestEntry {
  const { compiled, invariants } = points[0]._deployment!;
  return { policy: compiled, invariants, enforcementPoints: points.map(enforcementPointOf), rendered: rendered(points) };
}

function enforcementPointOf(point: SecurityGroups): EnforcementPointEntry {
  const { monitorScope } = point._deployment!;
  return {
    platform: PLATFORM,
    path: point.node.path,
    monitorScope: manifestScope(monitorScope),
    wholeNetwork: point._props.monitorScope === undefined,
    workloads: [...point._protected.keys()],
  };
}

/**
 * How opaque values stand in the templates. The same value stands differently in each stack: as it is, as an import, as a
 * parameter of a nested stack. It is looked up only where a rule uses it: elsewhere the same text may be something else.
 */
function rendered(points: readonly SecurityGroups[]): Map<string, string[]> {
  const forms = new Map<string, Set<string>>();
  for (const point of points) {
    for (const { peer, scope } of point._deployment!.resources.opaqueUses(point._deployment!.parts)) {
      const key = peer.kind === 'foreignGroup' ? `group:${peer.workload}` : `${peer.kind}:${peer.name}`;
      if (!forms.has(key)) forms.set(key, new Set());
      forms.get(key)!.add(textOf(Stack.of(scope).resolve(peer.value)));
    }
  }
  return new Map([...forms].map(([key, texts]) => [key, [...texts].sort()]));
}

/** A string as it is, an intrinsic as compact JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
