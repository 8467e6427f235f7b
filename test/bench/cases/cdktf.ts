import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import '@cdktf/provider-aws/lib/security-group';
import '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { App, TerraformStack } from 'cdktf';
import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { declareSynthPolicy } from '../synth-policy';
import { runCase } from './run-case';

runCase((size, outdir) => () => {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'bench');
  new AwsProvider(stack, 'aws', { region: 'us-east-1' });
  const { policy, workloads } = declareSynthPolicy(stack, size);
  const groups = new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1' });
  workloads.forEach((workload) => groups.securityGroupIds(workload));
  app.synth();
});
