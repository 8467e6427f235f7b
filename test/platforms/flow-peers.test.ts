import { CompiledPolicy, compilePolicy } from '../../lib/compiler';
import { Service } from '../../lib/model';
import { AWS_DEFAULT_LIMITS } from '../../lib/platforms/aws/limits';
import { planSecurityGroups } from '../../lib/platforms/aws/plan';
import { AZURE_DEFAULT_LIMITS } from '../../lib/platforms/azure/limits';
import { planNetworkSecurityGroups } from '../../lib/platforms/azure/plan';
import { GOOGLE_DEFAULT_LIMITS } from '../../lib/platforms/gcp/limits';
import { planGoogleFirewall } from '../../lib/platforms/gcp/plan';
import { DEFAULT_NETFILTER_LOG, LINUX_DEFAULT_LIMITS } from '../../lib/platforms/linux/limits';
import { planLinuxHosts } from '../../lib/platforms/linux/plan';
import { payments } from '../model/policies';
import { codesOf } from '../support/problems';

/** A policy in which `Web` talks to a peer of this id; no construct tree would take the id, but planners take plain data. */
function talkingTo(id: string): CompiledPolicy {
  const policy = payments();
  policy.addWorkload('Web').allowTo(policy.addWorkload('Peer', { services: [Service.HTTPS] }));
  const compiled = compilePolicy(policy);
  return {
    ...compiled,
    workloads: compiled.workloads.map((workload) => (workload.id === 'Peer' ? { ...workload, id } : workload)),
    flows: compiled.flows.map((flow) => ({ ...flow, server: { workload: id } })),
  };
}

/** Names of what every object has: no planner may take that for addresses that somebody gave. */
describe.each(['constructor', 'toString', 'hasOwnProperty'])('GIVEN a peer named %s that nobody can find', (id) => {
  const request = { policy: talkingTo(id), enforcementPoint: 'App/Here', peerAddresses: {}, monitorScope: [] };

  test.each<[string, () => unknown, string]>([
    ['AWS', () => planSecurityGroups({
      ...request, foreignGroups: {}, protects: [{ workload: 'Web', otherGroups: 0 }], limits: AWS_DEFAULT_LIMITS,
    }), 'MSEG3005'],
    ['Azure', () => planNetworkSecurityGroups({
      ...request, protects: [{ workload: 'Web', networkInterfaces: true, subnets: false }], limits: AZURE_DEFAULT_LIMITS,
    }), 'MSEG3205'],
    ['Google Cloud', () => planGoogleFirewall({
      ...request, identity: 'networkTags', protects: [{ workload: 'Web', identity: 'web', otherTags: 0 }], limits: GOOGLE_DEFAULT_LIMITS,
    }), 'MSEG3304'],
    ['Linux', () => planLinuxHosts({
      ...request, protects: [{ workload: 'Web' }], management: [], log: DEFAULT_NETFILTER_LOG, limits: LINUX_DEFAULT_LIMITS,
    }), 'MSEG4001'],
  ])('WHEN planned for %s THEN its address is asked for', (_, plan, code) => {
    expect(codesOf(plan)).toEqual([code]);
  });
});
