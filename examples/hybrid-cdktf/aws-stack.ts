import { Instance } from '@cdktf/provider-aws/lib/instance';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { VpnGateway } from '@cdktf/provider-aws/lib/vpn-gateway';
import { FlowLogs, SecurityGroups } from 'cdk-microsegmentation/cdktf';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { ShopPolicy, SITES } from './policy';

const { aws: SITE } = SITES;
/** An image of yours. */
const IMAGE = 'ami-12345678';

export interface AwsStackProps {
  readonly policy: ShopPolicy;
  /** The collector's address on Google Cloud, known when it is deployed. */
  readonly collectorBlock: string;
}

/** The storefront: security groups. */
export class AwsStack extends TerraformStack {
  public constructor(scope: Construct, id: string, { policy, collectorBlock }: AwsStackProps) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region: 'eu-west-1' });
    const vpc = new Vpc(this, 'vpc', { cidrBlock: SITE.network });
    // The private link to the other sites; its tunnels and routes are left out here.
    new VpnGateway(this, 'link', { vpcId: vpc.id });
    new FlowLogs(this, 'flow-logs', { vpcId: vpc.id });

    const groups = new SecurityGroups(this, 'groups', {
      policy,
      vpcId: vpc.id,
      monitorScope: [SITE.network],
      peerAddresses: [{ workload: policy.collector, ipv4Blocks: [collectorBlock] }],
    });
    const machine = (name: string, cidrBlock: string, vpcSecurityGroupIds: string[]) => {
      const subnet = new Subnet(this, `${name}-subnet`, { vpcId: vpc.id, cidrBlock });
      new Instance(this, name, { ami: IMAGE, instanceType: 't3.small', subnetId: subnet.id, vpcSecurityGroupIds });
    };
    machine('web', SITE.web, groups.securityGroupIds(policy.web));
    machine('orders', SITE.orders, groups.securityGroupIds(policy.orders));
  }
}
