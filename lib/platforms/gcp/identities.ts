import { isToken } from '../../support/deploy-time';
import { Problem } from '../../support/errors';
import { identityLimits } from './limits';
import { GoogleFirewallRequest, GoogleIdentity } from './plan-types';

/** How the identities of each kind are written. */
const FORMS: { readonly [identity in GoogleIdentity]: RegExp } = {
  secureTags: /^tagValues\/[0-9]{1,20}$/,
  networkTags: /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
  serviceAccounts: /^[A-Za-z0-9][-A-Za-z0-9._]{0,62}@[-a-z0-9]+(\.[-a-z0-9]+)+$/,
};

const NAMES: { readonly [identity in GoogleIdentity]: string } = {
  secureTags: 'secure tag', networkTags: 'network tag', serviceAccounts: 'service account',
};

/** What is wrong with the identities by which workloads are known: their form, their number, two workloads with the same. */
export function identityProblems({ policy, identity, protects, limits }: GoogleFirewallRequest): Problem[] {
  const paths = new Map(policy.workloads.map(({ id, path }) => [id, path]));
  const owners = new Map<string, string>();
  const { perMachine } = identityLimits(identity, limits);
  const name = NAMES[identity];
  return protects.flatMap(({ workload, identity: value, otherTags }) => {
    const found: Problem[] = [];
    const report = (code: Problem['code'], message: string) => found.push({ code, where: paths.get(workload)!, message });
    if (!isToken(value) && !FORMS[identity].test(value)) report('MSEG3309', `${JSON.stringify(value.slice(0, 100))} is no ${name}`);
    const owner = owners.get(value);
    if (owner !== undefined) report('MSEG3310', `${workload} and ${owner} have the same ${name}`);
    owners.set(value, workload);
    if (otherTags + 1 > perMachine) {
      report('MSEG3303', `machines of ${workload} would have ${otherTags + 1} ${name}s, and ${perMachine} is the most that one may have`);
    }
    return found;
  });
}
