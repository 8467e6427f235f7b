import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { NetworkStack } from './network-stack';

export interface WorkloadStackProps {
  readonly region: string;
  readonly network: NetworkStack;
}

/** A stack of workloads, which all stand in the same network. */
export abstract class WorkloadStack extends TerraformStack {
  protected readonly network: NetworkStack;
  protected readonly imageId: string;

  protected constructor(scope: Construct, id: string, { region, network }: WorkloadStackProps) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region });
    this.network = network;
    const name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    this.imageId = new DataAwsSsmParameter(this, 'image', { name }).insecureValue;
  }
}
