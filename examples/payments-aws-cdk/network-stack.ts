import { aws_ec2 as ec2, Stack, StackProps } from 'aws-cdk-lib';
import { EnforcementMode } from 'cdk-microsegmentation';
import { FlowLogs, SecurityGroups } from 'cdk-microsegmentation/aws-cdk';
import { Construct } from 'constructs';
import { PaymentsPolicy } from '../payments/policy';

export interface NetworkStackProps extends StackProps {
  /** How far the policy is in force. @default EnforcementMode.ENFORCE */
  readonly mode?: EnforcementMode;
}

/** Subnets of workloads that come and go: hosts know them by these. Nothing else belongs there. */
const OWN_SUBNETS = ['Web', 'Api', 'Worker'];

/** The network, and who may talk to whom in it. The other stacks depend on this one; it depends on none. */
export class NetworkStack extends Stack {
  public readonly vpc: ec2.Vpc;
  public readonly policy: PaymentsPolicy;
  /** The enforcement point: turns the policy into security groups, all of them in this stack. */
  public readonly groups: SecurityGroups;

  public constructor(scope: Construct, id: string, { mode, ...props }: NetworkStackProps = {}) {
    super(scope, id, props);
    this.vpc = this.createVpc();
    this.policy = new PaymentsPolicy(this, 'Payments', { mode });
    this.groups = new SecurityGroups(this, 'Groups', { policy: this.policy, vpc: this.vpc });
    new FlowLogs(this, 'FlowLogs', { vpc: this.vpc });
  }

  private createVpc(): ec2.Vpc {
    const privately = (name: string) => ({ name, subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 });
    return new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.20.0.0/16'),
      maxAzs: 2,
      natGateways: 1,
      natGatewaySubnets: { subnetGroupName: 'Public' },
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 20 },
        ...['Private', ...OWN_SUBNETS].map(privately),
        // From where hosts are administered, and nothing else.
        { name: 'Bastion', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 },
      ],
    });
  }
}
