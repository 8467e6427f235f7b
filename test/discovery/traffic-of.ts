import { DependencyMap, MapEdge } from '../../lib/discovery/dependency-map';
import { DuckDbEngine } from '../../lib/discovery/engine/duckdb';
import { SqlEngine } from '../../lib/discovery/engine/sql-engine';
import { FlowRecord } from '../../lib/discovery/flow-record';
import { EMPTY_INVENTORY, Inventory } from '../../lib/discovery/inventory/inventory';
import { Traffic } from '../../lib/discovery/traffic';
import { dependencyMapJson } from '../../lib/report/dependency-map-report';
import { Conversation, LogFormat, SCANNER, Topology } from '../support/flow-logs';
import { readText } from '../support/flow-logs/read';
import { schemaProblems } from '../support/schemas';

export interface Given {
  readonly inventory?: Partial<Inventory>;
  readonly engine?: SqlEngine;
  /** Nodes or edges of the map. By default as many as for everybody. */
  readonly most?: number;
}

/** The map of records, as it is drawn up without files. */
export async function mapOf(records: readonly FlowRecord[], { inventory, engine, most }: Given = {}): Promise<DependencyMap> {
  const traffic = new Traffic(engine ?? await DuckDbEngine.open({ threads: 1 }), { ...EMPTY_INVENTORY, ...inventory }, most);
  try {
    await traffic.add(records);
    await traffic.settle();
    return await traffic.map([]);
  } finally {
    await traffic.close();
  }
}

export const NOON = Date.UTC(2026, 9, 5, 12);

/** A record of one direction, seen at noon at one sensor, that says nothing of who began. */
export function flow(from: string, to: string, more: Partial<FlowRecord> = {}): FlowRecord {
  const [[source, sourcePort], [destination, destinationPort]] = [from, to].map((end) => end.split(':'));
  return {
    start: NOON, end: NOON + 1000, source, destination, sourcePort: port(sourcePort), destinationPort: port(destinationPort), protocol: 6,
    bytes: 2000, packets: 10, replyBytes: 0, replyPackets: 0, outcome: 'allowed', sensor: 'eni-1', ...more,
  };
}

function port(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Question and answer. */
export function exchange(client: string, server: string, more: Partial<FlowRecord> = {}): FlowRecord[] {
  return [flow(client, server, more), flow(server, client, more)];
}

/** Connections of so many pairs of machines, none of which knows any other. */
export function strangers(pairs: number): FlowRecord[] {
  return Array.from({ length: pairs }, (_, index) => {
    const ends = [16, 32].map((net) => `10.${net + Math.floor(index / 62_500)}.${Math.floor(index / 250) % 250}.${index % 250}`);
    return flow(`${ends[0]}:40000`, `${ends[1]}:443`);
  });
}

/** `client > server port/protocol`, as texts to compare. */
export function edgeText({ client, server, protocol, port: number }: Pick<MapEdge, 'client' | 'server' | 'protocol' | 'port'>): string {
  return `${client} > ${server}${number === undefined ? '' : ` ${number}`}/${protocol}`;
}

export function edgesOf({ edges }: Pick<DependencyMap, 'edges'>): string[] {
  return edges.map(edgeText);
}

/** What is to be found in the logs of a topology, by the ids of an inventory or by addresses. */
export function truth({ edges, nodes }: Topology, by: 'id' | 'address'): string[] {
  const name = (id: string) => (by === 'id' ? id : nodes.find((node) => node.id === id)!.address);
  return edges.map((edge) => edgeText({ ...edge, client: name(edge.client), server: name(edge.server) })).sort();
}

export function inventoryOf({ nodes }: Topology): Partial<Inventory> {
  return {
    rows: nodes.map(({ id, address }) => (
      { address: `${address}/${address.includes(':') ? 128 : 32}`, id, labels: { app: id }, kind: 'workload', where: 'test' })),
  };
}

/** A log of the traffic tells the edges of its network and no others, and sets who scanned apart, as far as it can tell. */
export async function expectTruth(log: LogFormat, network: Topology, traffic: readonly Conversation[]): Promise<void> {
  const map = await mapOf(readText(log.format, log.write(traffic)).records, { inventory: inventoryOf(network) });
  expect(schemaProblems('dependency-map', JSON.parse(dependencyMapJson(map)))).toEqual([]);
  const gateways = new Set(log.blindToGateways ? traffic.flatMap(({ gateway }) => gateway ?? []) : []);
  expect(edgesOf({ edges: map.edges.filter(({ client }) => !gateways.has(client)) }).sort()).toEqual(truth(network, 'id'));
  const scanners = map.noise.filter(({ kind }) => kind === 'scan').flatMap(({ source }) => map.nodes.find(({ id }) => id === source)!.addresses);
  const scanner = traffic.find(({ client }) => client.id === SCANNER)?.client.address;
  expect(scanners).toEqual(scanner === undefined || log.silentOnFailure ? [] : [scanner]);
}
