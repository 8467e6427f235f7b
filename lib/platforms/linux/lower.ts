import { AddressSet, ServiceSet } from '../../algebra';
import { blockOf, CompiledFlow, CompiledPeer, flowName, servicesOf } from '../../compiler';
import { endOf } from '../../compiler/expiry';
import { fail } from '../../support/errors';
import { GatheredProblems } from '../../support/gathered-problems';
import { FlowPeers } from '../flow-peers';
import { variableName } from './names';
import { DeployTimeValue, End, LinuxHostsRequest, PeerAddress } from './plan-types';

/** What one flow needs at one end of a host. */
export interface Need {
  readonly end: End;
  readonly services: ServiceSet;
  /** Where its peer is known to be. */
  readonly addresses: AddressSet;
  /** Where else it is, known at deploy time only. */
  readonly values: readonly (DeployTimeValue & { readonly family: 4 | 6 })[];
  /** Last second, since the epoch, in which the flow is open; undefined: for ever. */
  readonly until?: number;
}

/**
 * What each protected workload needs, both ends of every flow. A host knows its peers by their addresses, wherever they are
 * protected.
 *
 * @throws SegmentationError with MSEG3401, MSEG4001 and MSEG4007 for everything that a host cannot match.
 */
export function lowerFlows(request: LinuxHostsRequest): ReadonlyMap<string, readonly Need[]> {
  const lowering = new Lowering(request);
  for (const flow of request.policy.flows) {
    lowering.lower('egress', flow.client, flow.server, flow);
    lowering.lower('ingress', flow.server, flow.client, flow);
  }
  return lowering.result();
}

class Lowering {
  private readonly needs: ReadonlyMap<string, Need[]>;
  private readonly peers: FlowPeers<PeerAddress>;
  private readonly problems = new GatheredProblems();

  public constructor(private readonly request: LinuxHostsRequest) {
    const { policy, protects } = request;
    this.peers = new FlowPeers(policy, 'linux', request.peerAddresses);
    this.needs = new Map(protects.map(({ workload }) => [workload, []]));
  }

  public lower(end: End, own: CompiledPeer, peer: CompiledPeer, flow: CompiledFlow): void {
    const needs = 'workload' in own ? this.needs.get(own.workload) : undefined;
    if (needs === undefined) return;
    this.problems.attempt(() => {
      const where = this.whereIs(end, (own as { workload: string }).workload, peer, flow);
      needs.push({ end, services: servicesOf(flow.services), ...where, until: lastSecond(flow) });
    });
  }

  public result(): ReadonlyMap<string, readonly Need[]> {
    this.problems.throwIfAny();
    return this.needs;
  }

  private whereIs(end: End, own: string, peer: CompiledPeer, flow: CompiledFlow): Pick<Need, 'addresses' | 'values'> {
    const addresses = blockOf(peer);
    if (addresses !== undefined) return { addresses, values: [] };
    if ('workload' in peer) return this.workloadAddresses(end, own, peer.workload, flow);
    const opaque = this.peers.opaque(peer, flow);
    return { addresses: AddressSet.EMPTY, values: [deployTimeValue(this.variable(own, 'token', opaque.name), opaque, flow)] };
  }

  private workloadAddresses(end: End, own: string, id: string, flow: CompiledFlow): Pick<Need, 'addresses' | 'values'> {
    const [declared, given] = [this.peers.declared(id), this.peers.given(id)];
    if (declared.isEmpty() && given.length === 0) {
      fail('MSEG4001', flow.origins[0], `the flow ${flowName(flow)} needs the address of ${id} at its ${end} end, on the hosts of the other workload`);
    }
    const known = given.filter(({ opaque }) => !opaque).map(({ value }) => AddressSet.cidr(value));
    const values = given.flatMap((address, index) => (
      address.opaque ? [deployTimeValue(this.variable(own, 'workload', id, String(index)), address, flow)] : []));
    return { addresses: AddressSet.union([declared, ...known]), values };
  }

  private variable(own: string, ...peer: readonly string[]): string {
    return variableName([this.request.policy.id, own], ...peer);
  }
}

/** A framework's mark, before it is filled in: nothing else may stand in the address book beside the digits of an address. */
const MARK = /\$\{(?:Tf)?Token\[[\w.-]+\]\}/g;

function deployTimeValue(variable: string, { value, family }: Pick<PeerAddress, 'value' | 'family'>, flow: CompiledFlow): Need['values'][number] {
  if (!/^[0-9A-Fa-f.:/]*$/.test(value.replace(MARK, '')) || !value.includes('${')) {
    fail('MSEG4007', flow.origins[0], `${JSON.stringify(value.slice(0, 100))} at an end of the flow ${flowName(flow)} is no deploy-time value`);
  }
  return { variable, value, family };
}

/** The last whole second before the end: never longer than declared, and less than a second shorter. */
function lastSecond({ expires }: CompiledFlow): number | undefined {
  return expires === undefined ? undefined : Math.max(0, Math.ceil(endOf(expires) / 1000) - 1);
}
