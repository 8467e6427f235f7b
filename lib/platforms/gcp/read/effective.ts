import { AddressSet, PeerEntry, PeerTraffic } from '../../../algebra';
import { Problem } from '../../../support/errors';
import { compareText, sortedBy } from '../../../support/order';
import { AdmittingRule, EnforcedArtifact, EnforcedWorkload } from '../../platform';
import { End } from '../plan-types';
import { firewallTraffic } from './evaluation';
import { IdentityName, Level, NetworkName, Owner, ReadCarrier, ReadFirewalls, ReadPeer, ReadRule } from './model';
import { sameIdentity, sameNetwork } from './names';

/** A machine, or what stands for it, in one network. */
interface Subject {
  readonly carrier: string;
  readonly identities: readonly IdentityName[];
  readonly network: NetworkName;
}

/** Whose an identity is, with the rules that say so. */
interface Owned {
  readonly identity: IdentityName;
  readonly owner: Owner;
  readonly rules: ReadRule[];
}

/** What the rules of the files add up to for every machine of every workload. */
export function enforcedArtifacts(platform: string, read: ReadFirewalls, problems: Problem[]): EnforcedArtifact[] {
  const workloads = new Effective(read, problems).workloads();
  return sortedBy(read.artifacts, (path) => path).map((path) => ({
    platform,
    path,
    workloads: sortedBy(workloads.get(path) ?? [], ({ policy, workload, carrier }) => JSON.stringify([policy, workload, carrier])),
  }));
}

class Effective {
  /** Key of an identity to the workloads that it stands for. */
  private readonly owners = new Map<string, Map<string, Owned>>();
  /** Rules that may be for any machine; all others are for those whose they are. */
  private readonly shared: readonly ReadRule[];

  public constructor(private readonly read: ReadFirewalls, private readonly problems: Problem[]) {
    this.shared = read.rules.filter(({ owner, targets }) => owner === undefined || targets.length === 0);
    for (const rule of read.rules.filter(({ owner }) => owner !== undefined)) {
      for (const identity of rule.targets) this.own(identity, rule, rule.owner!);
    }
  }

  public workloads(): ReadonlyMap<string, EnforcedWorkload[]> {
    const result = new Map<string, EnforcedWorkload[]>();
    for (const owned of this.owners.values()) {
      for (const { identity, owner, rules } of owned.values()) {
        const artifact = rules.map((rule) => rule.artifact).sort(compareText)[0];
        const enforced = this.subjects(identity, rules).map((subject) => this.enforced(owner, subject));
        result.set(artifact, [...result.get(artifact) ?? [], ...enforced]);
      }
    }
    return result;
  }

  private own(identity: IdentityName, rule: ReadRule, owner: Owner): void {
    const owned = this.owners.get(identity.key) ?? new Map<string, Owned>();
    const known = owned.get(JSON.stringify(owner)) ?? { identity, owner, rules: [] };
    known.rules.push(rule);
    this.owners.set(identity.key, owned.set(JSON.stringify(owner), known));
  }

  /** The machines with the identity in each of their networks; without any the rules themselves, in theirs. */
  private subjects(identity: IdentityName, rules: readonly ReadRule[]): Subject[] {
    const carriers = this.read.carriers.filter(({ identities }) => identities.has(identity.key));
    const own = this.networksOf(rules);
    const container = [...new Set(rules.map((rule) => rule.container))].sort(compareText).join(', ');
    const machines: Pick<ReadCarrier, 'id' | 'identities' | 'networks'>[] = carriers.length > 0
      ? carriers
      : [{ id: container, identities: new Map([[identity.key, identity]]), networks: [] }];
    return machines.flatMap(({ id, identities, networks }) => (
      distinct(networks.length > 0 ? networks : own).map((network) => ({ carrier: id, identities: [...identities.values()], network }))));
  }

  /** A policy of the files that nothing associates is in force nowhere: its machines stand in a network without it. */
  private networksOf(rules: readonly ReadRule[]): NetworkName[] {
    const networks = rules.flatMap(({ place }) => {
      if ('network' in place) return [place.network];
      const associated = this.read.associations.get(place.policy);
      return associated ?? [networkOfPolicy(place.policy)];
    });
    return distinct(networks);
  }

  private enforced(owner: Owner, subject: Subject): EnforcedWorkload {
    const rules = this.rulesFor(subject);
    const traffic = (end: End) => {
      const applying = rules.filter((rule) => rule.end === end);
      const order = this.levels(subject.network).map((level) => (
        applying.filter((rule) => rule.level === level).map((rule) => ({ ...rule, traffic: this.trafficOf(rule, owner.policy) }))));
      const { admitted, doubt } = firewallTraffic(order, end);
      if (doubt !== undefined) {
        const message = `${end} of ${owner.workload} depends on who stands behind an opaque peer of ${doubt}`;
        this.problems.push({ code: 'MSEG8004', where: subject.carrier, message });
      }
      return admitted;
    };
    const admitting = (end: End) => rules.filter((rule) => rule.end === end && rule.action === 'allow')
      .map((rule): AdmittingRule => ({ at: rule.where, traffic: this.trafficOf(rule, owner.policy) }));
    return { ...owner, carrier: subject.carrier, role: 'attached', ingress: traffic('ingress'), egress: traffic('egress'), rules: admitting };
  }

  private rulesFor(subject: Subject): ReadRule[] {
    const own = subject.identities.flatMap(({ key }) => [...this.owners.get(key)?.values() ?? []].flatMap(({ rules }) => rules));
    return [...new Set([...own, ...this.shared])].filter((rule) => this.applies(rule, subject));
  }

  /** Of what may be in force or not, only what admits counts: so nothing that is open can be hidden. */
  private applies(rule: ReadRule, { identities, network }: Subject): boolean {
    const answers = [this.isIn(rule, network), isFor(rule, identities)];
    if (answers.includes('no')) return false;
    const certain = !answers.includes('maybe') && rule.level !== 'regional';
    return certain || rule.action === 'allow';
  }

  private isIn({ place }: ReadRule, network: NetworkName): 'yes' | 'no' | 'maybe' {
    if ('network' in place) return sameNetwork(place.network, network);
    // Somebody else's policy is associated somewhere else, too.
    const known = this.read.knownPolicies.has(place.policy);
    const networks = this.read.associations.get(place.policy) ?? (known ? [] : [networkOfPolicy(place.policy)]);
    const same = networks.map((each) => sameNetwork(each, network));
    if (same.includes('yes')) return 'yes';
    return same.includes('maybe') || !known ? 'maybe' : 'no';
  }

  private levels(network: NetworkName): Level[] {
    const policiesFirst = this.read.policiesFirst.some((each) => sameNetwork(each, network) === 'yes');
    return policiesFirst ? ['global', 'regional', 'firewall'] : ['firewall', 'global', 'regional'];
  }

  private trafficOf({ peers, services }: ReadRule, policy: string): PeerTraffic {
    return PeerTraffic.of(peers.flatMap((peer) => this.peersOf(peer, policy)).map((peer) => ({ peer, services })));
  }

  private peersOf(peer: ReadPeer, policy: string): PeerEntry['peer'][] {
    if (peer.kind === 'addresses') return [peer.addresses satisfies AddressSet];
    if (peer.kind === 'token') return [peer];
    const owned = [...this.owners.get(peer.identity.key)?.values() ?? []];
    const workloads = owned.filter(({ owner }) => owner.policy === policy).map(({ owner }) => owner.workload);
    if (workloads.length === 0) return [{ kind: 'token', id: peer.identity.text }];
    return workloads.map((id) => ({ kind: 'workload', id }));
  }
}

/** Rules of workloads are for these and nobody else: no two workloads of a plan have one identity. */
function isFor({ targets, owner }: ReadRule, identities: readonly IdentityName[]): 'yes' | 'no' | 'maybe' {
  const same = targets.flatMap((target) => identities.map((identity) => sameIdentity(target, identity)));
  if (targets.length === 0 || same.includes('yes')) return 'yes';
  return owner === undefined && same.includes('maybe') ? 'maybe' : 'no';
}

/** Stands for a network that the files do not tell. */
function networkOfPolicy(policy: string): NetworkName {
  return { key: `text network of ${policy}` };
}

function distinct(networks: readonly NetworkName[]): NetworkName[] {
  return [...new Map(networks.map((network) => [network.key, network])).values()];
}
