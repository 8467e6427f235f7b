import { exposedOf } from '../../analysis/blast-radius';
import { flatNetwork } from '../../analysis/blast-radius/flat-network';
import { graphOf } from '../../analysis/policy-graph';
import { Hub, ReachGraph } from '../../analysis/reach/reach-graph';
import { ManifestFlow, ManifestPeer, ManifestPolicy, ManifestService, ManifestWorkload, peerName, servicesOf } from '../../compiler';
import { printable } from '../../support/printable';
import { MapData, MapFlow, MapHub, MapMode, MapNode, MapReach } from './map-data';
import { groupingsOf, NodeTable, outside, printableLabels } from './nodes';
import { Replay, replayedFlows } from './replay';
import { workloadKey } from './workload-key';

/** The map of policies; with the result of a replay, flows show whether they were seen. */
export function mapOfPolicies(policies: readonly ManifestPolicy[], replay?: Replay): MapData {
  const table = new NodeTable();
  for (const policy of policies) {
    const exposed = new Map(exposedOf(graphOf(policy)).map(({ id, services }) => [id, services]));
    for (const workload of policy.workloads) {
      table.indexOf(workloadKey(policy, workload.id), () => workloadNode(policy, workload, exposed.get(workload.id) ?? []));
    }
  }
  const unused = new Set(replay?.unusedFlows);
  const declared = policies.flatMap((policy) => policy.flows.map((flow) => declaredFlow(policy, flow, table, unused.has(flow.id))));
  const flows = replay ? [...declared, ...replayedFlows(replay, table, policies)] : declared;
  return {
    title: policies.map(({ id }) => printable(id)).join(', '),
    notes: [
      `${policies.length === 1 ? 'Policy' : 'Policies'} ${policies.map(({ id, mode }) => `${printable(id)} (${mode})`).join(', ')}.`,
      ...(replay ? [] : ['Every flow is declared; which ones are used shows with the result of a replay.']),
    ],
    groupings: groupingsOf(table.nodes),
    groupBy: groupingsOf(table.nodes)[0].key,
    nodes: table.nodes,
    flows,
    reach: reachOf(policies, table),
  };
}

function workloadNode(policy: ManifestPolicy, workload: ManifestWorkload, exposed: readonly ManifestService[]): MapNode {
  const { id, path, labels, services, addresses, mode, criticality, managed, enforcementPoints } = workload;
  return {
    name: printable(id),
    kind: 'workload',
    mode: managed ? mode as MapMode : 'unmanaged',
    criticality: printable(criticality),
    policy: printable(policy.id),
    path: printable(path),
    labels: printableLabels(labels),
    services: services.map((service) => printable(`${service.name} ${servicesOf([service]).toString()}`)),
    addresses,
    segments: policy.segments.filter(({ members }) => members.includes(id)).map((segment) => printable(segment.id)),
    platforms: enforcementPoints.map((point) => printable(`${point.path} (${point.platform})`)),
    exposed: exposed.map((service) => servicesOf([service]).toString()),
  };
}

function declaredFlow(policy: ManifestPolicy, flow: ManifestFlow, table: NodeTable, unused: boolean): MapFlow {
  const { justification, owner, expires, origins, sources = [], client, server } = flow;
  const facts: [string, string | undefined][] = [
    ['Justification', justification],
    ['Owner', owner],
    ['Expires', expires],
    ['Declared by', origins.join(', ')],
    ['Declared at', sources.join(', ')],
    ['Client', 'any' in client ? peerName(client) : undefined],
    ['Server', 'any' in server ? peerName(server) : undefined],
  ];
  return {
    client: peerIndex(policy, client, 'client', table),
    server: peerIndex(policy, server, 'server', table),
    services: flow.services.map((service) => servicesOf([service]).toString()),
    verdict: unused ? 'unused' : 'allowed',
    facts: facts.flatMap(([name, value]): [string, string][] => (value ? [[name, printable(value)]] : [])),
  };
}

/** Anywhere is one place, whatever the family: the flow says which. */
function peerIndex(policy: ManifestPolicy, peer: ManifestPeer, side: 'client' | 'server', table: NodeTable): number {
  if ('workload' in peer) return table.find(workloadKey(policy, peer.workload))!;
  const name = 'any' in peer ? 'Anywhere' : peerName(peer);
  return table.indexOf(JSON.stringify([side, name]), () => outside(name, side, printable(policy.id)));
}

/** The same reach as `microseg blast-radius` counts, with the places of the map. */
function reachOf(policies: readonly ManifestPolicy[], table: NodeTable): MapReach {
  const direct: number[][] = table.nodes.map(() => []);
  const [hubs, flatHubs]: [MapHub[], MapHub[]] = [[], []];
  for (const policy of policies) {
    const places = policy.workloads.map(({ id }) => table.find(workloadKey(policy, id))!);
    const moved = (indices: readonly number[]) => indices.map((index) => places[index]);
    const graph = graphOf(policy);
    const reach = ReachGraph.of(graph);
    reach.direct.forEach((servers, client) => { direct[places[client]] = moved(servers); });
    const movedHubs = (all: readonly Hub[]) => all.map(({ clients, servers }) => ({ clients: moved(clients), servers: moved(servers) }));
    hubs.push(...movedHubs(reach.hubs));
    flatHubs.push(...movedHubs(flatNetwork(graph, reach).hubs.slice(reach.hubs.length)));
  }
  return { direct, hubs, flatHubs };
}
