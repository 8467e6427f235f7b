import { compareText } from '../support/order';
import { Evidence, MapEdge, MapNoise, MapNode, NoiseKind } from './dependency-map';
import { EVIDENCE } from './engine/conversations';
import { NO_PORT } from './engine/flow-columns';
import { DAYS_AT_ONCE } from './engine/roles';
import { SqlRow } from './engine/sql-engine';
import { KIND } from './engine/traffic-tables';

/** What was seen of one client, server and port, of one kind. */
export interface Seen {
  evidence: number;
  conversations: number;
  worked: number;
  connections: number;
  bytes: number;
  oneWay: number;
  /** Milliseconds since 1970. */
  first: number;
  last: number;
  /** Days since 1970. */
  readonly days: Set<number>;
}

/** The same with its ends, whose numbers are places in a table of nodes. */
export interface SeenEdge extends Seen {
  readonly client: number;
  readonly server: number;
  readonly protocol: number;
  readonly port: number;
  readonly kind: number;
}

/** The edge of a row of `nodeEdges`. */
export function seenEdge(row: SqlRow): SeenEdge {
  const [
    client, server, protocol, port, kind, span, evidence, conversations, worked, connections, bytes, oneWay, first, last, bits,
  ] = row as number[];
  const days = daysOf(span, bits);
  return { client, server, protocol, port, kind, evidence, conversations, worked, connections, bytes, oneWay, first, last, days };
}

function daysOf(span: number, bits: number): Set<number> {
  const days = new Set<number>();
  // Above 32 bits, where operators on bits do not reach.
  for (let day = span * DAYS_AT_ONCE, left = bits; left > 0; day += 1, left = Math.floor(left / 2)) if (left % 2 === 1) days.add(day);
  return days;
}

/** Edges of nodes, gathered from rows by spans of days. */
export class EdgeTable {
  private readonly edges = new Map<string, SeenEdge>();

  public add(edge: SeenEdge): void {
    const { client, server, protocol, port, kind } = edge;
    const key = `${client} ${server} ${protocol} ${port} ${kind}`;
    const known = this.edges.get(key);
    if (known) merge(known, edge);
    else this.edges.set(key, edge);
  }

  public get size(): number {
    return this.edges.size;
  }

  /** All of them; failures beside what works, or beside what a rule denies, are the same client's tries and part of it. */
  public folded(): SeenEdge[] {
    for (const [key, edge] of this.edges) {
      const { client, server, protocol, port, kind } = edge;
      const better = BETTER[kind]?.map((other) => this.edges.get(`${client} ${server} ${protocol} ${port} ${other}`)).find((other) => other !== undefined);
      if (!better) continue;
      merge(better, edge);
      this.edges.delete(key);
    }
    return [...this.edges.values()];
  }
}

/** By kind, what it is a part of if that was seen too. Scans are not: what they touch says nothing of those who use it. */
const BETTER: { readonly [kind: number]: readonly number[] } = {
  [KIND.denied]: [KIND.edge],
  [KIND.failedAttempts]: [KIND.edge, KIND.denied],
  [KIND.unanswered]: [KIND.edge, KIND.denied],
};

function merge(into: Seen, other: Seen): void {
  into.evidence |= other.evidence;
  into.conversations += other.conversations;
  into.worked += other.worked;
  into.connections += other.connections;
  into.bytes += other.bytes;
  into.oneWay += other.oneWay;
  into.first = Math.min(into.first, other.first);
  into.last = Math.max(into.last, other.last);
  for (const day of other.days) into.days.add(day);
}

/** The edge as a map has it. */
export function mapEdge(edge: SeenEdge, idOf: (node: number) => string): MapEdge {
  return {
    client: idOf(edge.client),
    server: idOf(edge.server),
    protocol: protocolName(edge.protocol),
    port: edge.port === NO_PORT ? undefined : edge.port,
    connections: edge.connections,
    bytes: edge.bytes,
    firstSeen: new Date(edge.first).toISOString(),
    lastSeen: new Date(edge.last).toISOString(),
    denied: edge.kind === KIND.denied || edge.worked === 0 && edge.kind === KIND.scan,
    evidence: evidenceOf(edge.evidence),
    confidence: confidenceOf(edge),
  };
}

export function compareEdges(a: MapEdge, b: MapEdge): number {
  return compareText(a.client, b.client) || compareText(a.server, b.server)
    || compareText(a.protocol, b.protocol) || (a.port ?? -1) - (b.port ?? -1);
}

const NOISE_KINDS: { readonly [kind: number]: NoiseKind } = {
  [KIND.scan]: 'scan',
  [KIND.failedAttempts]: 'failedAttempts',
  [KIND.unanswered]: 'unanswered',
  [KIND.broadcast]: 'broadcast',
  [KIND.multicast]: 'multicast',
  [KIND.linkLocal]: 'linkLocal',
};

/** The name of a kind of noise; undefined for edges. */
export function noiseKind(kind: number): NoiseKind | undefined {
  return NOISE_KINDS[kind];
}

/** Noise by kind and source, sorted. */
export function noiseOf(edges: readonly SeenEdge[], idOf: (node: number) => string): MapNoise[] {
  const groups = new Map<string, { readonly kind: NoiseKind; readonly source: string; readonly edges: MapEdge[] }>();
  for (const edge of edges) {
    const kind = noiseKind(edge.kind);
    if (kind === undefined) continue;
    const key = `${edge.kind} ${edge.client}`;
    const group = groups.get(key) ?? { kind, source: idOf(edge.client), edges: [] };
    groups.set(key, group);
    group.edges.push(mapEdge(edge, idOf));
  }
  for (const group of groups.values()) group.edges.sort(compareEdges);
  return [...groups.values()].sort((a, b) => compareText(a.kind, b.kind) || compareText(a.source, b.source));
}

const PROTOCOLS: { readonly [protocol: number]: string } = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };

/** As `segmentation.json` names protocols. */
export function protocolName(protocol: number): string {
  return PROTOCOLS[protocol] ?? String(protocol);
}

const EVIDENCE_NAMES = Object.keys(EVIDENCE) as Evidence[];

function evidenceOf(bits: number): Evidence[] {
  return EVIDENCE_NAMES.filter((name) => (bits & EVIDENCE[name]) !== 0);
}

/** How often each kind of evidence is right, roughly, where it is all there is. */
const TRUST: { readonly [evidence in Evidence]: number } = {
  explicit: 0.99, synFlags: 0.97, timeOrder: 0.9, knownService: 0.9, fanIn: 0.8, lowerPort: 0.6,
};
const NO_TRUST = 0.4;

/**
 * The trust in the strongest evidence, less for what was seen once only, for what nobody was seen to answer, and for what
 * failed as often as not.
 */
function confidenceOf(edge: SeenEdge): number {
  const [best] = evidenceOf(edge.evidence);
  const trust = best === undefined ? NO_TRUST : TRUST[best];
  const once = edge.conversations > 1 || edge.days.size > 1 ? 1 : 0.9;
  const answered = edge.oneWay === edge.conversations && best !== 'explicit' ? 0.8 : 1;
  const works = edge.kind === KIND.edge && edge.worked * 2 < edge.conversations ? 0.8 : 1;
  return Math.round(trust * once * answered * works * 100) / 100;
}

/** Nodes that edges or noise name, sorted by id. */
export function usedNodes(edges: readonly SeenEdge[], nodeOf: (node: number) => MapNode): MapNode[] {
  const used = new Set(edges.flatMap(({ client, server }) => [client, server]));
  return [...used].map(nodeOf).sort((a, b) => compareText(a.id, b.id));
}
