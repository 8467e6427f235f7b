import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { Construct } from 'constructs';
import { idsOf } from './network-stack';
import { WorkloadStack, WorkloadStackProps } from './workload-stack';

/** What faces people: customers come in over the load balancer, administrators over the bastion. */
export class FrontStack extends WorkloadStack {
  public constructor(scope: Construct, id: string, props: WorkloadStackProps) {
    super(scope, id, props);
    const targets = this.createLoadBalancer();
    this.createWebFleet(targets);
    const { bastionSubnetId, policy: { workloads } } = this.network;
    this.createHost('bastion', workloads.bastion, bastionSubnetId);
  }

  private createLoadBalancer(): LbTargetGroup {
    const { vpc, publicSubnetIds, groups, policy: { workloads } } = this.network;
    const balancer = new Lb(this, 'load-balancer', {
      loadBalancerType: 'network',
      subnets: publicSubnetIds,
      securityGroups: groups.securityGroupIds(workloads.loadBalancer),
    });
    const targets = new LbTargetGroup(this, 'web-targets', { vpcId: vpc.id, port: 443, protocol: 'TCP' });
    new LbListener(this, 'https', {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: 'TCP',
      defaultAction: [{ type: 'forward', targetGroupArn: targets.arn }],
    });
    return targets;
  }

  private createWebFleet(targets: LbTargetGroup): void {
    const { ownSubnets, groups, policy: { workloads } } = this.network;
    const template = new LaunchTemplate(this, 'web-template', {
      imageId: this.imageId,
      instanceType: 't3.micro',
      metadataOptions: { httpTokens: 'required' },
      // Any resource that takes ids of security groups takes these, in any stack.
      vpcSecurityGroupIds: groups.securityGroupIds(workloads.web),
    });
    new AutoscalingGroup(this, 'web-fleet', {
      minSize: 2,
      maxSize: 6,
      vpcZoneIdentifier: idsOf(ownSubnets.web),
      targetGroupArns: [targets.arn],
      launchTemplate: { id: template.id, version: '$Latest' },
    });
  }
}
