import { ServiceSet } from '../algebra';
import { FlowDeclaration } from '../model/declarations';
import { compareText, sortedBy } from '../support/order';
import { stableId } from '../support/stable-id';
import { CompiledFlow, CompiledPeer } from './compiled-policy';
import { lastExpiry } from './expiry';
import { ManifestService } from './manifest-types';
import { peerKey } from './peers';

/** One service between a client and a server, with the declarations that ask for it. */
interface Admission {
  readonly service: ManifestService;
  readonly declarations: Set<FlowDeclaration>;
}

interface Pair {
  readonly client: CompiledPeer;
  readonly server: CompiledPeer;
  readonly admissions: Map<string, Admission>;
}

/**
 * Gathers expanded flows by client and server, and folds what several declarations ask for.
 *
 * Services that merely touch (tcp/80 and tcp/81) stay apart, so that one more flow leaves the rules of the others alone;
 * a service that the others of its pair cover goes, and its declarations become origins of those that cover it.
 */
export class FlowMerger {
  private readonly pairs = new Map<string, Pair>();

  public add(client: CompiledPeer, server: CompiledPeer, services: readonly ManifestService[], declaration: FlowDeclaration): void {
    if (services.length === 0) return;
    const key = `${peerKey(client)}>${peerKey(server)}`;
    const pair = this.pairs.get(key) ?? { client, server, admissions: new Map() };
    this.pairs.set(key, pair);
    for (const service of services) admit(pair, service, declaration);
  }

  /** The merged flows, sorted by client, server and services. */
  public flows(): CompiledFlow[] {
    return [...this.pairs.keys()].sort(compareText).flatMap((key) => {
      const pair = this.pairs.get(key)!;
      return flowsOf(pair, key);
    });
  }
}

function admit(pair: Pair, { protocol, fromPort, toPort }: ManifestService, declaration: FlowDeclaration): void {
  const key = `${protocol}/${fromPort ?? ''}-${toPort ?? ''}`;
  const admission = pair.admissions.get(key);
  if (admission) admission.declarations.add(declaration);
  else pair.admissions.set(key, { service: { protocol, fromPort, toPort }, declarations: new Set([declaration]) });
}

/** What one explanation is for. */
interface Explained {
  readonly explanation: Explanation;
  readonly services: Map<string, ManifestService>;
  readonly sources: Set<string>;
}

/** Flows of one pair: admissions with the same explanation stand together. */
function flowsOf(pair: Pair, pairKey: string): CompiledFlow[] {
  const byExplanation = new Map<string, Explained>();
  for (const [key, { service, declarations }] of withoutCovered(pair.admissions)) {
    const explanation = explain(declarations);
    const text = JSON.stringify(explanation);
    if (!byExplanation.has(text)) byExplanation.set(text, { explanation, services: new Map(), sources: new Set() });
    const { services, sources } = byExplanation.get(text)!;
    services.set(key, service);
    // Lines of a file explain nothing: moving one must not part what stands together.
    for (const { source } of declarations) if (source !== undefined) sources.add(source);
  }
  const flows = [...byExplanation.values()].map(({ explanation, services, sources }) => {
    const keys = [...services.keys()].sort(compareText);
    const { client, server } = pair;
    const flow = { client, server, services: keys.map((key) => services.get(key)!), ...explanation, ...sourcesOf(sources) };
    return { sortKey: keys.join(), flow: { id: stableId(pairKey, ...keys), ...flow } };
  });
  return sortedBy(flows, ({ sortKey }) => sortKey).map(({ flow }) => flow);
}

function sourcesOf(sources: ReadonlySet<string>): Pick<CompiledFlow, 'sources'> {
  return sources.size === 0 ? {} : { sources: [...sources].sort(compareText) };
}

/** Drops each service that the rest of the pair covers, the narrowest first, and hands its declarations on. */
function withoutCovered(admissions: ReadonlyMap<string, Admission>): ReadonlyMap<string, Admission> {
  if (admissions.size < 2) return admissions;
  const kept = [...admissions].map(([key, admission]) => ({ key, admission, set: ServiceSet.fromRange(admission.service) }));
  kept.sort((a, b) => a.set.size - b.set.size || compareText(a.key, b.key));
  for (let index = 0; index < kept.length;) {
    const { set, admission } = kept[index];
    const others = kept.filter((_, other) => other !== index && !kept[other].set.intersect(set).isEmpty());
    if (others.length > 0 && set.isSubsetOf(ServiceSet.union(others.map((other) => other.set)))) {
      others.forEach((other) => admission.declarations.forEach((declaration) => other.admission.declarations.add(declaration)));
      kept.splice(index, 1);
    } else {
      index += 1;
    }
  }
  return new Map(kept.map(({ key, admission }) => [key, admission]));
}

interface Explanation {
  readonly justification?: string;
  readonly owner?: string;
  readonly expires?: string;
  readonly origins: string[];
}

function explain(declarations: ReadonlySet<FlowDeclaration>): Explanation {
  const all = [...declarations];
  return {
    justification: joined(all.map((flow) => flow.justification)),
    owner: joined(all.map((flow) => flow.owner)),
    expires: lastExpiry(all.map((flow) => flow.expires)),
    origins: distinctSorted(all.map((flow) => flow.origin)),
  };
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  const known = distinctSorted(texts.filter((text) => text !== undefined && text !== '') as string[]);
  return known.length === 0 ? undefined : known.join('; ');
}

function distinctSorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareText);
}
