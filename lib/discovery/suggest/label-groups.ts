import { compareText } from '../../support/order';

/** A workload as far as labels can choose it. */
export interface Labeled {
  readonly id: string;
  readonly labels: { readonly [key: string]: string };
}

/** Labels, and the workloads that carry them all. */
export interface LabelGroup {
  readonly labels: { readonly [key: string]: string };
  /** Places in the list of workloads, in order. */
  readonly members: readonly number[];
}

/** Groups that are looked at: beyond that, more labels make no better suggestions. */
const MOST_GROUPS = 2_000;
/** Labels of one workload that are combined in pairs. */
const MOST_PAIRED = 8;

/**
 * Every group of two or more workloads that one label, two labels or all labels of a workload choose. Of labels that choose the
 * same workloads the fewest stand for them, and of those the first by text.
 */
export function labelGroups(workloads: readonly Labeled[]): LabelGroup[] {
  const members = new Map<string, { labels: [string, string][]; members: number[] }>();
  workloads.forEach(({ labels }, place) => {
    for (const selection of selectionsOf(Object.entries(labels).sort(([a], [b]) => compareText(a, b)))) {
      const key = JSON.stringify(selection);
      const known = members.get(key);
      if (known) known.members.push(place);
      else members.set(key, { labels: selection, members: [place] });
    }
  });
  const byMembers = new Map<string, { labels: [string, string][]; members: number[] }>();
  for (const [, group] of [...members].sort(([a, x], [b, y]) => x.labels.length - y.labels.length || compareText(a, b))) {
    const key = group.members.join();
    if (group.members.length > 1 && !byMembers.has(key) && byMembers.size < MOST_GROUPS) byMembers.set(key, group);
  }
  return [...byMembers.values()].map((group) => ({ labels: Object.fromEntries(group.labels), members: group.members }));
}

function selectionsOf(labels: [string, string][]): [string, string][][] {
  const paired = labels.slice(0, MOST_PAIRED);
  const pairs = paired.flatMap((first, place) => paired.slice(place + 1).map((second) => [first, second]));
  return [...labels.map((label) => [label]), ...pairs, ...(labels.length > 2 ? [labels] : [])];
}
