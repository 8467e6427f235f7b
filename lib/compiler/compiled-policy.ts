import { AddressSet, ServiceSet } from '../algebra';
import { LabelSelector } from '../algebra/label-selector';
import { ManifestAcknowledgement, ManifestNamedService, ManifestPeer, ManifestService } from './manifest-types';

/** Either end of a resolved flow; the same shape as in `segmentation.json`. */
export type CompiledPeer = ManifestPeer;

export type Mode = 'visibility' | 'monitor' | 'enforce';

export interface CompiledWorkload {
  readonly id: string;
  readonly path: string;
  readonly labels: { readonly [key: string]: string };
  readonly services: ManifestNamedService[];
  readonly offered: ServiceSet;
  readonly addresses: AddressSet;
  readonly mode: Mode;
  readonly criticality: string;
  readonly managed: boolean;
  /** `file:line` of its declaration. */
  readonly source?: string;
}

export interface CompiledSegment {
  readonly id: string;
  readonly path: string;
  readonly selector: LabelSelector;
  /** Workload ids, sorted. */
  readonly members: string[];
  readonly ringfence: boolean;
  /** `file:line` of its declaration. */
  readonly source?: string;
}

/**
 * An allowed connection between two resolved peers. There is at most one flow for a client, a server and a service;
 * services that the same declarations ask for stand together.
 */
export interface CompiledFlow {
  /** Derived from client, server and services alone: stays as it is when anything else changes. */
  readonly id: string;
  readonly client: CompiledPeer;
  readonly server: CompiledPeer;
  readonly services: ManifestService[];
  readonly justification?: string;
  readonly owner?: string;
  /** ISO date (YYYY-MM-DD) or date-time after which the flow must be gone. */
  readonly expires?: string;
  readonly origins: string[];
  /** `file:line` of its declarations, sorted. */
  readonly sources?: string[];
}

/** A peer whose content is known to the platform only. `value` is what is emitted: an id, a CIDR or a framework's token. */
export interface OpaquePeer {
  readonly kind: 'prefixList' | 'token';
  readonly name: string;
  readonly value: string;
  readonly family: 4 | 6;
  /** How many rules a prefix list may weigh; 1 for a token. */
  readonly maxEntries: number;
  /** The platform on which the value means something, such as a prefix list of AWS; absent where it is an address. */
  readonly platform?: 'aws' | 'azure' | 'gcp';
  /** Other tokens that were given under the same name: `ambiguousNames` tells whether they are the same value. */
  readonly aliases?: readonly string[];
}

/** An invariant with both ends resolved to peers. */
export type CompiledInvariant =
  | { readonly id: string; readonly kind: 'allows' | 'denies'; readonly description: string; readonly clients: CompiledPeer[]; readonly servers: CompiledPeer[]; readonly services?: ServiceSet }
  | { readonly id: string; readonly kind: 'exposure'; readonly description: string; readonly exposed: string[] }
  | { readonly id: string; readonly kind: 'blastRadius'; readonly description: string; readonly workload: string; readonly atMost: number };

/** Something a reader of the policy should know; it does not stop synthesis. */
export interface Finding {
  /** Stable id from the error catalogue. */
  readonly code: string;
  readonly path: string;
  readonly message: string;
  /** `file:line` of its declaration. */
  readonly source?: string;
}

/** The resolved policy: plain data, deterministic, no construct. */
export interface CompiledPolicy {
  readonly id: string;
  readonly path: string;
  readonly mode: Mode;
  readonly workloads: CompiledWorkload[];
  readonly segments: CompiledSegment[];
  readonly flows: CompiledFlow[];
  readonly opaquePeers: OpaquePeer[];
  readonly invariants: CompiledInvariant[];
  readonly acknowledgements: ManifestAcknowledgement[];
  readonly findings: Finding[];
  /** `file:line` of its declaration. */
  readonly source?: string;
}
