import { LabelSelector, ServiceRange } from '../algebra';

/**
 * What users declared, as plain data: the model's side of the compiler. Nothing here is resolved, and nothing here is
 * part of the public API.
 */
export type PeerDeclaration =
  | { readonly kind: 'workload'; readonly id: string; readonly policy: string }
  | { readonly kind: 'segment'; readonly id: string; readonly policy: string }
  | { readonly kind: 'labels'; readonly selector: LabelSelector }
  | { readonly kind: 'any'; readonly families: readonly (4 | 6)[] }
  | { readonly kind: 'cidrs'; readonly cidr: string; readonly except: readonly string[] }
  | OpaqueDeclaration;

export interface OpaqueDeclaration {
  readonly kind: 'prefixList' | 'token';
  readonly name: string;
  readonly value: string;
  readonly family: 4 | 6;
  readonly maxEntries: number;
  /** The platform on which the value means something; absent where it is an address. */
  readonly platform?: 'aws' | 'azure' | 'gcp';
}

export interface NamedRange extends ServiceRange {
  readonly name: string;
}

export interface WorkloadDeclaration {
  readonly id: string;
  readonly path: string;
  readonly labels: { readonly [key: string]: string };
  readonly services: readonly NamedRange[];
  readonly addresses: readonly string[];
  readonly mode?: string;
  readonly criticality: string;
  readonly managed: boolean;
  /** Where the user's code declared it, as `file:line`; absent where that is not kept. */
  source?: string;
}

export interface SegmentDeclaration {
  readonly id: string;
  readonly path: string;
  readonly selector: LabelSelector;
  readonly mode?: string;
  readonly ringfence: boolean;
  /** Where the user's code declared it, as `file:line`; absent where that is not kept. */
  source?: string;
}

export interface FlowDeclaration {
  readonly client: PeerDeclaration;
  readonly server: PeerDeclaration;
  /** Absent: what the server offers. */
  readonly services?: readonly ServiceRange[];
  readonly justification?: string;
  readonly owner?: string;
  readonly expires?: string;
  readonly crossesRingfence: boolean;
  /** Construct path of the workload, segment or policy on which the flow was declared. */
  readonly origin: string;
  /** Where the user's code declared it, as `file:line`; absent where that is not kept. */
  source?: string;
}

/** Somebody's word that what a check of `microseg lint` finds is meant. */
export interface AcknowledgementDeclaration {
  /** Code of the check, such as MSEG5103. */
  readonly check: string;
  /** Construct path; findings below it are meant as well. */
  readonly path: string;
  /** Only what the check reports under this subject. Absent: everything that it reports at the path. */
  readonly subject?: string;
  readonly reason: string;
  /** ISO 8601 date, or date and time, from which on it counts no longer. */
  readonly expires?: string;
  /** Where the user's code declared it, as `file:line`; absent where that is not kept. */
  source?: string;
}

export type InvariantDeclaration =
  | { readonly kind: 'allows' | 'denies'; readonly client: PeerDeclaration; readonly server: PeerDeclaration; readonly services?: readonly ServiceRange[] }
  | { readonly kind: 'exposure'; readonly exposed: readonly PeerDeclaration[] }
  | { readonly kind: 'blastRadius'; readonly workload: PeerDeclaration; readonly atMost: number };
