import { ServiceSet } from '../../algebra';
import { ManifestFlow, ManifestService, servicesOf } from '../../compiler';
import { compareText } from '../../support/order';
import { Admissions, throughBoth } from '../admissions';
import { PolicyGraph } from '../policy-graph';
import { ReachGraph } from '../reach/reach-graph';

/** One connection of an attack. */
export interface Hop {
  readonly client: string;
  readonly server: string;
  readonly services: ManifestService[];
  /** Flows that open it, at either end. */
  readonly flows: ManifestFlow[];
}

/** A shortest way from a breached workload to another one. */
export interface AttackPath {
  readonly to: string;
  readonly hops: Hop[];
}

/** A shortest way to each workload that a breach of the given one reaches, by id; the first of equally short ones. */
export function attackPaths(graph: PolicyGraph, workload: string): AttackPath[] {
  const start = graph.workloads.findIndex(({ id }) => id === workload);
  const admissions = new Admissions(graph);
  const idOf = (place: number) => graph.workloads[place].id;
  const hops = new Map<number, Hop[]>([[start, []]]);
  // Whoever is fewer hops away comes first, so the way to the one before is there already.
  for (const [place, before] of ReachGraph.of(graph).from(start)) {
    hops.set(place, [...hops.get(before)!, hopBetween(admissions, idOf(before), idOf(place))]);
  }
  hops.delete(start);
  return [...hops].map(([place, all]) => ({ to: idOf(place), hops: all })).sort((a, b) => compareText(a.to, b.to));
}

/** A flow that names both ends explains a hop best; else those that open each end by address do. */
function hopBetween(admissions: Admissions, client: string, server: string): Hop {
  const [from, to] = [{ workload: client }, { workload: server }];
  const named = admissions.of(from, 'egress').filter((flow) => 'workload' in flow.server && flow.server.workload === server);
  if (named.length > 0) {
    return { client, server, services: ServiceSet.union(named.map(({ services }) => servicesOf(services))).ranges(), flows: named };
  }
  const [egress, ingress] = [admissions.at(from, 'egress', to), admissions.at(to, 'ingress', from)];
  const services = throughBoth(egress, ingress);
  const flows = [...egress ?? [], ...ingress ?? []].filter(({ ipv4, ipv6 }) => !ipv4.union(ipv6).intersect(services).isEmpty());
  return { client, server, services: services.ranges(), flows: flows.map(({ flow }) => flow) };
}
