import { AddressSet, PeerAtom, PeerTraffic, ServiceSet } from '../../../algebra';
import { Problem } from '../../../support/errors';
import { compareText, sortedBy } from '../../../support/order';
import { FirstMatch, firstMatch, OrderedRule } from '../../first-match';
import { AdmittingRule, EnforcedArtifact, EnforcedWorkload } from '../../platform';
import { End } from '../plan-types';
import { DEFAULT_RULES } from './default-rules';
import { meet } from './meet';
import { Members } from './members';
import { ReadInterface, ReadNetwork, ReadPeer, ReadRule, ReadSecurityGroup } from './model';

/** What the groups of the artifacts add up to, for each workload on each interface and subnet that carries its group. */
export function enforcedArtifacts(platform: string, network: ReadNetwork, problems: Problem[]): EnforcedArtifact[] {
  const workloads = new Effective(network, problems).workloads();
  return sortedBy(network.artifacts, (path) => path).map((path) => ({
    platform,
    path,
    workloads: sortedBy(workloads.get(path) ?? [], ({ policy, workload, carrier }) => JSON.stringify([policy, workload, carrier])),
  }));
}

/** Where rules are asked: on an interface with what it is in, or on a subnet, of which nobody knows what will be in it. */
interface Place {
  readonly id: string;
  readonly applicationGroups?: ReadonlySet<string>;
  /** Ids of the other interfaces of the same machine. */
  readonly others?: readonly string[];
}

const NO_GROUPS: Omit<ReadInterface, 'id'> = { securityGroups: new Set(), subnets: new Set(), applicationGroups: new Set() };

class Effective {
  private readonly members: Members;
  private readonly interfaces: ReadonlyMap<string, ReadInterface>;
  private readonly result = new Map<string, EnforcedWorkload[]>();

  public constructor(private readonly network: ReadNetwork, private readonly problems: Problem[]) {
    this.members = new Members(network);
    this.interfaces = new Map(network.interfaces.map((each) => [each.id, each]));
  }

  public workloads(): ReadonlyMap<string, EnforcedWorkload[]> {
    const carried = new Set<string>();
    for (const each of this.network.interfaces) this.addInterface(each).forEach((id) => carried.add(id));
    for (const [id, groups] of this.network.subnets) {
      this.oneGroup(id, groups);
      for (const group of this.groups(groups)) this.add(group, { id }, []);
      groups.forEach((group) => carried.add(group));
    }
    // A group that nothing in the artifacts carries is compared by itself.
    for (const group of this.network.securityGroups.values()) {
      if (!carried.has(group.id)) this.add(group, { id: group.id }, []);
    }
    return this.result;
  }

  /** Both the interface's group and its subnet's must admit. @returns ids of the groups in force there */
  private addInterface({ id, applicationGroups, ...each }: ReadInterface): string[] {
    this.oneGroup(id, each.securityGroups);
    const others = this.network.machines.filter((machine) => machine.includes(id)).flat().filter((other) => other !== id);
    const place: Place = { id, applicationGroups, others };
    const own = this.groups(each.securityGroups);
    const subnets = this.groupsOfSubnets(each.subnets);
    for (const group of own) this.add(group, place, subnets.map((beside) => beside.filter((other) => other !== group)));
    for (const group of new Set(subnets.flat())) {
      if (!own.includes(group)) this.add(group, place, [own]);
    }
    return [...own, ...subnets.flat()].map((group) => group.id);
  }

  /** @param beside groups that are asked as well: those of one subnet together, several subnets each for its own addresses */
  private add(group: ReadSecurityGroup, place: Place, beside: readonly (readonly ReadSecurityGroup[])[]): void {
    const [policy, workload] = [group.tags.get('microseg:policy'), group.tags.get('microseg:workload')];
    if (policy === undefined || workload === undefined) return;
    const traffic = (end: End) => {
      const { admitted: own, undecided } = this.decide(group, end, place, policy);
      if (!undecided.isEmpty()) this.reportUndecided(group, end, undecided);
      // What another group leaves undecided counts as admitted by it: of that, only what this one admits is left.
      const narrowed = beside.map((others) => others
        .reduce((sum, other) => meet(sum, this.decide(other, end, place, policy).admitted), own));
      const here = beside.length === 0 ? own : narrowed.reduce((sum, each) => sum.union(each));
      return (place.others ?? []).reduce((sum, other) => sum.union(this.passing(other, end, policy)), here);
    };
    const rules = (end: End) => [...[group, ...beside.flat()].flatMap((each) => this.admitting(each, end, place, policy)),
      ...(place.others ?? []).map((other): AdmittingRule => ({ at: other, traffic: this.passing(other, end, policy) }))];
    const enforced: EnforcedWorkload = {
      policy, workload, carrier: place.id, role: 'attached', ingress: traffic('ingress'), egress: traffic('egress'), rules,
    };
    this.result.set(group.artifact, [...this.result.get(group.artifact) ?? [], enforced]);
  }

  /** What another interface of the machine lets through; without a group that is whatever Azure does not stop itself. */
  private passing(id: string, end: End, policy: string): PeerTraffic {
    const { securityGroups, subnets, applicationGroups } = this.interfaces.get(id) ?? NO_GROUPS;
    const [own, ofSubnets] = [this.groups(securityGroups), this.groupsOfSubnets(subnets)];
    const place = { id, applicationGroups };
    const asked = ofSubnets.length === 0 ? [own] : ofSubnets.map((groups) => [...own, ...groups.filter((group) => !own.includes(group))]);
    return asked.map(([first, ...more]) => (first === undefined ? whatever(id) : more
      .reduce((sum, group) => meet(sum, this.decide(group, end, place, policy).admitted), this.decide(first, end, place, policy).admitted)))
      .reduce((sum, each) => sum.union(each));
  }

  private groupsOfSubnets(subnets: ReadonlySet<string>): ReadSecurityGroup[][] {
    return [...subnets].sort(compareText).map((subnet) => this.groups(this.network.subnets.get(subnet) ?? new Set()));
  }

  private decide(group: ReadSecurityGroup, end: End, place: Place, policy: string): FirstMatch {
    group.problems.splice(0).forEach((problem) => this.problems.push(problem));
    const rules = group.rules.filter((rule) => rule.end === end && appliesAt(rule, place)).sort((a, b) => a.priority - b.priority);
    const ordered = rules.map((rule): OrderedRule => ({ action: rule.action, traffic: this.trafficOf(rule, policy) }));
    const { admitted } = firstMatch([...ordered, ...DEFAULT_RULES[end]]);
    // What Azure's own rules admit nobody declares: it counts as admitted wherever it may be.
    return { admitted, undecided: firstMatch(ordered).undecided };
  }

  private admitting({ rules }: ReadSecurityGroup, end: End, place: Place, policy: string): AdmittingRule[] {
    return rules.filter((rule) => rule.end === end && rule.action === 'allow' && appliesAt(rule, place))
      .map((rule) => ({ at: rule.at, traffic: this.trafficOf(rule, policy) }));
  }

  private trafficOf({ peers, services }: ReadRule, policy: string): PeerTraffic {
    return PeerTraffic.of(peers.flatMap((peer) => this.peers(peer, policy)).map((peer) => ({ peer, services })));
  }

  private peers(peer: ReadPeer, policy: string): (PeerAtom | AddressSet)[] {
    if (peer.kind === 'addresses') return [peer.addresses];
    return peer.kind === 'applicationGroup' ? this.members.of(peer.group, policy, peer.text) : [peer];
  }

  private reportUndecided({ id }: ReadSecurityGroup, end: End, undecided: PeerTraffic): void {
    const [{ peer, services }] = undecided.entries();
    const who = peer instanceof AddressSet ? peer.toString() : peer.id;
    const message = `its ${end} rules first deny what may be a part of ${who}, and then admit ${services.toString()} for it`;
    this.problems.push({ code: 'MSEG8004', where: id, message });
  }

  /** Azure takes one; which of several it would be depends on the order of the deployment. */
  private oneGroup(id: string, groups: ReadonlySet<string>): void {
    if (groups.size > 1) this.problems.push({ code: 'MSEG8004', where: id, message: `it has several network security groups: ${[...groups].join(', ')}` });
  }

  private groups(ids: ReadonlySet<string>): ReadSecurityGroup[] {
    return [...ids].sort(compareText).flatMap((id) => this.network.securityGroups.get(id) ?? []);
  }
}

/** As far as the artifacts tell, no group stands between this interface and anybody. */
function whatever(id: string): PeerTraffic {
  return PeerTraffic.of([{ peer: { kind: 'token', id: `whatever ${id} admits, which has no network security group` }, services: ServiceSet.ALL }]);
}

/** Where nobody can tell, what a rule admits counts as admitted, and what it denies does not count as denied. */
function appliesAt({ own, action }: ReadRule, { applicationGroups }: Place): boolean {
  if (own.kind === 'all') return true;
  if (own.kind === 'some' || applicationGroups === undefined) return action === 'allow';
  return own.groups.some((group) => applicationGroups.has(group)) || (own.more && action === 'allow');
}
