import { AddressSet, ServiceSet } from '../../../algebra';
import { Problem } from '../../../support/errors';
import { End } from '../plan-types';

/** Whom a rule names at its other end, as far as the artifacts say. */
export type ReadPeer =
  | { readonly kind: 'addresses'; readonly addresses: AddressSet }
  /** An application security group of the artifacts; `text` is the reference as it stands in the rule. */
  | { readonly kind: 'applicationGroup'; readonly group: string; readonly text: string }
  /** A service tag, or a value that is known at deploy time only. */
  | { readonly kind: 'token'; readonly id: string };

/** Which of the machines under a security group a rule is for. */
export type OwnEnd =
  | { readonly kind: 'all' }
  /** Members of these application security groups; with `more`, of others that the artifacts do not hold. */
  | { readonly kind: 'members'; readonly groups: readonly string[]; readonly more: boolean }
  /** Machines at certain addresses: the artifacts do not tell which these are. */
  | { readonly kind: 'some' };

export interface ReadRule {
  readonly end: End;
  readonly priority: number;
  readonly action: 'allow' | 'deny';
  readonly services: ServiceSet;
  readonly peers: readonly ReadPeer[];
  readonly own: OwnEnd;
  /** File and address of the resource that the rule is written in. */
  readonly at: string;
}

/** A network security group with all its rules, wherever they are written. */
export interface ReadSecurityGroup {
  /** File and address in it. */
  readonly id: string;
  /** Path of the artifact that the group is reported under. */
  readonly artifact: string;
  /** Undefined where it is known at deploy time only. */
  readonly name?: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly rules: ReadRule[];
  /** What is unreadable in it. It matters only where the group has to do with a workload. */
  readonly problems: Problem[];
}

/** An application security group. */
export interface ReadApplicationGroup {
  readonly id: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** A network interface, of a machine or of a scale set's machines. */
export interface ReadInterface {
  /** File and address in it, or the text by which an association names it. */
  readonly id: string;
  /** Network security groups of the artifacts on it. Azure allows one. */
  readonly securityGroups: ReadonlySet<string>;
  readonly subnets: ReadonlySet<string>;
  readonly applicationGroups: ReadonlySet<string>;
}

/** Everything that the artifacts below a directory say of network security groups. */
export interface ReadNetwork {
  /** Paths of all artifacts, with or without groups. */
  readonly artifacts: readonly string[];
  readonly securityGroups: ReadonlyMap<string, ReadSecurityGroup>;
  readonly applicationGroups: ReadonlyMap<string, ReadApplicationGroup>;
  readonly interfaces: readonly ReadInterface[];
  /** Ids of the interfaces of each machine that has several. */
  readonly machines: readonly (readonly string[])[];
  /** Network security groups of the artifacts by subnet. */
  readonly subnets: ReadonlyMap<string, ReadonlySet<string>>;
}
