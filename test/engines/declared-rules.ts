import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, ManifestFlow, ManifestPeer, ManifestService } from '../../lib/compiler/manifest-types';
import { RulePeer, RuleRecord } from './harness';

/** Rules by workload, as they should stand in AWS: worked out from segmentation.json alone, without any help from the planner. */
export type RulesByWorkload = { readonly [workload: string]: readonly RuleRecord[] };

export function declaredRules(directory: string): RulesByWorkload {
  const { policies: [{ workloads, flows }] } = JSON.parse(readFileSync(join(directory, 'segmentation.json'), 'utf8')) as Manifest;
  const addresses = new Map(workloads.filter(({ managed }) => !managed).map((workload) => [workload.id, workload.addresses]));
  const managed = workloads.filter((workload) => workload.managed).map(({ id }) => id);
  const opened = (own: ManifestPeer, peer: ManifestPeer, direction: RuleRecord['direction'], flow: ManifestFlow) => (workload: string) => (
    'workload' in own && own.workload === workload ? rulesFor(direction, peersOf(peer, addresses), flow) : []);
  return Object.fromEntries(managed.map((workload) => [workload, inOrder(flows.flatMap((flow) => [
    ...opened(flow.server, flow.client, 'ingress', flow)(workload),
    ...opened(flow.client, flow.server, 'egress', flow)(workload),
  ]))]));
}

/** A stable order, in which the same rules compare as equal. */
export function inOrder(rules: readonly RuleRecord[]): RuleRecord[] {
  const keyOf = ({ direction, protocol, from, to, peer, description }: RuleRecord) => (
    JSON.stringify([direction, protocol, from, to, peer, description]));
  return [...rules].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function rulesFor(direction: RuleRecord['direction'], peers: readonly RulePeer[], flow: ManifestFlow): RuleRecord[] {
  const description = descriptionOf(flow);
  return flow.services.flatMap((service) => peers.map((peer): RuleRecord => ({ direction, ...trafficOf(service), peer, description })));
}

function trafficOf({ protocol, fromPort, toPort }: ManifestService): Pick<RuleRecord, 'protocol' | 'from' | 'to'> {
  return { protocol, ...(fromPort !== undefined && { from: fromPort }), ...(toPort !== undefined && { to: toPort }) };
}

function peersOf(peer: ManifestPeer, addresses: ReadonlyMap<string, readonly string[]>): RulePeer[] {
  if ('any' in peer) return [peer.any === 'ipv4' ? { cidrIpv4: '0.0.0.0/0' } : { cidrIpv6: '::/0' }];
  if ('cidr' in peer) return [blockOf(peer.cidr)];
  if ('workload' in peer) return addresses.get(peer.workload)?.map(blockOf) ?? [{ group: peer.workload }];
  throw new Error(`no example uses ${JSON.stringify(peer)}`);
}

function blockOf(cidr: string): RulePeer {
  return cidr.includes(':') ? { cidrIpv6: cidr } : { cidrIpv4: cidr };
}

/** What the justification and the ends of a flow read like in AWS. */
function descriptionOf({ client, server, justification, owner, expires }: ManifestFlow): string {
  const until = [owner && `owner ${owner}`, expires && `until ${expires}`].filter((part) => part).join(', ');
  return `${justification}: ${nameOf(client)} to ${nameOf(server)}${until && ` (${until})`}`;
}

function nameOf(peer: ManifestPeer): string {
  if ('any' in peer) return `any ${peer.any}`;
  return Object.values(peer)[0] as string;
}
