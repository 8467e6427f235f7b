import { LabelGroup } from './label-groups';
import { Generalize } from './suggestion';

/** One side of a rectangle: a group by labels, or one workload. */
export type Side = LabelGroup | { readonly labels?: undefined; readonly members: readonly [number] };

/** Every client of one side with every server of the other, for one service. */
export interface Rectangle {
  readonly clients: Side;
  readonly servers: Side;
}

/** Who uses one service of whom, by places in the list of workloads. */
export interface ServicePairs {
  /** Servers, each with its clients. */
  readonly seen: ReadonlyMap<number, ReadonlySet<number>>;
  /** What must not be opened: denied by a rule, or set apart as noise. */
  readonly unwanted: ReadonlyMap<number, ReadonlySet<number>>;
}

interface Candidate extends Rectangle {
  /** Pairs that were seen and that no chosen rectangle has yet; goes down as others are chosen. */
  gain: number;
  readonly size: number;
}

/**
 * Rectangles that stand for pairs of one service, chosen greedily: first the one that stands for most of the pairs that are left.
 * With `none` every pair of a rectangle was seen. With `labels` at least half of its pairs were, by every client and with every
 * server of it, and none is unwanted.
 */
export function rectanglesOf(pairs: ServicePairs, groups: readonly LabelGroup[], generalize: Generalize): Rectangle[] {
  const candidates = candidatesOf(pairs, groups, generalize === 'none' ? 1 : 0.5);
  const left = new Map([...pairs.seen].map(([server, clients]) => [server, new Set(clients)]));
  const chosen: Rectangle[] = [];
  // A gain only ever goes down: the first candidate whose gain is still what it was is the best.
  while (candidates.length > 0) {
    candidates.sort(byGain);
    const [best] = candidates;
    const gain = gainOf(best, left);
    if (gain < best.gain) {
      best.gain = gain;
      if (gain < 2) candidates.shift();
      continue;
    }
    candidates.shift();
    chosen.push({ clients: best.clients, servers: best.servers });
    for (const server of best.servers.members) for (const client of best.clients.members) left.get(server)?.delete(client);
  }
  const single = [...left].flatMap(([server, clients]) => [...clients].map((client): Rectangle => (
    { clients: { members: [client] }, servers: { members: [server] } })));
  return [...chosen, ...single];
}

function candidatesOf(pairs: ServicePairs, groups: readonly LabelGroup[], least: number): Candidate[] {
  const { seen } = pairs;
  const clients = new Set([...seen.values()].flatMap((set) => [...set]));
  const clientGroups = groups.filter(({ members }) => members.every((member) => clients.has(member)));
  const serverGroups = groups.filter(({ members }) => members.every((member) => seen.has(member)));
  const singles = (places: Iterable<number>): Side[] => [...places].map((place) => ({ members: [place] }));
  const found: Candidate[] = [];
  const consider = (from: Side, to: Side, counts: ReadonlyMap<number, number>) => {
    const size = from.members.length * to.members.length;
    const gain = from.members.reduce((sum, client) => sum + (counts.get(client) ?? 0), 0);
    if (gain >= 2 && gain >= least * size && fits(from, to, counts, pairs)) found.push({ clients: from, servers: to, gain, size });
  };
  for (const to of [...serverGroups, ...singles(seen.keys())]) {
    const counts = clientCounts(to, seen);
    for (const from of clientGroups) consider(from, to, counts);
    if (to.labels) for (const from of singles(counts.keys())) consider(from, to, counts);
  }
  return found;
}

/** How many of the servers each client uses. */
function clientCounts({ members }: Side, seen: ServicePairs['seen']): Map<number, number> {
  const counts = new Map<number, number>();
  for (const server of members) for (const client of seen.get(server) ?? []) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}

function fits(from: Side, to: Side, counts: ReadonlyMap<number, number>, { seen, unwanted }: ServicePairs): boolean {
  return from.members.every((client) => counts.has(client))
    && to.members.every((server) => from.members.some((client) => seen.get(server)?.has(client)))
    && !to.members.some((server) => from.members.some((client) => unwanted.get(server)?.has(client)));
}

function gainOf({ clients, servers }: Rectangle, left: ReadonlyMap<number, ReadonlySet<number>>): number {
  return servers.members.reduce((sum, server) => sum + clients.members.filter((client) => left.get(server)?.has(client)).length, 0);
}

/** Of equal gain, what opens least comes first, then what the groups' order says. */
function byGain(a: Candidate, b: Candidate): number {
  return b.gain - a.gain || a.size - b.size;
}
