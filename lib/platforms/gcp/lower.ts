import { AddressSet, ServiceSet } from '../../algebra';
import { CompiledFlow, CompiledPeer, flowName, OpaquePeer, servicesOf } from '../../compiler';
import { fail, Problem } from '../../support/errors';
import { GatheredProblems } from '../../support/gathered-problems';
import { FlowPeers } from '../flow-peers';
import { isExpressible, layer4Of, layer4Text } from './layer4';
import { named, Need, NeedPeers } from './needs';
import { End, FlowEnd, GoogleFirewallRequest, PeerAddress } from './plan-types';

/** What the flows of a policy come to at one enforcement point. */
export interface Lowered {
  /** Workload id to what its rules must admit. */
  readonly needs: ReadonlyMap<string, Need[]>;
  readonly flowEnds: FlowEnd[];
  /** MSEG3304, MSEG3305, MSEG3307 and MSEG3401: everything that the firewalls cannot say. */
  readonly problems: Problem[];
}

/**
 * What each protected workload needs, both ends of every flow. The source of an ingress rule is named by its identity where
 * it is protected here, too; a destination by its addresses, since no rule can match another identity than its own target's.
 */
export function lowerFlows(request: GoogleFirewallRequest): Lowered {
  const lowering = new Lowering(request);
  for (const flow of request.policy.flows) {
    lowering.lower('egress', flow.client, flow.server, flow);
    lowering.lower('ingress', flow.server, flow.client, flow);
  }
  return lowering.result();
}

class Lowering {
  private readonly needs = new Map<string, Map<string, Need>>();
  private readonly identities: ReadonlyMap<string, string>;
  private readonly known: FlowPeers<PeerAddress>;
  private readonly flowEnds: FlowEnd[] = [];
  private readonly problems = new GatheredProblems();

  public constructor(private readonly request: GoogleFirewallRequest) {
    const { policy, protects } = request;
    this.known = new FlowPeers(policy, 'gcp', request.peerAddresses);
    this.identities = new Map(protects.map(({ workload, identity }) => [workload, identity]));
    for (const { workload } of protects) this.needs.set(workload, new Map());
  }

  public lower(end: End, own: CompiledPeer, peer: CompiledPeer, flow: CompiledFlow): void {
    const needs = 'workload' in own ? this.needs.get(own.workload) : undefined;
    if (needs === undefined) return;
    const services = this.problems.attempt(() => this.services(flow));
    const peers = this.problems.attempt(() => this.peers(end, peer, flow));
    if (services === undefined || peers === undefined) return;
    if ('workload' in peer) this.noteEnd(flow, end, (own as { workload: string }).workload, peer.workload, peers);
    for (const each of peers) addNeed(needs, end, each, services, flow);
  }

  public result(): Lowered {
    const needs = new Map([...this.needs].map(([workload, each]) => [workload, [...each.values()]]));
    return { needs, flowEnds: this.flowEnds, problems: this.problems.all };
  }

  private services(flow: CompiledFlow): ServiceSet {
    const services = servicesOf(flow.services);
    const refused = services.ranges().filter((range) => !isExpressible(range));
    if (refused.length > 0) {
      const [{ protocol, fromPort, toPort }] = refused;
      const message = toPort === undefined ? `type ${fromPort}` : `type ${fromPort} code ${toPort}`;
      fail('MSEG3305', flow.origins[0], `${message} of ${protocol} cannot be filtered in the flow ${flowName(flow)}`);
    }
    return services;
  }

  private peers(end: End, peer: CompiledPeer, flow: CompiledFlow): NeedPeers[] {
    if ('workload' in peer) return this.workloadPeers(end, peer.workload, flow);
    if ('any' in peer) return blocks(peer.any === 'ipv4' ? AddressSet.ANY_IPV4 : AddressSet.ANY_IPV6);
    if ('cidr' in peer) return blocks(AddressSet.cidr(peer.cidr));
    return [this.opaquePeers(this.known.opaque(peer, flow), flow)];
  }

  private workloadPeers(end: End, id: string, flow: CompiledFlow): NeedPeers[] {
    const identity = this.identities.get(id);
    if (end === 'ingress' && identity !== undefined) return [named('identities', id, identity)];
    const given = this.known.given(id).map((address, index) => this.addressPeers(id, index, address, flow));
    const peers = [...blocks(this.known.declared(id)), ...given];
    if (peers.length > 0) return peers;
    const why = identity === undefined ? '' : ', where no rule can match its identity';
    fail('MSEG3304', flow.origins[0], `the flow ${flowName(flow)} needs the address of ${id} at its ${end} end${why}`);
  }

  /** Called by its place, since a token reads differently in each run. */
  private addressPeers(workload: string, index: number, address: PeerAddress, flow: CompiledFlow): NeedPeers {
    const { value, family, addressGroup } = address;
    if (addressGroup) return this.addressGroup(family, `peer ${workload} ${index}`, value, flow);
    return named(`ranges${family}`, `peer ${workload} ${index}`, value);
  }

  private opaquePeers(opaque: OpaquePeer, flow: CompiledFlow): NeedPeers {
    const { kind, name, value, family, platform } = opaque;
    if (platform === 'gcp') return this.addressGroup(family, `${kind} ${name}`, value, flow);
    return named(`ranges${family}`, `${kind} ${name}`, value);
  }

  private addressGroup(family: 4 | 6, key: string, value: string, flow: CompiledFlow): NeedPeers {
    if (this.request.identity !== 'secureTags') {
      fail('MSEG3307', flow.origins[0], `the flow ${flowName(flow)} names the address group ${JSON.stringify(value.slice(0, 200))}`);
    }
    return named(`addressGroups${family}`, key, value);
  }

  private noteEnd(flow: CompiledFlow, end: End, workload: string, peer: string, peers: readonly NeedPeers[]): void {
    const via = peers[0].kind === 'identities' ? 'group' : 'addresses';
    this.flowEnds.push({ flow: flow.id, end, workload, peer, via });
  }
}

/** Known addresses, each family for itself: a rule takes ranges of one family only. */
function blocks(addresses: AddressSet): NeedPeers[] {
  const families = [[4, addresses.onlyIpv4()], [6, addresses.onlyIpv6()]] as const;
  return families.filter(([, literal]) => !literal.isEmpty()).map(([family, literal]) => ({ kind: `ranges${family}`, literal, named: [] }));
}

/** Peers of one kind with the same services are one need, and later one rule, however many there are. */
function addNeed(needs: Map<string, Need>, end: End, peers: NeedPeers, services: ServiceSet, flow: CompiledFlow): void {
  const layer4 = layer4Of(services, familyOf(peers));
  if (layer4.length === 0) return;
  const key = `${end} ${peers.kind} ${layer4Text(layer4)}`;
  const known = needs.get(key);
  if (known === undefined) {
    needs.set(key, { end, layer4, kind: peers.kind, peers: [peers], flows: new Set([flow]) });
  } else {
    known.peers.push(peers);
    known.flows.add(flow);
  }
}

function familyOf({ kind }: NeedPeers): 4 | 6 | undefined {
  return kind === 'identities' ? undefined : Number(kind.at(-1)) as 4 | 6;
}
