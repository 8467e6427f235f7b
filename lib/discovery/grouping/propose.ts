import { Service } from '../../model';
import { compareText, sortedBy } from '../../support/order';
import { DependencyMap, MapNode, ProposedLabels } from '../dependency-map';
import { ALIKE, Cluster, clusters } from './clusters';
import { Profile, profilesOf, rarity, similaritiesOf, VIEWS } from './profiles';

/** Edges that are less sure say nothing of who somebody is. */
const SURE = 0.5;
/** Different profiles that are compared, each with each, which takes a second: where there are more, they are looked at less closely. */
const MOST_COMPARED = 1_500;
/** What teams call the label that says which part a workload plays. */
const ROLE_KEYS = ['tier', 'role', 'component', 'app.kubernetes.io/component'];

/**
 * The map with proposals for workloads whose inventory does not say which part they play (the label `tier`, `role` or `component`,
 * whichever the inventory uses): what those that serve and use the same have in common. Labels that are there stay as they are.
 *
 * How sure a proposal is: how alike the workload is to the others of its group (0 to 1; 0.5 where it is alone), less how alike it
 * is to the group that comes next, times the share of its group's labels that agree.
 *
 * Among very many workloads of which no two do the same, peers do not count, or even what they use; where still no two are the same,
 * those that are like most others are proposed something, and the rest nothing.
 */
export function withProposals(map: DependencyMap): DependencyMap {
  const key = roleKey(map.nodes);
  const unlabelled = map.nodes.some((node) => node.kind === 'workload' && node.labels[key] === undefined);
  if (!unlabelled) return map;
  const proposals = new Grouping(map, key).proposals();
  return { ...map, nodes: map.nodes.map((node) => {
    const proposed = proposals.get(node.id);
    return proposed ? { ...node, proposed } : node;
  }) };
}

/** The key that most workloads carry; the first of them where none does. */
function roleKey(nodes: readonly MapNode[]): string {
  const carried = (key: string) => nodes.filter(({ labels }) => Object.hasOwn(labels, key)).length;
  return [...ROLE_KEYS].sort((a, b) => carried(b) - carried(a) || ROLE_KEYS.indexOf(a) - ROLE_KEYS.indexOf(b))[0];
}

/** A group of profiles that are the same. */
interface Alike {
  readonly profile: Profile;
  readonly ids: string[];
}

/** Profiles in groups, by their places. */
interface Grouped {
  readonly alike: readonly Alike[];
  readonly similarities: readonly Float64Array[];
  readonly groups: readonly Cluster[];
}

class Grouping {
  private readonly nodes: ReadonlyMap<string, MapNode>;
  private readonly alike: readonly Alike[];
  private readonly groups: readonly Cluster[];
  private readonly similarities: readonly Float64Array[];

  public constructor(map: DependencyMap, private readonly key: string) {
    this.nodes = new Map(map.nodes.map((node) => [node.id, node]));
    const edges = map.edges.filter(({ denied, confidence }) => !denied && confidence >= SURE);
    const label = (id: string) => this.nodes.get(id)?.labels[key] ?? this.nodes.get(id)?.kind ?? '';
    // First by what is known of peers; then peers count by the groups that came out of it.
    const first = groupedBy(profilesOf(map, edges, label));
    const groupOf = new Map(first.groups.flatMap(({ members }, group) => (
      members.flatMap((place) => first.alike[place].ids.map((id) => [id, `group ${group}`])))));
    const second = groupedBy(profilesOf(map, edges, (id) => groupOf.get(id) ?? label(id)));
    ({ alike: this.alike, groups: this.groups, similarities: this.similarities } = second);
  }

  public proposals(): Map<string, ProposedLabels> {
    const found = new Map<string, ProposedLabels>();
    const names = new Set([...this.nodes.values()].flatMap(({ labels }) => (labels[this.key] === undefined ? [] : [labels[this.key]])));
    for (const group of this.groups) {
      const known = this.knownLabel(group);
      const value = known?.value ?? freeName(nameOf(this.alike[group.members[0]].profile), names);
      for (const place of group.members) {
        const confidence = Math.round(this.standsOut(place, group) * (known?.agreement ?? 1) * 100) / 100;
        const proposed = { labels: { [this.key]: value }, confidence, because: this.because(place, group) };
        for (const id of this.alike[place].ids) if (this.nodes.get(id)!.labels[this.key] === undefined) found.set(id, proposed);
      }
    }
    return found;
  }

  /** The label that most members of the group carry, and the share of those labelled that agree. */
  private knownLabel({ members }: Cluster): { value: string; agreement: number } | undefined {
    const counts = new Map<string, number>();
    for (const id of members.flatMap((place) => this.alike[place].ids)) {
      const value = this.nodes.get(id)!.labels[this.key];
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const [best] = [...counts].sort(([a, x], [b, y]) => y - x || compareText(a, b));
    return best && { value: best[0], agreement: best[1] / [...counts.values()].reduce((sum, count) => sum + count, 0) };
  }

  private standsOut(place: number, own: Cluster): number {
    const inside = this.alike[place].ids.length > 1 || own.members.length > 1 ? this.closeness(place, own) : ALIKE;
    const next = this.groups.reduce((most, group) => (group === own ? most : Math.max(most, this.closeness(place, group))), 0);
    return Math.max(0, inside - next);
  }

  /** Mean similarity to the workloads of the group; workloads with the same profile are as alike as can be. */
  private closeness(place: number, { members }: Cluster): number {
    let [sum, count] = [0, 0];
    for (const other of members) {
      const weight = this.alike[other].ids.length - (other === place ? 1 : 0);
      sum += weight * (other === place ? 1 : this.similarities[place][other]);
      count += weight;
    }
    return count === 0 ? 0 : sum / count;
  }

  private because(place: number, group: Cluster): string {
    const { serves, uses } = this.alike[place].profile;
    const others = group.members.reduce((sum, member) => sum + this.alike[member].ids.length, 0) - 1;
    const said = [
      ...(serves.length > 0 ? [`serves ${serves.slice(0, 3).join(', ')}`] : []),
      ...(uses.length > 0 ? [`uses ${uses.slice(0, 3).join(', ')}`] : []),
    ].join(' and ');
    return `it ${said}${others > 0 ? `, like ${others} other${others === 1 ? '' : 's'}` : ''}`;
  }
}

function groupedBy(profiles: readonly Profile[]): Grouped {
  const sorted = sortedBy(profiles, ({ id }) => id);
  const views = VIEWS.map((view) => ({ view, alike: sameOf(sorted.map(view)) }));
  const { view, alike: all } = views.find(({ alike }) => alike.length <= MOST_COMPARED) ?? views.at(-1)!;
  const alike = [...all].sort((a, b) => b.ids.length - a.ids.length).slice(0, MOST_COMPARED);
  const similarities = similaritiesOf(alike.map(({ profile }) => profile), rarity(profiles.map(view)));
  return { alike, similarities, groups: clusters(similarities) };
}

function sameOf(profiles: readonly Profile[]): Alike[] {
  const byFeatures = new Map<string, Alike>();
  for (const profile of profiles) {
    const key = [...profile.features.keys()].sort(compareText).join('\n');
    const known = byFeatures.get(key);
    if (known) known.ids.push(profile.id);
    else byFeatures.set(key, { profile, ids: [profile.id] });
  }
  return [...byFeatures.values()];
}

/** What a group is called by the service it serves most: `postgres`, `tcp-8443`; `clients` where it serves nothing. */
function nameOf({ serves: [service] }: Profile): string {
  if (service === undefined) return 'clients';
  return KNOWN.get(service) ?? service.replace('/', '-');
}

const KNOWN: ReadonlyMap<string, string> = new Map(Object.values(Service).flatMap((service: unknown): [string, string][] => (
  service instanceof Service && service._ranges.length === 1 ? [[`${service._ranges[0].protocol}/${service._ranges[0].fromPort}`, service.name]] : [])));

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}-${count}`;
  taken.add(free);
  return free;
}
