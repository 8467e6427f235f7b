import { ManifestPolicy } from '../../compiler';
import { compareText, sortedBy } from '../../support/order';
import { DependencyMap, MapEdge } from '../dependency-map';
import { KnownPolicy } from './known-policy';
import { labelGroups } from './label-groups';
import { left, selectEdges } from './select-edges';
import { PairEdge, SuggestedFlows } from './suggested-flows';
import { Generalize, LeftOutEdge, Suggestion } from './suggestion';
import { WorkloadTable } from './workload-table';

export interface SuggestOptions {
  /** @default none */
  readonly generalize?: Generalize;
  /** Edges below it are left out, 0 to 1. @default 0.5: what is more likely wanted than not */
  readonly minConfidence?: number;
  /** Id of the new policy. @default Observed */
  readonly id?: string;
  /** A policy that is there already: only what it lacks is suggested. */
  readonly policy?: ManifestPolicy;
}

export const DEFAULT_CONFIDENCE = 0.5;

/** Suggests what allows the confident edges of a map, and no more than it says in `widening`. */
export function suggest(map: DependencyMap, options: SuggestOptions = {}): Suggestion {
  const { generalize = 'none', minConfidence = DEFAULT_CONFIDENCE } = options;
  const known = options.policy && new KnownPolicy(options.policy);
  const { edges, leftOut } = selectEdges(map, minConfidence);
  const { missing, undecided } = lacking(map, edges, known);
  const table = new WorkloadTable(map.nodes, known);
  for (const { server, protocol, port } of missing) table.serves(server, { protocol, port });
  for (const { client } of missing) table.use(client);

  const groups = labelGroups(table.choosable());
  const flows = new SuggestedFlows(table, groups, generalize);
  flows.add(pairsOf(missing), pairsOf(edges), unwantedOf(map));
  const { suggested, widening } = flows.result();
  return {
    schemaVersion: 1,
    policy: { id: options.policy?.id ?? options.id ?? 'Observed', exists: known !== undefined },
    ...(map.window ? { window: map.window } : {}),
    minConfidence,
    generalize,
    workloads: table.suggested(),
    flows: suggested,
    widening,
    leftOut: sortedBy([...leftOut, ...undecided], sortKey),
    unusedFlows: known?.unused() ?? [],
  };
}

interface Lacking {
  readonly missing: readonly MapEdge[];
  readonly undecided: readonly LeftOutEdge[];
}

/** Edges that the policy does not allow yet; without a policy all of them. */
function lacking(map: DependencyMap, edges: readonly MapEdge[], known: KnownPolicy | undefined): Lacking {
  if (!known) return { missing: edges, undecided: [] };
  const nodes = new Map(map.nodes.map((node) => [node.id, node]));
  const missing: MapEdge[] = [];
  const undecided: LeftOutEdge[] = [];
  for (const edge of edges) {
    const [client, server] = [nodes.get(edge.client)!, nodes.get(edge.server)!];
    // A workload that the policy does not know has no flow yet, whatever the other end admits.
    const isNew = [client, server].some((node) => node.kind === 'workload' && known.workloadOf(node) === undefined);
    const verdict = known.admits(edge, client, server);
    if (isNew || verdict === 'missing') missing.push(edge);
    else if (verdict === 'undecided') undecided.push(left(edge, 'undecided'));
  }
  return { missing, undecided };
}

function pairsOf(edges: readonly MapEdge[]): PairEdge[] {
  return [...edges].sort((a, b) => compareText(a.client, b.client) || compareText(a.server, b.server)
    || compareText(a.protocol, b.protocol) || (a.port ?? -1) - (b.port ?? -1));
}

/** What no label may open: what a rule stopped, and noise. */
function unwantedOf(map: DependencyMap): readonly MapEdge[] {
  return [...map.edges.filter(({ denied }) => denied), ...map.noise.flatMap(({ edges }) => edges)];
}

function sortKey({ reason, client, server, protocol, port = -1 }: LeftOutEdge): string {
  return JSON.stringify([reason, client, server, protocol, String(port).padStart(6)]);
}
