/** How many rules a policy takes on each cloud, beside one rule for each end of each flow. */
import { RootConstruct } from 'constructs';
import { CompiledPolicy, compilePolicy } from '../../lib/compiler';
import { AWS_DEFAULT_LIMITS } from '../../lib/platforms/aws/limits';
import { planSecurityGroups } from '../../lib/platforms/aws/plan';
import { AZURE_DEFAULT_LIMITS } from '../../lib/platforms/azure/limits';
import { planNetworkSecurityGroups } from '../../lib/platforms/azure/plan';
import { GOOGLE_DEFAULT_LIMITS } from '../../lib/platforms/gcp/limits';
import { planGoogleFirewall } from '../../lib/platforms/gcp/plan';
import { printTable, sizeText } from './measure';
import { declareSynthPolicy } from './synth-policy';

const SIZES = [{ workloads: 200, flows: 1_000 }, { workloads: 1_000, flows: 5_000 }];

/** Rules of flows alone, without those that a platform needs below them. */
const COUNTS: { readonly [platform: string]: (policy: CompiledPolicy) => number } = {
  'AWS security groups': (policy) => {
    const protects = policy.workloads.map(({ id }) => ({ workload: id, otherGroups: 0 }));
    const plan = planSecurityGroups({ policy, enforcementPoint: 'Bench', protects, limits: AWS_DEFAULT_LIMITS, monitorScope: [] });
    return plan.groups.reduce((sum, { rules }) => sum + rules.length, 0);
  },
  'Azure network security groups': (policy) => {
    const protects = policy.workloads.map(({ id }) => ({ workload: id, networkInterfaces: true, subnets: false }));
    const plan = planNetworkSecurityGroups({ policy, enforcementPoint: 'Bench', protects, limits: AZURE_DEFAULT_LIMITS, monitorScope: [] });
    return plan.securityGroups.reduce((sum, { rules }) => sum + rules.filter(({ access }) => access === 'Allow').length, 0);
  },
  'Google network firewall policy': (policy) => {
    const protects = policy.workloads.map(({ id }, index) => ({ workload: id, identity: `tagValues/${index + 1}`, otherTags: 0 }));
    const plan = planGoogleFirewall({
      policy, enforcementPoint: 'Bench', identity: 'secureTags', protects, limits: GOOGLE_DEFAULT_LIMITS, monitorScope: [],
    });
    return plan.rules.filter(({ role }) => role === 'flow').length;
  },
};

printTable(['workloads / flows', 'platform', 'one rule a flow end', 'planned', 'planned / flow ends', 'seconds'], SIZES.flatMap((size) => {
  const policy = compilePolicy(declareSynthPolicy(new RootConstruct('Bench'), size).policy);
  return Object.entries(COUNTS).map(([platform, count]) => {
    const start = process.hrtime.bigint();
    const planned = count(policy);
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const ends = 2 * size.flows;
    return [sizeText(size), platform, String(ends), String(planned), (planned / ends).toFixed(2), seconds.toFixed(2)];
  });
}));
