import { rmSync } from 'node:fs';
import { App, aws_ec2 as ec2, aws_iam as iam, CfnParameter, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { PeerTraffic } from '../../lib/algebra';
import { verifyPlaced } from '../../lib/analysis/verify';
import { LinuxHostAgents } from '../../lib/bindings/aws-cdk';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { SegmentationPolicy } from '../../lib/model';
import { LinuxHostsRequest, PeerAddress } from '../../lib/platforms/linux/plan-types';
import { LinuxCloudFormationReader } from '../../lib/platforms/linux/read-cloudformation';
import { EnforcedWorkload } from '../../lib/platforms/platform';
import { AS_OF } from '../model/policies';
import { SPECS } from '../platforms/linux/generated';
import { EVERYTHING, expectedTraffic, requestFor } from '../platforms/linux/hosts';
import { temporary } from './apps';
import { differences } from './compiled-traffic';
import { Declared, modeOf } from './declare';
import { ENDS } from './naive';
import { runs, SEED } from './runs';
import { PolicySpec } from './specs';

// The framework's own template validation is not what is tested here, and takes most of the time.
process.env.CDK_VALIDATION = 'false';

const BATCH = 25;
const ALL = fc.sample(SPECS, { seed: SEED + 8, numRuns: runs(1, 50) });
const STARTS = ALL.map((_, index) => index).filter((index) => index % BATCH === 0);
const BATCHES = STARTS.map((start) => [start, ALL.slice(start, start + BATCH)] as const);

/**
 * A policy in a stack of its own, on hosts: every other workload has its bundle from an association, the rest from user data. Where
 * its specification is not split, workloads have deploy-time addresses, too.
 */
class HostedPolicy {
  public readonly request: LinuxHostsRequest;
  /** How each deploy-time value stands in the template. */
  private readonly texts = new Map<string, string>();

  public constructor(app: App, spec: PolicySpec, private readonly index: number) {
    const stack = new Stack(app, `S${index}`);
    const token = (name: string, suffix = '') => {
      const value = `${new CfnParameter(stack, name).valueAsString}${suffix}`;
      const reference = { Ref: name.replace(/\W/g, '') };
      this.texts.set(value, JSON.stringify(suffix === '' ? reference : { 'Fn::Join': ['', [reference, suffix]] }));
      return value;
    };
    const policy = new SegmentationPolicy(stack, `P${index}`, { mode: modeOf(spec.mode), asOf: AS_OF });
    const opaque = { token: { 4: token('t4'), 6: token('t6') }, prefixList: { 4: '', 6: '' } };
    const { workloads } = new Declared(policy, spec, opaque);
    const agents = new LinuxHostAgents(stack, 'Agents', { policy, management: [] });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    workloads.filter(({ managed }) => managed).forEach((workload, place) => {
      const id = workload.workloadId;
      if (place % 2 === 0) agents.protect(workload, role, { targets: [{ key: 'tag:workload', values: [id] }] });
      else new ec2.LaunchTemplate(stack, `Boot-${id}`, { userData: agents.userData(workload, role) });
    });
    const known: { [workload: string]: PeerAddress[] } = {};
    for (const workload of spec.split ? [] : workloads) {
      const { workloadId: id } = workload;
      const [ipv4, ipv6] = [token(`${id}-4`), token(`${id}-6`, '/128')];
      agents.addPeerAddress({ workload, ipv4Blocks: [ipv4], ipv6Blocks: [ipv6] });
      known[id] = [{ value: ipv4, family: 4, opaque: true }, { value: ipv6, family: 6, opaque: true }];
    }
    this.request = requestFor(policy, { peerAddresses: known });
  }

  /** What the template and the assets that it names admit too much or too little, without any help from the verifier. */
  public deviations(found: ReadonlyMap<string, EnforcedWorkload[]>): string[] {
    const read = found.get(`S${this.index}.template.json`) ?? [];
    const expected = expectedTraffic(this.request, ({ value }) => ({ kind: 'token', id: this.texts.get(value)! }));
    const managed = this.request.policy.workloads.filter((workload) => workload.managed);
    expect(read.map(({ workload }) => workload).sort()).toEqual(managed.map(({ id }) => id).sort());
    return managed.flatMap(({ id, mode }) => ENDS.flatMap((end) => {
      const key = `${id} ${end}`;
      const has = read.find(({ workload }) => workload === id)![end];
      const [wanted, got] = mode === 'enforce' ? [expected.get(key) ?? PeerTraffic.EMPTY, has] : [EVERYTHING, has.intersect(EVERYTHING)];
      return differences(new Map([[key, wanted]]), new Map([[key, got]]));
    }));
  }
}

test.each(BATCHES)('GIVEN policies from %d on, with deploy-time peers WHEN their assembly is read back THEN it admits what is declared', (_, specs) => {
  const app = new App({ outdir: temporary('assembly') });
  const policies = specs.map((spec, index) => new HostedPolicy(app, spec, index));
  app.synth();

  const found = new Map(new LinuxCloudFormationReader().read(app.outdir).map(({ path, workloads }) => [path, workloads]));
  for (const policy of policies) expect(policy.deviations(found)).toEqual([]);
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
