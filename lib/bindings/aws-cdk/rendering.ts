import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PlannedRule, RulePeer } from '../../platforms/aws/plan-types';

/** The ids behind the names that a plan uses for groups. */
export interface GroupIds {
  /** Id of a planned group, by its key. */
  group(key: string): string;
  /** A workload's group at another enforcement point. */
  foreign(workload: string): { readonly securityGroupId: string; readonly ownerAccountId?: string };
}

/**
 * Admits nothing: ICMP of a type that does not exist to an address that nobody has. CloudFormation keeps EC2's default of
 * allowing everything outbound on a group that is given no egress rule, so a group that allows nothing is given this one.
 * AWS CDK writes the same rule, and readers know it.
 */
export const MATCH_NOTHING: CfnSecurityGroup.EgressProperty = {
  cidrIp: '255.255.255.255/32',
  description: 'Disallow all traffic',
  ipProtocol: 'icmp',
  fromPort: 252,
  toPort: 86,
};

export function inlineIngress(rules: readonly PlannedRule[], ids: GroupIds): CfnSecurityGroup.IngressProperty[] {
  return rules.filter((rule) => rule.end === 'ingress').map((rule) => ({ ...traffic(rule), ...source(rule.peer, ids) }));
}

export function inlineEgress(rules: readonly PlannedRule[], ids: GroupIds): CfnSecurityGroup.EgressProperty[] {
  const egress = rules.filter((rule) => rule.end === 'egress').map((rule) => ({ ...traffic(rule), ...destination(rule.peer, ids) }));
  return egress.length > 0 ? egress : [MATCH_NOTHING];
}

/** Protocol, ports and description; for both ends the same, inline and standalone. */
export function traffic({ protocol, fromPort, toPort, description }: PlannedRule): {
  ipProtocol: string; fromPort?: number; toPort?: number; description: string;
} {
  return { ipProtocol: protocol, fromPort, toPort, description };
}

/** Whom an ingress rule admits. */
export function source(peer: RulePeer, ids: GroupIds): Partial<CfnSecurityGroup.IngressProperty> {
  switch (peer.kind) {
    case 'prefixList': return { sourcePrefixListId: peer.value };
    case 'group': return { sourceSecurityGroupId: ids.group(peer.key) };
    case 'foreignGroup': {
      const { securityGroupId, ownerAccountId } = ids.foreign(peer.workload);
      return { sourceSecurityGroupId: securityGroupId, sourceSecurityGroupOwnerId: ownerAccountId };
    }
    default: return addresses(peer);
  }
}

/** Whom an egress rule admits. */
export function destination(peer: RulePeer, ids: GroupIds): Partial<CfnSecurityGroup.EgressProperty> {
  switch (peer.kind) {
    case 'prefixList': return { destinationPrefixListId: peer.value };
    case 'group': return { destinationSecurityGroupId: ids.group(peer.key) };
    case 'foreignGroup': return { destinationSecurityGroupId: ids.foreign(peer.workload).securityGroupId };
    default: return addresses(peer);
  }
}

function addresses(peer: Extract<RulePeer, { kind: 'cidrIpv4' | 'cidrIpv6' | 'token' }>): { cidrIp?: string; cidrIpv6?: string } {
  switch (peer.kind) {
    case 'cidrIpv4': return { cidrIp: peer.cidr };
    case 'cidrIpv6': return { cidrIpv6: peer.cidr };
    case 'token': return peer.family === 4 ? { cidrIp: peer.value } : { cidrIpv6: peer.value };
  }
}
