import { fail, SegmentationError } from '../support/errors';
import { completenessOf } from './completeness';
import { DependencyMap, MapNode, MapSource } from './dependency-map';
import { linksQuery } from './engine/conversations';
import { Coverage, readCoverage } from './engine/coverage';
import { FLOW_COLUMNS, FlowSource, NAMED, NO_PORT, PLACED, rowOf } from './engine/flow-columns';
import { numberEnds, numberOf } from './engine/numbered-ends';
import { allRows, SqlEngine, SqlRow, SqlValue } from './engine/sql-engine';
import { addressEdges, END_COLUMNS, endsOf, KIND, nodeEdges, SERVICE_COLUMNS, settle } from './engine/traffic-tables';
import { FlowRecord } from './flow-record';
import { Inventory } from './inventory/inventory';
import { serviceRows } from './known-services';
import { compareEdges, EdgeTable, mapEdge, noiseKind, noiseOf, protocolName, Seen, seenEdge, SeenEdge, usedNodes } from './map-edges';
import { NodeTable } from './node-table';
import { PLACED_COLUMNS, placedFlows, placedRow, Placements } from './placements';
import { addressOf } from './readers/fields';
import { CoverageGap } from './readers/log-reader';
import { AddressEdge, EdgeEnd } from './replay/address-edge';

/** Rows that are handed to the database at once. */
const BATCH = 20_000;
/** Nodes or edges of a map: more than anybody looks at, and than fit into the text of a document. */
const MOST = 1_000_000;

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
  /** Rows that were added, beside those of queries. */
  private added = 0;
  private told: Coverage = { records: 0, gaps: [] };

  /** @param most nodes or edges of a map; with more, MSEG6025 */
  public constructor(private readonly engine: SqlEngine, private readonly inventory: Inventory, private readonly most = MOST) {
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
    this.added += rows.length;
    await this.engine.insert('flows', rows);
  }

  /**
   * Infers who serves whom, from the records that were added and from sources.
   *
   * @param sources files or tables that the engine reads itself
   */
  public async settle(sources: readonly FlowSource[] = []): Promise<void> {
    if (!this.loaded) await this.add([]);
    try {
      const names = await this.link(sources);
      this.told = await readCoverage(this.engine, sources);
      await this.nameEnds(names, sources.length > 0);
    } catch (error) {
      if (sources.length === 0 || error instanceof SegmentationError) throw error;
      for (const table of ['links', 'ends', 'services']) await this.engine.dropTable(table);
      throw new IrregularRows((error as Error).message);
    }
    for (const done of ['flows', 'names']) await this.engine.dropTable(done);
    await settle(this.engine);
  }

  /** Records that the queries gave. */
  public get queried(): number {
    return this.told.records - this.added;
  }

  /** Records of all logs and queries together. */
  public get records(): number {
    return this.told.records;
  }

  /** What the rows of queries tell of records that are missing. */
  public gaps(): CoverageGap[] {
    return this.told.gaps;
  }

  /** @param sources what was read, as the map lists it */
  public async map(sources: readonly MapSource[]): Promise<DependencyMap> {
    const table = new EdgeTable();
    const window: Window = { from: Infinity, to: -Infinity, firstDay: Infinity, lastDay: -Infinity };
    for await (const batch of nodeEdges(this.engine)) {
      for (const row of batch) {
        const edge = seenEdge(row);
        widen(window, edge);
        table.add(edge);
      }
      if (table.size > this.most) fail('MSEG6025', 'discover', `the logs hold more than ${this.most.toLocaleString('en')} edges, targets of scans among them`);
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
    return {
      schemaVersion: 1,
      ...(from > to ? {} : { window: { from: new Date(from).toISOString(), to: new Date(to).toISOString() } }),
      sources,
      nodes: usedNodes(edges, (node) => this.nodeOf(node)),
      edges: edges.filter(({ kind }) => kind === KIND.edge || kind === KIND.denied).map((edge) => mapEdge(edge, idOf)).sort(compareEdges),
      noise: noiseOf(edges, idOf),
      completeness: completenessOf(real, from > to ? 0 : lastDay - firstDay + 1, firstDay),
    };
  }

  /** @returns the table with the texts of ends, where links have numbers in their place */
  private async link(sources: readonly FlowSource[]): Promise<string | undefined> {
    // Rows of sources stand for one connection each.
    const counted = this.added > 0 || sources.length === 0;
    const flows = [...counted ? [`SELECT * FROM ${this.engine.table('flows')}`] : [], ...sources.map((source) => source.flows)];
    const seen = `(${flows.join(' UNION ALL ')})`;
    const rows = await this.placed(seen);
    const names = counted || rows !== seen ? undefined : await numberEnds(this.engine, sources);
    await this.engine.createTableAs('links', linksQuery({ rows, counted, end: names === undefined ? undefined : numberOf }));
    return names;
  }

  private async placed(flows: string): Promise<string> {
    const spans = this.placements.spans(this.placements.blocksMove ? await this.addressesIn(flows) : []);
    if (spans.length === 0) return flows;
    await this.engine.dropTable('placed');
    await this.engine.createTable('placed', PLACED_COLUMNS);
    await this.engine.insert('placed', spans.map(placedRow));
    return placedFlows(flows, this.engine.table('placed'));
  }

  private async addressesIn(flows: string): Promise<string[]> {
    const ends = await allRows(this.engine, `SELECT DISTINCT addr FROM (SELECT s AS addr FROM ${flows} AS f UNION ALL SELECT d AS addr FROM ${flows} AS f)`);
    // What is no address is left to whoever looks at all ends.
    return ends.map(([end]) => String(end)).filter((end) => addressOf(end) === end);
  }

  /** Says of each end which node it is. */
  private async nameEnds(names: string | undefined, unchecked: boolean): Promise<void> {
    await this.engine.createTable('ends', names === undefined ? END_COLUMNS : { ...END_COLUMNS, addr: 'integer' });
    let rows: SqlRow[] = [];
    for await (const batch of endsOf(this.engine, names)) {
      for (const [end, name] of batch) {
        if (unchecked && !isWellFormed(String(name))) throw new Error(`${JSON.stringify(name)} is no address`);
        const { node, noise } = this.table.find(String(name));
        if (node >= this.most) fail('MSEG6025', 'discover', `the logs name more than ${this.most.toLocaleString('en')} machines`);
        rows.push([end, name, node, noise, Number(this.table.isOutside(node))]);
      }
      if (rows.length >= BATCH) await this.engine.insert('ends', rows.splice(0));
    }
    await this.engine.insert('ends', rows);
    rows = serviceRows(this.inventory.services, this.table.nodes.map(({ id }) => id));
    await this.engine.createTable('services', SERVICE_COLUMNS);
    await this.engine.insert('services', rows);
  }

  private addressEdge(row: SqlRow): AddressEdge {
    const [client, server, clientNode, serverNode, protocol, port, kind, , , , connections, , , first, last] = row;
    const noise = noiseKind(Number(kind));
    return {
      client: this.edgeEnd(client, clientNode),
      server: this.edgeEnd(server, serverNode),
      protocol: protocolName(Number(protocol)),
      port: port === NO_PORT ? undefined : Number(port),
      connections: Number(connections),
      firstSeen: Number(first),
      lastSeen: Number(last),
      denied: kind === KIND.denied,
      noise,
    };
  }

  private edgeEnd(end: SqlValue, node: SqlValue): EdgeEnd {
    const text = String(end);
    return { node: this.nodeOf(Number(node)).id, address: text.startsWith(NAMED) ? undefined : text.split(PLACED)[0] };
  }

  private nodeOf(node: number): MapNode {
    const known = this.mapNodes.get(node);
    if (known) return known;
    const made = this.table.mapNode(node);
    this.mapNodes.set(node, made);
    return made;
  }
}

/** A file that the database read holds something that only the parser of its format can judge. */
export class IrregularRows extends Error {}

function isWellFormed(end: string): boolean {
  const [text] = end.split(PLACED);
  return text.startsWith(NAMED) || addressOf(text) === text;
}

/** First and last moment in milliseconds since 1970, first and last day on which something began in days. */
interface Window {
  from: number;
  to: number;
  firstDay: number;
  lastDay: number;
}

function widen(window: Window, { first, last, days }: Seen): void {
  window.from = Math.min(window.from, first);
  window.to = Math.max(window.to, last);
  for (const day of days) {
    window.firstDay = Math.min(window.firstDay, day);
    window.lastDay = Math.max(window.lastDay, day);
  }
}
