import { join } from 'node:path';
import { buildApp } from '../../examples/hybrid-cdktf/main';
import { capabilityTables } from '../../lib/analysis/capability-table';
import { CAPABILITIES, readArtifacts, readManifests } from '../../lib/cli/input';
import { peerName } from '../../lib/compiler';
import { EnforcementMode } from '../../lib/model';
import { carriersByWorkload, soundPolicyOf, temporaryDirectory } from './examples';

describe('GIVEN one policy over AWS, Azure, Google Cloud and a site on premises', () => {
  const directory = temporaryDirectory();
  const outdir = join(directory, 'out');
  buildApp({ outdir }).app.synth();

  test('WHEN synthesized THEN each platform admits exactly what is declared, and the invariants hold', () => {
    expect(soundPolicyOf(outdir).enforcementPoints.map(({ platform }) => platform)).toEqual(['aws', 'azure', 'gcp']);
  });

  test('WHEN synthesized THEN every workload is found on a machine of its own platform', () => {
    expect(carriersByWorkload(outdir)).toEqual({
      Web: ['Aws/cdk.tf.json'], Orders: ['Aws/cdk.tf.json'],
      ErpApi: ['Azure/cdk.tf.json'], ErpDatabase: ['Azure/cdk.tf.json'],
      Collector: ['Google/cdk.tf.json'], Warehouse: ['Google/cdk.tf.json'],
    });
  });

  test('WHEN asked how each platform holds each flow THEN workloads are named within a platform and found by addresses across', () => {
    const [{ flows }] = capabilityTables(readManifests(outdir), readArtifacts(outdir), CAPABILITIES);
    const supports = Object.fromEntries(flows.map(({ flow: { client, server }, platforms }) => [`${peerName(client)} > ${peerName(server)}`, platforms]));

    expect(supports).toMatchObject({
      'Web > Orders': { aws: 'exact' },
      'ErpApi > ErpDatabase': { azure: 'exact' },
      'Collector > Warehouse': { gcp: 'via addresses' },
      'Orders > ErpApi': { aws: 'via addresses', azure: 'via addresses' },
      'Web > Collector': { aws: 'via addresses', gcp: 'via addresses' },
      'Orders > Ledger': { aws: 'via addresses' },
    });
    expect(Object.values(supports).flatMap((platforms) => Object.values(platforms))).not.toContain('refused');
  });

  test.each([EnforcementMode.MONITOR, EnforcementMode.VISIBILITY])('WHEN it is in %s THEN the artifacts are what that means', (mode) => {
    const monitored = join(directory, mode);
    buildApp({ outdir: monitored, mode }).app.synth();

    expect(soundPolicyOf(monitored).mode).toBe(mode);
  });

  test('WHEN somebody lets the web servers reach the ledger THEN it does not synthesize', () => {
    const { app, policy } = buildApp({ outdir: join(directory, 'forbidden') });
    policy.web.allowTo(policy.ledger);

    expect(() => app.synth()).toThrow(/MSEG2006[^]*Web[^]*Ledger/);
  });
});
