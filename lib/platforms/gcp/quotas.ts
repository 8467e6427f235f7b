import { Problem } from '../../support/errors';
import { sortedBy } from '../../support/order';
import { GoogleFirewallRequest, PlannedRule, PlanQuotaUse, WorkloadQuotaUse } from './plan-types';

type Counted = Pick<PlannedRule, 'role' | 'workloads' | 'targets' | 'layer4' | 'ranges' | 'identities' | 'addressGroups'>;

/**
 * Attributes of a rule: each range, tag, service account and address group, each protocol, each range of ports.
 *
 * @see https://cloud.google.com/firewall/docs/quotas
 */
export function attributesOf({ targets, layer4, ranges, identities, addressGroups }: Counted): number {
  const ports = layer4.reduce((sum, entry) => sum + entry.ports.length, 0);
  return ranges.length + identities.length + addressGroups.length + targets.length + layer4.length + ports;
}

/** What each workload's own rules take. Shared rules count in the plan as a whole. */
export function quotasOf({ protects }: GoogleFirewallRequest, rules: readonly Counted[]): WorkloadQuotaUse[] {
  const uses = new Map(protects.map(({ workload }) => [workload, { rules: 0, attributes: 0 }]));
  for (const rule of rules.filter(({ role }) => role !== 'deny')) {
    const use = uses.get(rule.workloads[0])!;
    use.rules += 1;
    use.attributes += attributesOf(rule);
  }
  return sortedBy([...uses].map(([workload, use]) => ({ workload, ...use })), ({ workload }) => workload);
}

export function quotaOf({ identity, limits }: GoogleFirewallRequest, rules: readonly Counted[]): PlanQuotaUse {
  const attributes = rules.reduce((sum, rule) => sum + attributesOf(rule), 0);
  if (identity === 'secureTags') return { rules: rules.length, attributes, attributesLimit: limits.attributesPerPolicy };
  return { rules: rules.length, rulesLimit: limits.firewallRulesPerProject, attributes };
}

/** What exceeds the quotas, with the workloads that take most of them. */
export function quotaProblems(request: GoogleFirewallRequest, quotas: readonly WorkloadQuotaUse[], quota: PlanQuotaUse): Problem[] {
  const { rules, rulesLimit = rules, attributes, attributesLimit = attributes } = quota;
  const where = request.enforcementPoint;
  return [
    ...(rules > rulesLimit ? [{ code: 'MSEG3301' as const, where, message: `${rules} rules for ${rulesLimit} places; ${largest(quotas, 'rules')}` }] : []),
    ...(attributes > attributesLimit
      ? [{ code: 'MSEG3302' as const, where, message: `${attributes} attributes for ${attributesLimit} places; ${largest(quotas, 'attributes')}` }]
      : []),
  ];
}

const SHOWN = 3;

function largest(quotas: readonly WorkloadQuotaUse[], what: 'rules' | 'attributes'): string {
  const first = [...quotas].sort((a, b) => b[what] - a[what]).slice(0, SHOWN);
  return `most are of ${first.map((use) => `${use.workload} (${use[what]})`).join(', ')}`;
}
