import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { generatedFlows } from '../synth-policy';
import { runCase } from './run-case';

/** The baseline: the same flows by AWS CDK's own means. */
runCase((size, outdir) => () => {
  // A stack of many flows cannot be deployed; the limit is switched off to measure all the same.
  const app = new App({ outdir, context: { '@aws-cdk/core:stackResourceLimit': 0 } });
  const stack = new Stack(app, 'Bench');
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/8', availabilityZones: ['a'] });
  const groups = Array.from({ length: size.workloads }, (_, i) => new ec2.SecurityGroup(stack, `W${i}`, { vpc, allowAllOutbound: false }));
  for (const { client, server, port } of generatedFlows(size)) {
    groups[server].connections.allowFrom(groups[client], ec2.Port.tcp(port), `flow to port ${port}`);
  }
  app.synth();
});
