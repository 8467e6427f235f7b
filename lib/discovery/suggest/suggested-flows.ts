import { grouped } from '../../support/groups';
import { compareText, sortedBy } from '../../support/order';
import { MapEdge } from '../dependency-map';
import { blocksOf, familiesFor, familyOf } from './blocks';
import { LabelGroup } from './label-groups';
import { Rectangle, rectanglesOf, Side } from './rectangles';
import { Generalize, SuggestedFlow, SuggestedPeer, SuggestedService, Widening } from './suggestion';
import { serviceKey, WorkloadTable } from './workload-table';

export type PairEdge = Pick<MapEdge, 'client' | 'server' | 'protocol' | 'port' | 'connections' | 'firstSeen' | 'lastSeen' | 'confidence'>;

/** Edges and pairs that one flow stands for. */
interface Gathering {
  readonly client: SuggestedPeer;
  readonly server: SuggestedPeer;
  readonly services: Map<string, SuggestedService>;
  readonly edges: Set<PairEdge>;
  /** Pairs of workloads and services. */
  readonly pairs: Set<string>;
}

/** Edges of one service by places of workloads: servers, and their clients. One workload may be several nodes of the map. */
type EdgesByPair = ReadonlyMap<number, ReadonlyMap<number, readonly PairEdge[]>>;

/** Flows that stand for edges: by labels where these say exactly that, or as much more as the user accepts. */
export class SuggestedFlows {
  private readonly flows = new Map<string, Gathering>();
  private readonly places: ReadonlyMap<string, number>;
  private readonly ids: readonly string[];
  /** Every pair with its service that was seen. */
  private readonly seen = new Set<string>();

  public constructor(
    private readonly table: WorkloadTable,
    private readonly groups: readonly LabelGroup[],
    private readonly generalize: Generalize,
  ) {
    this.ids = table.choosable().map(({ id }) => id);
    this.places = new Map(this.ids.map((id, place) => [id, place]));
  }

  /**
   * @param missing edges that need a flow
   * @param wanted all edges that are known to be fine: opening them is no widening
   * @param unwanted edges that labels must not open
   */
  public add(missing: readonly PairEdge[], wanted: readonly PairEdge[], unwanted: readonly PairEdge[]): void {
    for (const edge of wanted) this.seen.add(this.pairKey(this.nameOf(edge.client), this.nameOf(edge.server), edge));
    const isInside = ({ client, server }: PairEdge) => this.placeOf(client) !== undefined && this.placeOf(server) !== undefined;
    for (const edge of missing) if (!isInside(edge)) this.outside(edge);
    const refused = byService(unwanted);
    for (const [key, edges] of byService(missing.filter(isInside))) {
      const seen = this.edgesByPair(edges);
      const pairs = { seen, unwanted: this.edgesByPair(refused.get(key) ?? []) };
      for (const rectangle of rectanglesOf(pairs, this.groups, this.generalize)) this.rectangle(rectangle, edges[0], seen);
    }
  }

  public result(): { suggested: SuggestedFlow[]; widening: Widening } {
    const flows = sortedBy(this.flows.values(), ({ client, server }) => JSON.stringify([textOf(client), textOf(server)]));
    const opened = new Set(flows.flatMap(({ pairs }) => [...pairs].filter((pair) => !this.seen.has(pair))));
    return {
      suggested: flows.map((flow) => this.flow(flow)),
      widening: { pairs: opened.size, anyAddress: flows.filter(({ client, server }) => 'any' in client || 'any' in server).length },
    };
  }

  private rectangle({ clients, servers }: Rectangle, service: PairEdge, seen: EdgesByPair): void {
    const gathering = this.gathering(this.peerOf(clients), this.peerOf(servers));
    gathering.services.set(serviceKey(service), serviceOf(service));
    for (const server of servers.members) {
      for (const client of clients.members) {
        for (const edge of seen.get(server)?.get(client) ?? []) gathering.edges.add(edge);
        gathering.pairs.add(this.pairKey(this.ids[client], this.ids[server], service));
      }
    }
  }

  private outside(edge: PairEdge): void {
    const { client, server, protocol } = edge;
    const gathering = this.gathering(this.endOf(client, server, protocol), this.endOf(server, client, protocol));
    gathering.edges.add(edge);
    gathering.services.set(serviceKey(edge), serviceOf(edge));
    gathering.pairs.add(this.pairKey(this.nameOf(edge.client), this.nameOf(edge.server), edge));
  }

  private gathering(client: SuggestedPeer, server: SuggestedPeer): Gathering {
    const key = JSON.stringify([client, server]);
    const known = this.flows.get(key) ?? { client, server, services: new Map(), edges: new Set(), pairs: new Set() };
    this.flows.set(key, known);
    return known;
  }

  private flow({ client, server, services, edges, pairs }: Gathering): SuggestedFlow {
    const all = [...edges];
    const connections = all.reduce((sum, edge) => sum + edge.connections, 0);
    const firstSeen = all.map((edge) => edge.firstSeen).sort(compareText)[0];
    const lastSeen = all.map((edge) => edge.lastSeen).sort(compareText).at(-1)!;
    return {
      client,
      server,
      services: sortedBy(services.values(), serviceKey),
      connections,
      firstSeen,
      lastSeen,
      confidence: all.reduce((least, edge) => Math.min(least, edge.confidence), 1),
      justification: justification(connections, firstSeen, lastSeen),
      pairs: pairs.size,
      opened: [...pairs].filter((pair) => !this.seen.has(pair)).length,
    };
  }

  private peerOf({ labels, members }: Side): SuggestedPeer {
    return labels ? { labels } : { workload: this.ids[members[0]] };
  }

  /** The end of an edge of which at least one is the Internet. */
  private endOf(node: string, other: string, protocol: string): SuggestedPeer {
    const id = this.table.idOf(node);
    if (id !== undefined) return { workload: id };
    const families = familiesFor(this.table.node(other).addresses, protocol);
    const blocks = blocksOf(this.table.node(node).addresses);
    const possible = blocks.filter((block) => families.includes(familyOf(block)));
    return blocks.length === 0 ? { any: families } : { addresses: possible.length > 0 ? possible : blocks };
  }

  private edgesByPair(edges: readonly PairEdge[]): EdgesByPair {
    const found = new Map<number, Map<number, PairEdge[]>>();
    for (const edge of edges) {
      const [client, server] = [this.placeOf(edge.client), this.placeOf(edge.server)];
      if (client === undefined || server === undefined) continue;
      const clients = found.get(server) ?? new Map<number, PairEdge[]>();
      found.set(server, clients.set(client, [...clients.get(client) ?? [], edge]));
    }
    return found;
  }

  private placeOf(node: string): number | undefined {
    const id = this.table.idOf(node);
    return id === undefined ? undefined : this.places.get(id);
  }

  private nameOf(node: string): string {
    return this.table.idOf(node) ?? `\n${node}`;
  }

  private pairKey(client: string, server: string, service: SuggestedService): string {
    return JSON.stringify([client, server, serviceKey(service)]);
  }
}

function byService(edges: readonly PairEdge[]): Map<string, PairEdge[]> {
  return new Map([...grouped(edges, serviceKey)].sort(([a], [b]) => compareText(a, b)));
}

function serviceOf({ protocol, port }: PairEdge): SuggestedService {
  return port === undefined ? { protocol } : { protocol, port };
}

function justification(connections: number, first: string, last: string): string {
  const [from, to] = [first.slice(0, 10), last.slice(0, 10)];
  const count = `${connections.toLocaleString('en')} connection${connections === 1 ? '' : 's'}`;
  return from === to ? `observed: ${count} on ${from}` : `observed: ${count} from ${from} to ${to}`;
}

/** Workloads first, then labels, then what is outside. */
function textOf(peer: SuggestedPeer): string {
  if ('workload' in peer) return `0${peer.workload}`;
  return 'labels' in peer ? `1${JSON.stringify(peer.labels)}` : `2${JSON.stringify(peer)}`;
}
