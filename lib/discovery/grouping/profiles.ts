import { DependencyMap, MapEdge } from '../dependency-map';

/** What a node does, as weighted features: which services it serves and uses, and of or for whom. */
export interface Profile {
  readonly id: string;
  readonly features: ReadonlyMap<string, number>;
  /** Ports that it serves, from the most used; for words. */
  readonly serves: readonly string[];
  readonly uses: readonly string[];
}

/** Weight of what a node serves, uses, and of the peers it does so with. What is served says most of what somebody is. */
const WEIGHTS = { serves: 3, uses: 1.5, servedPeer: 1, usedPeer: 1 } as const;

/**
 * Profiles of the nodes whose traffic is certain enough. A peer stands in them by its group where it has one, else by itself:
 * workloads that use the same database are alike, also where each of them uses another replica of it.
 *
 * @param groupOf what a node counts as
 */
export function profilesOf(map: DependencyMap, edges: readonly MapEdge[], groupOf: (node: string) => string): Profile[] {
  const builders = new Map(map.nodes.filter(({ kind }) => kind === 'workload').map(({ id }) => [id, new Builder(id)]));
  for (const { client, server, protocol, port } of edges) {
    const service = port === undefined ? protocol : `${protocol}/${port}`;
    builders.get(client)?.add('uses', service, groupOf(server));
    builders.get(server)?.add('serves', service, groupOf(client));
  }
  return [...builders.values()].map((builder) => builder.profile()).filter(({ features }) => features.size > 0);
}

/**
 * Ways to look at profiles, from the closest to the coarsest: with peers; by what they serve and use; by what they serve. There are
 * ever fewer different ones.
 */
export const VIEWS: readonly ((profile: Profile) => Profile)[] = [
  (profile) => profile,
  (profile) => withFeatures(profile, [...servicesOf(profile, 'serves'), ...servicesOf(profile, 'uses')]),
  (profile) => withFeatures(profile, servicesOf(profile, 'serves')),
];

function servicesOf(profile: Profile, what: 'serves' | 'uses'): [string, number][] {
  return profile[what].map((service) => [`${what} ${service}`, WEIGHTS[what]]);
}

function withFeatures(profile: Profile, features: readonly (readonly [string, number])[]): Profile {
  return { ...profile, features: new Map(features) };
}

/** Similarity of each profile to each, from 0 to 1 (weighted Jaccard): what both do against what either does. */
export function similaritiesOf(profiles: readonly Profile[], weightOf: (feature: string) => number): Float64Array[] {
  const numbers = new Map<string, number>();
  const vectors = profiles.map(({ features }) => [...features].map(([feature, weight]): [number, number] => {
    const number = numbers.get(feature) ?? numbers.size;
    numbers.set(feature, number);
    return [number, weight * weightOf(feature)];
  }));
  const weights = new Float64Array(numbers.size);
  const totals = vectors.map((vector) => vector.reduce((sum, [, weight]) => sum + weight, 0));
  return vectors.map((vector, place) => {
    for (const [number, weight] of vector) weights[number] = weight;
    const row = Float64Array.from(vectors, (other, at) => {
      const both = other.reduce((sum, [number, weight]) => sum + Math.min(weight, weights[number]), 0);
      const either = totals[place] + totals[at] - both;
      return either === 0 ? 0 : both / either;
    });
    for (const [number] of vector) weights[number] = 0;
    return row;
  });
}

/** What nearly everybody does (names, time, monitoring) tells little: a feature weighs less the more nodes have it. */
export function rarity(profiles: readonly Profile[]): (feature: string) => number {
  const counts = new Map<string, number>();
  for (const { features } of profiles) for (const feature of features.keys()) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return (feature) => Math.log((1 + profiles.length) / (counts.get(feature) ?? 1));
}

class Builder {
  private readonly features = new Map<string, number>();
  private readonly services = { serves: new Map<string, number>(), uses: new Map<string, number>() };

  public constructor(private readonly id: string) {}

  public add(what: 'serves' | 'uses', service: string, peer: string): void {
    this.features.set(`${what} ${service}`, WEIGHTS[what]);
    this.features.set(`${what} ${service} ${peer}`, what === 'serves' ? WEIGHTS.servedPeer : WEIGHTS.usedPeer);
    const counts = this.services[what];
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }

  public profile(): Profile {
    const ordered = (counts: ReadonlyMap<string, number>) => (
      [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([service]) => service));
    return { id: this.id, features: this.features, serves: ordered(this.services.serves), uses: ordered(this.services.uses) };
  }
}
