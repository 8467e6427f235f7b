import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { Instance } from '@cdktf/provider-aws/lib/instance';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Workload } from 'cdk-microsegmentation';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { NetworkStack } from './network-stack';

export interface WorkloadStackProps {
  readonly region: string;
  readonly network: NetworkStack;
}

/** A stack of workloads, which all stand in the same network. */
export abstract class WorkloadStack extends TerraformStack {
  /** Hosts that stay, of which each is a workload of its own. */
  public readonly hosts: { readonly workload: Workload; readonly instance: Instance }[] = [];

  protected readonly network: NetworkStack;
  protected readonly imageId: string;

  protected constructor(scope: Construct, id: string, { region, network }: WorkloadStackProps) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region });
    this.network = network;
    const name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    this.imageId = new DataAwsSsmParameter(this, 'image', { name }).insecureValue;
  }
  protected createHost(id: string, workload: Workload, subnetId: string): void {
    const instance = new Instance(this, id, {
      ami: this.imageId,
      instanceType: 't3.small',
      subnetId,
      metadataOptions: { httpTokens: 'required' },
      vpcSecurityGroupIds: this.network.groups.securityGroupIds(workload),
      tags: { Name: id },
    });
    this.hosts.push({ workload, instance });
  }
}
