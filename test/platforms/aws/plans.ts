import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { compilePolicy } from '../../../lib/compiler';
import { SegmentationPolicy } from '../../../lib/model';
import { AWS_DEFAULT_LIMITS } from '../../../lib/platforms/aws/limits';
import { planSecurityGroups } from '../../../lib/platforms/aws/plan';
import {
  PlannedGroup, PlannedRule, RulePeer, SecurityGroupsPlan, SecurityGroupsRequest,
} from '../../../lib/platforms/aws/plan-types';
import { NetworkRange } from '../../../lib/platforms/network-range';
import { End, TrafficByEnd } from '../../properties/naive';

export const SCOPE: NetworkRange[] = [{ kind: 'cidrIpv4', cidr: '10.0.0.0/16' }];

type Wishes = Partial<SecurityGroupsRequest> & { readonly only?: string[] };

/** A request that protects every managed workload, or the ones named. */
export function requestFor(policy: SegmentationPolicy, request: Wishes = {}): SecurityGroupsRequest {
  const compiled = compilePolicy(policy);
  const { only, ...rest } = request;
  const chosen = compiled.workloads.filter(({ id, managed }) => (only ? only.includes(id) : managed));
  return {
    policy: compiled,
    enforcementPoint: 'App/Groups',
    protects: chosen.map(({ id }) => ({ workload: id, otherGroups: 0 })),
    limits: AWS_DEFAULT_LIMITS,
    monitorScope: SCOPE,
    ...rest,
  };
}

export function planOf(policy: SegmentationPolicy, request: Wishes = {}): SecurityGroupsPlan {
  return planSecurityGroups(requestFor(policy, request));
}

/** Every rule of a workload's groups of a role, as text, sorted. */
export function rulesOf(plan: SecurityGroupsPlan, workload: string, role: PlannedGroup['role'] = 'attached'): string[] {
  return groupsOf(plan, workload, role).flatMap((group) => group.rules.map(ruleText)).sort();
}

export function groupsOf(plan: SecurityGroupsPlan, workload: string, role: PlannedGroup['role'] = 'attached'): PlannedGroup[] {
  return plan.groups.filter((group) => group.workload === workload && group.role === role);
}

export function ruleText({ end, protocol, fromPort, toPort, peer }: PlannedRule): string {
  return `${end} ${protocol}${fromPort === undefined ? '' : `/${fromPort}-${toPort}`} ${peerText(peer)}`;
}

function peerText(peer: RulePeer): string {
  switch (peer.kind) {
    case 'cidrIpv4':
    case 'cidrIpv6': return peer.cidr;
    case 'group': return `group ${peer.key}`;
    case 'foreignGroup': return `foreign ${peer.workload}`;
    default: return `${peer.kind} ${peer.name}`;
  }
}

/** What the groups of a role admit together, read the way AWS reads them. */
export function plannedTraffic(plan: SecurityGroupsPlan, role: PlannedGroup['role'] = 'attached'): TrafficByEnd {
  const entries = new Map<string, PeerEntry[]>();
  for (const group of plan.groups.filter((candidate) => candidate.role === role)) {
    for (const rule of group.rules) {
      const key = `${group.workload} ${rule.end satisfies End}`;
      if (!entries.has(key)) entries.set(key, []);
      entries.get(key)!.push(entryOf(rule));
    }
  }
  return new Map([...entries].map(([key, all]) => [key, PeerTraffic.of(all)]));
}

function entryOf(rule: PlannedRule): PeerEntry {
  const { peer } = rule;
  const services = servicesOf(rule);
  switch (peer.kind) {
    case 'cidrIpv4':
    case 'cidrIpv6': return { peer: AddressSet.cidr(peer.cidr), services };
    case 'group': return { peer: { kind: 'workload', id: peer.key.split('/')[0] }, services };
    case 'foreignGroup': return { peer: { kind: 'workload', id: peer.workload }, services };
    case 'token': return { peer: { kind: 'token', id: peer.name }, services: services.withoutForeignIcmp(peer.family) };
    case 'prefixList': return { peer: { kind: 'prefixList', id: peer.name }, services: services.withoutForeignIcmp(peer.name.endsWith('6') ? 6 : 4) };
  }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
function servicesOf({ protocol, fromPort, toPort }: PlannedRule): ServiceSet {
  if (protocol === '-1') return ServiceSet.ALL;
  if (/^\d+$/.test(protocol)) return ServiceSet.protocol(Number(protocol));
  const known = (port?: number) => (port === -1 ? undefined : port);
  return ServiceSet.fromRange({ protocol, fromPort: known(fromPort), toPort: known(toPort) });
}
