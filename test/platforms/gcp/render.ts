import { GoogleFirewallPlan, PlannedRule } from '../../../lib/platforms/gcp/plan-types';

type Json = { [name: string]: unknown };

export const NETWORK = '${google_compute_network.main.id}';
const NETWORKS = { google_compute_network: { main: { name: 'main' } } };

/** A plan as resources of Terraform, each rule written out. Identities and addresses stand as they are in the plan. */
export function rendered(plan: GoogleFirewallPlan): Json {
  const rules = plan.rules.map((rule) => [rule.id, plan.form === 'policyRules' ? policyRule(rule) : firewallRule(rule)]);
  if (plan.form === 'firewallRules') return { resource: { ...NETWORKS, google_compute_firewall: Object.fromEntries(rules) } };
  return { resource: { ...NETWORKS, ...POLICY, google_compute_network_firewall_policy_rule: Object.fromEntries(rules) } };
}

/** A policy that is in force in the network. */
export const POLICY: Json = {
  google_compute_network_firewall_policy: { main: { name: 'main' } },
  google_compute_network_firewall_policy_association: {
    main: { name: 'main', attachment_target: NETWORK, firewall_policy: '${google_compute_network_firewall_policy.main.name}' },
  },
};

function policyRule(rule: PlannedRule): Json {
  const { name, action, priority, end, logged, targets, layer4, ranges, identities, addressGroups, description } = rule;
  const side = end === 'ingress' ? 'src' : 'dest';
  return {
    firewall_policy: '${google_compute_network_firewall_policy.main.name}',
    rule_name: name,
    action,
    priority,
    direction: end.toUpperCase(),
    enable_logging: logged,
    description,
    target_secure_tags: targets.map((tag) => ({ name: tag })),
    match: {
      layer4_configs: layer4.map(({ protocol, ports }) => ({ ip_protocol: protocol, ports })),
      [`${side}_ip_ranges`]: ranges,
      [`${side}_address_groups`]: addressGroups,
      ...(end === 'ingress' && { src_secure_tags: identities.map((tag) => ({ name: tag })) }),
    },
  };
}

function firewallRule({ name, action, priority, end, targets, layer4, ranges, identities, description }: PlannedRule): Json {
  const kind = targets[0].includes('@') ? 'service_accounts' : 'tags';
  return {
    name,
    network: NETWORK,
    [action]: layer4.map(({ protocol, ports }) => ({ protocol, ports })),
    priority,
    direction: end.toUpperCase(),
    description,
    [`target_${kind}`]: targets,
    [end === 'ingress' ? 'source_ranges' : 'destination_ranges']: ranges,
    ...(end === 'ingress' && { [`source_${kind}`]: identities }),
  };
}
