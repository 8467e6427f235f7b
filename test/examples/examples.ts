import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { PaymentsPolicy } from '../../examples/payments/policy';
import { verifyPlaced } from '../../lib/analysis/verify';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { ManifestPolicy } from '../../lib/compiler';
import { Peer } from '../../lib/model';

const SCHEMA = JSON.parse(readFileSync(join(__dirname, '../../schema/segmentation.schema.json'), 'utf8')) as object;

/** A directory for this test file, removed after its tests. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-example-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The policy in the output of an example, after everything about the output that must hold of any example was found to hold. */
export function soundPolicyOf(directory: string): ManifestPolicy {
  const manifests = readManifests(directory);
  const [{ manifest }] = manifests;
  // Stacks that enforce one policy each have the whole of it beside them.
  for (const each of manifests) expect(each.manifest).toEqual(manifest);
  const validate = new Ajv2020().compile(SCHEMA);
  expect([validate(manifest), validate.errors]).toEqual([true, null]);

  const { policies } = verifyPlaced(manifests, readArtifacts(directory));
  expect(policies).toHaveLength(1);
  const artifacts = policies.flatMap((policy) => policy.artifacts);
  expect(artifacts.flatMap(({ excess, missing }) => [...excess, ...missing])).toEqual([]);
  expect(artifacts.length).toBeGreaterThan(0);

  const [policy] = manifest.policies;
  expect(policy.invariants.filter(({ holds }) => !holds)).toEqual([]);
  expect(policy.invariants.length).toBeGreaterThan(0);
  return policy;
}

/** Carriers found in the artifacts, by workload: what `verify` has looked at. */
export function carriersByWorkload(directory: string): { [workload: string]: string[] } {
  const found = readArtifacts(directory).flatMap(({ workloads }) => workloads);
  return Object.fromEntries(found.map(({ workload }) => (
    [workload, found.filter((each) => each.workload === workload).map(({ carrier }) => carrier.replace(/#.*/, '').replace(/^.*stacks\//, ''))])));
}

/** Changes that the policy must not survive, and what synthesis says to them. */
export const FORBIDDEN: readonly [string, (policy: PaymentsPolicy) => void, RegExp][] = [
  ['a short cut from the web fleet to the ledger', ({ workloads: { web, ledger } }) => web.allowTo(ledger), /MSEG2006[^]*Web[^]*Ledger/],
  ['the cache opened to the Internet', ({ workloads: { cache } }) => cache.allowFrom(Peer.anyIpv4(), { crossesRingfence: true }), /MSEG2006[^]*Cache/],
  ['an administrator inside the ringfence unannounced', ({ workloads: { bastion, api } }) => bastion.allowTo(api), /MSEG2003/],
];
