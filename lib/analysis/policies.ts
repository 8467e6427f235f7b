import { ManifestPolicy } from '../compiler';
import { fail } from '../support/errors';
import { sortedBy } from '../support/order';
import { ManifestGraph } from './policy-graph';
import { PlacedManifest } from './verify';

/** A policy and the directory of the manifest that it was found in. */
export interface PlacedPolicy {
  readonly directory: string;
  readonly policy: ManifestPolicy;
}

/** The policies of several manifests, sorted by id. The same policy may lie beside each of its stacks: it counts once. */
export function placedPoliciesOf(manifests: readonly PlacedManifest[]): PlacedPolicy[] {
  const byContent = new Map<string, PlacedPolicy>();
  for (const { directory, manifest } of manifests) {
    for (const policy of manifest.policies) {
      const content = JSON.stringify(policy);
      if (!byContent.has(content)) byContent.set(content, { directory, policy });
    }
  }
  return sortedBy(byContent.values(), ({ policy: { id, path } }) => JSON.stringify([id, path]));
}

/** The same without their places. */
export function policiesOf(manifests: readonly PlacedManifest[]): ManifestPolicy[] {
  return placedPoliciesOf(manifests).map(({ policy }) => policy);
}

/** A workload and the policy that it is in. */
export interface FoundWorkload {
  readonly graph: ManifestGraph;
  readonly id: string;
  readonly path: string;
}

/**
 * Workloads that somebody may mean: by id, by `policy/id`, or by construct path.
 *
 * @throws MSEG5001 if none is meant, MSEG5002 if several policies have one
 */
export function findWorkload(graphs: readonly ManifestGraph[], name: string): FoundWorkload {
  const found = workloadsNamed(graphs, name);
  if (found.length === 0) fail('MSEG5001', name, 'no policy has a workload of this id or construct path');
  if (found.length > 1) {
    fail('MSEG5002', name, `it is a workload of ${found.map(({ graph }) => graph.path).join(' and of ')}`);
  }
  return found[0];
}

export function workloadsNamed(graphs: readonly ManifestGraph[], name: string): FoundWorkload[] {
  return graphs.flatMap((graph) => graph.workloads
    .filter(({ id, path }) => name === id || name === path || name === `${graph.id}/${id}`)
    .map(({ id, path }) => ({ graph, id, path })));
}
