import { AddressSet, ServiceSet } from '../../../algebra';
import { End } from '../plan-types';

/** Whom a rule admits, as far as the artifacts say. */
export type ReadPeer =
  | { readonly kind: 'addresses'; readonly addresses: AddressSet }
  /** A group of the artifacts; `text` is the reference as it stands in the rule. */
  | { readonly kind: 'group'; readonly group: string; readonly text: string }
  | { readonly kind: 'token' | 'prefixList'; readonly id: string };

export interface ReadRule {
  readonly end: End;
  readonly services: ServiceSet;
  readonly peers: readonly ReadPeer[];
  /** File and address of the resource that the rule is written in. */
  readonly at: string;
}

/** A security group with all its rules, wherever they are written. */
export interface ReadGroup {
  /** File and address in it: no two groups have the same. */
  readonly id: string;
  /** Path of the artifact that the group is reported under. */
  readonly artifact: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly rules: ReadRule[];
}

/** A resource with security groups on its interfaces. */
export interface ReadCarrier {
  /** File and address in it. */
  readonly id: string;
  /** Ids of the groups of the artifacts on it. */
  readonly groups: ReadonlySet<string>;
  /** References, as they stand, to groups that the artifacts do not hold: nobody can tell what these admit. */
  readonly unknown: ReadonlySet<string>;
}

/** Stands among the unknown groups for the one that EC2 puts on an interface that is given none. */
export const DEFAULT_GROUP = 'of the network by default';

/** Everything that the artifacts below a directory say of security groups. */
export interface ReadGroups {
  /** Paths of all artifacts, with or without groups. */
  readonly artifacts: readonly string[];
  readonly groups: ReadonlyMap<string, ReadGroup>;
  readonly carriers: readonly ReadCarrier[];
}
