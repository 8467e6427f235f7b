import { AddressSet } from '../../algebra';
import { CompiledFlow } from '../../compiler';
import { Keyed } from './chunks';
import { End, Layer4 } from './plan-types';

/** What the peers of one rule are. They are never mixed: families may not be, and the rest would hide what a rule is for. */
export type PeerKind = 'identities' | 'ranges4' | 'ranges6' | 'addressGroups4' | 'addressGroups6';

/** A peer with what is written for it. */
export interface NamedPeer extends Keyed {
  readonly value: string;
}

/** Peers of one kind: known addresses, and what only has a name before deployment. */
export interface NeedPeers {
  readonly kind: PeerKind;
  readonly literal: AddressSet;
  readonly named: readonly NamedPeer[];
}

/** A peer that only has a name before deployment. */
export function named(kind: PeerKind, key: string, value: string): NeedPeers {
  return { kind, literal: AddressSet.EMPTY, named: [{ key, value }] };
}

/** What a workload needs at one end: services with peers of one kind. */
export interface Need {
  readonly end: End;
  readonly layer4: Layer4[];
  readonly kind: PeerKind;
  readonly peers: NeedPeers[];
  readonly flows: Set<CompiledFlow>;
}

/** Each peer once: addresses in as few ranges as hold them. */
export function peersOfNeed({ peers }: Pick<Need, 'peers'>): NamedPeer[] {
  const ranges = AddressSet.union(peers.map(({ literal }) => literal)).cidrs().map((cidr) => ({ key: cidr, value: cidr }));
  const byValue = new Map(peers.flatMap((each) => each.named).map((peer) => [peer.value, peer]));
  return [...ranges, ...byValue.values()];
}
