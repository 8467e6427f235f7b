import { readdirSync } from 'node:fs';
import { App, aws_autoscaling as autoscaling, aws_ec2 as ec2, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { VerifiedFlow, verifyPlaced } from '../../../../lib/analysis/verify';
import { LinuxHostAgents, LinuxHostAgentsProps } from '../../../../lib/bindings/aws-cdk';
import { readArtifacts, readManifests } from '../../../../lib/cli/input';
import { EnforcementMode, IpFamily, Peer, SegmentationPolicy, Service, Workload } from '../../../../lib/model';
import { AS_OF } from '../../../model/policies';

// The framework's own template validation is not what is tested here, and takes most of the time.
process.env.CDK_VALIDATION = 'false';

export type Json = any;

export const MANAGEMENT = [{ cidr: '10.0.9.0/28' }];
const ENV = { account: '123456789012', region: 'eu-west-1' };

export interface Shop {
  readonly app: App;
  readonly elsewhere: Stack;
  readonly stack: Stack;
  readonly policy: SegmentationPolicy;
  readonly web: Workload;
  readonly db: Workload;
  readonly agents: LinuxHostAgents;
  readonly fleet: autoscaling.AutoScalingGroup;
  readonly database: ec2.Instance;
  /** An address that is known at deployment only. */
  readonly office: string;
}

export interface ShopSettings {
  readonly mode?: EnforcementMode;
  readonly scope?: Construct;
  /** Whether account and region are known. @default true */
  readonly env?: boolean;
  /** What the address of the office turns out to be. @default - an elastic one */
  readonly office?: string;
}

/**
 * A web fleet that an office reaches, and a database that the fleet reaches. Office and hosts stand in another stack than the
 * agents; the addresses of the office and of the database are known at deployment only.
 */
export function shop(props: Partial<LinuxHostAgentsProps> = {}, settings: ShopSettings = {}): Shop {
  const { mode = EnforcementMode.ENFORCE, scope, env = true, office: found } = settings;
  const app = scope?.node.root as App | undefined ?? new App();
  const [elsewhere, stack] = ['Hosts', 'Agents'].map((id) => new Stack(scope ?? app, id, env ? { env: ENV } : {}));
  const subnetConfiguration = [{ name: 'All', subnetType: ec2.SubnetType.PUBLIC }];
  const vpc = new ec2.Vpc(elsewhere, 'Vpc', { natGateways: 0, maxAzs: 1, subnetConfiguration });
  const machine = { instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.latestAmazonLinux2023() };
  const fleet = new autoscaling.AutoScalingGroup(elsewhere, 'Fleet', { ...machine, vpc });
  const database = new ec2.Instance(elsewhere, 'Database', { ...machine, vpc });
  const office = found === undefined
    ? `${new ec2.CfnEIP(elsewhere, 'Office').attrPublicIp}/32`
    : new CfnParameter(stack, 'Office', { default: found }).valueAsString;
  const policy = new SegmentationPolicy(stack, 'Shop', { mode, asOf: AS_OF });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS], addresses: ['10.0.1.0/24'] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
  web.allowFrom(Peer.token('office', office, IpFamily.IPV4), { justification: 'site' });
  web.allowTo(db, { justification: 'orders' });
  const peerAddresses = [{ workload: db, ipv4Blocks: [database.instancePrivateIp] }];
  const agents = new LinuxHostAgents(stack, 'Agents', { policy, management: MANAGEMENT, peerAddresses, ...props });
  agents.protect(web, fleet);
  agents.protect(db, database);
  return { app, elsewhere, stack, policy, web, db, agents, fleet, database, office };
}

export interface Deviations {
  readonly found: string[];
  readonly excess: VerifiedFlow[];
  readonly missing: VerifiedFlow[];
}

/** Judges the assembly as `microseg verify` does. `found` are the carriers that it has looked at, without hashes. */
export function deviationsIn(directory: string): Deviations {
  const read = readArtifacts(directory);
  const artifacts = verifyPlaced(readManifests(directory), read).policies.flatMap((policy) => policy.artifacts);
  const carriers = read.filter(({ platform }) => platform === 'linux').flatMap(({ workloads }) => workloads.map(({ carrier }) => carrier));
  return {
    found: carriers.map((carrier) => carrier.replace(/[0-9A-F]{8}\/.*$/, '')).sort(),
    excess: artifacts.flatMap((each) => each.excess),
    missing: artifacts.flatMap((each) => each.missing),
  };
}

/** The one resource of a type whose logical id starts so. */
export function resource(stack: Stack, type: string, start: string): Json {
  const found = Object.entries(Template.fromStack(stack).findResources(type)).filter(([id]) => id.startsWith(start));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0][1];
}

/** A value of a template as text, intrinsic functions as JSON. */
export function flat(value: Json): string {
  if (typeof value === 'string') return value;
  return value['Fn::Join'] ? value['Fn::Join'][1].map(flat).join('') : JSON.stringify(value);
}

export function assetsIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => /^asset\.[0-9a-f]{64}\.(tar\.gz|nft)$/.test(name)).sort();
}
