import { fail } from '../../support/errors';
import { AzureLimits } from './plan-types';
import { MOST_FLOW_RULES } from './priorities';

/**
 * Limits of a subscription. Microsoft raises none of those of one network security group, but publishes them as quotas.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
 */
export const AZURE_DEFAULT_LIMITS: AzureLimits = {
  rulesPerGroup: 1000,
  addressesPerGroup: 4000,
  applicationGroupsPerRule: 10,
  applicationGroupsPerGroup: 100,
  applicationGroupsPerInterface: 20,
};

/** @throws MSEG3206 if these are no limits, or rules would outnumber priorities. */
export function checkLimits(path: string, limits: AzureLimits): void {
  const wrong = Object.entries(limits).filter(([, limit]: [string, number]) => !Number.isInteger(limit) || limit < 1).map(([name]) => name);
  if (wrong.length > 0) fail('MSEG3206', path, `${wrong.join(', ')} cannot be`);
  if (limits.rulesPerGroup > MOST_FLOW_RULES) fail('MSEG3206', path, `${limits.rulesPerGroup} rules per group cannot be`);
}
