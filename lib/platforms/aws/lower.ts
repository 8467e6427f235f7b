import { CompiledFlow, CompiledPeer, CompiledPolicy, flowName, OpaquePeer } from '../../compiler';
import { fail } from '../../support/errors';
import { GatheredProblems } from '../../support/gathered-problems';
import { FlowPeers } from '../flow-peers';
import { OpaqueAddress } from '../network-range';
import { End, RulePeer, SecurityGroupsRequest } from './plan-types';
import { familyOfProtocol, RuleTraffic, ruleTraffic } from './rule-traffic';

/** A rule before it has an id, a description and a group. */
export interface LoweredRule {
  readonly end: End;
  readonly traffic: RuleTraffic;
  readonly peer: RulePeer;
  /** How many rules it counts for in each address family. */
  readonly weight: { readonly 4: number; readonly 6: number };
  readonly flows: Set<CompiledFlow>;
  /** Stands in the description of a rule that no flow asks for. */
  readonly note?: string;
}

/**
 * What each protected workload needs, both ends of every flow: workload id to its rules, each of them once. A peer that
 * is protected here too is named by its group; another by its addresses, or not at all.
 *
 * @throws SegmentationError with MSEG3005 and MSEG3006 for everything that security groups cannot say.
 */
export function lowerFlows(request: SecurityGroupsRequest): Map<string, LoweredRule[]> {
  const lowering = new Lowering(request);
  for (const flow of request.policy.flows) {
    lowering.lower('egress', flow.client, flow.server, flow);
    lowering.lower('ingress', flow.server, flow.client, flow);
  }
  return lowering.result();
}

/** Text that is equal for rules that AWS takes for duplicates, and for no others. */
export function ruleKey({ end, traffic, peer }: Pick<LoweredRule, 'end' | 'traffic' | 'peer'>): string {
  return `${end} ${traffic.protocol} ${traffic.fromPort ?? ''}-${traffic.toPort ?? ''} ${rulePeerKey(peer)}`;
}

export function rulePeerKey(peer: RulePeer): string {
  switch (peer.kind) {
    case 'cidrIpv4':
    case 'cidrIpv6': return peer.cidr;
    case 'group': return `group ${peer.key}`;
    case 'foreignGroup': return `foreign group ${peer.workload}`;
    default: return `${peer.kind} ${peer.name}`;
  }
}

export const ANY_IPV4 = '0.0.0.0/0';
export const ANY_IPV6 = '::/0';

/**
 * Everything outbound is written as two halves of each family. CloudFormation takes a rule to 0.0.0.0/0 for the default
 * that EC2 gives each new group, and removes it as soon as a separate egress rule is added to the group; halves stay.
 *
 * @see https://github.com/aws/aws-cdk/issues/3355
 */
const HALVES: { readonly [cidr: string]: readonly string[] } = {
  [ANY_IPV4]: ['0.0.0.0/1', '128.0.0.0/1'],
  [ANY_IPV6]: ['::/1', '8000::/1'],
};

class Lowering {
  private readonly rules = new Map<string, Map<string, LoweredRule>>();
  private readonly peers: FlowPeers<OpaqueAddress>;
  private readonly opaque: ReadonlyMap<string, OpaquePeer>;
  private readonly foreignGroups: ReadonlyMap<string, readonly End[]>;
  private readonly problems = new GatheredProblems();

  public constructor(request: SecurityGroupsRequest) {
    this.peers = new FlowPeers(request.policy, 'aws', request.peerAddresses);
    this.opaque = opaquePeers(request.policy);
    this.foreignGroups = new Map(Object.entries(request.foreignGroups ?? {}));
    for (const { workload } of request.protects) this.rules.set(workload, new Map());
  }

  public lower(end: End, own: CompiledPeer, peer: CompiledPeer, flow: CompiledFlow): void {
    const rules = 'workload' in own ? this.rules.get(own.workload) : undefined;
    if (rules === undefined) return;
    const where = flow.origins[0];
    for (const service of flow.services) {
      this.problems.attempt(() => {
        const traffic = ruleTraffic(service, where);
        for (const rulePeer of this.rulePeers(end, peer, traffic, flow)) addRule(rules, this.rule(end, traffic, rulePeer, flow));
      });
    }
  }

  public result(): Map<string, LoweredRule[]> {
    this.problems.throwIfAny();
    return new Map([...this.rules].map(([workload, rules]) => [workload, [...rules.values()]]));
  }

  private rulePeers(end: End, peer: CompiledPeer, traffic: RuleTraffic, flow: CompiledFlow): RulePeer[] {
    if ('workload' in peer) return this.workloadPeers(end, peer.workload, traffic, flow);
    if ('any' in peer) return addressPeers(end, [peer.any === 'ipv4' ? ANY_IPV4 : ANY_IPV6], traffic);
    if ('cidr' in peer) return addressPeers(end, [peer.cidr], traffic);
    return [opaqueRulePeer(this.peers.opaque(peer, flow))];
  }

  private workloadPeers(end: End, id: string, traffic: RuleTraffic, flow: CompiledFlow): RulePeer[] {
    if (this.rules.has(id)) return [{ kind: 'group', key: id }];
    if (this.foreignGroups.get(id)?.includes(end)) return [{ kind: 'foreignGroup', workload: id }];
    const addresses = this.peers.declared(id).cidrs();
    const opaque = this.peers.given(id);
    if (addresses.length + opaque.length === 0) {
      fail('MSEG3005', flow.origins[0], `the flow ${flowName(flow)} needs the address of ${id} at its ${end} end`);
    }
    // Named by its place, with a colon that no name given by users holds: the text of a token is another one in each run.
    const tokens = opaque.map((address, index) => ({ kind: 'token' as const, name: `${id}:${index}`, workload: id, ...address }));
    return [...addressPeers(end, addresses, traffic), ...tokens.filter(({ family }) => existsIn(family, traffic))];
  }

  private rule(end: End, traffic: RuleTraffic, peer: RulePeer, flow: CompiledFlow): LoweredRule {
    return { end, traffic, peer, weight: weightOf(peer, this.opaque), flows: new Set([flow]) };
  }
}

/** A group counts in both families, a block in its own, a prefix list by what it may hold. */
export function weightOf(peer: RulePeer, opaque: ReadonlyMap<string, OpaquePeer>): { 4: number; 6: number } {
  switch (peer.kind) {
    case 'group':
    case 'foreignGroup': return { 4: 1, 6: 1 };
    case 'cidrIpv4': return { 4: 1, 6: 0 };
    case 'cidrIpv6': return { 4: 0, 6: 1 };
    case 'token': return inFamily(peer.family, 1);
    case 'prefixList': {
      const { family, maxEntries } = opaque.get(`prefixList ${peer.name}`)!;
      return inFamily(family, maxEntries);
    }
  }
}

function inFamily(family: 4 | 6, weight: number): { 4: number; 6: number } {
  return family === 4 ? { 4: weight, 6: 0 } : { 4: 0, 6: weight };
}

export function opaquePeers(policy: CompiledPolicy): ReadonlyMap<string, OpaquePeer> {
  return new Map(policy.opaquePeers.map((peer) => [`${peer.kind} ${peer.name}`, peer]));
}

/** Blocks as rule peers, those of the family in which the protocol exists. */
export function addressPeers(end: End, cidrs: readonly string[], traffic: RuleTraffic): RulePeer[] {
  const everything = end === 'egress' && traffic.protocol === '-1';
  return cidrs
    .flatMap((cidr) => (everything ? HALVES[cidr] ?? [cidr] : [cidr]))
    .map(blockPeer)
    .filter((peer) => existsIn(peer.kind === 'cidrIpv4' ? 4 : 6, traffic));
}

/** Whether the protocol exists in the family. */
function existsIn(family: 4 | 6, { protocol }: RuleTraffic): boolean {
  return (familyOfProtocol(protocol) ?? family) === family;
}

function opaqueRulePeer({ kind, name, value, family }: OpaquePeer): RulePeer {
  return kind === 'token' ? { kind, name, value, family } : { kind, name, value };
}

function blockPeer(cidr: string): RulePeer {
  return cidr.includes(':') ? { kind: 'cidrIpv6', cidr } : { kind: 'cidrIpv4', cidr };
}

function addRule(rules: Map<string, LoweredRule>, rule: LoweredRule): void {
  const key = ruleKey(rule);
  const known = rules.get(key);
  if (known) rule.flows.forEach((flow) => known.flows.add(flow));
  else rules.set(key, rule);
}
