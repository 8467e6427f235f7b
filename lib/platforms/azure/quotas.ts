import { Problem } from '../../support/errors';
import { AzureLimits, PlannedRule, QuotaUse } from './plan-types';

/** What the rules of a workload take, counted as Azure counts: groups and `*` are no addresses, a service tag is one. */
export function quotaUse(workload: string, rules: readonly PlannedRule[], groupsOnInterface: number, limits: AzureLimits): QuotaUse {
  return {
    workload,
    rules: rules.length,
    rulesPerGroup: limits.rulesPerGroup,
    sourceAddresses: addressCount(rules, 'Inbound'),
    destinationAddresses: addressCount(rules, 'Outbound'),
    addressesPerGroup: limits.addressesPerGroup,
    applicationGroups: new Set(rules.flatMap(({ peer }) => (peer.kind === 'applicationGroups' ? peer.workloads : []))).size,
    applicationGroupsPerGroup: limits.applicationGroupsPerGroup,
    applicationGroupsOnInterface: groupsOnInterface,
    applicationGroupsPerInterface: limits.applicationGroupsPerInterface,
  };
}

/** Each quota that is exceeded: MSEG3201, MSEG3202 or MSEG3203. */
export function exceededQuotas(where: string, use: QuotaUse): Problem[] {
  const problem = (code: Problem['code'], count: number, limit: number, what: string): Problem[] => (
    count <= limit ? [] : [{ code, where, message: `${use.workload} needs ${count} ${what}; ${limit} is the limit` }]);
  return [
    ...problem('MSEG3201', use.rules, use.rulesPerGroup, 'rules in its network security group, with those that close it'),
    ...problem('MSEG3202', use.sourceAddresses, use.addressesPerGroup, 'source addresses in its network security group'),
    ...problem('MSEG3202', use.destinationAddresses, use.addressesPerGroup, 'destination addresses in its network security group'),
    ...problem('MSEG3203', use.applicationGroups, use.applicationGroupsPerGroup, 'application security groups in the rules of its network security group'),
    ...problem('MSEG3203', use.applicationGroupsOnInterface, use.applicationGroupsPerInterface, 'application security groups on each network interface'),
  ];
}

function addressCount(rules: readonly PlannedRule[], direction: PlannedRule['direction']): number {
  return rules.filter((rule) => rule.direction === direction).reduce((sum, { peer }) => sum + addressesOf(peer), 0);
}

function addressesOf(peer: PlannedRule['peer']): number {
  if (peer.kind === 'addresses') return peer.prefixes.length;
  return peer.kind === 'serviceTag' ? 1 : 0;
}
