import { ManifestPolicy } from '../../compiler';
import { fail } from '../../support/errors';
import { isObject } from '../../support/files';
import { printable } from '../../support/printable';
import { MapFlow } from './map-data';
import { NodeTable, outside } from './nodes';
import { workloadKey } from './workload-key';

/** One connection of the traffic that was replayed. */
export interface ReplayedEdge {
  readonly client: string;
  readonly server: string;
  readonly protocol: string;
  readonly port?: number;
  readonly connections?: number;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly verdict: string;
  readonly reason?: string;
}

/** What a replay of recorded traffic found, as far as a map shows it. */
export interface Replay {
  readonly byEdge: readonly ReplayedEdge[];
  readonly unusedFlows: readonly string[];
}

/** @throws MSEG5030 if it is no result of a replay */
export function replayOf(content: { readonly [key: string]: unknown }, file: string): Replay {
  const { byEdge, unusedFlows } = content;
  const fine = Array.isArray(byEdge) && byEdge.every(isReplayed) && Array.isArray(unusedFlows) && unusedFlows.every((id) => typeof id === 'string');
  return fine ? { byEdge: byEdge as ReplayedEdge[], unusedFlows: unusedFlows as string[] } : fail('MSEG5030', file, 'it is no result of a replay');
}

/** Traffic that the policies would block. What they allow stands in the map as their flows, and the rest is not theirs to judge. */
export function replayedFlows({ byEdge }: Replay, table: NodeTable, policies: readonly ManifestPolicy[]): MapFlow[] {
  return byEdge.filter(({ verdict }) => /^would-?block$/i.test(verdict)).map((edge) => ({
    client: endOf(edge.client, 'client', table, policies),
    server: endOf(edge.server, 'server', table, policies),
    services: [serviceText(edge)],
    verdict: 'wouldBlock',
    facts: [
      ['Would be blocked', printable(edge.reason ?? 'no flow is declared')],
      ...seenFacts(edge),
    ],
  }));
}

export function serviceText({ protocol, port }: { readonly protocol: string; readonly port?: number }): string {
  return printable(port === undefined || port === null ? protocol : `${protocol}/${port}`);
}

export function seenFacts({ connections, firstSeen, lastSeen }: Partial<ReplayedEdge>): [string, string][] {
  const facts: [string, unknown][] = [['Connections', connections], ['First seen', firstSeen], ['Last seen', lastSeen]];
  const known = facts.filter(([, value]) => value !== undefined && value !== null);
  return known.map(([name, value]) => [name, printable(String(value))]);
}

function endOf(name: string, side: 'client' | 'server', table: NodeTable, policies: readonly ManifestPolicy[]): number {
  for (const policy of policies) {
    const found = table.find(workloadKey(policy, name));
    if (found !== undefined) return found;
  }
  return table.indexOf(JSON.stringify([side, name]), () => outside(name, side, ''));
}

function isReplayed(edge: unknown): boolean {
  return isObject(edge) && ['client', 'server', 'protocol', 'verdict'].every((key) => typeof edge[key] === 'string');
}
