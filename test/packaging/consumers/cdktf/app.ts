import { Instance } from '@cdktf/provider-aws/lib/instance';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { cdktf, EnforcementMode, Peer, SegmentationPolicy, Service } from 'cdk-microsegmentation';
import { App, TerraformStack } from 'cdktf';

const app = new App({ outdir: 'out' });
const stack = new TerraformStack(app, 'Shop');
new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
const vpc = new Vpc(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });

const policy = new SegmentationPolicy(stack, 'Policy', { mode: EnforcementMode.ENFORCE });
const web = policy.addWorkload('Web', { labels: { app: 'shop' }, services: [Service.HTTPS] });
web.allowFrom(Peer.anyIpv4(), { justification: 'public site' });

const groups = new cdktf.SecurityGroups(stack, 'Groups', { policy, vpcId: vpc.id });
new Instance(stack, 'Web', { ami: 'ami-0123456789abcdef0', instanceType: 't3.micro', vpcSecurityGroupIds: groups.securityGroupIds(web) });
app.synth();
