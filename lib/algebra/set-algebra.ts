/** What every canonical set of this folder can do. */
export interface SetAlgebra<S> {
  union(other: S): S;
  intersect(other: S): S;
  /** What is in this set and not in the other one. */
  subtract(other: S): S;
  isSubsetOf(other: S): boolean;
  /** Whether both mean the same traffic. */
  equals(other: S): boolean;
  isEmpty(): boolean;
}

/** The union of many sets, in a balanced tree: each element is looked at a logarithmic number of times. */
export function unionByHalves<S extends Pick<SetAlgebra<S>, 'union'>>(sets: readonly S[], empty: S): S {
  let rest = sets;
  while (rest.length > 1) {
    const halved: S[] = [];
    for (let i = 0; i < rest.length; i += 2) halved.push(i + 1 < rest.length ? rest[i].union(rest[i + 1]) : rest[i]);
    rest = halved;
  }
  return rest[0] ?? empty;
}
