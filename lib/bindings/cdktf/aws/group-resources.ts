import { Construct } from 'constructs';
import type { TerraformFamily } from '../family';
import { atSynthesis } from '../late-values';
import { textTags } from '../terraform-text';
import { GroupEntry, RuleEntry } from './rule-maps';

/** What the resources iterate over; asked for at synthesis, several times. */
export interface GroupContent {
  readonly groups: { [key: string]: GroupEntry };
  readonly ingress: { [id: string]: RuleEntry };
  readonly egress: { [id: string]: RuleEntry };
}

export interface GroupResourcesProps {
  readonly vpcId: string;
  readonly tags: { readonly [key: string]: string };
  readonly content: GroupContent;
}

/** Tags that every planned group has, each with a value of its own. */
export const GROUP_TAGS: readonly string[] = ['Name', 'microseg:policy', 'microseg:workload', 'microseg:role', 'microseg:shard'];

/**
 * Three resources hold all groups and rules of an enforcement point. They are created at once, so that other stacks can
 * refer to them, and filled at synthesis, so that everything declared until then counts.
 */
export class GroupResources {
  private readonly resource: { readonly friendlyUniqueId: string; readonly terraformResourceType: string };

  public constructor(scope: Construct, private readonly family: TerraformFamily, props: GroupResourcesProps) {
    const { SecurityGroup } = family.provider('aws', 'security-group');
    this.resource = new SecurityGroup(scope, 'group', {
      forEach: this.forEach(() => props.content.groups),
      vpcId: props.vpcId,
      name: '${each.value.name}',
      description: '${each.value.description}',
      // A map that aspects of users can add to; one expression for all tags would not let them.
      tags: { ...textTags(props.tags), ...Object.fromEntries(GROUP_TAGS.map((tag) => [tag, `\${each.value.tags["${tag}"]}`])) },
      // Terraform then takes a group off its interfaces before it deletes it.
      lifecycle: { createBeforeDestroy: true },
    });
    const { VpcSecurityGroupIngressRule } = family.provider('aws', 'vpc-security-group-ingress-rule');
    const { VpcSecurityGroupEgressRule } = family.provider('aws', 'vpc-security-group-egress-rule');
    new VpcSecurityGroupIngressRule(scope, 'ingress', this.ruleConfig(() => props.content.ingress));
    new VpcSecurityGroupEgressRule(scope, 'egress', this.ruleConfig(() => props.content.egress));
  }

  /** Address of the groups in Terraform. */
  public get address(): string {
    return `${this.resource.terraformResourceType}.${this.resource.friendlyUniqueId}`;
  }

  /** The provider wants to see all four ways to name a peer, of which each rule uses one. */
  private ruleConfig(rules: () => { [id: string]: RuleEntry }) {
    const { Token } = this.family.core;
    return {
      forEach: this.forEach(rules),
      securityGroupId: this.family.core.Lazy.stringValue({ produce: () => `\${${this.address}[each.value.group].id}` }),
      ipProtocol: '${each.value.ip_protocol}',
      fromPort: Token.asNumber(optional('from_port')),
      toPort: Token.asNumber(optional('to_port')),
      cidrIpv4: optional('cidr_ipv4'),
      cidrIpv6: optional('cidr_ipv6'),
      prefixListId: optional('prefix_list_id'),
      referencedSecurityGroupId: optional('referenced_security_group_id'),
      description: optional('description'),
    };
  }

  private forEach(produce: () => object) {
    const { Lazy, TerraformIterator } = this.family.core;
    // The iterator is typed for maps, and only ever asked for its expression.
    return TerraformIterator.fromMap(Lazy.anyValue(atSynthesis(produce, {})) as unknown as { [key: string]: unknown });
  }
}

function optional(attribute: keyof RuleEntry): string {
  return `\${try(each.value.${attribute}, null)}`;
}
