import { fail } from '../../support/errors';
import { AwsLimits } from './plan-types';

/**
 * Quotas of a new account.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
export const AWS_DEFAULT_LIMITS: AwsLimits = { rulesPerGroup: 60, groupsPerInterface: 5 };

/** AWS raises the two quotas only as far as their product allows. */
const MAX_RULES_PER_INTERFACE = 1000;
const MAX_GROUPS_PER_INTERFACE = 16;

/** @throws MSEG3010 if no account can have these quotas. */
export function checkLimits(path: string, { rulesPerGroup, groupsPerInterface }: AwsLimits): void {
  const whole = [rulesPerGroup, groupsPerInterface].every((limit) => Number.isInteger(limit) && limit >= 1);
  if (whole && groupsPerInterface <= MAX_GROUPS_PER_INTERFACE && rulesPerGroup * groupsPerInterface <= MAX_RULES_PER_INTERFACE) return;
  fail('MSEG3010', path, `${rulesPerGroup} rules per group and ${groupsPerInterface} groups per interface cannot be`);
}
