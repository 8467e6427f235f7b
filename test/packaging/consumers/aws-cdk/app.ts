import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { awsCdk, EnforcementMode, Peer, SegmentationPolicy, Service } from 'cdk-microsegmentation';

const app = new App({ outdir: 'out' });
const stack = new Stack(app, 'Shop');
const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
const instance = new ec2.Instance(stack, 'Web', {
  vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
  instanceType: new ec2.InstanceType('t3.micro'),
  machineImage: ec2.MachineImage.latestAmazonLinux2023(),
});

const policy = new SegmentationPolicy(stack, 'Policy', { mode: EnforcementMode.ENFORCE });
const web = policy.addWorkload('Web', { labels: { app: 'shop' }, services: [Service.HTTPS] });
web.allowFrom(Peer.anyIpv4(), { justification: 'public site' });

const groups = new awsCdk.SecurityGroups(stack, 'Groups', { policy, vpc });
groups.protect(web, instance, { exclusive: true });
app.synth();
