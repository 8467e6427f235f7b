import { EnforcementPointEntry, ManifestEntry, manifestOf, writeManifest } from '../../compiler';
import { manifestScope } from '../../platforms/aws/monitor';
import { compareText } from '../../support/order';
import { renderedIn } from './deploy-time-values';
import type { EnforcementPoint } from './enforcement-point';
import { monitorScopePeers } from './monitor-scope';
import { pointsOf } from './registry';

/** Name of the platform in manifests and reports. */
const PLATFORM = 'aws';

/**
 * Writes the policies that the enforcement points of one stack enforce. A policy that is enforced in several stacks is
 * written alike next to each of them.
 */
export function writeManifestOf(points: readonly EnforcementPoint[], directory: string): void {
  const policies = [...new Set(points.map(({ policy }) => policy))];
  writeManifest(directory, manifestOf(policies.map((policy) => entryOf(pointsOf(policy)))));
}

function entryOf(points: readonly EnforcementPoint[]): ManifestEntry {
  const { policy, invariants } = points[0].enforcement;
  return { policy, invariants, enforcementPoints: points.map(enforcementPointOf), rendered: renderedForms(points) };
}

function enforcementPointOf(point: EnforcementPoint): EnforcementPointEntry {
  const { monitorScope = [], monitorScopeIpv6 = [] } = point.props;
  return {
    platform: PLATFORM,
    path: point.path,
    monitorScope: manifestScope(monitorScopePeers(point.path, monitorScope, monitorScopeIpv6)),
    // A Terraform app gives the ranges itself, and nobody knows whether there are others.
    wholeNetwork: false,
    workloads: [...point.protects.keys()].sort(compareText),
  };
}

/**
 * How opaque values stand in the configurations: the same value reads differently in each stack. It is looked up only
 * where a rule uses it, because the same text in another stack may be something else.
 */
function renderedForms(points: readonly EnforcementPoint[]): Map<string, string[]> {
  const forms = new Map<string, Set<string>>();
  for (const point of points) {
    for (const [key, value] of opaqueUses(point)) {
      if (!forms.has(key)) forms.set(key, new Set());
      forms.get(key)!.add(renderedIn(point.family, value));
    }
  }
  return new Map([...forms].map(([key, texts]) => [key, [...texts].sort(compareText)]));
}

/** Peer key to value, each once. */
function opaqueUses(point: EnforcementPoint): Map<string, string> {
  const uses = new Map<string, string>();
  for (const { rules } of point.enforcement.plan.groups) {
    for (const { peer } of rules) {
      if (peer.kind === 'token' || peer.kind === 'prefixList') uses.set(`${peer.kind}:${peer.name}`, peer.value);
      if (peer.kind === 'foreignGroup') uses.set(`group:${peer.workload}`, point.foreignGroups[peer.workload]);
    }
  }
  return uses;
}
