import { CompiledFlow, CompiledPeer, flowName, ManifestService, OpaquePeer } from '../../compiler';
import { fail } from '../../support/errors';
import { GatheredProblems } from '../../support/gathered-problems';
import { sortedBy } from '../../support/order';
import { FlowPeers } from '../flow-peers';
import { OpaqueAddress } from '../network-range';
import { End, FlowEnd, NetworkSecurityGroupsRequest } from './plan-types';
import { RuleTraffic, ruleTraffic } from './rule-traffic';

/** Whom a rule can name. */
export type AdmittedPeer =
  /** By its application security group. */
  | { readonly kind: 'workload'; readonly id: string }
  | { readonly kind: 'block'; readonly cidr: string; readonly family: 4 | 6 }
  /** A block that is known at deploy time only. A framework may write its value differently in each run; the name stays. */
  | { readonly kind: 'value'; readonly name: string; readonly value: string; readonly family: 4 | 6 }
  | { readonly kind: 'serviceTag'; readonly tag: string };

/** What a workload admits of one service in one direction. */
export interface Admission {
  readonly end: End;
  readonly traffic: RuleTraffic;
  /** Each peer once, with the flows that ask for it. */
  readonly peers: Map<string, { readonly peer: AdmittedPeer; readonly flows: Set<CompiledFlow> }>;
}

export interface Lowered {
  /** By workload, for every protected one. */
  readonly admissions: ReadonlyMap<string, Admission[]>;
  readonly flowEnds: FlowEnd[];
}

/**
 * What each protected workload needs, both ends of every flow. A peer that is protected on network interfaces here is named
 * by its application security group; another by its declared addresses and those that the request gives for it.
 *
 * @throws SegmentationError with MSEG3204, MSEG3205 and MSEG3401 for everything that network security groups cannot say.
 */
export function lowerFlows(request: NetworkSecurityGroupsRequest): Lowered {
  const lowering = new Lowering(request);
  for (const flow of request.policy.flows) {
    lowering.lower('egress', flow.client, flow.server, flow);
    lowering.lower('ingress', flow.server, flow.client, flow);
  }
  return lowering.result();
}

class Lowering {
  private readonly admissions: ReadonlyMap<string, Map<string, Admission>>;
  private readonly peers: FlowPeers<OpaqueAddress>;
  /** Workloads that rules can name by their application security groups. */
  private readonly named: ReadonlySet<string>;
  private readonly flowEnds: FlowEnd[] = [];
  private readonly problems = new GatheredProblems();

  public constructor(request: NetworkSecurityGroupsRequest) {
    this.peers = new FlowPeers(request.policy, 'azure', request.peerAddresses);
    this.admissions = new Map(request.protects.map(({ workload }) => [workload, new Map()]));
    this.named = new Set(request.protects.filter(({ networkInterfaces }) => networkInterfaces).map(({ workload }) => workload));
  }

  public lower(end: End, own: CompiledPeer, peer: CompiledPeer, flow: CompiledFlow): void {
    const admissions = 'workload' in own ? this.admissions.get(own.workload) : undefined;
    if (admissions === undefined) return;
    const where = flow.origins[0];
    const peers = this.problems.attempt(() => this.admittedPeers(end, peer, flow)) ?? [];
    for (const service of flow.services) {
      const traffic = this.problems.attempt(() => expressible(service, where));
      if (traffic !== undefined) peers.filter(canSpeak(traffic)).forEach((admitted) => admit(admissions, end, traffic, admitted, flow));
    }
    if ('workload' in peer) {
      const via = this.named.has(peer.workload) ? 'group' : 'addresses';
      this.flowEnds.push({ flow: flow.id, end, workload: (own as { workload: string }).workload, peer: peer.workload, via });
    }
  }

  public result(): Lowered {
    this.problems.throwIfAny();
    return {
      admissions: new Map([...this.admissions].map(([workload, admissions]) => [workload, [...admissions.values()]])),
      flowEnds: sortedBy(this.flowEnds, ({ workload, end, peer, flow }) => JSON.stringify([workload, end, peer, flow])),
    };
  }

  private admittedPeers(end: End, peer: CompiledPeer, flow: CompiledFlow): AdmittedPeer[] {
    if ('workload' in peer) return this.workloadPeers(end, peer.workload, flow);
    if ('any' in peer) return [block(peer.any === 'ipv4' ? '0.0.0.0/0' : '::/0')];
    if ('cidr' in peer) return [block(peer.cidr)];
    return [opaquePeer(this.peers.opaque(peer, flow))];
  }

  private workloadPeers(end: End, id: string, flow: CompiledFlow): AdmittedPeer[] {
    if (this.named.has(id)) return [{ kind: 'workload', id }];
    const declared = this.peers.declared(id).cidrs().map(block);
    const given = this.peers.given(id).map((address, index) => ({ kind: 'value' as const, name: `address ${index} of ${id}`, ...address }));
    if (declared.length + given.length > 0) return [...declared, ...given];
    return fail('MSEG3205', flow.origins[0], `the flow ${flowName(flow)} needs the address of ${id} at its ${end} end`);
  }
}

export function block(cidr: string): AdmittedPeer & { kind: 'block' } {
  return { kind: 'block', cidr, family: cidr.includes(':') ? 6 : 4 };
}

function opaquePeer({ name, value, family, platform }: OpaquePeer): AdmittedPeer {
  return platform === 'azure' ? { kind: 'serviceTag', tag: value } : { kind: 'value', name: `token ${name}`, value, family };
}

function expressible(service: ManifestService, where: string): RuleTraffic {
  const { protocol, fromPort, toPort } = service;
  const text = [protocol, fromPort, toPort].filter((part) => part !== undefined).join('/');
  return ruleTraffic(service) ?? fail('MSEG3204', where, `${text} cannot be filtered as it is`);
}

/** ICMP is IPv4's; a rule for it and IPv6 addresses would match nothing. */
function canSpeak({ protocol }: RuleTraffic): (peer: AdmittedPeer) => boolean {
  return (peer) => protocol !== 'Icmp' || !('family' in peer) || peer.family === 4;
}

function admit(admissions: Map<string, Admission>, end: End, traffic: RuleTraffic, peer: AdmittedPeer, flow: CompiledFlow): void {
  const key = `${end} ${traffic.protocol} ${traffic.port}`;
  const admission: Admission = admissions.get(key) ?? { end, traffic, peers: new Map() };
  admissions.set(key, admission);
  const peerKey = JSON.stringify(peer);
  const known = admission.peers.get(peerKey);
  if (known) known.flows.add(flow);
  else admission.peers.set(peerKey, { peer, flows: new Set([flow]) });
}
