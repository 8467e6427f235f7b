import { Construct } from 'constructs';
import { stableId } from '../../../support/stable-id';
import type { TerraformFamily } from '../family';
import { atSynthesis } from '../late-values';
import { RuleEntry } from './rule-entries';

export interface WorkloadGroupsProps {
  /** Identifies the groups among those of all enforcement points, policies and workloads. */
  readonly name: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: { readonly [key: string]: string };
  /** The rules by name; asked for at synthesis, several times. */
  readonly rules: () => { [name: string]: RuleEntry };
}

/**
 * What one workload has in Azure: a network security group, one resource for all of its rules, filled at synthesis, and what
 * puts it on network interfaces and subnets.
 *
 * Rules are resources of their own and not blocks of the group: a plan then shows one flow as the rules of that flow, where
 * blocks would show the whole set of rules as changed. Associations wait for the rules, since a group without them lets in
 * the whole virtual network.
 */
export class WorkloadGroups extends Construct {
  private readonly group;
  private readonly rules;
  private applicationGroup?: { readonly id: string };

  public constructor(scope: Construct, id: string, private readonly family: TerraformFamily, private readonly props: WorkloadGroupsProps) {
    super(scope, id);
    const { resourceGroupName } = props;
    const { NetworkSecurityGroup } = family.provider('azurerm', 'network-security-group');
    const { NetworkSecurityRule } = family.provider('azurerm', 'network-security-rule');
    this.group = new NetworkSecurityGroup(this, 'group', this.groupConfig());
    this.rules = new NetworkSecurityRule(this, 'rules', { resourceGroupName, networkSecurityGroupName: this.group.name, ...this.ruleConfig() });
  }

  public get networkSecurityGroupId(): string {
    return this.group.id;
  }

  public get applicationSecurityGroupId(): string {
    const { ApplicationSecurityGroup } = this.family.provider('azurerm', 'application-security-group');
    this.applicationGroup ??= new ApplicationSecurityGroup(this, 'application-group', this.groupConfig());
    return this.applicationGroup.id;
  }

  /** @param key identifies the interface among those of the workload, in every run */
  public attachToNetworkInterface(key: string, networkInterfaceId: string): void {
    const interfaces = this.family.provider('azurerm', 'network-interface-security-group-association');
    const memberships = this.family.provider('azurerm', 'network-interface-application-security-group-association');
    const membership = new memberships.NetworkInterfaceApplicationSecurityGroupAssociation(this, `membership-${key}`, {
      networkInterfaceId, applicationSecurityGroupId: this.applicationSecurityGroupId,
    });
    new interfaces.NetworkInterfaceSecurityGroupAssociation(this, `interface-${key}`, {
      networkInterfaceId, networkSecurityGroupId: this.group.id, dependsOn: [this.rules, membership],
    });
  }

  /** @param key identifies the subnet among those of the workload, in every run */
  public attachToSubnet(key: string, subnetId: string): void {
    const { SubnetNetworkSecurityGroupAssociation } = this.family.provider('azurerm', 'subnet-network-security-group-association');
    new SubnetNetworkSecurityGroupAssociation(this, `subnet-${key}`, {
      subnetId, networkSecurityGroupId: this.group.id, dependsOn: [this.rules],
    });
  }

  private groupConfig() {
    const { name, resourceGroupName, location, tags } = this.props;
    return { name, resourceGroupName, location, tags: { ...tags } };
  }

  /** Of a prefix, a list of prefixes and a list of groups each rule has one; the others must be absent. */
  private ruleConfig() {
    const { Lazy, TerraformIterator, Token } = this.family.core;
    const list = (attribute: keyof RuleEntry) => Token.asList(optional(attribute));
    const entries = Lazy.anyValue(atSynthesis(this.props.rules, {}));
    return {
      // The iterator is typed for maps, and only ever asked for its expression.
      forEach: TerraformIterator.fromMap(entries as unknown as { [key: string]: unknown }),
      name: '${each.key}',
      description: '${each.value.description}',
      direction: '${each.value.direction}',
      access: '${each.value.access}',
      priority: Token.asNumber('${each.value.priority}'),
      protocol: '${each.value.protocol}',
      sourcePortRange: '*',
      destinationPortRange: optional('destination_port_range'),
      destinationPortRanges: list('destination_port_ranges'),
      sourceAddressPrefix: optional('source_address_prefix'),
      sourceAddressPrefixes: list('source_address_prefixes'),
      sourceApplicationSecurityGroupIds: list('source_application_security_group_ids'),
      destinationAddressPrefix: optional('destination_address_prefix'),
      destinationAddressPrefixes: list('destination_address_prefixes'),
      destinationApplicationSecurityGroupIds: list('destination_application_security_group_ids'),
    };
  }
}

/**
 * Longest name of a group.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork
 */
const MAX_NAME = 80;

/** A name of nothing but identity, since Azure replaces a group whose name changes. Ids hold no character that names may not. */
export function groupName(enforcementPoint: string, policy: string, workload: string): string {
  const id = stableId(enforcementPoint, policy, workload);
  return `${`microseg-${policy}-${workload}`.slice(0, MAX_NAME - id.length - 1)}-${id}`;
}

function optional(attribute: keyof RuleEntry): string {
  return `\${try(each.value.${attribute}, null)}`;
}
