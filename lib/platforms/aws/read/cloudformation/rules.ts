import { AddressSet, ServiceSet } from '../../../../algebra';
import { Problem } from '../../../../support/errors';
import { isObject } from '../../../../support/files';
import { blockAddresses } from '../../../written-block';
import { End } from '../../plan-types';
import { ReadPeer, ReadRule } from '../model';
import { ruleServices } from '../rule-content';
import { isIntrinsic, Located, References } from './references';

/** Properties that name a peer, for both ends. */
const PEERS = {
  ingress: { prefixList: 'SourcePrefixListId', groups: ['SourceSecurityGroupId', 'SourceSecurityGroupName'] },
  egress: { prefixList: 'DestinationPrefixListId', groups: ['DestinationSecurityGroupId'] },
} as const;
const BLOCKS = ['CidrIp', 'CidrIpv6'];

const ANYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);
/** EC2 opens everything outbound on a new group, and CloudFormation leaves that alone where the template lists no egress rule. */
const EC2_DEFAULT_EGRESS: Omit<ReadRule, 'at'> = { end: 'egress', services: ServiceSet.ALL, peers: [{ kind: 'addresses', addresses: ANYWHERE }] };

/** Reads the rules of groups: those inside of them and those that stand alone. */
export class RuleReader {
  public constructor(private readonly references: References, private readonly problems: Problem[]) {}

  /** Both lists of rules inside a group. */
  public inline(properties: Located, where: string): ReadRule[] {
    const content = properties.value as { readonly [name: string]: unknown };
    this.refuseTransform(content, where);
    const lists = (name: string) => this.lists({ value: content[name], template: properties.template }, `${where}/${name}`);
    const egress = lists('SecurityGroupEgress');
    return [
      ...lists('SecurityGroupIngress').flatMap(({ rules }) => rules).flatMap((rule) => this.rule(rule, 'ingress', where)),
      ...egress.flatMap(({ rules }) => rules).flatMap((rule) => this.rule(rule, 'egress', where)),
      ...(egress.some(({ mayBeEmpty }) => mayBeEmpty) ? [{ ...EC2_DEFAULT_EGRESS, at: where }] : []),
    ];
  }

  /** One rule; none where it is unreadable, which is a problem, or admits nothing. */
  public rule({ value, template }: Located, end: End, where: string): ReadRule[] {
    if (!isObject(value) || isIntrinsic(value)) return this.unreadable(where, `${end} rule ${JSON.stringify(value)} is not written out`);
    this.refuseTransform(value, where);
    if (end === 'egress' && admitsNothing(value)) return [];
    const services = ruleServices(value.IpProtocol, value.FromPort, value.ToPort);
    if (services === undefined) {
      const { IpProtocol, FromPort, ToPort } = value;
      return this.unreadable(where, `an ${end} rule has protocol and ports ${JSON.stringify({ IpProtocol, FromPort, ToPort })}`);
    }
    const peers = this.peers(value, end, template);
    return peers.length > 0 ? [{ end, services, peers, at: where }] : this.unreadable(where, `an ${end} rule names no peer`);
  }

  /** The lists that a property may be, one for each way its conditions may turn out. */
  private lists(located: Located, where: string): { rules: Located[]; mayBeEmpty: boolean }[] {
    const alternatives = this.references.alternatives(located);
    const absent = alternatives.length === 0 || this.mayBeAbsent(located) ? [{ rules: [], mayBeEmpty: true }] : [];
    return [...absent, ...alternatives.map((alternative) => {
      const elements = this.references.elements(alternative) ?? this.single(alternative, where);
      return {
        rules: elements.flatMap((element) => this.references.alternatives(element)),
        mayBeEmpty: elements.every((element) => this.mayBeAbsent(element)),
      };
    })];
  }

  private single(located: Located, where: string): Located[] {
    if (isObject(located.value) && !isIntrinsic(located.value)) return [located];
    return this.unreadable(where, `${JSON.stringify(located.value)} is not written out`);
  }

  private mayBeAbsent({ value, template }: Located): boolean {
    if (this.references.alternatives({ value, template }).length === 0) return true;
    const branches = isObject(value) ? value['Fn::If'] : undefined;
    return Array.isArray(branches) && branches.slice(1).some((branch) => this.mayBeAbsent({ value: branch, template }));
  }

  private peers(rule: { readonly [name: string]: unknown }, end: End, template: Located['template']): ReadPeer[] {
    const values = (name: string) => this.references.alternatives({ value: rule[name], template });
    const { prefixList, groups } = PEERS[end];
    return [
      ...BLOCKS.flatMap(values).map(({ value }) => blockPeer(value)),
      ...values(prefixList).map(({ value }): ReadPeer => ({ kind: 'prefixList', id: asItStands(value) })),
      ...groups.flatMap(values).map((value) => this.groupPeer(value)),
    ];
  }

  private groupPeer(located: Located): ReadPeer {
    const [group, text] = [this.references.group(located), asItStands(located.value)];
    return group === undefined ? { kind: 'token', id: text } : { kind: 'group', group, text };
  }

  private refuseTransform(content: { readonly [name: string]: unknown }, where: string): void {
    const macro = Object.keys(content).find((name) => name.startsWith('Fn::'));
    if (macro !== undefined) this.unreadable(where, `${macro} changes it at deployment`);
  }

  private unreadable(where: string, message: string): [] {
    this.problems.push({ code: 'MSEG8004', where, message });
    return [];
  }
}

/** A value as the manifest writes it down: text as it is, anything else as compact JSON. */
export function asItStands(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function blockPeer(value: unknown): ReadPeer {
  const addresses = typeof value === 'string' ? blockAddresses(value) : undefined;
  return addresses ? { kind: 'addresses', addresses } : { kind: 'token', id: asItStands(value) };
}

/** The rule that stands for "no rule", so that EC2's default does not: a message type that nobody sends, to nobody. */
function admitsNothing(rule: { readonly [name: string]: unknown }): boolean {
  const { IpProtocol, FromPort, ToPort, CidrIp, Description, ...others } = rule;
  return String(IpProtocol) === 'icmp' && Number(FromPort) === 252 && Number(ToPort) === 86 && CidrIp === '255.255.255.255/32'
    && (Description === undefined || typeof Description === 'string') && Object.keys(others).length === 0;
}
