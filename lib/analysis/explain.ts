import { ServiceSet } from '../algebra';
import { ManifestFlow, ManifestPeer, ManifestService, ManifestWorkloadEnforcement } from '../compiler';
import { fail } from '../support/errors';
import { Admission, Admissions, throughBoth } from './admissions';
import { declarationOf } from './explain/declaration';
import { NearFlow, nearestFlows } from './explain/nearest';
import { FlowEnd, OpenEnds } from './open-ends';
import { GraphWorkload, PolicyGraph } from './policy-graph';

/** A flow that opens an end, with what it admits of what was asked. */
export interface ExplainingFlow {
  readonly flow: ManifestFlow;
  readonly admits: ManifestService[];
  readonly by: Admission['by'];
}

/** What one end of the connection says. */
export interface EndVerdict {
  /** False where the policy does not protect this end: it holds nothing up. */
  readonly protected: boolean;
  readonly mode?: string;
  readonly enforcementPoints: readonly ManifestWorkloadEnforcement[];
  /** What the end admits of what was asked. */
  readonly services: ManifestService[];
  readonly flows: ExplainingFlow[];
}

export interface Explanation {
  readonly policy: string;
  readonly client: ManifestPeer;
  readonly server: ManifestPeer;
  /** `partly`: some of the services, or some of the addresses, or that depends on addresses that nobody knows here. */
  readonly verdict: 'allowed' | 'partly' | 'denied';
  /** What was asked about. Absent: whatever is open. */
  readonly asked?: ManifestService[];
  /** What gets through both ends. */
  readonly services: ManifestService[];
  readonly egress: EndVerdict;
  readonly ingress: EndVerdict;
  /** Unless it is allowed: the flows that come nearest. */
  readonly nearest: NearFlow[];
  /** Unless it is allowed: what to declare, as TypeScript. */
  readonly declare?: string;
}

/**
 * May the client open a connection to the server, and which flows say so at each end? The mode of a workload does not
 * change the answer: it says what enforcing means.
 *
 * @param asked the services meant; without them whatever is open counts
 * @throws MSEG5003 if the policy protects neither end
 */
export function explain(graph: PolicyGraph, client: ManifestPeer, server: ManifestPeer, asked?: ServiceSet): Explanation {
  const workloads = new Map(graph.workloads.map((workload) => [workload.id, workload]));
  const [admissions, ends] = [new Admissions(graph), new OpenEnds(graph)];
  const [egress, ingress] = [admissions.at(client, 'egress', server), admissions.at(server, 'ingress', client)];
  if (egress === undefined && ingress === undefined) fail('MSEG5003', graph.path, 'neither end is a workload that this policy protects');
  const meant = asked ?? ServiceSet.ALL;
  const surely = surelyOpen(ends, client, server).intersect(meant);
  const possibly = throughBoth(egress, ingress).intersect(meant);
  const verdict = verdictOf(surely, possibly, asked);
  const common = {
    policy: graph.id,
    client,
    server,
    verdict,
    asked: asked?.ranges(),
    services: possibly.ranges(),
    egress: endVerdict(workloads, client, egress, meant),
    ingress: endVerdict(workloads, server, ingress, meant),
  };
  if (verdict === 'allowed') return { ...common, nearest: [] };
  return {
    ...common,
    nearest: nearestFlows(graph, client, server, meant),
    declare: declarationOf(workloads, client, server, asked?.subtract(surely)),
  };
}

function surelyOpen(ends: OpenEnds, client: ManifestPeer, server: ManifestPeer): ServiceSet {
  const at = (own: ManifestPeer, end: FlowEnd, peer: ManifestPeer) => ends.surely(own, end, peer);
  return at(client, 'egress', server).intersect(at(server, 'ingress', client));
}

function verdictOf(surely: ServiceSet, possibly: ServiceSet, asked: ServiceSet | undefined): Explanation['verdict'] {
  if (asked === undefined ? !surely.isEmpty() : asked.isSubsetOf(surely)) return 'allowed';
  return possibly.isEmpty() ? 'denied' : 'partly';
}

function endVerdict(
  workloads: ReadonlyMap<string, GraphWorkload>,
  own: ManifestPeer,
  admissions: readonly Admission[] | undefined,
  meant: ServiceSet,
): EndVerdict {
  if (!('workload' in own) || admissions === undefined) return { protected: false, enforcementPoints: [], services: meant.ranges(), flows: [] };
  const { mode, enforcementPoints = [] } = workloads.get(own.workload)!;
  const admitted = admissions.map(({ flow, ipv4, ipv6, by }) => ({ flow, by, services: ipv4.union(ipv6).intersect(meant) }));
  const open = admitted.filter(({ services }) => !services.isEmpty());
  return {
    protected: true,
    mode,
    enforcementPoints,
    services: ServiceSet.union(open.map(({ services }) => services)).ranges(),
    flows: open.map(({ flow, services, by }) => ({ flow, admits: services.ranges(), by })),
  };
}
