import { PolicyGraph } from '../policy-graph';

/** Two versions of one policy; one of them is absent where the policy came or went. */
export interface PolicyVersions {
  readonly before?: PolicyGraph;
  readonly now?: PolicyGraph;
}

/**
 * Brings the versions of each policy together: by id and construct path, then by id where only one policy has it, and at
 * last the only one left here with the only one left there, whatever their ids.
 */
export function matchPolicies(before: readonly PolicyGraph[], now: readonly PolicyGraph[]): PolicyVersions[] {
  const matched: PolicyVersions[] = [];
  let [old, current] = [[...before], [...now]];
  for (const keyOf of [({ id, path }: PolicyGraph) => JSON.stringify([id, path]), ({ id }: PolicyGraph) => id, () => '']) {
    for (const version of old) {
      const [here, there] = [old, current].map((versions) => versions.filter((other) => keyOf(other) === keyOf(version)));
      if (here.length === 1 && there.length === 1) matched.push({ before: version, now: there[0] });
    }
    old = old.filter((version) => matched.every((pair) => pair.before !== version));
    current = current.filter((version) => matched.every((pair) => pair.now !== version));
  }
  return [...matched, ...old.map((version) => ({ before: version })), ...current.map((version) => ({ now: version }))];
}
