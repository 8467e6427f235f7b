import { EnforcementMode, linux } from 'cdk-microsegmentation';
import { RootConstruct } from 'constructs';
import { PlantPolicy } from './policy';

/** From where the hosts are administered: never locked out, whatever the flows say. */
const ADMINISTRATION = '192.168.9.0/28';

/** The bundles of all hosts, not yet written. There is no cloud and no framework: a construct tree is all it takes. */
export function hostAgents(mode?: EnforcementMode): linux.LinuxHostAgents {
  const site = new RootConstruct('Site');
  const policy = new PlantPolicy(site, 'Plant', { mode });
  const agents = new linux.LinuxHostAgents(site, 'Agents', { policy, management: [{ cidr: ADMINISTRATION }] });
  Object.values(policy.hosts).forEach((host) => agents.protect(host));
  return agents;
}

if (require.main === module) hostAgents().write(process.argv[2] ?? 'hosts.out');
