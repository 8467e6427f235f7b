import { LinuxVirtualMachine } from '@cdktf/provider-azurerm/lib/linux-virtual-machine';
import { NetworkInterface } from '@cdktf/provider-azurerm/lib/network-interface';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { Subnet } from '@cdktf/provider-azurerm/lib/subnet';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network';
import { NetworkSecurityGroups, VnetFlowLogs } from 'cdk-microsegmentation/cdktf';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { ShopPolicy, SITES } from './policy';

const { azure: SITE } = SITES;
const LOCATION = 'westeurope';
/** A public key of yours. */
const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE';

export interface AzureStackProps {
  readonly policy: ShopPolicy;
}

/** The ERP: network security groups. Rules name its two tiers by application security groups, the other sites by addresses. */
export class AzureStack extends TerraformStack {
  private readonly group: ResourceGroup;
  private readonly network: VirtualNetwork;

  public constructor(scope: Construct, id: string, { policy }: AzureStackProps) {
    super(scope, id);
    new AzurermProvider(this, 'azurerm', { features: [{}] });
    this.group = new ResourceGroup(this, 'group', { name: 'shop-erp', location: LOCATION });
    const place = { resourceGroupName: this.group.name, location: LOCATION };
    this.network = new VirtualNetwork(this, 'network', { ...place, name: 'erp', addressSpace: [SITE.network] });
    const storage = new StorageAccount(this, 'logs', { ...place, name: 'shoperpflowlogs', accountTier: 'Standard', accountReplicationType: 'LRS' });
    new VnetFlowLogs(this, 'flow-logs', { virtualNetworkId: this.network.id, storageAccountId: storage.id, location: LOCATION });

    const groups = new NetworkSecurityGroups(this, 'groups', {
      ...place, policy, virtualNetworkId: this.network.id, monitorScope: [SITE.network],
    });
    groups.protect(policy.erpApi, { networkInterfaceIds: [this.machine('api', SITE.api)] });
    groups.protect(policy.erpDatabase, { networkInterfaceIds: [this.machine('database', SITE.database)] });
  }

  /** A virtual machine in a subnet of its own. @returns the id of its network interface */
  private machine(name: string, block: string): string {
    const place = { resourceGroupName: this.group.name, location: LOCATION };
    const subnet = new Subnet(this, `${name}-subnet`, {
      name, resourceGroupName: this.group.name, virtualNetworkName: this.network.name, addressPrefixes: [block],
    });
    const networkInterface = new NetworkInterface(this, `${name}-interface`, {
      ...place, name, ipConfiguration: [{ name: 'internal', subnetId: subnet.id, privateIpAddressAllocation: 'Dynamic' }],
    });
    new LinuxVirtualMachine(this, name, {
      ...place,
      name,
      size: 'Standard_B2s',
      adminUsername: 'erp',
      adminSshKey: [{ username: 'erp', publicKey: PUBLIC_KEY }],
      networkInterfaceIds: [networkInterface.id],
      osDisk: { caching: 'ReadWrite', storageAccountType: 'Standard_LRS' },
      sourceImageReference: { publisher: 'Debian', offer: 'debian-12', sku: '12', version: 'latest' },
    });
    return networkInterface.id;
  }
}
