import { Construct } from 'constructs';
import type { TerraformFamily } from '../family';
import { atSynthesis } from '../late-values';
import { FirewallRuleEntry, PolicyRuleEntry } from './rule-entries';

interface RuleResourceProps {
  /** Of the policy and its association. */
  readonly name: string;
  readonly network: string;
  readonly project?: string;
}

export interface PolicyRulesProps extends RuleResourceProps {
  /** Absent: a policy of its own is made and associated with the network. */
  readonly firewallPolicyName?: string;
  /** Asked for at synthesis, several times. */
  readonly rules: () => { [id: string]: PolicyRuleEntry };
}

export interface FirewallRulesProps extends RuleResourceProps {
  /** Asked for at synthesis, several times. */
  readonly rules: () => { [id: string]: FirewallRuleEntry };
}

/**
 * One resource for all rules of a network firewall policy, filled at synthesis. Each rule is a resource instance of its own,
 * and not a block of the whole policy, so that a plan shows one flow as the rules of that flow.
 *
 * @returns name of the policy
 */
export function addPolicyRules(scope: Construct, family: TerraformFamily, props: PolicyRulesProps): string {
  const { name, network, project, firewallPolicyName } = props;
  const { ComputeNetworkFirewallPolicy } = family.provider('google', 'compute-network-firewall-policy');
  const { ComputeNetworkFirewallPolicyAssociation } = family.provider('google', 'compute-network-firewall-policy-association');
  const { ComputeNetworkFirewallPolicyRule } = family.provider('google', 'compute-network-firewall-policy-rule');
  const { Token } = family.core;
  const firewallPolicy = firewallPolicyName ?? new ComputeNetworkFirewallPolicy(scope, 'policy', { name, project }).name;
  const rules = new ComputeNetworkFirewallPolicyRule(scope, 'rules', {
    forEach: eachOf(family, props.rules),
    project,
    firewallPolicy,
    priority: Token.asNumber('${each.value.priority}'),
    direction: '${each.value.direction}',
    action: '${each.value.action}',
    enableLogging: Token.asAny('${each.value.logged}'),
    ruleName: '${each.value.rule_name}',
    description: '${each.value.description}',
    match: {
      srcIpRanges: Token.asList(optional<PolicyRuleEntry>('src_ip_ranges')),
      destIpRanges: Token.asList(optional<PolicyRuleEntry>('dest_ip_ranges')),
      srcAddressGroups: Token.asList(optional<PolicyRuleEntry>('src_address_groups')),
      destAddressGroups: Token.asList(optional<PolicyRuleEntry>('dest_address_groups')),
      layer4Configs: [],
    },
  });
  // The framework's own dynamic blocks call their iterator `each`, which hides the one of the resource.
  rules.addOverride('match.layer4_configs', undefined);
  rules.addOverride('match.dynamic', {
    layer4_configs: block('layer4', { ip_protocol: '${layer4_configs.value.ip_protocol}', ports: '${try(layer4_configs.value.ports, null)}' }),
    src_secure_tags: block('src_secure_tags', { name: '${src_secure_tags.value}' }),
  });
  rules.addOverride('dynamic', { target_secure_tags: block('target_secure_tags', { name: '${target_secure_tags.value}' }) });
  if (firewallPolicyName === undefined) {
    // Only then, so that there is no moment in which the policy stands in the network without its rules.
    new ComputeNetworkFirewallPolicyAssociation(scope, 'association', {
      name, project, firewallPolicy, attachmentTarget: network, dependsOn: [rules],
    });
  }
  return firewallPolicy;
}

/** One resource for all VPC firewall rules, filled at synthesis. */
export function addFirewallRules(scope: Construct, family: TerraformFamily, { network, project, rules }: FirewallRulesProps): void {
  const { ComputeFirewall } = family.provider('google', 'compute-firewall');
  const { Token } = family.core;
  const list = (attribute: keyof FirewallRuleEntry) => Token.asList(optional<FirewallRuleEntry>(attribute));
  const firewall = new ComputeFirewall(scope, 'rules', {
    forEach: eachOf(family, rules),
    project,
    network,
    name: '${each.value.name}',
    description: '${each.value.description}',
    direction: '${each.value.direction}',
    priority: Token.asNumber('${each.value.priority}'),
    sourceRanges: list('source_ranges'),
    destinationRanges: list('destination_ranges'),
    sourceTags: list('source_tags'),
    targetTags: list('target_tags'),
    sourceServiceAccounts: list('source_service_accounts'),
    targetServiceAccounts: list('target_service_accounts'),
  });
  const traffic = (name: string) => ({ protocol: `\${${name}.value.protocol}`, ports: `\${try(${name}.value.ports, null)}` });
  firewall.addOverride('dynamic', {
    allow: block('allow', traffic('allow')),
    deny: block('deny', traffic('deny')),
    log_config: block('log', { metadata: '${log_config.value}' }),
  });
}

function eachOf({ core: { Lazy, TerraformIterator } }: TerraformFamily, produce: () => object) {
  // The iterator is typed for maps, and only ever asked for its expression.
  return TerraformIterator.fromMap(Lazy.anyValue(atSynthesis(produce, {})) as unknown as { [key: string]: unknown });
}

/** One block for each element of a list in the entry. */
function block(list: string, content: object): object {
  return { for_each: `\${each.value.${list}}`, content };
}

function optional<Entry>(attribute: keyof Entry & string): string {
  return `\${try(each.value.${attribute}, null)}`;
}
