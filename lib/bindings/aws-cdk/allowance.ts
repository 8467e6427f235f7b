import { AddressSet, PeerAtom, PeerEntry, PeerTraffic, ServiceSet, TrafficSet } from '../../algebra';
import { End, PlannedRule, RulePeer } from '../../platforms/aws/plan-types';
import { ruleServices } from '../../platforms/aws/read/rule-content';
import type { Deployment } from './deployment';
import type { SecurityGroups } from './security-groups';

/** What a protected workload's resources may admit, whichever of their groups admits it. */
export class Allowance {
  private readonly ends = new Map<string, PeerTraffic>();
  private readonly rules = new Map<string, PlannedRule[]>();

  public constructor(private readonly point: SecurityGroups, private readonly deployment: Deployment) {
    for (const { role, workload, rules } of deployment.plan.groups) {
      if (role === 'attached') this.rules.set(workload, [...(this.rules.get(workload) ?? []), ...rules]);
    }
  }

  /** The traffic beyond what the policy admits. */
  public excess(workload: string, end: End, traffic: PeerTraffic): PeerTraffic {
    const allowed = this.of(workload, end);
    const entries = traffic.entries().map(({ peer, services }) => (
      { peer, services: peer instanceof AddressSet ? services : notOpenToAll(services, allowed) }));
    return PeerTraffic.of(entries.filter(({ services }) => !services.isEmpty())).subtract(allowed);
  }

  private of(workload: string, end: End): PeerTraffic {
    const key = `${end} ${workload}`;
    if (!this.ends.has(key)) {
      const planned = (this.rules.get(workload) ?? []).filter((rule) => rule.end === end).flatMap((rule) => this.entries(rule));
      this.ends.set(key, PeerTraffic.of([...planned, ...this.watched(workload, end)]));
    }
    return this.ends.get(key)!;
  }

  private entries({ peer, ...traffic }: PlannedRule): PeerEntry[] {
    const services = servicesOf(traffic);
    return this.peersOf(peer).map((named) => ({ peer: named, services }));
  }

  private peersOf(peer: RulePeer): (AddressSet | PeerAtom)[] {
    switch (peer.kind) {
      case 'cidrIpv4':
      case 'cidrIpv6': return [AddressSet.cidr(peer.cidr)];
      case 'prefixList': return [{ kind: 'prefixList', id: peer.value }];
      // Two deploy-time values may be the same, but nobody can tell: the other group has to say it by a reference or address.
      case 'token': return [];
      // The key of a workload's first group, which rules name, is the workload's id.
      case 'group': return this.workloadPeers(peer.key);
      case 'foreignGroup': return this.workloadPeers(peer.workload);
    }
  }

  private workloadPeers(id: string): (AddressSet | PeerAtom)[] {
    return [{ kind: 'workload', id }, this.deployment.compiled.workloads.find((workload) => workload.id === id)!.addresses];
  }

  /** While a workload is not enforced it admits the network's ranges, and so whoever is protected in this network. */
  private watched(workload: string, end: End): PeerEntry[] {
    const { mode } = this.deployment.compiled.workloads.find(({ id }) => id === workload)!;
    if (mode === 'enforce' || end === 'egress' || this.point._props.monitorScope !== undefined) return [];
    return [...this.point._protected.keys()].map((id) => ({ peer: { kind: 'workload', id }, services: ServiceSet.ALL }));
  }
}

/** Whoever an opaque peer stands for, it has addresses: what is open to every address is open to it. */
function notOpenToAll(services: ServiceSet, allowed: PeerTraffic): ServiceSet {
  const everybody = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);
  const rest = TrafficSet.of(everybody, services).subtract(allowed.addresses);
  return ServiceSet.union(rest.entries().map((entry) => entry.services)).intersect(services);
}

/** A planned rule's traffic, read as that of any other rule. */
function servicesOf({ protocol, fromPort, toPort }: Pick<PlannedRule, 'protocol' | 'fromPort' | 'toPort'>): ServiceSet {
  return ruleServices(protocol, fromPort, toPort) ?? ServiceSet.EMPTY;
}
