import { End, PlannedGroup, PlannedRule, RulePeer, SecurityGroupsPlan } from '../../../platforms/aws/plan-types';
import { literal } from '../terraform-text';

/** One element of the groups' `for_each`. */
export interface GroupEntry {
  readonly name: string;
  readonly description: string;
  readonly tags: { readonly [key: string]: string };
}

/** One element of a rule resource's `for_each`: the attributes that the rule has, under Terraform's names. */
export interface RuleEntry {
  readonly group: string;
  readonly ip_protocol: string;
  readonly description: string;
  readonly from_port?: number;
  readonly to_port?: number;
  readonly cidr_ipv4?: string;
  readonly cidr_ipv6?: string;
  readonly prefix_list_id?: string;
  readonly referenced_security_group_id?: string;
}

/** What `for_each` maps refer to. */
export interface References {
  /** Address of the group resource, such as `aws_security_group.Groups`. */
  readonly groups: string;
  /** Ids of groups of other enforcement points, by workload. */
  readonly foreign: { readonly [workload: string]: string };
}

/** Group key to group. `suffix` tells apart enforcement points that make groups for the same workloads in one network. */
export function groupEntries(plan: SecurityGroupsPlan, suffix: string): { [key: string]: GroupEntry } {
  return Object.fromEntries(plan.groups.map((group) => [group.key, groupEntry(group, suffix)]));
}

/** Rule id to rule. */
export function ruleEntries(plan: SecurityGroupsPlan, end: End, references: References): { [id: string]: RuleEntry } {
  const rules = plan.groups.flatMap((group) => group.rules.filter((rule) => rule.end === end).map((rule) => ({ group, rule })));
  return Object.fromEntries(rules.map(({ group, rule }) => [rule.id, ruleEntry(group, rule, references)]));
}

/** The expression for the id of a planned group. */
export function groupId(groups: string, key: string): string {
  return `\${${groups}[${JSON.stringify(key)}].id}`;
}

function groupEntry({ key, description, tags }: PlannedGroup, suffix: string): GroupEntry {
  return {
    // A name must not start with `sg-`, and changing it replaces the group: it holds nothing but identity.
    name: literal(`microseg ${tags['microseg:policy']}/${key} ${suffix}`),
    description: literal(description),
    tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, literal(value)])),
  };
}

function ruleEntry(group: PlannedGroup, rule: PlannedRule, references: References): RuleEntry {
  return {
    group: group.key,
    ip_protocol: rule.protocol,
    ...(rule.fromPort !== undefined && { from_port: rule.fromPort }),
    ...(rule.toPort !== undefined && { to_port: rule.toPort }),
    ...peerAttribute(rule.peer, references),
    description: literal(rule.description),
  };
}

function peerAttribute(peer: RulePeer, { groups, foreign }: References): Partial<RuleEntry> {
  switch (peer.kind) {
    case 'cidrIpv4': return { cidr_ipv4: peer.cidr };
    case 'cidrIpv6': return { cidr_ipv6: peer.cidr };
    case 'token': return peer.family === 4 ? { cidr_ipv4: peer.value } : { cidr_ipv6: peer.value };
    case 'prefixList': return { prefix_list_id: peer.value };
    // The whole expression, not a key to look up: what is not there must fail the plan, not become a rule without peer.
    case 'group': return { referenced_security_group_id: groupId(groups, peer.key) };
    case 'foreignGroup': return { referenced_security_group_id: foreign[peer.workload] };
  }
}
