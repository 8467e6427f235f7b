import { compareText } from '../../support/order';
import { printable } from '../../support/printable';
import { MapGrouping, MapNode } from './map-data';

/** Nodes by a key of whoever adds them, in the order in which they are first asked for. */
export class NodeTable {
  public readonly nodes: MapNode[] = [];
  private readonly byKey = new Map<string, number>();

  public indexOf(key: string, make: () => MapNode): number {
    let index = this.byKey.get(key);
    if (index === undefined) {
      index = this.nodes.push(make()) - 1;
      this.byKey.set(key, index);
    }
    return index;
  }

  public find(key: string): number | undefined {
    return this.byKey.get(key);
  }
}

/** Of a node about which only its name is known. */
export const NOTHING_KNOWN = { labels: [], services: [], addresses: [], segments: [], platforms: [], exposed: [] } as const;

/** A peer that is no workload. */
export function outside(name: string, side: 'client' | 'server', policy: string, more: Partial<MapNode> = {}): MapNode {
  return { ...NOTHING_KNOWN, ...more, name: printable(name), kind: 'outside', side, policy };
}

export function printableLabels(labels: { readonly [key: string]: string }): [string, string][] {
  return Object.entries(labels).map(([key, value]) => [printable(key), printable(value)]);
}

/** What people group by first comes first. */
const USUAL = ['app', 'env', 'tier', 'role', 'location'];

/** The ways in which these nodes can be grouped. */
export function groupingsOf(nodes: readonly MapNode[]): MapGrouping[] {
  const labels = new Set(nodes.flatMap((node) => node.labels.map(([key]) => key)));
  const keys = [...labels].sort((a, b) => rank(a) - rank(b) || compareText(a, b));
  const policies = new Set(nodes.map(({ policy }) => policy));
  return [
    ...keys.map((key) => ({ key: `label:${key}`, title: key })),
    ...(nodes.some(({ segments }) => segments.length > 0) ? [{ key: 'segment', title: 'segment' }] : []),
    ...(policies.size > 1 ? [{ key: 'policy', title: 'policy' }] : []),
    { key: 'none', title: 'nothing' },
  ];
}

function rank(key: string): number {
  const place = USUAL.indexOf(key);
  return place < 0 ? USUAL.length : place;
}
