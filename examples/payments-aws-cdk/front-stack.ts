import { aws_autoscaling as autoscaling, aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ProtectedHost } from './hosts-stack';
import { NetworkStack } from './network-stack';

export interface FrontStackProps extends StackProps {
  readonly network: NetworkStack;
}

const MACHINE = {
  instanceType: new ec2.InstanceType('t3.micro'),
  machineImage: ec2.MachineImage.latestAmazonLinux2023(),
};

/** What faces people: customers come in over the load balancer, administrators over the bastion. */
export class FrontStack extends Stack {
  public readonly bastion: ProtectedHost;

  public constructor(scope: Construct, id: string, { network, ...props }: FrontStackProps) {
    super(scope, id, props);
    const webFleet = this.createWebFleet(network);
    this.createLoadBalancer(network, webFleet);
    this.bastion = this.createBastion(network);
  }

  private createWebFleet({ vpc, groups, policy: { workloads } }: NetworkStack): autoscaling.AutoScalingGroup {
    const template = new ec2.LaunchTemplate(this, 'WebTemplate', { ...MACHINE, httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED });
    const fleet = new autoscaling.AutoScalingGroup(this, 'WebFleet', {
      vpc,
      vpcSubnets: { subnetGroupName: 'Web' },
      launchTemplate: template,
      minCapacity: 2,
      maxCapacity: 6,
    });
    // The launch template has no security group of its own. `protect` finds it behind the fleet and gives it those of the policy.
    groups.protect(workloads.web, fleet);
    return fleet;
  }

  private createLoadBalancer({ vpc, groups, policy: { workloads } }: NetworkStack, webFleet: autoscaling.AutoScalingGroup): void {
    const balancer = new elbv2.NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: { subnetGroupName: 'Public' },
      internetFacing: true,
    });
    const listener = balancer.addListener('Https', { port: 443, protocol: elbv2.Protocol.TCP });
    listener.addTargets('Web', { port: 443, targets: [webFleet] });
    groups.protect(workloads.loadBalancer, balancer);
  }

  private createBastion({ vpc, groups, policy: { workloads } }: NetworkStack): ProtectedHost {
    const instance = new ec2.Instance(this, 'Bastion', {
      ...MACHINE,
      vpc,
      vpcSubnets: { subnetGroupName: 'Bastion' },
      httpTokens: ec2.HttpTokens.REQUIRED,
      // The other way round: a construct that wants a group when it is created gets the one of its workload.
      securityGroup: groups.securityGroup(workloads.bastion),
    });
    return { workload: workloads.bastion, instance };
  }
}
