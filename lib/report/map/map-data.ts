/** What a map shows, as the page has it: plain data of which every text is printable already. */
export interface MapData {
  readonly title: string;
  /** Sentences about the whole: where it is from, what is not in it. */
  readonly notes: readonly string[];
  readonly groupings: readonly MapGrouping[];
  /** Key of the grouping to begin with. */
  readonly groupBy: string;
  readonly nodes: readonly MapNode[];
  readonly flows: readonly MapFlow[];
  readonly reach: MapReach;
}

/** Who can open a connection to whom, by places in `nodes`: what a breach spreads along. */
export interface MapReach {
  /** By node: whom it reaches by a connection of its own. */
  readonly direct: readonly (readonly number[])[];
  /** Each client reaches each server. */
  readonly hubs: readonly MapHub[];
  /** What the flat network has besides; absent where nothing is known of it. */
  readonly flatHubs?: readonly MapHub[];
}

export interface MapHub {
  readonly clients: readonly number[];
  readonly servers: readonly number[];
}

export interface MapGrouping {
  /** `label:KEY`, `segment`, `policy` or `none`. */
  readonly key: string;
  readonly title: string;
}

export type MapMode = 'enforce' | 'monitor' | 'visibility' | 'unmanaged';

export interface MapNode {
  readonly name: string;
  readonly kind: 'workload' | 'outside';
  /** Of a peer outside: whether it is here as a client or as a server. One that is both is there twice. */
  readonly side?: 'client' | 'server';
  readonly mode?: MapMode;
  readonly criticality?: string;
  readonly policy: string;
  readonly path?: string;
  readonly labels: readonly (readonly [key: string, value: string])[];
  readonly services: readonly string[];
  readonly addresses: readonly string[];
  readonly segments: readonly string[];
  readonly platforms: readonly string[];
  /** What it can be reached with from outside. */
  readonly exposed: readonly string[];
}

/**
 * `allowed`: declared. `unused`: declared, not seen in the replayed traffic. `wouldBlock`: seen there, not declared.
 * `observed`, `denied`: seen in flow logs that no policy was held against.
 */
export type MapVerdict = 'allowed' | 'wouldBlock' | 'unused' | 'observed' | 'denied';

export interface MapFlow {
  readonly client: number;
  readonly server: number;
  readonly services: readonly string[];
  readonly verdict: MapVerdict;
  /** What is known of it, in the order to show it: justification, owner, expiry, origins, counts. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}
