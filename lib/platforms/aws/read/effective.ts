import { AddressSet, PeerAtom, PeerEntry, PeerTraffic, ServiceSet } from '../../../algebra';
import { compareText, sortedBy } from '../../../support/order';
import { AdmittingRule, EnforcedArtifact, EnforcedWorkload } from '../../platform';
import { End } from '../plan-types';
import { ReadCarrier, ReadGroup, ReadGroups, ReadPeer, ReadRule } from './model';

/** Whose a group is, by its tags. */
interface Owner {
  readonly policy: string;
  readonly workload: string;
  readonly role: 'attached' | 'review';
}

/** What the groups of the artifacts add up to: the traffic of every carrier, and of every workload's review groups. */
export function enforcedArtifacts(platform: string, read: ReadGroups): EnforcedArtifact[] {
  const workloads = new Effective(read).workloads();
  return sortedBy(read.artifacts, (path) => path).map((path) => ({
    platform,
    path,
    workloads: sortedBy(workloads.get(path) ?? [], orderKey),
  }));
}

class Effective {
  private readonly owners = new Map<string, Owner>();
  private readonly carriersOf = new Map<string, ReadCarrier[]>();
  private readonly result = new Map<string, EnforcedWorkload[]>();

  public constructor(private readonly read: ReadGroups) {
    for (const group of read.groups.values()) {
      const owner = ownerOf(group);
      if (owner) this.owners.set(group.id, owner);
    }
    for (const carrier of read.carriers) {
      for (const group of carrier.groups) append(this.carriersOf, group, carrier);
    }
  }

  public workloads(): ReadonlyMap<string, EnforcedWorkload[]> {
    for (const carrier of this.read.carriers) this.addCarrier(carrier);
    for (const groups of this.groupsByOwner().values()) this.addGroups(groups);
    return this.result;
  }

  /** Rules of all groups on a carrier are in force together, so each workload that stands on it has all of them. */
  private addCarrier(carrier: ReadCarrier): void {
    const groups = this.groups(carrier);
    const owners = new Map<string, { owner: Owner; artifact: string }>();
    for (const { id, artifact } of groups) {
      const owner = this.owners.get(id);
      const key = owner?.role === 'attached' ? JSON.stringify([owner.policy, owner.workload]) : undefined;
      if (owner && key !== undefined && !owners.has(key)) owners.set(key, { owner, artifact });
    }
    for (const { owner, artifact } of owners.values()) this.add(artifact, owner, carrier.id, groups, carrier.unknown);
  }

  /** Review groups stand for themselves, and so do attached ones that nothing in the artifacts carries. */
  private addGroups(groups: readonly ReadGroup[]): void {
    const owner = this.owners.get(groups[0].id)!;
    const carried = owner.role === 'attached' && groups.some(({ id }) => this.carriersOf.has(id));
    if (!carried) this.add(groups[0].artifact, owner, groups.map(({ id }) => id).join(', '), groups, new Set());
  }

  private groupsByOwner(): Map<string, ReadGroup[]> {
    const byOwner = new Map<string, ReadGroup[]>();
    for (const group of sortedBy(this.read.groups.values(), ({ id }) => id)) {
      const owner = this.owners.get(group.id);
      if (owner) append(byOwner, JSON.stringify([group.artifact, owner.policy, owner.workload, owner.role]), group);
    }
    return byOwner;
  }

  private groups(carrier: ReadCarrier): ReadGroup[] {
    return [...carrier.groups].sort(compareText).map((id) => this.read.groups.get(id)!);
  }

  private add(artifact: string, owner: Owner, carrier: string, groups: readonly ReadGroup[], unknown: ReadonlySet<string>): void {
    const unread = [...unknown].map((text): PeerEntry => ({ peer: unreadGroup(text), services: ServiceSet.ALL }));
    const rulesOf = (end: End) => groups.flatMap(({ rules }) => rules.filter((rule) => rule.end === end));
    const traffic = (end: End) => PeerTraffic.of([...rulesOf(end).flatMap((rule) => this.entries(rule, owner.policy)), ...unread]);
    const rules = (end: End): AdmittingRule[] => [
      ...rulesOf(end).map((rule) => ({ at: rule.at, traffic: PeerTraffic.of(this.entries(rule, owner.policy)) })),
      ...unread.map((entry) => ({ at: carrier, traffic: PeerTraffic.of([entry]) })),
    ];
    append(this.result, artifact, { ...owner, carrier, ingress: traffic('ingress'), egress: traffic('egress'), rules });
  }

  private entries({ peers, services }: ReadRule, policy: string): PeerEntry[] {
    return peers.flatMap((peer) => this.peers(peer, policy)).map((peer) => ({ peer, services }));
  }

  private peers(peer: ReadPeer, policy: string): (PeerAtom | AddressSet)[] {
    if (peer.kind === 'addresses') return [peer.addresses];
    if (peer.kind !== 'group') return [peer];
    const workloads = this.workloadsBehind(peer.group, policy);
    return workloads ? workloads.map((id) => ({ kind: 'workload', id })) : [{ kind: 'token', id: peer.text }];
  }

  /**
   * Whom a reference to a group admits, if these are workloads of the policy and nobody else. Frameworks write rules
   * between groups of their own: such a group stands for the workloads whose resources carry it, if all these resources are.
   */
  private workloadsBehind(group: string, policy: string): string[] | undefined {
    if (this.owners.has(group)) return this.workloadOf(group, policy);
    const carriers = this.carriersOf.get(group) ?? [];
    const behind = carriers.map((carrier) => [...carrier.groups].flatMap((other) => this.workloadOf(other, policy) ?? []));
    return behind.length > 0 && behind.every((workloads) => workloads.length > 0) ? [...new Set(behind.flat())] : undefined;
  }

  private workloadOf(group: string, policy: string): string[] | undefined {
    const owner = this.owners.get(group);
    return owner?.policy === policy && owner.role === 'attached' ? [owner.workload] : undefined;
  }
}

function ownerOf({ tags }: ReadGroup): Owner | undefined {
  const [policy, workload] = [tags.get('microseg:policy'), tags.get('microseg:workload')];
  if (policy === undefined || workload === undefined) return undefined;
  return { policy, workload, role: tags.get('microseg:role') === 'review' ? 'review' : 'attached' };
}

function orderKey({ policy, workload, role, carrier }: EnforcedWorkload): string {
  return JSON.stringify([policy, workload, role, carrier]);
}

/** Whatever such a group admits, it admits besides what was declared; as far as anybody can tell that is everything. */
function unreadGroup(text: string): PeerAtom {
  return { kind: 'token', id: `whatever group ${text} admits` };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
