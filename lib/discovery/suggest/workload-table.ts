import { compareText, sortedBy } from '../../support/order';
import { MapNode } from '../dependency-map';
import { blocksOf } from './blocks';
import { KnownPolicy } from './known-policy';
import { Labeled } from './label-groups';
import { IdNames } from './names';
import { SuggestedService, SuggestedWorkload } from './suggestion';

/** Nodes of a map as workloads of the policy that is suggested. */
export class WorkloadTable {
  private readonly nodes: ReadonlyMap<string, MapNode>;
  private readonly ids = new Map<string, string>();
  private readonly used = new Set<string>();
  private readonly services = new Map<string, Map<string, SuggestedService>>();

  public constructor(nodes: readonly MapNode[], private readonly known: KnownPolicy | undefined) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    const names = new IdNames(known ? [...known.policy.workloads, ...known.policy.segments].map(({ id }) => id) : []);
    // Ids that are fine as they are come first: nobody else may take them.
    const inOrder = sortedBy(nodes, ({ id }) => `${/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(id) ? 0 : 1}${id}`);
    for (const node of inOrder) {
      const existing = known?.workloadOf(node);
      if (node.kind !== 'internet') this.ids.set(node.id, existing ?? names.next(node.id));
    }
  }

  public node(id: string): MapNode {
    return this.nodes.get(id)!;
  }

  /** The workload's id; undefined for the Internet. */
  public idOf(node: string): string | undefined {
    return this.ids.get(node);
  }

  /** The node takes part in a flow. */
  public use(node: string): void {
    this.used.add(node);
  }

  public serves(node: string, service: SuggestedService): void {
    this.use(node);
    const services = this.services.get(node) ?? new Map<string, SuggestedService>();
    services.set(serviceKey(service), service.port === undefined ? { protocol: service.protocol } : service);
    this.services.set(node, services);
  }

  /** All workloads that labels would choose once the suggestion is followed, sorted by id: those of the policy, and the new ones. */
  public choosable(): Labeled[] {
    const existing = (this.known?.policy.workloads ?? []).map(({ id, labels }) => ({ id, labels }));
    const known = new Set(existing.map(({ id }) => id));
    const added = [...this.used].flatMap((node) => {
      const id = this.ids.get(node);
      return id === undefined || known.has(id) ? [] : [{ id, labels: validLabels(this.node(node).labels) }];
    });
    return sortedBy([...existing, ...added], ({ id }) => id);
  }

  /** Workloads that flows name, sorted by id. */
  public suggested(): SuggestedWorkload[] {
    const byId = new Map<string, SuggestedWorkload>();
    for (const node of [...this.used].sort(compareText)) {
      const id = this.ids.get(node);
      if (id !== undefined && !byId.has(id)) byId.set(id, this.workload(id, this.node(node)));
    }
    return sortedBy(byId.values(), ({ id }) => id);
  }

  private workload(id: string, node: MapNode): SuggestedWorkload {
    const services = sortedBy(this.services.get(node.id)?.values() ?? [], serviceKey);
    return {
      id,
      node: node.id,
      kind: node.kind,
      managed: node.kind === 'workload',
      existing: this.known?.workloadOf(node) !== undefined,
      labels: validLabels(node.labels),
      addresses: blocksOf(node.addresses),
      services,
      ...(node.proposed ? { proposed: { labels: node.proposed.labels, confidence: node.proposed.confidence } } : {}),
    };
  }
}

export function serviceKey({ protocol, port }: SuggestedService): string {
  return port === undefined ? protocol : `${protocol}/${String(port).padStart(5, '0')}`;
}

/** Labels that a policy accepts. */
function validLabels(labels: { readonly [key: string]: string }): { readonly [key: string]: string } {
  const fits = (text: string) => text !== '' && text.length <= 256;
  const valid = Object.entries(labels).filter(([key, value]) => fits(key) && fits(value));
  return Object.fromEntries(valid.sort(([a], [b]) => compareText(a, b)));
}
