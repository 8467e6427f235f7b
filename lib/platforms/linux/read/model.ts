/** One field of an element or of a comparison: a value, or a range of them with both ends included. */
export interface Part {
  readonly first: string;
  readonly last: string;
  /** The text of a value that the artifact leaves to deployment. */
  readonly deployTime?: true;
}

/** As many parts as the key has fields. */
export type Element = readonly Part[];

export type Verdict =
  | { readonly action: 'accept' | 'drop' | 'return' }
  | { readonly action: 'jump' | 'goto'; readonly target: string };

/** What a rule is made of. What logs and counts is left out: it decides nothing. */
export type Statement =
  /** The fields of the packet, such as `ip saddr`, are in the named set, or among the elements; or, `negated`, are not. */
  | { readonly kind: 'match'; readonly fields: readonly string[]; readonly negated: boolean; readonly among: string | readonly Element[] }
  | { readonly kind: 'stateMap'; readonly cases: readonly { readonly state: string; readonly verdict: Verdict }[] }
  /** Holds for some packets only, whatever they are. */
  | { readonly kind: 'limit' }
  | { readonly kind: 'verdict'; readonly verdict: Verdict };

export interface NftRule {
  readonly statements: readonly Statement[];
  readonly comment?: string;
  /** File and line, or handle. */
  readonly where: string;
}

export interface NftChain {
  readonly name: string;
  readonly where: string;
  /** Of a base chain. */
  hook?: string;
  policy: 'accept' | 'drop';
  readonly rules: NftRule[];
}

export interface NftSet {
  readonly name: string;
  /** Of the addresses in its elements, by its type; absent where it has none, or where nobody needs to know. */
  family?: 4 | 6;
  elements: Element[];
}

/** One table, as a file or a kernel has it. */
export interface NftTable {
  readonly family: string;
  readonly name: string;
  readonly where: string;
  readonly sets: Map<string, NftSet>;
  readonly chains: Map<string, NftChain>;
}

export function part(first: string, last = first): Part {
  return { first, last };
}

export function newTable(family: string, name: string, where: string): NftTable {
  return { family, name, where, sets: new Map(), chains: new Map() };
}

export function newChain(name: string, where: string): NftChain {
  return { name, where, policy: 'accept', rules: [] };
}
