import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationSecurityGroup } from '@cdktf/provider-azurerm/lib/application-security-group';
import { NetworkInterface } from '@cdktf/provider-azurerm/lib/network-interface';
import { NetworkInterfaceApplicationSecurityGroupAssociation } from '@cdktf/provider-azurerm/lib/network-interface-application-security-group-association';
import { NetworkInterfaceSecurityGroupAssociation } from '@cdktf/provider-azurerm/lib/network-interface-security-group-association';
import { NetworkSecurityGroup } from '@cdktf/provider-azurerm/lib/network-security-group';
import { NetworkSecurityRule, NetworkSecurityRuleConfig } from '@cdktf/provider-azurerm/lib/network-security-rule';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { Subnet } from '@cdktf/provider-azurerm/lib/subnet';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network';
import { ComputeFirewall, ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeNetworkFirewallPolicy } from '@cdktf/provider-google/lib/compute-network-firewall-policy';
import { ComputeNetworkFirewallPolicyAssociation } from '@cdktf/provider-google/lib/compute-network-firewall-policy-association';
import { ComputeNetworkFirewallPolicyRule, ComputeNetworkFirewallPolicyRuleConfig } from '@cdktf/provider-google/lib/compute-network-firewall-policy-rule';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { TagsLocationTagBinding } from '@cdktf/provider-google/lib/tags-location-tag-binding';
import { TagsTagKey } from '@cdktf/provider-google/lib/tags-tag-key';
import { TagsTagValue } from '@cdktf/provider-google/lib/tags-tag-value';
import { App, TerraformStack } from 'cdktf';

/** The content of the cdk.tf.json that one stack synthesizes to. */
export function synthesize(build: (stack: TerraformStack) => void): object {
  const outdir = mkdtempSync(join(tmpdir(), 'microseg-fixture-'));
  try {
    const stack = new TerraformStack(new App({ outdir }), 'Stack');
    build(stack);
    return stack.toTerraform();
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

type AzureRule = Omit<NetworkSecurityRuleConfig, 'resourceGroupName' | 'networkSecurityGroupName' | 'name'>;

/** Two machines in application groups, a security group on the interface of one, and its rules. */
export function azureNetwork(rulesOf: (groups: { readonly web: string; readonly db: string }) => { [name: string]: Partial<AzureRule> }) {
  return synthesize((stack) => {
    new AzurermProvider(stack, 'azure', { features: [{}], subscriptionId: '11111111-2222-3333-4444-555555555555' });
    const group = new ResourceGroup(stack, 'group', { name: 'erp', location: 'westeurope' });
    const place = { resourceGroupName: group.name, location: group.location };
    const network = new VirtualNetwork(stack, 'network', { ...place, name: 'erp', addressSpace: ['10.1.0.0/16'] });
    const subnet = new Subnet(stack, 'subnet', {
      name: 'app', resourceGroupName: group.name, virtualNetworkName: network.name, addressPrefixes: ['10.1.1.0/24'],
    });
    const security = new NetworkSecurityGroup(stack, 'security', { ...place, name: 'db' });
    const [web, db] = ['web', 'db'].map((name) => {
      const application = new ApplicationSecurityGroup(stack, `${name}-group`, { ...place, name });
      const ipConfiguration = [{ name: 'main', subnetId: subnet.id, privateIpAddressAllocation: 'Dynamic' }];
      const machine = new NetworkInterface(stack, `${name}-interface`, { ...place, name, ipConfiguration });
      new NetworkInterfaceApplicationSecurityGroupAssociation(stack, `${name}-member`, {
        networkInterfaceId: machine.id, applicationSecurityGroupId: application.id,
      });
      return { application, machine };
    });
    new NetworkInterfaceSecurityGroupAssociation(stack, 'secured', {
      networkInterfaceId: db.machine.id, networkSecurityGroupId: security.id,
    });
    for (const [name, rule] of Object.entries(rulesOf({ web: web.application.id, db: db.application.id }))) {
      new NetworkSecurityRule(stack, `rule-${name}`, {
        name, resourceGroupName: group.name, networkSecurityGroupName: security.name,
        priority: 200, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourcePortRange: '*', ...rule,
      });
    }
  });
}

type PolicyRule = Omit<ComputeNetworkFirewallPolicyRuleConfig, 'firewallPolicy'>;

/** A machine with a secure tag in a network that a policy protects, with the policy's rules. */
export function googleNetwork(rulesOf: (tags: { readonly web: string; readonly db: string }) => { [name: string]: Partial<PolicyRule> }) {
  return synthesize((stack) => {
    new GoogleProvider(stack, 'google', { project: 'analytics', region: 'europe-west1' });
    const network = new ComputeNetwork(stack, 'network', { name: 'analytics', autoCreateSubnetworks: false });
    const subnetwork = new ComputeSubnetwork(stack, 'subnetwork', { name: 'app', network: network.id, ipCidrRange: '10.2.0.0/16' });
    const key = new TagsTagKey(stack, 'role', {
      parent: 'projects/analytics', shortName: 'role', purpose: 'GCE_FIREWALL', purposeData: { network: `analytics/${network.name}` },
    });
    const [web, db] = ['web', 'db'].map((shortName) => new TagsTagValue(stack, shortName, { parent: key.id, shortName }));
    const machine = new ComputeInstance(stack, 'machine', {
      name: 'db', zone: 'europe-west1-b', machineType: 'e2-small',
      bootDisk: { initializeParams: { image: 'debian-12' } }, networkInterface: [{ subnetwork: subnetwork.id }],
    });
    new TagsLocationTagBinding(stack, 'tagged', {
      parent: `//compute.googleapis.com/projects/1/zones/${machine.zone}/instances/${machine.instanceId}`, location: machine.zone, tagValue: db.id,
    });
    const policy = new ComputeNetworkFirewallPolicy(stack, 'policy', { name: 'analytics' });
    new ComputeNetworkFirewallPolicyAssociation(stack, 'association', {
      name: 'analytics', firewallPolicy: policy.name, attachmentTarget: network.id,
    });
    for (const [name, rule] of Object.entries(rulesOf({ web: web.id, db: db.id }))) {
      new ComputeNetworkFirewallPolicyRule(stack, `rule-${name}`, {
        firewallPolicy: policy.name, ruleName: name, priority: 1000, direction: 'INGRESS', action: 'allow',
        match: { layer4Configs: [{ ipProtocol: 'tcp', ports: ['5432'] }], srcIpRanges: ['10.0.0.0/8'] }, ...rule,
      });
    }
  });
}

/** VPC firewall rules of one network. */
export function googleFirewalls(rules: { [name: string]: Partial<ComputeFirewallConfig> }) {
  return synthesize((stack) => {
    new GoogleProvider(stack, 'google', { project: 'analytics' });
    const network = new ComputeNetwork(stack, 'network', { name: 'analytics' });
    for (const [name, rule] of Object.entries(rules)) {
      new ComputeFirewall(stack, name, { name, network: network.name, ...rule });
    }
  });
}
