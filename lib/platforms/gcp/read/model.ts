import { AddressSet, ServiceSet } from '../../../algebra';
import { End } from '../plan-types';

/** Where rules stand. Google Cloud asks one level after the other until one decides. */
export type Level = 'firewall' | 'global' | 'regional';

export type IdentityKind = 'tag' | 'secureTag' | 'serviceAccount';

/** A tag or service account, as the files name it: equal keys are the same, whatever it turns out to be at deployment. */
export interface IdentityName {
  readonly key: string;
  readonly kind: IdentityKind;
  /** `literal` is written out, `resource` is made by the files; what is `unknown` before deployment may be a literal one. */
  readonly form: 'literal' | 'resource' | 'unknown';
  /** As it stands in the file. */
  readonly text: string;
}

/** A network, as the files name it. */
export interface NetworkName {
  /** Resource of the files, or a text that is known at deployment only. */
  readonly key: string;
  /** Name in Google Cloud, where the files tell. */
  readonly name?: string;
}

/** Whom a rule admits or denies, as far as the files say. */
export type ReadPeer =
  | { readonly kind: 'addresses'; readonly addresses: AddressSet }
  | { readonly kind: 'identity'; readonly identity: IdentityName }
  | { readonly kind: 'token'; readonly id: string };

export interface Owner {
  readonly policy: string;
  readonly workload: string;
}

/** An enabled rule. */
export interface ReadRule {
  /** File and address in it. */
  readonly where: string;
  /** Address without the key of `for_each`: what holds the rule. */
  readonly container: string;
  readonly artifact: string;
  readonly level: Level;
  /** The network of a VPC firewall rule, or the key of a rule's policy. */
  readonly place: { readonly network: NetworkName } | { readonly policy: string };
  readonly end: End;
  readonly action: 'allow' | 'deny' | 'next';
  readonly priority: number;
  /** Empty: every machine of the network. */
  readonly targets: readonly IdentityName[];
  readonly services: ServiceSet;
  readonly peers: readonly ReadPeer[];
  /** By the rule's description. */
  readonly owner?: Owner;
}

/** A resource that is, or makes, machines. */
export interface ReadCarrier {
  /** File and address in it. */
  readonly id: string;
  readonly identities: ReadonlyMap<string, IdentityName>;
  /** Networks that it stands in, as far as it says. */
  readonly networks: readonly NetworkName[];
}

/** Everything that the files below a directory say of firewalls. */
export interface ReadFirewalls {
  /** Paths of all files, with or without rules. */
  readonly artifacts: readonly string[];
  readonly rules: readonly ReadRule[];
  readonly carriers: readonly ReadCarrier[];
  /** Networks by the key of the policy that is associated with them. */
  readonly associations: ReadonlyMap<string, readonly NetworkName[]>;
  /** Keys of policies that the files hold: these are associated as the files say, and in no other way. */
  readonly knownPolicies: ReadonlySet<string>;
  /** Networks that ask their policies before VPC firewall rules. */
  readonly policiesFirst: readonly NetworkName[];
}
