import { Random } from './random';

/** Who uses which service of whom: what discovery has to find in the logs of it. */
export interface Topology {
  readonly name: string;
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

export interface TopologyNode {
  readonly id: string;
  readonly address: string;
}

export interface TopologyEdge {
  readonly client: string;
  readonly server: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** `client > server port/protocol`, one a line; TCP where no protocol is named. */
function topologyOf(name: string, network: string, lines: string): Topology {
  const edges = lines.trim().split('\n').map((line): TopologyEdge => {
    const [, client, server, port, protocol] = /^\s*(\S+) > (\S+) (\d+)(?:\/(udp|tcp))?$/.exec(line)!;
    return { client, server, protocol: protocol === 'udp' ? 'udp' : 'tcp', port: Number(port) };
  });
  return { name, nodes: nodesOf(edges, network), edges };
}

function nodesOf(edges: readonly TopologyEdge[], network: string): TopologyNode[] {
  const ids = [...new Set(edges.flatMap(({ client, server }) => [client, server]))].sort();
  return ids.map((id, index) => ({ id, address: `${network}${network.includes(':') ? (index + 10).toString(16) : index + 10}` }));
}

/** A web shop: a page server in front of small services, a queue, two stores, and a resolver that everybody asks. */
export const SHOP = topologyOf('shop', '10.20.0.', `
  visitors > pages 8080
  pages > catalogue 3550
  pages > basket 7070
  pages > prices 7000
  pages > delivery 50051
  pages > order 5050
  pages > suggestions 8080
  pages > adverts 9555
  suggestions > catalogue 3550
  order > basket 7070
  order > catalogue 3550
  order > prices 7000
  order > delivery 50051
  order > payment 50052
  order > mail 5000
  basket > sessions 6379
  order > queue 5672
  payment > ledger 5432
  mail > queue 5672
  pages > names 53/udp
  order > names 53/udp
  basket > names 53/udp
  mail > names 53/udp
`);

/** Reservations of rooms: services that find each other through a registry, each with a store and a cache of its own. */
export const RESERVATIONS = topologyOf('reservations', '10.30.0.', `
  portal > registry 8500
  portal > search 8082
  portal > profiles 8081
  portal > bookings 8087
  portal > accounts 8086
  search > registry 8500
  search > places 8083
  search > tariffs 8084
  profiles > registry 8500
  profiles > profiles-store 27017
  profiles > profiles-cache 11211
  bookings > registry 8500
  bookings > bookings-store 27017
  bookings > bookings-cache 11211
  accounts > registry 8500
  accounts > accounts-store 27017
  places > registry 8500
  places > places-store 27017
  tariffs > registry 8500
  tariffs > tariffs-store 27017
  tariffs > tariffs-cache 11211
  collector > portal 60002
  collector > search 60002
  collector > bookings 60002
`);

/** The same with addresses of the other family. */
export const RESERVATIONS_IPV6: Topology = { ...RESERVATIONS, name: 'reservations-ipv6', nodes: nodesOf(RESERVATIONS.edges, 'fd00:30::') };

const SERVICES: readonly (readonly [TopologyEdge['protocol'], number])[] = [
  ['tcp', 443], ['tcp', 5432], ['tcp', 8443], ['tcp', 9092], ['udp', 514], ['udp', 123], ['tcp', 49_200], ['tcp', 389],
];

/** Layers of workloads, each of which uses some of the layer below. */
export function generatedTopology(seed: number, workloads: number): Topology {
  const random = new Random(seed);
  const layers = 4;
  const ids = Array.from({ length: workloads }, (_, index) => `w${index}`);
  const serviceOf = ids.map(() => random.one(SERVICES));
  const edges = ids.flatMap((client, index): TopologyEdge[] => ids.flatMap((server, other): TopologyEdge[] => {
    const [protocol, port] = serviceOf[other];
    return other % layers === (index % layers) + 1 && random.chance(0.3) ? [{ client, server, protocol, port }] : [];
  }));
  return { name: `generated-${seed}`, nodes: nodesOf(edges, '10.40.0.'), edges };
}
