import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Workload } from 'cdk-microsegmentation';
import { LinuxHostAgents } from 'cdk-microsegmentation/cdktf';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { ADMINISTRATION, NetworkStack } from './network-stack';
import { WorkloadStack } from './workload-stack';

export interface HostsStackProps {
  readonly network: NetworkStack;
  readonly workloads: WorkloadStack[];
}

/**
 * Defence in depth: what stays a host enforces the same policy itself, whatever its security groups say. This stack makes no resources.
 * Bundles lie in its folder; the addresses that Terraform knows in the end come out of it, for whatever brings both to the hosts.
 */
export class HostsStack extends TerraformStack {
  private readonly agents: LinuxHostAgents;

  public constructor(scope: Construct, id: string, { network, workloads }: HostsStackProps) {
    super(scope, id);
    const { ownSubnets, policy } = network;
    this.agents = new LinuxHostAgents(this, 'Agents', { policy, management: [{ cidr: ADMINISTRATION }] });
    const { web, api, worker } = policy.workloads;
    this.findIn(ownSubnets.web, web);
    this.findIn(ownSubnets.api, api);
    this.findIn(ownSubnets.worker, worker);
    for (const { workload, instance } of workloads.flatMap(({ hosts }) => hosts)) {
      this.agents.addPeerAddress({ workload, ipv4Blocks: [`${instance.privateIp}/32`] });
      this.agents.protect(workload);
      new TerraformOutput(this, `${workload.workloadId}-addresses`, { value: this.agents.addressBook(workload) });
    }
  }

  private findIn(subnets: readonly Subnet[], workload: Workload): void {
    this.agents.addPeerAddress({ workload, ipv4Blocks: subnets.map(({ cidrBlock }) => cidrBlock) });
  }
}
