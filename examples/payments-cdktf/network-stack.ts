import { DataAwsAvailabilityZones } from '@cdktf/provider-aws/lib/data-aws-availability-zones';
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { EnforcementMode } from 'cdk-microsegmentation';
import { FlowLogs, SecurityGroups } from 'cdk-microsegmentation/cdktf';
import { Fn, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { PaymentsPolicy } from '../payments/policy';

const RANGE = '10.20.0.0/16';
const ZONES = 2;
/** From where hosts are administered: the subnet of the bastion and of nothing else. Known, so that no rule set shuts it out. */
export const ADMINISTRATION = '10.20.240.0/28';

type OwnSubnets = 'web' | 'api' | 'worker';

export interface NetworkStackProps {
  readonly region: string;
  /** How far the policy is in force. @default EnforcementMode.ENFORCE */
  readonly mode?: EnforcementMode;
}

/** The network, and who may talk to whom in it. The other stacks depend on this one; it depends on none. */
export class NetworkStack extends TerraformStack {
  public readonly vpc: Vpc;
  public readonly publicSubnetIds: string[];
  public readonly privateSubnetIds: string[];
  public readonly bastionSubnetId: string;
  /** Subnets of workloads that come and go: hosts know them by these. Nothing else belongs there. */
  public readonly ownSubnets: { readonly [workload in OwnSubnets]: Subnet[] };
  public readonly policy: PaymentsPolicy;
  /** The enforcement point: turns the policy into security groups, all of them in this stack. */
  public readonly groups: SecurityGroups;

  public constructor(scope: Construct, id: string, { region, mode }: NetworkStackProps) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region });
    this.vpc = new Vpc(this, 'vpc', { cidrBlock: RANGE, enableDnsHostnames: true });
    this.publicSubnetIds = idsOf(this.createSubnets('public', 0));
    this.privateSubnetIds = idsOf(this.createSubnets('private', ZONES));
    this.bastionSubnetId = new Subnet(this, 'bastion', { vpcId: this.vpc.id, cidrBlock: ADMINISTRATION, tags: { Name: 'payments-bastion' } }).id;
    this.ownSubnets = {
      web: this.createSubnets('web', 2 * ZONES),
      api: this.createSubnets('api', 3 * ZONES),
      worker: this.createSubnets('worker', 4 * ZONES),
    };
    this.connectToInternet();

    this.policy = new PaymentsPolicy(this, 'Payments', { mode });
    this.groups = new SecurityGroups(this, 'Groups', { policy: this.policy, vpcId: this.vpc.id, monitorScope: [RANGE] });
    new FlowLogs(this, 'FlowLogs', { vpcId: this.vpc.id });
  }

  /** One subnet of 4,096 addresses in each zone. */
  private createSubnets(name: string, first: number): Subnet[] {
    const zones = new DataAwsAvailabilityZones(this, `${name}-zones`, { state: 'available' });
    return Array.from({ length: ZONES }, (_, index) => new Subnet(this, `${name}-${index + 1}`, {
      vpcId: this.vpc.id,
      availabilityZone: Fn.element(zones.names, index),
      cidrBlock: Fn.cidrsubnet(RANGE, 4, first + index),
      tags: { Name: `payments-${name}-${index + 1}` },
    }));
  }

  private connectToInternet(): void {
    const gateway = new InternetGateway(this, 'gateway', { vpcId: this.vpc.id });
    const address = new Eip(this, 'nat-address', { domain: 'vpc', dependsOn: [gateway] });
    const nat = new NatGateway(this, 'nat', { allocationId: address.id, subnetId: this.publicSubnetIds[0] });
    const everywhere = { cidrBlock: '0.0.0.0/0' };
    this.route('public', [...this.publicSubnetIds, this.bastionSubnetId], { ...everywhere, gatewayId: gateway.id });
    const own = Object.values(this.ownSubnets).flatMap(idsOf);
    this.route('private', [...this.privateSubnetIds, ...own], { ...everywhere, natGatewayId: nat.id });
  }

  private route(name: string, subnetIds: string[], route: { cidrBlock: string; gatewayId?: string; natGatewayId?: string }): void {
    const table = new RouteTable(this, `${name}-routes`, { vpcId: this.vpc.id, route: [route] });
    subnetIds.forEach((subnetId, index) => new RouteTableAssociation(this, `${name}-routes-${index + 1}`, { subnetId, routeTableId: table.id }));
  }
}

/** For resources that stand in subnets. */
export function idsOf(subnets: readonly Subnet[]): string[] {
  return subnets.map(({ id }) => id);
}
