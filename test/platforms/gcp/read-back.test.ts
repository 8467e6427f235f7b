import * as fc from 'fast-check';
import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { compilePolicy } from '../../../lib/compiler';
import { GoogleIdentity, PeerAddress } from '../../../lib/platforms/gcp/plan-types';
import { GoogleTerraformReader } from '../../../lib/platforms/gcp/read-terraform';
import { NetworkRange } from '../../../lib/platforms/network-range';
import { payments } from '../../model/policies';
import { compiledTraffic, differences } from '../../properties/compiled-traffic';
import { Declared, modeOf, Opaque, OPAQUE } from '../../properties/declare';
import { End, ENDS, TrafficByEnd } from '../../properties/naive';
import { runs, SEED } from '../../properties/runs';
import { FlowSpec, PeerSpec, policySpecs, PolicySpec, ServiceSpec } from '../../properties/specs';
import { directoryOf } from '../aws/read/artifacts';
import { IDENTITIES, planOf } from './plans';
import { rendered } from './render';

const SCOPE_CIDRS = ['10.1.0.0/16', '2001:db8:1::/48'];
const SCOPE: NetworkRange[] = [{ kind: 'cidrIpv4', cidr: SCOPE_CIDRS[0] }, { kind: 'cidrIpv6', cidr: SCOPE_CIDRS[1] }];
const OFFICE: Opaque = { ...OPAQUE, token: { 4: '${Token[TOKEN.4]}', 6: '${Token[TOKEN.6]}' } };

/** Google Cloud filters no ICMP type and knows no prefix list: what must be refused has tests of its own. */
function expressible(spec: PolicySpec): PolicySpec {
  const service = (each: ServiceSpec): ServiceSpec => (each.kind === 'ping' ? { kind: 'ping' } : each);
  const peer = (each: PeerSpec): PeerSpec => (each.kind === 'prefixList' ? { kind: 'token', family: each.family } : each);
  const flow = (each: FlowSpec): FlowSpec => (
    { ...each, client: peer(each.client), server: peer(each.server), services: each.services?.map(service) });
  return {
    ...spec,
    workloads: spec.workloads.map((workload) => ({ ...workload, services: workload.services.map(service) })),
    flows: spec.flows.map(flow),
  };
}

/** What deployment alone knows of workloads without declared addresses, one value for each family. */
function givenAddresses(workloads: readonly string[]): { [workload: string]: PeerAddress[] } {
  return Object.fromEntries(workloads.map((id) => [id, ([4, 6] as const).map((family) => (
    { value: `\${module.peers.${id}_${family}}`, family }))]));
}

/** The traffic of the file in the names of the policy. */
function named(traffic: PeerTraffic): PeerTraffic {
  return PeerTraffic.of(traffic.entries().map(({ peer, services }): PeerEntry => {
    if (peer instanceof AddressSet || peer.kind === 'workload') return { peer, services };
    const workload = /^\$\{module\.peers\.(W[0-9]+)_[46]\}$/.exec(peer.id)?.[1];
    if (workload !== undefined) return { peer: { kind: 'workload', id: workload }, services };
    const family = ([4, 6] as const).find((each) => OFFICE.token[each] === peer.id);
    if (family === undefined) return { peer, services };
    return { peer: { kind: 'token', id: `t${family}` }, services: services.withoutForeignIcmp(family) };
  }));
}

function check(given: PolicySpec, identity: GoogleIdentity): void {
  const spec = expressible(given);
  const { policy } = new Declared(payments({ mode: modeOf(spec.mode) }), spec, OFFICE);
  const compiled = compilePolicy(policy);
  const managed = compiled.workloads.filter((workload) => workload.managed).map(({ id }) => id);
  // Where the policy is split, others protect the rest: these are known by their declared addresses alone.
  const only = managed.filter((_, index) => !spec.split || index % 2 === 0);
  const peerAddresses = spec.split ? undefined : givenAddresses(managed);
  const plan = planOf(policy, { identity, only, monitorScope: SCOPE, peerAddresses });
  const enforced = new GoogleTerraformReader().read(directoryOf({ 'stacks/app/cdk.tf.json': rendered(plan) })).flatMap(({ workloads }) => workloads);

  expect(enforced.map(({ workload, policy: id, role }) => [workload, id, role])).toEqual(only.map((id) => [id, 'Payments', 'attached']));
  const actual: TrafficByEnd = new Map(enforced.flatMap((each) => ENDS.map((end) => [`${each.workload} ${end}`, named(each[end])])));
  const ingress = compiledTraffic(compiled, (_, peer) => only.includes(peer));
  const egress = compiledTraffic(compiled, (_, peer) => !spec.split && managed.includes(peer));
  const watched = new Set(compiled.workloads.filter(({ mode }) => mode !== 'enforce').map(({ id }) => id));
  const expected: TrafficByEnd = new Map(only.flatMap((id) => [
    [`${id} ingress`, monitored(ingress.get(`${id} ingress`), 'ingress', watched.has(id))],
    [`${id} egress`, monitored(egress.get(`${id} egress`), 'egress', watched.has(id))],
  ]));
  expect(differences(expected, actual)).toEqual([]);
}

function monitored(declared = PeerTraffic.EMPTY, end: End, watched: boolean): PeerTraffic {
  if (!watched) return declared;
  const blocks = (end === 'ingress' ? SCOPE_CIDRS : ['0.0.0.0/0', '::/0']).map((cidr) => AddressSet.cidr(cidr));
  return declared.union(PeerTraffic.of([{ peer: AddressSet.union(blocks), services: ServiceSet.ALL }]));
}

test.each(IDENTITIES)('GIVEN any policy and %s WHEN planned and read back THEN it admits exactly what was declared', (identity) => {
  const specs = policySpecs({ size: 6, sctpPorts: true });
  fc.assert(fc.property(specs, (spec) => check(spec, identity)), { seed: SEED, numRuns: runs(0.34, 10) });
});
