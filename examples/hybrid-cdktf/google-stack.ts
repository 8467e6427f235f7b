import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { NetworkSecurityAddressGroup } from '@cdktf/provider-google/lib/network-security-address-group';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { TagsLocationTagBinding } from '@cdktf/provider-google/lib/tags-location-tag-binding';
import { GoogleFirewall } from 'cdk-microsegmentation/cdktf';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { ShopPolicy, SITES } from './policy';

const { google: SITE } = SITES;
const REGION = 'europe-west4';
const ZONE = `${REGION}-a`;
/** A project of yours. */
const PROJECT = 'shop-analytics';
const PROJECT_NUMBER = '123456789012';
/** Partners who fetch reports: whoever may change this group lets them in, with no change of a rule. */
export const PARTNERS = `projects/${PROJECT}/locations/global/addressGroups/partners`;

export interface GoogleStackProps {
  readonly policy: ShopPolicy;
}

/** Analytics: a network firewall policy, in which machines are known by secure tags. */
export class GoogleStack extends TerraformStack {
  /** Where the collector is, known when it is deployed. */
  public readonly collectorBlock: string;

  private readonly network: ComputeNetwork;

  public constructor(scope: Construct, id: string, { policy }: GoogleStackProps) {
    super(scope, id);
    new GoogleProvider(this, 'google', { project: PROJECT, region: REGION });
    this.network = new ComputeNetwork(this, 'network', { name: 'analytics', project: PROJECT, autoCreateSubnetworks: false });
    new NetworkSecurityAddressGroup(this, 'partners', {
      name: 'partners', parent: `projects/${PROJECT}`, location: 'global', type: 'IPV4', capacity: 100, items: ['198.51.100.0/28', '203.0.113.40/32'],
    });
    const firewall = new GoogleFirewall(this, 'firewall', {
      policy, network: this.network.id, tagParent: `projects/${PROJECT}`, monitorScope: [SITE.network],
    });
    const collector = this.machine('collector', SITE.collector, firewall.secureTag(policy.collector));
    this.machine('warehouse', SITE.warehouse, firewall.secureTag(policy.warehouse));
    this.collectorBlock = `${collector.networkInterface.get(0).networkIp}/32`;
  }

  /** A machine in a subnet of its own, with flow logs, known by the tag. */
  private machine(name: string, block: string, tagValue: string): ComputeInstance {
    const subnet = new ComputeSubnetwork(this, `${name}-subnet`, {
      name,
      region: REGION,
      network: this.network.id,
      ipCidrRange: block,
      logConfig: { aggregationInterval: 'INTERVAL_1_MIN', flowSampling: 1, metadata: 'INCLUDE_ALL_METADATA' },
    });
    const machine = new ComputeInstance(this, name, {
      name,
      zone: ZONE,
      machineType: 'e2-small',
      bootDisk: { initializeParams: { image: 'debian-cloud/debian-12' } },
      networkInterface: [{ subnetwork: subnet.id }],
    });
    new TagsLocationTagBinding(this, `${name}-tag`, {
      tagValue, location: ZONE, parent: `//compute.googleapis.com/projects/${PROJECT_NUMBER}/zones/${ZONE}/instances/${machine.instanceId}`,
    });
    return machine;
  }
}
