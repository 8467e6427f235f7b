import { Manifest, ManifestPolicy } from '../../compiler';
import { EnforcedArtifact, EnforcedWorkload } from '../../platforms/platform';
import { grouped } from '../../support/groups';
import { sortedBy } from '../../support/order';

/** A manifest and the directory that it was found in, relative to the directory read ('' for that one). */
export interface PlacedManifest {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** Part of an artifact that enforces one policy. */
export interface ArtifactPart {
  readonly platform: string;
  readonly path: string;
  readonly workloads: EnforcedWorkload[];
}

/** A policy with all artifact parts that enforce it. `policy` is absent where no manifest knows the id. */
export interface Pairing {
  readonly id: string;
  readonly policy?: ManifestPolicy;
  readonly parts: ArtifactPart[];
}

interface Placed {
  readonly policy: ManifestPolicy;
  readonly directories: string[];
  readonly parts: ArtifactPart[];
}

/**
 * Brings policies and artifacts together. Stages of one app may hold policies with the same id, each with a manifest of its
 * own: an artifact belongs to the nearest manifest at or above it. Equal policies in several directories are one policy.
 */
export function pair(manifests: readonly PlacedManifest[], artifacts: readonly EnforcedArtifact[]): Pairing[] {
  const placed = placedPolicies(manifests);
  const strangers = new Map<string, ArtifactPart[]>();
  for (const { platform, path, workloads } of artifacts) {
    for (const [id, part] of grouped(workloads, ({ policy }) => policy)) {
      const meant = nearest(placed.get(id) ?? [], path);
      if (meant) meant.parts.push({ platform, path, workloads: part });
      else strangers.set(id, [...strangers.get(id) ?? [], { platform, path, workloads: part }]);
    }
  }
  const pairings: Pairing[] = [...[...placed.values()].flat().map(({ policy, parts }) => ({ id: policy.id, policy, parts })),
    ...[...strangers].map(([id, parts]) => ({ id, parts }))];
  return sortedBy(pairings, ({ id, policy }) => JSON.stringify([id, policy?.path ?? '']));
}

/** By id, then by content: usually there is one of each. */
function placedPolicies(manifests: readonly PlacedManifest[]): Map<string, Placed[]> {
  const placed = new Map<string, Placed[]>();
  const byContent = new Map<string, Placed>();
  for (const { directory, manifest } of manifests) {
    for (const policy of manifest.policies) {
      const content = JSON.stringify(policy);
      const known = byContent.get(content);
      if (known) {
        known.directories.push(directory);
        continue;
      }
      const added: Placed = { policy, directories: [directory], parts: [] };
      byContent.set(content, added);
      placed.set(policy.id, [...placed.get(policy.id) ?? [], added]);
    }
  }
  return placed;
}

function nearest(candidates: readonly Placed[], path: string): Placed | undefined {
  const depths = candidates.map(({ directories }) => Math.max(...directories.map((directory) => depthAbove(directory, path))));
  const depth = Math.max(...depths);
  if (depth >= 0) return candidates[depths.indexOf(depth)];
  // The manifest of a policy may lie beside only some of its artifacts.
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** How deep the directory lies, if it is at or above the file; else -1. */
function depthAbove(directory: string, path: string): number {
  return directory === '' || path.startsWith(`${directory}/`) ? directory.length : -1;
}
