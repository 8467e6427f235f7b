import { completenessOf } from './completeness';
import { DependencyMap, MapNode, MapSource } from './dependency-map';
import { linksQuery } from './engine/conversations';
import { FLOW_COLUMNS, NAMED, NO_PORT, PLACED, rowOf } from './engine/flow-columns';
import { SqlEngine, SqlRow } from './engine/sql-engine';
import { addressEdges, END_COLUMNS, endsOf, KIND, nodeEdges, SERVICE_COLUMNS, settle } from './engine/traffic-tables';
import { FlowRecord } from './flow-record';
import { Inventory } from './inventory/inventory';
import { serviceRows } from './known-services';
import { compareEdges, EdgeTable, mapEdge, noiseOf, protocolName, Seen, SeenEdge, seenIn, usedNodes } from './map-edges';
import { NodeTable } from './node-table';
import { PLACED_COLUMNS, placedFlows, placedRow, Placements } from './placements';

/** One client address with one port of one server address, over the whole window. */
export interface AddressEdge {
  /** Absent where the log names workloads only. */
  readonly clientAddress?: string;
  readonly serverAddress?: string;
  readonly client: MapNode;
  readonly server: MapNode;
  /** IANA number, and as `segmentation.json` names it. */
  readonly protocolNumber: number;
  readonly protocol: string;
  /** The server's; the type for ICMP; absent where there is none. */
  readonly port?: number;
  readonly connections: number;
  readonly bytes: number;
  /** ISO 8601 in UTC. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** A rule stopped every connection. */
  readonly denied: boolean;
  /** Set apart as noise. */
  readonly noise: boolean;
}

/** Rows that are handed to the database at once. */
const BATCH = 20_000;

/**
 * Traffic that was loaded, inferred and aggregated: who uses which service of whom. Holds its tables until it is closed.
 *
 * Loading comes first (`add`, or a query over what the engine can read itself), then `settle` once, then the results, which may
 * be asked for in any order and more than once.
 */
export class Traffic {
  private readonly placements: Placements;
  private readonly table: NodeTable;
  private readonly mapNodes = new Map<number, MapNode>();
  private loaded = false;

  public constructor(private readonly engine: SqlEngine, private readonly inventory: Inventory) {
    this.placements = new Placements(inventory);
    this.table = new NodeTable(inventory, this.placements);
  }

  /** Loads records. */
  public async add(records: readonly FlowRecord[]): Promise<void> {
    if (!this.loaded) await this.engine.createTable('flows', FLOW_COLUMNS);
    this.loaded = true;
    const rows: SqlRow[] = [];
    for (const record of records) {
      this.placements.learn(record);
      const row = rowOf(record);
      if (row) rows.push(row);
    }
    await this.engine.insert('flows', rows);
  }

  /**
   * Infers who serves whom, from the records that were added and from the rows of the queries.
   *
   * @param queries each with FLOW_COLUMNS, over files or tables that the engine reads itself
   */
  public async settle(queries: readonly string[] = []): Promise<void> {
    const own = this.loaded ? [`SELECT * FROM ${this.engine.table('flows')}`] : [];
    const all = [...own, ...queries];
    if (all.length === 0) {
      await this.add([]);
      all.push(`SELECT * FROM ${this.engine.table('flows')}`);
    }
    await this.engine.createTableAs('links', linksQuery(await this.placed(`(${all.join(' UNION ALL ')}) AS flows`)));
    if (this.loaded) await this.engine.dropTable('flows');
    await this.nameEnds();
    await settle(this.engine);
  }

  /** @param sources what was read, as the map lists it */
  public async map(sources: readonly MapSource[]): Promise<DependencyMap> {
    const table = new EdgeTable();
    const window: Window = { from: Infinity, to: -Infinity, firstDay: Infinity, lastDay: -Infinity };
    for await (const batch of nodeEdges(this.engine)) {
      for (const row of batch) {
        const day = Number(row[5]);
        const seen = seenIn(row.slice(6), day);
        widen(window, seen, day);
        table.add(row.slice(0, 5).map(Number), seen);
      }
    }
    return this.mapOf(table.folded(), window, sources);
  }

  /** Everything by addresses, a batch at a time, sorted. */
  public async *edges(): AsyncGenerator<AddressEdge[]> {
    for await (const batch of addressEdges(this.engine)) yield batch.map((row) => this.addressEdge(row));
  }

  public close(): Promise<void> {
    return this.engine.close();
  }

  private mapOf(edges: readonly SeenEdge[], { from, to, firstDay, lastDay }: Window, sources: readonly MapSource[]): DependencyMap {
    const idOf = (node: number) => this.nodeOf(node).id;
    const real = edges.filter(({ kind }) => kind === KIND.edge);
    const sightings = real.map(({ days, connections }) => ({ days: new Set([...days].map((day) => day - firstDay)), connections }));
    return {
      schemaVersion: 1,
      ...(from > to ? {} : { window: { from: new Date(from).toISOString(), to: new Date(to).toISOString() } }),
      sources,
      nodes: usedNodes(edges, (node) => this.nodeOf(node)),
      edges: edges.filter(({ kind }) => kind === KIND.edge || kind === KIND.denied).map((edge) => mapEdge(edge, idOf)).sort(compareEdges),
      noise: noiseOf(edges, idOf),
      completeness: completenessOf(sightings, from > to ? 0 : lastDay - firstDay + 1),
    };
  }

  private async placed(flows: string): Promise<string> {
    const spans = this.placements.spans();
    if (spans.length === 0) return flows;
    await this.engine.createTable('placed', PLACED_COLUMNS);
    await this.engine.insert('placed', spans.map(placedRow));
    return placedFlows(flows, this.engine.table('placed'));
  }

  /** Says of each end which node it is. */
  private async nameEnds(): Promise<void> {
    await this.engine.createTable('ends', END_COLUMNS);
    let rows: SqlRow[] = [];
    for await (const batch of endsOf(this.engine)) {
      for (const [end] of batch) {
        const { node, noise } = this.table.find(String(end));
        rows.push([end, node, noise, Number(this.table.isOutside(node))]);
      }
      if (rows.length >= BATCH) await this.engine.insert('ends', rows.splice(0));
    }
    await this.engine.insert('ends', rows);
    rows = serviceRows(this.inventory.services, this.table.nodes.map(({ id }) => id));
    await this.engine.createTable('services', SERVICE_COLUMNS);
    await this.engine.insert('services', rows);
  }

  private addressEdge([client, server, clientNode, serverNode, protocol, port, kind, ...facts]: SqlRow): AddressEdge {
    const { connections, bytes, first, last } = seenIn(facts);
    return {
      ...addressOf('clientAddress', client), ...addressOf('serverAddress', server),
      client: this.nodeOf(Number(clientNode)), server: this.nodeOf(Number(serverNode)),
      protocolNumber: Number(protocol), protocol: protocolName(Number(protocol)),
      ...(port === NO_PORT ? {} : { port: Number(port) }),
      connections, bytes,
      firstSeen: new Date(first).toISOString(), lastSeen: new Date(last).toISOString(),
      denied: kind === KIND.denied, noise: kind !== KIND.edge && kind !== KIND.denied,
    };
  }

  private nodeOf(node: number): MapNode {
    const known = this.mapNodes.get(node);
    if (known) return known;
    const made = this.table.mapNode(node);
    this.mapNodes.set(node, made);
    return made;
  }
}

/** First and last moment in milliseconds since 1970, first and last day on which something began in days. */
interface Window {
  from: number;
  to: number;
  firstDay: number;
  lastDay: number;
}

function widen(window: Window, { first, last }: Seen, day: number): void {
  window.from = Math.min(window.from, first);
  window.to = Math.max(window.to, last);
  window.firstDay = Math.min(window.firstDay, day);
  window.lastDay = Math.max(window.lastDay, day);
}

function addressOf(key: 'clientAddress' | 'serverAddress', end: unknown): { readonly clientAddress?: string; readonly serverAddress?: string } {
  const text = String(end);
  return text.startsWith(NAMED) ? {} : { [key]: text.split(PLACED)[0] };
}
