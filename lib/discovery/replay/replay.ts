import { ManifestPolicy } from '../../compiler';
import { compareText } from '../../support/order';
import { AddressEdge, ObservedTraffic } from './address-edge';
import { Judge, Judgement, Place } from './judge';
import { BlockingEnd, JudgedEdge, ReplayResult, ReplayVerdict } from './replay-result';

/** Examples of addresses that an edge keeps. */
const EXAMPLES = 3;

/** What matters most comes first. */
const ORDER: readonly ReplayVerdict[] = ['wouldBlock', 'undecided', 'alreadyBlocked', 'noise', 'unmatched', 'allowed'];
const MODES = ['enforce', 'monitor', 'visibility'];

/** An edge of the result while it grows. */
interface Growing extends Omit<JudgedEdge, 'connections' | 'firstSeen' | 'lastSeen' | 'examples'> {
  connections: number;
  first: number;
  last: number;
  readonly examples: string[];
  /** How much it matters, from 0. */
  readonly rank: number;
  /** What tells it from all others. */
  readonly key: string;
}

/** Holds recorded traffic against policies. Memory grows with the distinct edges between nodes, not with records. */
export async function replay(traffic: ObservedTraffic, policies: readonly ManifestPolicy[]): Promise<ReplayResult> {
  const tally = new Tally(policies);
  for await (const batch of traffic.edges) for (const edge of batch) tally.add(edge);
  return tally.result(traffic.records);
}

class Tally {
  private readonly judge: Judge;
  private readonly edges = new Map<string, Growing>();
  private readonly used = new Set<string>();
  /** By numbers of places and then by service: most edges were judged before, between other addresses of the same workloads. */
  private readonly judged = new Map<number, Map<string, Growing>>();

  public constructor(private readonly policies: readonly ManifestPolicy[]) {
    this.judge = new Judge(policies);
  }

  public add(edge: AddressEdge): void {
    const [client, server] = [this.judge.placeOf(edge.client), this.judge.placeOf(edge.server)];
    const growing = this.growingFor(edge, client, server);
    growing.connections += edge.connections;
    if (edge.firstSeen < growing.first) growing.first = edge.firstSeen;
    if (edge.lastSeen > growing.last) growing.last = edge.lastSeen;
    if (growing.examples.length < EXAMPLES) addExample(edge, growing.examples);
  }

  public result(records: number): ReplayResult {
    const byEdge = [...this.edges.values()].sort(byImportance).map(judgedEdge);
    const of = (wanted: ReplayVerdict) => byEdge.filter(({ verdict }) => verdict === wanted);
    const connections = (verdict: ReplayVerdict) => of(verdict).reduce((sum, edge) => sum + edge.connections, 0);
    const wanted = (verdict: ReplayVerdict) => of(verdict).filter(({ noiseKind }) => noiseKind === undefined).length;
    const judged = wanted('allowed') + wanted('undecided') + wanted('wouldBlock');
    const declared = this.policies.flatMap(({ flows }) => flows.map(({ id }) => id));
    return {
      records,
      allowed: connections('allowed'),
      wouldBlock: connections('wouldBlock'),
      undecided: connections('undecided'),
      alreadyBlocked: connections('alreadyBlocked'),
      unmatched: connections('unmatched'),
      noise: connections('noise'),
      byEdge,
      unusedFlows: [...new Set(declared)].filter((id) => !this.used.has(id)).sort(compareText),
      coverage: judged === 0 ? 1 : wanted('allowed') / judged,
    };
  }

  private growingFor(edge: AddressEdge, client: Place, server: Place): Growing {
    const pair = client.number * PLACES + server.number;
    let services = this.judged.get(pair);
    if (!services) this.judged.set(pair, services = new Map());
    const key = `${edge.protocol}/${edge.port ?? ''}/${edge.denied ? 1 : 0}/${edge.noise ?? ''}`;
    const known = services.get(key);
    if (known) return known;
    const judgement = this.judge.judge(edge, client, server);
    for (const { id } of judgement.possible) this.used.add(id);
    if (judgement.verdict === 'allowed' && !edge.denied) for (const { id } of judgement.admitting) this.used.add(id);
    const growing = this.edgeOf(edge, client.name, server.name, judgement);
    services.set(key, growing);
    return growing;
  }

  private edgeOf({ protocol, port, noise }: AddressEdge, client: string, server: string, judgement: Judgement): Growing {
    const { verdict, reason, blockedAt } = judgement;
    const key = JSON.stringify([client, server, protocol, port, reason, noise]);
    let growing = this.edges.get(key);
    if (!growing) {
      // Without a spread: objects that have one are slow to use ever after.
      growing = {
        client, server, protocol, port, verdict, reason, blockedAt, noiseKind: noise,
        connections: 0, first: Infinity, last: -Infinity, examples: [], rank: rankOf(verdict, blockedAt), key,
      };
      this.edges.set(key, growing);
    }
    return growing;
  }
}

/** Written out: to copy all but some of an edge takes ten times as long. */
function judgedEdge(edge: Growing): JudgedEdge {
  const { client, server, protocol, port, verdict, reason, blockedAt, noiseKind, connections, first, last, examples } = edge;
  const [firstSeen, lastSeen] = [first, last].map((time) => new Date(time).toISOString());
  examples.sort(compareText);
  return { client, server, protocol, port, verdict, reason, blockedAt, noiseKind, connections, firstSeen, lastSeen, examples };
}

/** More places than there can be: two numbers become one. */
const PLACES = 2 ** 26;

function addExample({ client, server }: AddressEdge, examples: string[]): void {
  if (client.address === undefined || server.address === undefined) return;
  const example = `${client.address} > ${server.address}`;
  if (!examples.includes(example)) examples.push(example);
}

function byImportance(a: Growing, b: Growing): number {
  return a.rank - b.rank || b.connections - a.connections || compareText(a.key, b.key);
}

/** An end that is enforced matters more than one that is watched. */
function rankOf(verdict: ReplayVerdict, blockedAt: readonly BlockingEnd[]): number {
  const mode = Math.min(MODES.length, ...blockedAt.map((end) => MODES.indexOf(end.mode)));
  return ORDER.indexOf(verdict) * (MODES.length + 1) + mode;
}
