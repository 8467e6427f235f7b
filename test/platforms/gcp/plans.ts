import { compilePolicy } from '../../../lib/compiler';
import { SegmentationPolicy } from '../../../lib/model';
import { GOOGLE_DEFAULT_LIMITS } from '../../../lib/platforms/gcp/limits';
import { planGoogleFirewall } from '../../../lib/platforms/gcp/plan';
import {
  GoogleFirewallPlan, GoogleFirewallRequest, GoogleIdentity, PlannedRule,
} from '../../../lib/platforms/gcp/plan-types';
import { NetworkRange } from '../../../lib/platforms/network-range';

export const SCOPE: NetworkRange[] = [{ kind: 'cidrIpv4', cidr: '10.0.0.0/16' }];
export const IDENTITIES: readonly GoogleIdentity[] = ['secureTags', 'networkTags', 'serviceAccounts'];

export type Wishes = Partial<GoogleFirewallRequest> & { readonly only?: string[]; readonly identity?: GoogleIdentity };

/** The identity that tests give a workload: the place of the workload decides, so that names never matter. */
export function identityOf(identity: GoogleIdentity, place: number): string {
  switch (identity) {
    case 'secureTags': return `tagValues/${1000 + place}`;
    case 'networkTags': return `tag-${place}`;
    case 'serviceAccounts': return `sa-${place}@project.iam.gserviceaccount.com`;
  }
}

/** A request that protects every managed workload, or the ones named. */
export function requestFor(policy: SegmentationPolicy, { only, ...request }: Wishes = {}): GoogleFirewallRequest {
  const compiled = compilePolicy(policy);
  const identity = request.identity ?? 'secureTags';
  const places = new Map(compiled.workloads.map(({ id }, place) => [id, place]));
  const chosen = compiled.workloads.filter(({ id, managed }) => (only ? only.includes(id) : managed));
  return {
    policy: compiled,
    enforcementPoint: 'App/Firewall',
    identity,
    protects: chosen.map(({ id }) => ({ workload: id, identity: identityOf(identity, places.get(id)!), otherTags: 0 })),
    limits: GOOGLE_DEFAULT_LIMITS,
    monitorScope: SCOPE,
    ...request,
  };
}

export function planOf(policy: SegmentationPolicy, wishes: Wishes = {}): GoogleFirewallPlan {
  return planGoogleFirewall(requestFor(policy, wishes));
}

/** Every flow rule of a workload as text, sorted: `ingress tcp:443 from tagValues/1001`. */
export function flowRulesOf({ rules }: GoogleFirewallPlan, workload: string): string[] {
  return rules.filter(({ role, workloads }) => role === 'flow' && workloads.includes(workload)).map(ruleText).sort();
}

export function ruleText({ end, layer4, ranges, identities, addressGroups }: PlannedRule): string {
  const services = layer4.map(({ protocol, ports }) => [protocol, ...ports].join(':')).join(' ');
  return `${end} ${services} ${[...ranges, ...identities, ...addressGroups].join(' ')}`;
}
