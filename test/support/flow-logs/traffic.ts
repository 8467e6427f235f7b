import { Random } from './random';
import { Topology, TopologyNode } from './topology';

/** What became of a conversation. */
export type Fate = 'served' | 'unanswered' | 'refused' | 'denied';

/** One connection, or one exchange of datagrams, as it really was: logs tell more or less of it. */
export interface Conversation {
  readonly client: TopologyNode;
  readonly server: TopologyNode;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly packets: number;
  readonly bytes: number;
  readonly replyPackets: number;
  readonly replyBytes: number;
  readonly fate: Fate;
  /** The address of a gateway between the two, which each of them sees instead of the other. */
  readonly gateway?: string;
}

export interface TrafficOptions {
  readonly seed: number;
  readonly connectionsPerEdge?: number;
  /** Days over which the connections are spread. */
  readonly days?: number;
  /** Addresses that one machine asks in vain on ports where nobody listens. */
  readonly scanned?: number;
  /** Share of connections that were tried in vain once before. */
  readonly retries?: number;
  /** Broadcasts and multicasts. */
  readonly noise?: number;
  /** Share of connections that pass a gateway with an address of its own. */
  readonly throughGateway?: number;
  /** Share of connections left out, as a log that samples leaves them out. */
  readonly unseen?: number;
}

export const SCANNER = 'scanner';
const BEGINNING = Date.UTC(2026, 9, 5, 8);
const DAY = 24 * 3_600_000;
const SCANNED_PORTS = [21, 22, 23, 25, 80, 110, 139, 443, 445, 1433, 3306, 3389, 5900, 6379, 8080, 9200, 11211, 27017];
const SECOND = 1000;
const SYN_BYTES = 60;
const RESET_BYTES = 40;

/** What happened in a network of this topology, in order of time. Every edge is used at least once, whatever is left out. */
export function trafficOf(topology: Topology, options: TrafficOptions): Conversation[] {
  const traffic = new Traffic(topology, options);
  const all = [...traffic.ofEdges(), ...traffic.ofScan(), ...traffic.ofNoise()];
  return all.sort((one, other) => one.start - other.start || one.clientPort - other.clientPort);
}

class Traffic {
  private readonly random: Random;
  private readonly nodes: ReadonlyMap<string, TopologyNode>;

  public constructor(private readonly topology: Topology, private readonly options: TrafficOptions) {
    this.random = new Random(options.seed);
    this.nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  }

  public ofEdges(): Conversation[] {
    const { connectionsPerEdge = 12, retries = 0, unseen = 0 } = this.options;
    return this.topology.edges.flatMap((edge) => {
      const [client, server] = [edge.client, edge.server].map((id) => this.nodes.get(id)!);
      const ends = { client, server, serverPort: edge.port, protocol: edge.protocol };
      return Array.from({ length: connectionsPerEdge }, (_, index) => index).flatMap((index) => {
        if (index > 0 && this.random.chance(unseen)) return [];
        const served = this.conversation(ends, 'served');
        const inVain = index > 0 && edge.protocol === 'tcp' && this.random.chance(retries);
        return inVain ? [this.conversation(ends, 'unanswered', served.start - 3 * SECOND), served] : [served];
      });
    });
  }

  /** From an address of its own, all within minutes. A few are stopped by a rule, the others find nobody. */
  public ofScan(): Conversation[] {
    const { scanned = 0 } = this.options;
    const client = { id: SCANNER, address: this.outside(250) };
    const used = new Set(this.topology.edges.map(({ server, port }) => `${server} ${port}`));
    const begin = BEGINNING + this.random.between(2, 20) * 600 * SECOND;
    return this.topology.nodes.slice(0, scanned).flatMap((server) => SCANNED_PORTS.filter((port) => !used.has(`${server.id} ${port}`)).map((serverPort, index) => {
      const fate = this.random.one(['refused', 'unanswered', 'denied'] as const);
      return this.conversation({ client, server, serverPort, protocol: 'tcp' }, fate, begin + index * 40);
    }));
  }

  public ofNoise(): Conversation[] {
    const { noise = 0 } = this.options;
    if (this.outside(255).includes(':')) return [];
    const everybody = [['255.255.255.255', 67], [this.outside(255), 138], ['224.0.0.251', 5353], ['239.255.255.250', 1900]] as const;
    return Array.from({ length: noise }, () => {
      const [address, serverPort] = this.random.one(everybody);
      const client = this.random.one(this.topology.nodes);
      return this.conversation({ client, server: { id: 'everybody', address }, serverPort, protocol: 'udp' }, 'unanswered');
    });
  }

  /** Another address of the network. */
  private outside(host: number): string {
    const { address } = this.topology.nodes[0];
    return address.includes(':') ? `${address.slice(0, address.lastIndexOf(':'))}:${host.toString(16)}` : address.replace(/\d+$/, String(host));
  }

  private conversation(ends: Pick<Conversation, 'client' | 'server' | 'serverPort' | 'protocol'>, fate: Fate, at?: number): Conversation {
    const { days = 5, throughGateway = 0 } = this.options;
    const start = at ?? BEGINNING + this.random.between(0, days - 1) * DAY + this.random.between(0, 9 * 3600 * SECOND);
    const served = fate === 'served';
    const packets = served ? this.random.between(ends.protocol === 'udp' ? 1 : 5, 40) : 1;
    const replyPackets = served ? packets + this.random.between(0, 4) : fate === 'refused' ? 1 : 0;
    return {
      ...ends,
      clientPort: this.random.between(32_768, 60_999),
      start,
      end: start + (served ? this.random.between(1, 20) * SECOND : 0),
      packets,
      bytes: packets * (served ? this.random.between(60, 400) : SYN_BYTES),
      replyPackets,
      replyBytes: replyPackets * (served ? this.random.between(60, 900) : RESET_BYTES),
      fate,
      ...(served && this.random.chance(throughGateway) ? { gateway: this.outside(254) } : {}),
    };
  }
}
