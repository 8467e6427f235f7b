import { CompiledFlow, CompiledPeer, CompiledPolicy, CompiledWorkload, ManifestService, OpaquePeer, peerName } from '../../compiler';
import { fail, Problem, SegmentationError } from '../../support/errors';
import { sortedBy } from '../../support/order';
import { End, FlowEnd, NetworkSecurityGroupsRequest, PeerAddress } from './plan-types';
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
  private readonly workloads: ReadonlyMap<string, CompiledWorkload>;
  private readonly opaque: ReadonlyMap<string, OpaquePeer>;
  /** Workloads that rules can name by their application security groups. */
  private readonly named: ReadonlySet<string>;
  private readonly flowEnds: FlowEnd[] = [];
  private readonly problems = new Map<string, Problem>();

  public constructor(private readonly request: NetworkSecurityGroupsRequest) {
    this.workloads = new Map(request.policy.workloads.map((workload) => [workload.id, workload]));
    this.opaque = opaquePeers(request.policy);
    this.admissions = new Map(request.protects.map(({ workload }) => [workload, new Map()]));
    this.named = new Set(request.protects.filter(({ networkInterfaces }) => networkInterfaces).map(({ workload }) => workload));
  }

  public lower(end: End, own: CompiledPeer, peer: CompiledPeer, flow: CompiledFlow): void {
    const admissions = 'workload' in own ? this.admissions.get(own.workload) : undefined;
    if (admissions === undefined) return;
    const where = flow.origins[0];
    const peers = this.noting(() => this.admittedPeers(end, peer, flow)) ?? [];
    for (const service of flow.services) {
      const traffic = this.noting(() => expressible(service, where));
      if (traffic !== undefined) peers.filter(canSpeak(traffic)).forEach((admitted) => admit(admissions, end, traffic, admitted, flow));
    }
    if ('workload' in peer) {
      const via = this.named.has(peer.workload) ? 'group' : 'addresses';
      this.flowEnds.push({ flow: flow.id, end, workload: (own as { workload: string }).workload, peer: peer.workload, via });
    }
  }

  public result(): Lowered {
    if (this.problems.size > 0) throw new SegmentationError([...this.problems.values()]);
    return {
      admissions: new Map([...this.admissions].map(([workload, admissions]) => [workload, [...admissions.values()]])),
      flowEnds: sortedBy(this.flowEnds, ({ workload, end, peer, flow }) => JSON.stringify([workload, end, peer, flow])),
    };
  }

  private admittedPeers(end: End, peer: CompiledPeer, flow: CompiledFlow): AdmittedPeer[] {
    if ('workload' in peer) return this.workloadPeers(end, peer.workload, flow);
    if ('any' in peer) return [block(peer.any === 'ipv4' ? '0.0.0.0/0' : '::/0')];
    if ('cidr' in peer) return [block(peer.cidr)];
    return [opaquePeer(this.opaque.get('token' in peer ? `token ${peer.token}` : `prefixList ${peer.prefixList}`)!, flow)];
  }

  private workloadPeers(end: End, id: string, flow: CompiledFlow): AdmittedPeer[] {
    if (this.named.has(id)) return [{ kind: 'workload', id }];
    const declared = this.workloads.get(id)!.addresses.cidrs().map(block);
    const given = (this.request.peerAddresses?.[id] ?? []).map((address, index) => givenPeer(address, `address ${index} of ${id}`));
    if (declared.length + given.length > 0) return [...declared, ...given];
    const message = `the flow from ${peerName(flow.client)} to ${peerName(flow.server)} needs the address of ${id} at its ${end} end`;
    return fail('MSEG3205', flow.origins[0], message);
  }

  /** Notes what goes wrong and goes on, so that users see all of it at once. */
  private noting<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SegmentationError)) throw error;
      error.problems.forEach((problem) => this.problems.set(`${problem.where} ${problem.message}`, problem));
      return undefined;
    }
  }
}

export function block(cidr: string): AdmittedPeer & { kind: 'block' } {
  return { kind: 'block', cidr, family: cidr.includes(':') ? 6 : 4 };
}

function givenPeer({ value, family, opaque }: PeerAddress, name: string): AdmittedPeer {
  return opaque ? { kind: 'value', name, value, family } : block(value);
}

function opaquePeer({ kind, name, value, family, platform }: OpaquePeer, flow: CompiledFlow): AdmittedPeer {
  if (platform === 'azure') return { kind: 'serviceTag', tag: value };
  if (kind === 'token' && platform === undefined) return { kind: 'value', name: `token ${name}`, value, family };
  const ends = `the flow from ${peerName(flow.client)} to ${peerName(flow.server)}`;
  return fail('MSEG3401', flow.origins[0], `${ends} names "${name}", which exists on ${platform ?? 'another platform'} only`);
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

function opaquePeers({ opaquePeers: peers }: CompiledPolicy): ReadonlyMap<string, OpaquePeer> {
  return new Map(peers.map((peer) => [`${peer.kind} ${peer.name}`, peer]));
}
