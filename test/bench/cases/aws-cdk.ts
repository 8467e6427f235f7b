import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { SecurityGroups } from '../../../lib/bindings/aws-cdk';
import { declareSynthPolicy } from '../synth-policy';
import { runCase } from './run-case';

runCase((size, outdir) => () => {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Bench');
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/8', availabilityZones: ['a'] });
  const { policy, workloads } = declareSynthPolicy(stack, size);
  const groups = new SecurityGroups(stack, 'Groups', { policy, vpc });
  workloads.forEach((workload) => groups.securityGroupIds(workload));
  app.synth();
});
