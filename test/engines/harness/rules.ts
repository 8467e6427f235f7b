import { Answer, Aws } from './aws';

/** A security group that carries this project's tags, with its rules as the EC2 API answers them. */
export interface GroupRecord {
  readonly policy: string;
  readonly workload: string;
  readonly role: string;
  readonly shard: string;
  readonly rules: readonly RuleRecord[];
}

/** One rule, without the ids that differ from run to run. */
export interface RuleRecord {
  readonly direction: 'ingress' | 'egress';
  readonly protocol: string;
  /** First port, or ICMP type; absent where the rule has all of them. */
  readonly from?: number;
  readonly to?: number;
  readonly peer: RulePeer;
  readonly description?: string;
}

export type RulePeer =
  | { readonly cidrIpv4: string }
  | { readonly cidrIpv6: string }
  | { readonly prefixListId: string }
  /** The workload tag of the referenced group, or its id where it has none. */
  | { readonly group: string };

/** Every group tagged `microseg:policy` with its rules, both in a stable order. */
export async function readRules(aws: Aws): Promise<GroupRecord[]> {
  const { SecurityGroups: all } = await aws.call('ec2', 'describe_security_groups');
  const { SecurityGroupRules: rules } = await aws.call('ec2', 'describe_security_group_rules');
  const tagsById = new Map<string, Tags>(all.map((group: Answer) => [group.GroupId, tagsOf(group)]));
  return [...tagsById]
    .filter(([, tags]) => tags['microseg:policy'] !== undefined)
    .map(([id, tags]): GroupRecord => ({
      policy: tags['microseg:policy'],
      workload: tags['microseg:workload'] ?? '',
      role: tags['microseg:role'] ?? '',
      shard: tags['microseg:shard'] ?? '',
      rules: ownedBy(id, rules).map((rule) => recordOf(rule, tagsById)).sort(byText),
    }))
    .sort(byText);
}

type Tags = { readonly [key: string]: string };

function tagsOf(group: Answer): Tags {
  return Object.fromEntries((group.Tags ?? []).map((tag: Answer) => [tag.Key, tag.Value]));
}

function recordOf(rule: Answer, tagsById: ReadonlyMap<string, Tags>): RuleRecord {
  const hasSelector = ['tcp', 'udp', 'icmp', 'icmpv6'].includes(rule.IpProtocol);
  return {
    direction: rule.IsEgress ? 'egress' : 'ingress',
    protocol: rule.IpProtocol,
    ...(hasSelector && rule.FromPort !== -1 && { from: rule.FromPort }),
    ...(hasSelector && rule.ToPort !== -1 && { to: rule.ToPort }),
    peer: peerOf(rule, tagsById),
    ...(rule.Description && { description: rule.Description }),
  };
}

function peerOf(rule: Answer, tagsById: ReadonlyMap<string, Tags>): RulePeer {
  if (rule.CidrIpv4) return { cidrIpv4: rule.CidrIpv4 };
  if (rule.CidrIpv6) return { cidrIpv6: rule.CidrIpv6 };
  if (rule.PrefixListId) return { prefixListId: rule.PrefixListId };
  const id: string = rule.ReferencedGroupInfo.GroupId;
  return { group: tagsById.get(id)?.['microseg:workload'] ?? id };
}

function ownedBy(groupId: string, rules: readonly Answer[]): Answer[] {
  return rules.filter((rule) => rule.GroupId === groupId);
}

function byText(left: unknown, right: unknown): number {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
