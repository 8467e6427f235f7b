import { GoogleFirewallPlan, GoogleIdentity, Layer4, PlannedRule } from '../../../platforms/gcp/plan-types';
import { literal, literalOrToken } from '../terraform-text';

/** One element of the `for_each` of rules in a network firewall policy. */
export interface PolicyRuleEntry {
  readonly priority: number;
  readonly direction: string;
  readonly action: string;
  readonly logged: boolean;
  readonly rule_name: string;
  readonly description: string;
  readonly layer4: { readonly ip_protocol: string; readonly ports?: string[] }[];
  readonly target_secure_tags: string[];
  readonly src_secure_tags: string[];
  readonly src_ip_ranges?: string[];
  readonly dest_ip_ranges?: string[];
  readonly src_address_groups?: string[];
  readonly dest_address_groups?: string[];
}

interface Traffic { readonly protocol: string; readonly ports?: string[] }

/** One element of the `for_each` of VPC firewall rules. */
export interface FirewallRuleEntry {
  readonly name: string;
  readonly priority: number;
  readonly direction: string;
  readonly description: string;
  /** One of the two is empty. */
  readonly allow: Traffic[];
  readonly deny: Traffic[];
  /** Metadata of log records; empty for a rule that is not logged. */
  readonly log: string[];
  readonly source_ranges?: string[];
  readonly destination_ranges?: string[];
  readonly source_tags?: string[];
  readonly target_tags?: string[];
  readonly source_service_accounts?: string[];
  readonly target_service_accounts?: string[];
}

export function policyRuleEntries({ rules }: GoogleFirewallPlan): { [id: string]: PolicyRuleEntry } {
  return Object.fromEntries(rules.map((rule) => [rule.id, policyRuleEntry(rule)]));
}

export function firewallRuleEntries({ rules, identity }: GoogleFirewallPlan): { [id: string]: FirewallRuleEntry } {
  return Object.fromEntries(rules.map((rule) => [rule.id, firewallRuleEntry(rule, identity)]));
}

function policyRuleEntry(rule: PlannedRule): PolicyRuleEntry {
  const end = rule.end === 'ingress' ? 'src' : 'dest';
  return {
    priority: rule.priority,
    direction: rule.end.toUpperCase(),
    action: rule.action,
    logged: rule.logged,
    rule_name: rule.name,
    description: literal(rule.description),
    layer4: rule.layer4.map((layer4) => ({ ip_protocol: layer4.protocol, ...portsOf(layer4) })),
    target_secure_tags: texts(rule.targets),
    src_secure_tags: texts(rule.identities),
    ...ifAny(`${end}_ip_ranges`, rule.ranges),
    ...ifAny(`${end}_address_groups`, rule.addressGroups),
  };
}

function firewallRuleEntry(rule: PlannedRule, identity: GoogleIdentity): FirewallRuleEntry {
  const kind = identity === 'networkTags' ? 'tags' : 'service_accounts';
  const traffic = rule.layer4.map((layer4) => ({ protocol: layer4.protocol, ...portsOf(layer4) }));
  return {
    name: rule.name,
    priority: rule.priority,
    direction: rule.end.toUpperCase(),
    description: literal(rule.description),
    allow: rule.action === 'allow' ? traffic : [],
    deny: rule.action === 'deny' ? traffic : [],
    log: rule.logged ? ['INCLUDE_ALL_METADATA'] : [],
    ...ifAny(rule.end === 'ingress' ? 'source_ranges' : 'destination_ranges', rule.ranges),
    ...ifAny(`source_${kind}`, rule.identities),
    ...ifAny(`target_${kind}`, rule.targets),
  };
}

function portsOf({ ports }: Layer4): { ports?: string[] } {
  return ports.length === 0 ? {} : { ports: [...ports] };
}

/** An attribute without anything in it is left out. */
function ifAny(name: string, values: readonly string[]): { [name: string]: string[] } {
  return values.length === 0 ? {} : { [name]: texts(values) };
}

function texts(values: readonly string[]): string[] {
  return values.map(literalOrToken);
}
