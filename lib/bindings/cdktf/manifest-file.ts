import { EnforcementPointEntry, ManifestEntry, manifestOf, ManifestPeer, writeManifest } from '../../compiler';
import { RulePeer } from '../../platforms/aws/plan-types';
import { compareText, sortedBy } from '../../support/order';
import { renderedIn } from './deploy-time-values';
import { monitorScopePeers } from './monitor-scope';
import { pointsOf } from './registry';
import type { SecurityGroups } from './security-groups';

/** Name of the platform in manifests and reports. */
const PLATFORM = 'aws';

/**
 * Writes the policies that the enforcement points of one stack enforce. A policy that is enforced in several stacks is
 * written alike next to each of them.
 */
export function writeManifestOf(points: readonly SecurityGroups[], directory: string): void {
  const policies = [...new Set(points.map(({ policy }) => policy))];
  writeManifest(directory, manifestOf(policies.map((policy) => entryOf(pointsOf(policy)))));
}

function entryOf(points: readonly SecurityGroups[]): ManifestEntry {
  const { policy, invariants } = points[0]._enforcement();
  return { policy, invariants, enforcementPoints: points.map(enforcementPointOf), rendered: renderedForms(points) };
}

function enforcementPointOf(point: SecurityGroups): EnforcementPointEntry {
  const { monitorScope = [], monitorScopeIpv6 = [] } = point._props;
  const peers = monitorScopePeers(point.node.path, monitorScope, monitorScopeIpv6).map(manifestPeer);
  return {
    platform: PLATFORM,
    path: point.node.path,
    monitorScope: sortedBy(peers, (peer) => JSON.stringify(peer)),
    workloads: [...point._protected.keys()].sort(compareText),
  };
}

function manifestPeer(peer: RulePeer): ManifestPeer {
  switch (peer.kind) {
    case 'cidrIpv4':
    case 'cidrIpv6': return { cidr: peer.cidr };
    case 'token': return { token: peer.name };
    default: throw new Error(`a monitor scope of kind ${peer.kind}`);
  }
}

/**
 * How opaque values stand in the configurations: the same value reads differently in each stack. It is looked up only
 * where a rule uses it, because the same text in another stack may be something else.
 */
function renderedForms(points: readonly SecurityGroups[]): Map<string, string[]> {
  const forms = new Map<string, Set<string>>();
  for (const point of points) {
    for (const [key, value] of opaqueUses(point)) {
      if (!forms.has(key)) forms.set(key, new Set());
      forms.get(key)!.add(renderedIn(point._family, value));
    }
  }
  return new Map([...forms].map(([key, texts]) => [key, [...texts].sort(compareText)]));
}

/** Peer key to value, each once. */
function opaqueUses(point: SecurityGroups): Map<string, string> {
  const uses = new Map<string, string>();
  for (const { rules } of point._enforcement().plan.groups) {
    for (const { peer } of rules) {
      if (peer.kind === 'token' || peer.kind === 'prefixList') uses.set(`${peer.kind}:${peer.name}`, peer.value);
      if (peer.kind === 'foreignGroup') uses.set(`group:${peer.workload}`, point._foreignGroups[peer.workload]);
    }
  }
  return uses;
}
