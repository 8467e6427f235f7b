import { AddressSet } from '../../lib/algebra';
import { ManifestPolicy, peerName, servicesOf } from '../../lib/compiler';
import { AWS_DEFAULT_LIMITS } from '../../lib/platforms/aws/limits';
import { ReadGroup, ReadPeer } from '../../lib/platforms/aws/read/model';
import { table } from '../../lib/report/terminal';
import { sortedBy } from '../../lib/support/order';
import { Synthesized } from './synthesized';

export function heading(text: string): string {
  return `\n${text}\n${'='.repeat(text.length)}`;
}

export function workloadTable({ workloads }: ManifestPolicy): string {
  return table(['workload', 'labels', 'offers', 'criticality', 'where'], workloads.map((workload) => [
    workload.id,
    Object.entries(workload.labels).map(([key, value]) => `${key}=${value}`).join(' '),
    [...new Set(workload.services.map(({ name }) => name))].join(', '),
    workload.criticality,
    [workload.managed ? `protected on ${workload.enforcementPoints.map(({ platform }) => platform).join(', ')}` : 'not ours', ...workload.addresses].join('; '),
  ]));
}

export function flowTable({ flows }: ManifestPolicy): string {
  return table(['client', 'server', 'services', 'because'], flows.map(({ client, server, services, justification }) => [
    peerName(client), peerName(server), servicesOf(services).toString(), justification ?? '',
  ]));
}

export function invariantTable({ invariants }: ManifestPolicy): string {
  return table(['invariant', 'holds'], invariants.map(({ description, holds, counterexamples }) => [
    description, holds ? 'yes' : `NO: ${counterexamples.join('; ')}`,
  ]));
}

/** Rules of each group as AWS counts them, against the quota of a new account. */
export function groupTable({ groups }: Synthesized): string {
  const { rulesPerGroup } = AWS_DEFAULT_LIMITS;
  const of = (count: number) => `${count} of ${rulesPerGroup}`;
  return table(['security group', 'in IPv4', 'in IPv6', 'out IPv4', 'out IPv6'], sortedBy(groups, nameOf).map((group) => [
    nameOf(group),
    of(countRules(group, 'ingress', AddressSet.ANY_IPV4)),
    of(countRules(group, 'ingress', AddressSet.ANY_IPV6)),
    of(countRules(group, 'egress', AddressSet.ANY_IPV4)),
    of(countRules(group, 'egress', AddressSet.ANY_IPV6)),
  ]));
}

function nameOf({ tags, id }: ReadGroup): string {
  return tags.get('Name') ?? id;
}

/** A rule that names a group counts in both families. */
function countRules({ rules }: ReadGroup, end: 'ingress' | 'egress', family: AddressSet): number {
  const counts = (peer: ReadPeer) => (peer.kind === 'addresses' ? !peer.addresses.intersect(family).isEmpty() : true);
  return rules.filter((rule) => rule.end === end).flatMap(({ peers }) => peers).filter(counts).length;
}
