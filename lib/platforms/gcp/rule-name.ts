import { stableId } from '../../support/stable-id';
import { GoogleFirewallRequest, PlannedRule } from './plan-types';

/** Characters of each part: with the longest suffix they come to 62, and a name may have 63. */
const POLICY = 24;
const WORKLOAD = 13;
const ENFORCEMENT_POINT = 4;

/**
 * Name of a rule: policy, a suffix for the enforcement point, workload and id, in lower case. Ids differ where the rest
 * reads alike.
 *
 * The action of a VPC firewall rule cannot be turned in place (Google Cloud takes the change for a rule that both allows and
 * denies), so a rule whose action may turn has it in its name: then Terraform replaces the rule, and in between what the
 * deny rules leave is denied.
 *
 * @see https://cloud.google.com/firewall/docs/using-firewalls#updating_firewall_rules
 */
export function ruleName(request: GoogleFirewallRequest, id: string, workload = 'all', turning?: PlannedRule['action']): string {
  const point = stableId(request.enforcementPoint).slice(0, ENFORCEMENT_POINT);
  const parts = [slug(request.policy.id, POLICY), point, slug(workload, WORKLOAD), id];
  return [...parts, ...(turning !== undefined && request.identity !== 'secureTags' ? [turning] : [])].join('-');
}

/** Ids start with a letter. */
function slug(id: string, length: number): string {
  return id.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, length);
}
