import { join } from 'path';
import { writeWhole } from '../support/files';
import { compareText, sortedBy } from '../support/order';
import { CompiledPolicy } from './compiled-policy';
import { Manifest, ManifestEnforcementPoint, ManifestInvariant, ManifestOpaquePeer, ManifestPolicy } from './manifest-types';

/** Name of the manifest, next to the synthesized output. */
export const MANIFEST_FILE = 'segmentation.json';

/** A compiled policy with what the enforcement points know of it. */
export interface ManifestEntry {
  readonly policy: CompiledPolicy;
  readonly invariants: readonly ManifestInvariant[];
  readonly enforcementPoints: readonly EnforcementPointEntry[];
  /** How each opaque value stands in the artifacts, by kind and name (`token:office`, `prefixList:s3`, `address:Ledger`). */
  readonly rendered: ReadonlyMap<string, readonly string[]>;
}

export interface EnforcementPointEntry extends ManifestEnforcementPoint {
  /** Ids of the workloads that it protects. */
  readonly workloads: readonly string[];
}

export function manifestOf(entries: readonly ManifestEntry[]): Manifest {
  return { schemaVersion: 1, generator: generator(), policies: sortedBy(entries.map(policyOf), (policy) => policy.id) };
}

/** Writes the manifest whole or not at all. */
export function writeManifest(directory: string, manifest: Manifest): void {
  writeWhole(join(directory, MANIFEST_FILE), serializeManifest(manifest));
}

/** The manifest as text; equal manifests give equal text. */
export function serializeManifest(manifest: Manifest): string {
  return JSON.stringify(manifest, undefined, 2) + '\n';
}

function policyOf({ policy, invariants, enforcementPoints, rendered }: ManifestEntry): ManifestPolicy {
  const points = sortedBy(enforcementPoints, (point) => `${point.platform} ${point.path}`);
  const protectedBy = points.map((point) => new Set(point.workloads));
  return {
    id: policy.id,
    path: policy.path,
    mode: policy.mode,
    source: policy.source,
    workloads: policy.workloads.map(({ id, path, labels, services, addresses, mode, criticality, managed, source }) => ({
      id,
      path,
      labels: sortedLabels(labels),
      services,
      addresses: addresses.cidrs(),
      mode,
      criticality,
      managed,
      enforcementPoints: points.filter((_, index) => protectedBy[index].has(id)).map(({ platform, path: at }) => ({ platform, path: at })),
      source,
    })),
    segments: policy.segments.map(({ id, members, source }) => ({ id, members, source })),
    flows: policy.flows,
    invariants: sortedBy(invariants, (invariant) => invariant.id),
    enforcementPoints: points.map(({ workloads, ...point }) => point),
    opaquePeers: opaquePeersOf(policy, rendered),
    ...(policy.acknowledgements.length > 0 && { acknowledgements: policy.acknowledgements }),
  };
}

/** Those of the policy, and those that only an enforcement point knows (a network's range that is a token). */
function opaquePeersOf(policy: CompiledPolicy, rendered: ManifestEntry['rendered']): ManifestOpaquePeer[] {
  const families = new Map(policy.opaquePeers.map(({ kind, name, family }) => [`${kind}:${name}`, family]));
  const keys = new Set([...families.keys(), ...rendered.keys()]);
  return [...keys].sort(compareText).map((key) => {
    const colon = key.indexOf(':');
    return {
      kind: key.slice(0, colon) as ManifestOpaquePeer['kind'],
      name: key.slice(colon + 1),
      family: families.get(key),
      rendered: [...new Set(rendered.get(key))].sort(compareText),
    };
  });
}

function sortedLabels(labels: { readonly [key: string]: string }): { [key: string]: string } {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => compareText(a, b)));
}

function generator(): Manifest['generator'] {
  // The package file stands above lib/ and above build/ alike.
  const { name, version } = require('../../package.json') as { name: string; version: string };
  return { name, version };
}
