import { fail } from '../../support/errors';
import { GoogleIdentity, GoogleLimits } from './plan-types';

/**
 * What Google Cloud allows. All but the rules of a project are limits of the system, which nobody can raise.
 *
 * @see https://cloud.google.com/firewall/docs/quotas
 */
export const GOOGLE_DEFAULT_LIMITS: GoogleLimits = {
  rangesPerRule: 5000,
  sourceSecureTagsPerRule: 256,
  targetSecureTagsPerRule: 256,
  secureTagsPerInterface: 10,
  sourceNetworkTagsPerRule: 30,
  targetNetworkTagsPerRule: 70,
  networkTagsPerInstance: 64,
  serviceAccountsPerRule: 10,
  addressGroupsPerRule: 10,
  firewallRulesPerProject: 500,
};

/** Quotas of a project or policy, which can be raised without an end. */
const QUOTAS: readonly (keyof GoogleLimits)[] = ['firewallRulesPerProject', 'attributesPerPolicy'];

/** @throws MSEG3308 if a limit is no whole number of at least 1, or above what the system allows. */
export function checkLimits(path: string, limits: GoogleLimits): void {
  for (const [name, limit] of Object.entries(limits) as [keyof GoogleLimits, number | undefined][]) {
    if (limit === undefined) continue;
    const most = QUOTAS.includes(name) ? Number.MAX_SAFE_INTEGER : GOOGLE_DEFAULT_LIMITS[name];
    if (most === undefined || !Number.isInteger(limit) || limit < 1 || limit > most) fail('MSEG3308', path, `${name} cannot be ${limit}`);
  }
}

/** What bounds the identities of one rule, and those of one machine. */
export interface IdentityLimits {
  readonly sourcesPerRule: number;
  readonly targetsPerRule: number;
  readonly perMachine: number;
}

export function identityLimits(identity: GoogleIdentity, limits: GoogleLimits): IdentityLimits {
  switch (identity) {
    case 'secureTags': {
      const { sourceSecureTagsPerRule, targetSecureTagsPerRule, secureTagsPerInterface } = limits;
      return { sourcesPerRule: sourceSecureTagsPerRule, targetsPerRule: targetSecureTagsPerRule, perMachine: secureTagsPerInterface };
    }
    case 'networkTags': {
      const { sourceNetworkTagsPerRule, targetNetworkTagsPerRule, networkTagsPerInstance } = limits;
      return { sourcesPerRule: sourceNetworkTagsPerRule, targetsPerRule: targetNetworkTagsPerRule, perMachine: networkTagsPerInstance };
    }
    case 'serviceAccounts': {
      const { serviceAccountsPerRule } = limits;
      // A machine runs as one service account.
      return { sourcesPerRule: serviceAccountsPerRule, targetsPerRule: serviceAccountsPerRule, perMachine: 1 };
    }
  }
}
