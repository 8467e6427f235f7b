import { addTo, grouped } from '../../support/groups';
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
  readonly seen: ReadonlyMap<number, Clients>;
  /** What must not be opened: denied by a rule, or set apart as noise. */
  readonly unwanted: ReadonlyMap<number, Clients>;
}

type Clients = Pick<ReadonlyMap<number, unknown>, 'has' | 'keys'>;

interface Candidate extends Rectangle {
  /** Pairs of it that were seen. */
  readonly gain: number;
  readonly size: number;
}

/**
 * Rectangles that stand for pairs of one service, chosen greedily: first the one that stands for most of the pairs that are left.
 * With `none` every pair of a rectangle was seen. With `labels` at least half of its pairs were, by every client and with every
 * server of it, and none is unwanted.
 */
export function rectanglesOf(pairs: ServicePairs, groups: readonly LabelGroup[], generalize: Generalize): Rectangle[] {
  const byGain = grouped(candidatesOf(pairs, groups, generalize === 'none' ? 1 : 0.5), ({ gain }) => gain);
  const left = new Map([...pairs.seen].map(([server, clients]) => [server, new Set(clients.keys())]));
  const chosen: Rectangle[] = [];
  // A gain only ever goes down, as others are chosen: one that is still what it was is the most.
  for (let most = [...byGain.keys()].reduce((a, b) => Math.max(a, b), 0); most >= 2; most -= 1) {
    // Of equal gain, what opens least comes first.
    for (const candidate of byGain.get(most)?.sort((a, b) => a.size - b.size) ?? []) {
      const gain = gainOf(candidate, left);
      if (gain < most) {
        addTo(byGain, gain, candidate);
        continue;
      }
      const { clients, servers } = candidate;
      chosen.push({ clients, servers });
      for (const server of servers.members) for (const client of clients.members) left.get(server)?.delete(client);
    }
  }
  const single = [...left].flatMap(([server, clients]) => [...clients].map((client): Rectangle => (
    { clients: { members: [client] }, servers: { members: [server] } })));
  return [...chosen, ...single];
}

function candidatesOf(pairs: ServicePairs, groups: readonly LabelGroup[], least: number): Candidate[] {
  const { seen } = pairs;
  const clients = new Set([...seen.values()].flatMap((set) => [...set.keys()]));
  const clientGroups = grouped(groups.filter(({ members }) => members.every((member) => clients.has(member))), ({ members }) => members[0]);
  const serverGroups = groups.filter(({ members }) => members.every((member) => seen.has(member)));
  const singles = (places: Iterable<number>): Side[] => [...places].map((place) => ({ members: [place] }));
  const found: Candidate[] = [];
  const consider = (from: Side, to: Side, counts: ReadonlyMap<number, number>) => {
    if (!from.members.every((client) => counts.has(client))) return;
    const size = from.members.length * to.members.length;
    const gain = from.members.reduce((sum, client) => sum + (counts.get(client) ?? 0), 0);
    if (gain >= 2 && gain >= least * size && fits(from, to, pairs)) found.push({ clients: from, servers: to, gain, size });
  };
  for (const to of [...serverGroups, ...singles(seen.keys())]) {
    const counts = clientCounts(to, seen);
    // Not all groups: there may be thousands of them, and of servers.
    for (const client of counts.keys()) for (const from of clientGroups.get(client) ?? []) consider(from, to, counts);
    if (to.labels) for (const from of singles(counts.keys())) consider(from, to, counts);
  }
  return found;
}

/** How many of the servers each client uses. */
function clientCounts({ members }: Side, seen: ServicePairs['seen']): Map<number, number> {
  const counts = new Map<number, number>();
  for (const server of members) for (const client of seen.get(server)?.keys() ?? []) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}

function fits(from: Side, to: Side, { seen, unwanted }: ServicePairs): boolean {
  return to.members.every((server) => from.members.some((client) => seen.get(server)?.has(client)))
    && !to.members.some((server) => from.members.some((client) => unwanted.get(server)?.has(client)));
}

function gainOf({ clients, servers }: Rectangle, left: ReadonlyMap<number, ReadonlySet<number>>): number {
  return servers.members.reduce((sum, server) => sum + clients.members.filter((client) => left.get(server)?.has(client)).length, 0);
}
