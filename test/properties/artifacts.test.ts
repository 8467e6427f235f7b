import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { PeerTraffic } from '../../lib/algebra';
import { verifyPlaced } from '../../lib/analysis/verify';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { EnforcedWorkload } from '../../lib/platforms/platform';
import { Synthesized, synthesizeCloudFormation, SynthesizedPolicy, synthesizeTerraform } from './apps';
import { differences } from './compiled-traffic';
import { ENDS, TrafficByEnd } from './naive';
import { expectedTraffic, expectedWorkloads, readTraffic } from './read-back';
import { runs, SEED } from './runs';
import { policySpecs } from './specs';

/** Policies of one app: synthesizing an app costs more than a policy in it. */
const BATCH = 25;
const SPECS = fc.sample(policySpecs({ size: 6, sctpPorts: false }), { seed: SEED, numRuns: runs(1, 25) });

const STARTS = SPECS.map((_, index) => index).filter((index) => index % BATCH === 0);
const BATCHES = STARTS.map((start) => [start, SPECS.slice(start, start + BATCH)] as const);

/** Carriers by policy. */
function enforced(app: Synthesized): Map<string, EnforcedWorkload[]> {
  const found = new Map<string, EnforcedWorkload[]>();
  for (const workload of readArtifacts(app.directory).flatMap(({ workloads }) => workloads)) {
    found.set(workload.policy, [...found.get(workload.policy) ?? [], workload]);
  }
  return found;
}

/** What is read back against what the compiled policy says, without any help from the verifier. */
function compare(app: Synthesized, policy: SynthesizedPolicy, found: readonly EnforcedWorkload[]): void {
  expect([...new Set(found.map(({ workload, role }) => `${workload} ${role}`))].sort()).toEqual(expectedWorkloads(policy));
  for (const carrier of found) {
    const keys = ENDS.map((end) => `${carrier.workload} ${end}`);
    const expected = expectedTraffic(policy, carrier.role);
    const wanted: TrafficByEnd = new Map(keys.map((key) => [key, expected.get(key) ?? PeerTraffic.EMPTY]));
    const got: TrafficByEnd = new Map(ENDS.map((end, index) => [keys[index], readTraffic(app, carrier, end)]));
    expect({ carrier: carrier.carrier, differences: differences(wanted, got) }).toEqual({ carrier: carrier.carrier, differences: [] });
  }
}

describe.each([['CloudFormation', synthesizeCloudFormation], ['Terraform', synthesizeTerraform]])('%s', (_, synthesize) => {
  const shards = new Set<number>();

  test.each(BATCHES)(
    'GIVEN generated policies from %d on WHEN synthesized and read back THEN they admit exactly what was declared',
    (__, specs) => {
      const app = synthesize(specs);
      const found = enforced(app);
      app.policies.forEach((policy) => shards.add(policy.shards));
      for (const policy of app.policies) compare(app, policy, found.get(policy.compiled.id) ?? []);

      const verified = verifyPlaced(readManifests(app.directory), readArtifacts(app.directory));
      const deviations = verified.policies.flatMap(({ id, artifacts }) => artifacts.map((artifact) => ({ id, ...artifact })));
      expect(deviations.filter(({ ok }) => !ok)).toEqual([]);
      expect(verified).toMatchObject({ ok: true });
      expect(verified.policies.map(({ id }) => id).sort()).toEqual(app.policies.map(({ compiled }) => compiled.id).sort());
      rmSync(app.directory, { recursive: true });
    },
    120_000,
  );

  test('GIVEN all these policies WHEN looked at THEN some workloads need one group and some several', () => {
    expect(shards.size).toBeGreaterThan(1);
  });
});

test('GIVEN the generated policies WHEN looked at THEN they are of every kind', () => {
  const kinds = new Set(SPECS.flatMap(({ flows, split, mode, workloads }) => [
    `split ${split}`, mode, ...flows.flatMap(({ client, server, services }) => [client.kind, server.kind, ...(services ?? []).map((service) => service.kind)]),
    ...workloads.map(({ managed }) => `managed ${managed}`),
  ]));
  expect([...kinds].sort()).toEqual([
    'any', 'cidr', 'enforce', 'labels', 'managed false', 'managed true', 'monitor', 'ping', 'prefixList', 'protocol', 'sctp', 'segment',
    'split false', 'split true', 'tcp', 'token', 'udp', 'visibility', 'workload',
  ]);
});
