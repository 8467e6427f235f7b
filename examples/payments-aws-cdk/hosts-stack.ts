import { aws_ec2 as ec2, Stack, StackProps } from 'aws-cdk-lib';
import { Workload } from 'cdk-microsegmentation';
import { LinuxHostAgents } from 'cdk-microsegmentation/aws-cdk';
import { Construct } from 'constructs';
import { NetworkStack } from './network-stack';

/** A machine that stays what it is, with an address that peers may know it by. */
export interface ProtectedHost {
  readonly workload: Workload;
  readonly instance: ec2.Instance;
}

export interface HostsStackProps extends StackProps {
  readonly network: NetworkStack;
  readonly hosts: ProtectedHost[];
}

/**
 * Defence in depth: what stays a host enforces the same policy itself, whatever its security groups say. This stack stands on top of
 * the others, as it tells each host the addresses of the others.
 */
export class HostsStack extends Stack {
  private readonly agents: LinuxHostAgents;
  private readonly vpc: ec2.Vpc;

  public constructor(scope: Construct, id: string, { network, hosts, ...props }: HostsStackProps) {
    super(scope, id, props);
    this.vpc = network.vpc;
    const { policy } = network;
    const management = this.subnets('Bastion').map(({ ipv4CidrBlock }) => ({ cidr: ipv4CidrBlock }));
    this.agents = new LinuxHostAgents(this, 'Agents', { policy, management });
    const { web, api, worker } = policy.workloads;
    this.findIn('Web', web);
    this.findIn('Api', api);
    this.findIn('Worker', worker);
    for (const { workload, instance } of hosts) {
      this.agents.addPeerAddress({ workload, ipv4Blocks: [instance.instancePrivateIp] });
      this.agents.protect(workload, instance, { ssmAgentPermissions: true });
    }
  }

  private findIn(subnetGroupName: string, workload: Workload): void {
    const blocks = this.subnets(subnetGroupName).map(({ node }) => (node.defaultChild as ec2.CfnSubnet).attrCidrBlock);
    this.agents.addPeerAddress({ workload, ipv4Blocks: blocks });
  }

  private subnets(subnetGroupName: string): ec2.ISubnet[] {
    return this.vpc.selectSubnets({ subnetGroupName }).subnets;
  }
}
