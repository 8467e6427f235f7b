import { readFileSync } from 'fs';
import { basename, dirname } from 'path';
import { artifactsBelow, manifestsBelow } from '../analysis/artifacts';
import { PlacedPolicy, placedPoliciesOf } from '../analysis/policies';
import { graphOf, ManifestGraph } from '../analysis/policy-graph';
import { PlacedManifest } from '../analysis/verify';
import { MANIFEST_FILE, ManifestPolicy } from '../compiler';
import { readManifest } from '../compiler/manifest-read';
import { AWS_CAPABILITIES } from '../platforms/aws/capabilities';
import { AZURE_CAPABILITIES } from '../platforms/azure/capabilities';
import { PlatformCapabilities } from '../platforms/capability';
import { GOOGLE_CAPABILITIES } from '../platforms/gcp/capabilities';
import { LINUX_CAPABILITIES } from '../platforms/linux/capabilities';
import { readLive } from '../platforms/linux/read';
import { EnforcedArtifact } from '../platforms/platform';
import { fail } from '../support/errors';
import { entryAt } from '../support/files';

/** What each platform can say. */
export const CAPABILITIES: readonly PlatformCapabilities[] = [
  AWS_CAPABILITIES, AZURE_CAPABILITIES, GOOGLE_CAPABILITIES, LINUX_CAPABILITIES,
];

/** All manifests at or below the directory. @throws MSEG8001 if there is none, or one cannot be read */
export function readManifests(directory: string): PlacedManifest[] {
  const manifests = manifestsBelow(directory);
  return manifests.length > 0 ? manifests : fail('MSEG8001', directory, `it holds no ${MANIFEST_FILE}`);
}

/** A policy and the manifest that it was read from, relative to the directory that was named. */
export interface ReadGraph {
  readonly graph: ManifestGraph;
  readonly file: string;
}

/** The policies of a manifest, or of all manifests at or below a directory, each once. @throws MSEG8001 as readManifests does */
export function readGraphs(path: string): ManifestGraph[] {
  return readPlacedGraphs(path).map(({ graph }) => graph);
}

/** The same, with the file of each. */
export function readPlacedGraphs(path: string): ReadGraph[] {
  const name = isFile(path) ? basename(path) : MANIFEST_FILE;
  return placedPolicies(path).map(({ directory, policy }) => (
    { graph: graphOf(policy), file: directory === '' ? name : `${directory}/${name}` }));
}

/** The same policies as they stand in the manifests. @throws MSEG8001 as readManifests does */
export function readPolicies(path: string): ManifestPolicy[] {
  return placedPolicies(path).map(({ policy }) => policy);
}

function placedPolicies(path: string): PlacedPolicy[] {
  const manifests = isFile(path) ? [{ directory: '', manifest: readManifest(dirname(path), basename(path)) }] : readManifests(path);
  return placedPoliciesOf(manifests);
}

function isFile(path: string): boolean {
  return entryAt(path)?.isFile() ?? false;
}

/** All artifacts at or below the directory. @throws MSEG8002, MSEG8004 for unreadable ones, MSEG8003 if there is none */
export function readArtifacts(directory: string): EnforcedArtifact[] {
  const artifacts = artifactsBelow(directory);
  return artifacts.length > 0 ? artifacts : fail('MSEG8003', directory, 'it holds no templates, no cdk.tf.json files and no rules.nft');
}

/** What a running host enforces: the output of \`nft -j list ruleset\` there. @throws MSEG8002, MSEG8003, MSEG8004 */
export function readLiveRuleSet(file: string): EnforcedArtifact {
  if (!isFile(file)) fail('MSEG8002', file, 'there is no such file');
  const live = readLive(file, readFileSync(file, 'utf8'));
  return live.workloads.length > 0 ? live : fail('MSEG8003', file, 'it holds no table of a workload: nothing is enforced there');
}
