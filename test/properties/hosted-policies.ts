import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { PeerTraffic } from '../../lib/algebra';
import { verifyPlaced } from '../../lib/analysis/verify';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { SegmentationPolicy, Workload } from '../../lib/model';
import { LinuxHostsRequest, PeerAddress } from '../../lib/platforms/linux/plan-types';
import { EnforcedWorkload } from '../../lib/platforms/platform';
import { AS_OF } from '../model/policies';
import { SPECS } from '../platforms/linux/generated';
import { EVERYTHING, expectedTraffic, requestFor } from '../platforms/linux/hosts';
import { differences } from './compiled-traffic';
import { Declared, modeOf } from './declare';
import { ENDS } from './naive';
import { PolicySpec } from './specs';

/** What a framework does for a policy on hosts. */
export interface HostsStack {
  readonly stack: Construct;
  /** A value that only the deployment knows, with a suffix: its text in constructs, and how it stands in what is synthesized. */
  late(name: string, suffix: string): { readonly value: string; readonly synthesized: string };
  /** Puts the workloads on hosts, by whatever means of delivery. */
  protect(policy: SegmentationPolicy, workloads: readonly Workload[]): HostAgents;
}

interface HostAgents {
  addPeerAddress(address: { readonly workload: Workload; readonly ipv4Blocks: string[]; readonly ipv6Blocks: string[] }): void;
}

/** A policy in a stack of its own, on hosts. Where its specification is not split, workloads have deploy-time addresses, too. */
export class HostedPolicy {
  private readonly request: LinuxHostsRequest;
  private readonly synthesized = new Map<string, string>();

  public constructor(private readonly hosts: HostsStack, spec: PolicySpec, index: number) {
    const policy = new SegmentationPolicy(hosts.stack, `P${index}`, { mode: modeOf(spec.mode), asOf: AS_OF });
    const opaque = { token: { 4: this.late('t4'), 6: this.late('t6') }, prefixList: { 4: '', 6: '' } };
    const { workloads } = new Declared(policy, spec, opaque);
    const agents = hosts.protect(policy, workloads.filter(({ managed }) => managed));
    const known: { [workload: string]: PeerAddress[] } = {};
    for (const workload of spec.split ? [] : workloads) {
      const { workloadId: id } = workload;
      const [ipv4, ipv6] = [this.late(`${id}-4`), this.late(`${id}-6`, '/128')];
      agents.addPeerAddress({ workload, ipv4Blocks: [ipv4], ipv6Blocks: [ipv6] });
      known[id] = [{ value: ipv4, family: 4, opaque: true }, { value: ipv6, family: 6, opaque: true }];
    }
    this.request = requestFor(policy, { peerAddresses: known });
  }

  /** What was read of its hosts, admitting too much or too little, without any help from the verifier. */
  public deviations(read: readonly EnforcedWorkload[]): string[] {
    const expected = expectedTraffic(this.request, ({ value }) => ({ kind: 'token', id: this.synthesized.get(value)! }));
    const managed = this.request.policy.workloads.filter((workload) => workload.managed);
    expect(read.map(({ workload }) => workload).sort()).toEqual(managed.map(({ id }) => id).sort());
    return managed.flatMap(({ id, mode }) => ENDS.flatMap((end) => {
      const key = `${id} ${end}`;
      const found = read.find(({ workload }) => workload === id)![end];
      const [wanted, got] = mode === 'enforce' ? [expected.get(key) ?? PeerTraffic.EMPTY, found] : [EVERYTHING, found.intersect(EVERYTHING)];
      return differences(new Map([[key, wanted]]), new Map([[key, got]]));
    }));
  }

  private late(name: string, suffix = ''): string {
    const { value, synthesized } = this.hosts.late(name, suffix);
    this.synthesized.set(value, synthesized);
    return value;
  }
}

const BATCH = 25;

/** Generated policies in batches, with the number of the first; all together they have deploy-time peers of both kinds, in all modes. */
export function batchesOf(seed: number, numRuns: number): (readonly [number, readonly PolicySpec[]])[] {
  const all = fc.sample(SPECS, { seed, numRuns });
  const kinds = all.flatMap(({ flows, mode, split }) => [mode, split ? 'declared' : 'late', ...flows.flatMap(({ client, server }) => [client.kind, server.kind])]);
  for (const kind of ['declared', 'enforce', 'late', 'monitor', 'token', 'visibility', 'workload']) {
    if (!kinds.includes(kind)) throw new Error(`no generated policy has ${kind}`);
  }
  return all.flatMap((_, index) => (index % BATCH === 0 ? [[index, all.slice(index, index + BATCH)] as const] : []));
}

/** The verifier finds every policy of the synthesized directory enforced exactly. */
export function expectVerified(directory: string, policies: number): void {
  const verified = verifyPlaced(readManifests(directory), readArtifacts(directory));
  const artifacts = verified.policies.flatMap((policy) => policy.artifacts);
  expect(artifacts.flatMap(({ excess }) => excess)).toEqual([]);
  expect(artifacts.flatMap(({ missing }) => missing)).toEqual([]);
  expect(verified.policies).toHaveLength(policies);
}
