import { compilePolicy } from '../../../lib/compiler';
import { EnforcementMode, SegmentationPolicy, Service } from '../../../lib/model';
import { AZURE_DEFAULT_LIMITS } from '../../../lib/platforms/azure/limits';
import { planNetworkSecurityGroups } from '../../../lib/platforms/azure/plan';
import {
  NetworkSecurityGroupsPlan, NetworkSecurityGroupsRequest, PlannedRule, PlannedSecurityGroup, RulePeer,
} from '../../../lib/platforms/azure/plan-types';
import { NetworkRange } from '../../../lib/platforms/network-range';
import { payments } from '../../model/policies';

export const SCOPE: NetworkRange[] = [{ kind: 'cidrIpv4', cidr: '10.0.0.0/16' }];

/** A policy with two workloads and no flow. */
export function shop(mode = EnforcementMode.ENFORCE) {
  const policy = payments({ mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
  return { policy, web, db };
}

type Wishes = Partial<NetworkSecurityGroupsRequest> & { readonly only?: string[] };

/** A request that protects every managed workload on network interfaces, or the ones named. */
export function requestFor(policy: SegmentationPolicy, request: Wishes = {}): NetworkSecurityGroupsRequest {
  const compiled = compilePolicy(policy);
  const { only, ...rest } = request;
  const chosen = compiled.workloads.filter(({ id, managed }) => (only ? only.includes(id) : managed));
  return {
    policy: compiled,
    enforcementPoint: 'App/Groups',
    protects: chosen.map(({ id }) => ({ workload: id, networkInterfaces: true, subnets: false })),
    limits: AZURE_DEFAULT_LIMITS,
    monitorScope: SCOPE,
    ...rest,
  };
}

export function planOf(policy: SegmentationPolicy, request: Wishes = {}): NetworkSecurityGroupsPlan {
  return planNetworkSecurityGroups(requestFor(policy, request));
}

export function groupOf(plan: NetworkSecurityGroupsPlan, workload: string): PlannedSecurityGroup {
  return plan.securityGroups.find((group) => group.workload === workload)!;
}

/** Rules for flows of a workload, as text, sorted. */
export function flowRulesOf(plan: NetworkSecurityGroupsPlan, workload: string): string[] {
  return groupOf(plan, workload).rules.filter(({ priority }) => priority < 4094).map(ruleText).sort();
}

export function ruleText({ direction, access, protocol, destinationPorts, peer }: PlannedRule): string {
  return `${access === 'Allow' ? '' : `${access} `}${direction} ${protocol}/${destinationPorts.join('+')} ${peerText(peer)}`;
}

export function peerText(peer: RulePeer): string {
  switch (peer.kind) {
    case 'applicationGroups': return peer.workloads.join(' ');
    case 'addresses': return peer.prefixes.join(' ');
    case 'serviceTag': return `tag ${peer.tag}`;
    case 'any': return '*';
  }
}
