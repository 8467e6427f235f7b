import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import * as fc from 'fast-check';
import { PeerTraffic } from '../../lib/algebra';
import { verifyPlaced } from '../../lib/analysis/verify';
import { LinuxHostAgents } from '../../lib/bindings/cdktf';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { SegmentationPolicy } from '../../lib/model';
import { LinuxHostsRequest, PeerAddress } from '../../lib/platforms/linux/plan-types';
import { LinuxReader } from '../../lib/platforms/linux/read';
import { AS_OF } from '../model/policies';
import { SPECS } from '../platforms/linux/generated';
import { EVERYTHING, expectedTraffic, requestFor } from '../platforms/linux/hosts';
import { temporary } from './apps';
import { differences } from './compiled-traffic';
import { Declared, modeOf } from './declare';
import { ENDS } from './naive';
import { runs, SEED } from './runs';
import { PolicySpec } from './specs';

const BATCH = 25;
const ALL = fc.sample(SPECS, { seed: SEED + 7, numRuns: runs(1, 25) });
const STARTS = ALL.map((_, index) => index).filter((index) => index % BATCH === 0);
const BATCHES = STARTS.map((start) => [start, ALL.slice(start, start + BATCH)] as const);

/** A policy in a stack of its own, on hosts. Where its specification is not split, workloads have deploy-time addresses, too. */
class HostedPolicy {
  public readonly request: LinuxHostsRequest;
  /** How each deploy-time value stands in the configuration. */
  private readonly texts = new Map<string, string>();

  public constructor(app: App, spec: PolicySpec, public readonly index: number) {
    const stack = new TerraformStack(app, `S${index}`);
    const token = (name: string, suffix = '') => {
      const value = `${new TerraformVariable(stack, name, { type: 'string' }).stringValue}${suffix}`;
      this.texts.set(value, `\${var.${name}}${suffix}`);
      return value;
    };
    const policy = new SegmentationPolicy(stack, `P${index}`, { mode: modeOf(spec.mode), asOf: AS_OF });
    const opaque = { token: { 4: token('t4'), 6: token('t6') }, prefixList: { 4: '', 6: '' } };
    const { workloads } = new Declared(policy, spec, opaque);
    const agents = new LinuxHostAgents(stack, 'Agents', { policy, management: [] });
    const known: { [workload: string]: PeerAddress[] } = {};
    workloads.filter(({ managed }) => managed).forEach((workload) => agents.protect(workload));
    for (const workload of spec.split ? [] : workloads) {
      const { workloadId: id } = workload;
      const [ipv4, ipv6] = [token(`${id}-4`), token(`${id}-6`, '/128')];
      agents.addPeerAddress({ workload, ipv4Blocks: [ipv4], ipv6Blocks: [ipv6] });
      known[id] = [{ value: ipv4, family: 4, opaque: true }, { value: ipv6, family: 6, opaque: true }];
    }
    this.request = requestFor(policy, { peerAddresses: known });
  }

  /** What the bundles beside the configuration admit too much or too little, without any help from the verifier. */
  public deviations(directory: string): string[] {
    const read = new LinuxReader().read(join(directory, 'stacks', `S${this.index}`)).flatMap(({ workloads }) => workloads);
    const expected = expectedTraffic(this.request, ({ value }) => ({ kind: 'token', id: this.texts.get(value)! }));
    const managed = this.request.policy.workloads.filter((workload) => workload.managed);
    expect(read.map(({ workload }) => workload).sort()).toEqual(managed.map(({ id }) => id).sort());
    return managed.flatMap(({ id, mode }) => ENDS.flatMap((end) => {
      const key = `${id} ${end}`;
      const found = read.find(({ workload }) => workload === id)![end];
      const [wanted, got] = mode === 'enforce' ? [expected.get(key) ?? PeerTraffic.EMPTY, found] : [EVERYTHING, found.intersect(EVERYTHING)];
      return differences(new Map([[key, wanted]]), new Map([[key, got]]));
    }));
  }
}

test.each(BATCHES)('GIVEN policies from %d on, with deploy-time peers WHEN their bundles are read back THEN they admit what is declared', (_, specs) => {
  const app = new App({ outdir: temporary('hosts'), skipValidation: true });
  const policies = specs.map((spec, index) => new HostedPolicy(app, spec, index));
  app.synth();

  for (const policy of policies) expect(policy.deviations(app.outdir)).toEqual([]);
  const verified = verifyPlaced(readManifests(app.outdir), readArtifacts(app.outdir));
  const artifacts = verified.policies.flatMap((policy) => policy.artifacts);
  expect(artifacts.flatMap(({ excess }) => excess)).toEqual([]);
  expect(artifacts.flatMap(({ missing }) => missing)).toEqual([]);
  expect(verified.policies).toHaveLength(policies.length);
  rmSync(app.outdir, { recursive: true });
}, 120_000);

test('GIVEN the policies WHEN looked at THEN they have deploy-time peers of both kinds, in all modes', () => {
  const kinds = new Set(ALL.flatMap(({ flows, mode, split }) => (
    [mode, split ? 'declared' : 'late', ...flows.flatMap(({ client, server }) => [client.kind, server.kind])])));
  expect([...kinds].sort()).toEqual(expect.arrayContaining(['declared', 'enforce', 'late', 'monitor', 'token', 'visibility', 'workload']));
});
