import { CompiledPolicy } from '../compiler';
import { NetworkRange, OpaqueAddress } from '../platforms/network-range';

/** Where the deploy-time values of an enforcement point come from. */
export interface OpaqueValues {
  readonly policy: CompiledPolicy;
  readonly peerAddresses: { readonly [workload: string]: readonly OpaqueAddress[] };
  readonly monitorScope: readonly NetworkRange[];
}

/** Peer keys and values of the deploy-time values that are among those in rules, for platforms whose rules hold them without names. */
export function opaqueUses(values: OpaqueValues, used: ReadonlySet<string>): (readonly [key: string, value: string])[] {
  const declared = values.policy.opaquePeers.map(({ kind, name, value }) => [`${kind}:${name}`, value] as const);
  const given = Object.entries(values.peerAddresses)
    .flatMap(([workload, addresses]) => addresses.map(({ value }) => [`address:${workload}`, value] as const));
  const scope = values.monitorScope.flatMap((range) => (range.kind === 'token' ? [[`token:${range.name}`, range.value] as const] : []));
  return [...declared, ...given, ...scope].filter(([, value]) => used.has(value));
}
