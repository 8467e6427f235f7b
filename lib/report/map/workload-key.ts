import { ManifestPolicy } from '../../compiler';

/** Key of a workload among the nodes of a map: ids are unique in their policy only. */
export function workloadKey({ path }: ManifestPolicy, id: string): string {
  return JSON.stringify([path, id]);
}
