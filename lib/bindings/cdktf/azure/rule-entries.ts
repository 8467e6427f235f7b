import { PlannedRule, PlannedSecurityGroup, RulePeer } from '../../../platforms/azure/plan-types';
import { literal } from '../terraform-text';

/** One element of the rules' `for_each`: the attributes that the rule has, under Terraform's names. */
export interface RuleEntry {
  readonly description: string;
  readonly direction: string;
  readonly access: string;
  readonly priority: number;
  readonly protocol: string;
  readonly destination_port_range?: string;
  readonly destination_port_ranges?: string[];
  readonly source_address_prefix?: string;
  readonly source_address_prefixes?: string[];
  readonly source_application_security_group_ids?: string[];
  readonly destination_address_prefix?: string;
  readonly destination_address_prefixes?: string[];
  readonly destination_application_security_group_ids?: string[];
}

/** The application security group of a workload that is protected on network interfaces. */
type ApplicationGroupId = (workload: string) => string;

/** Rule name to rule. */
export function ruleEntries({ rules }: PlannedSecurityGroup, applicationGroupId: ApplicationGroupId): { [name: string]: RuleEntry } {
  return Object.fromEntries(rules.map((rule) => [rule.name, ruleEntry(rule, applicationGroupId)]));
}

function ruleEntry(rule: PlannedRule, applicationGroupId: ApplicationGroupId): RuleEntry {
  const { direction, access, priority, protocol, destinationPorts: ports, peer, description } = rule;
  const peerAttributes = direction === 'Inbound'
    ? { ...ends('source', peer, applicationGroupId), destination_address_prefix: '*' }
    : { source_address_prefix: '*', ...ends('destination', peer, applicationGroupId) };
  return {
    description: literal(description), direction, access, priority, protocol,
    ...(ports.length === 1 ? { destination_port_range: ports[0] } : { destination_port_ranges: [...ports] }),
    ...peerAttributes,
  };
}

function ends(end: 'source' | 'destination', peer: RulePeer, applicationGroupId: ApplicationGroupId): object {
  switch (peer.kind) {
    case 'any': return { [`${end}_address_prefix`]: '*' };
    case 'serviceTag': return { [`${end}_address_prefix`]: peer.tag };
    case 'applicationGroups': return { [`${end}_application_security_group_ids`]: peer.workloads.map(applicationGroupId) };
    // Azure gives a list of one back as a single value.
    case 'addresses': return peer.prefixes.length === 1
      ? { [`${end}_address_prefix`]: peer.prefixes[0] }
      : { [`${end}_address_prefixes`]: [...peer.prefixes] };
  }
}
