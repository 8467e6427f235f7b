import { ManifestPolicy } from '../../compiler';
import { compareText } from '../../support/order';
import { AddressEdge, ObservedTraffic } from './address-edge';
import { Judge, Judgement } from './judge';
import { JudgedEdge, ReplayResult, ReplayVerdict } from './replay-result';

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
}

/** Holds recorded traffic against policies. Memory grows with the distinct edges between nodes, not with addresses or records. */
export async function replay(traffic: ObservedTraffic, policies: readonly ManifestPolicy[]): Promise<ReplayResult> {
  const judge = new Judge(policies);
  const tally = new Tally();
  for await (const batch of traffic.edges) {
    for (const edge of batch) {
      const [client, server] = [judge.placeOf(edge.client), judge.placeOf(edge.server)];
      tally.add(edge, client.name, server.name, judge.judge(edge, client, server));
    }
  }
  return tally.result(traffic.records, policies);
}

class Tally {
  private readonly edges = new Map<string, Growing>();
  private readonly used = new Set<string>();

  public add(edge: AddressEdge, client: string, server: string, judgement: Judgement): void {
    for (const { id } of judgement.possible) this.used.add(id);
    if (judgement.verdict === 'allowed' && !edge.denied) for (const { id } of judgement.admitting) this.used.add(id);
    const growing = this.edgeOf(edge, client, server, judgement);
    growing.connections += edge.connections;
    growing.first = Math.min(growing.first, edge.firstSeen);
    growing.last = Math.max(growing.last, edge.lastSeen);
    if (growing.examples.length < EXAMPLES && edge.client.address !== undefined && edge.server.address !== undefined) {
      const example = `${edge.client.address} > ${edge.server.address}`;
      if (!growing.examples.includes(example)) growing.examples.push(example);
    }
  }

  public result(records: number, policies: readonly ManifestPolicy[]): ReplayResult {
    const byEdge = [...this.edges.values()].sort(byImportance).map(({ first, last, examples, ...edge }): JudgedEdge => (
      { ...edge, firstSeen: new Date(first).toISOString(), lastSeen: new Date(last).toISOString(), examples: examples.sort(compareText) }));
    const of = (wanted: ReplayVerdict) => byEdge.filter(({ verdict }) => verdict === wanted);
    const connections = (verdict: ReplayVerdict) => of(verdict).reduce((sum, edge) => sum + edge.connections, 0);
    const wanted = (verdict: ReplayVerdict) => of(verdict).filter(({ noiseKind }) => noiseKind === undefined).length;
    const judged = wanted('allowed') + wanted('undecided') + wanted('wouldBlock');
    const declared = policies.flatMap(({ flows }) => flows.map(({ id }) => id));
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

  private edgeOf({ protocol, port, noise }: AddressEdge, client: string, server: string, judgement: Judgement): Growing {
    const { verdict, reason, blockedAt } = judgement;
    const key = JSON.stringify([client, server, protocol, port, reason, noise]);
    let growing = this.edges.get(key);
    if (!growing) {
      const facts = { client, server, protocol, port, verdict, reason, blockedAt, noiseKind: noise };
      growing = { ...facts, connections: 0, first: Infinity, last: -Infinity, examples: [] };
      this.edges.set(key, growing);
    }
    return growing;
  }
}

function byImportance(a: Growing, b: Growing): number {
  return ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict)
    || modeRank(a) - modeRank(b)
    || b.connections - a.connections
    || compareText(textOf(a), textOf(b));
}

/** An end that is enforced matters more than one that is watched. */
function modeRank({ blockedAt }: Growing): number {
  return Math.min(MODES.length, ...blockedAt.map(({ mode }) => MODES.indexOf(mode)));
}

function textOf({ client, server, protocol, port, reason }: Growing): string {
  return JSON.stringify([client, server, protocol, port, reason]);
}
