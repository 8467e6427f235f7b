import * as fc from 'fast-check';
import { LinuxHostsRequest, PeerAddress } from '../../../lib/platforms/linux/plan-types';
import { policyNamed } from '../../model/policies';
import { Declared, modeOf, workloadId } from '../../properties/declare';
import { policySpecs, PolicySpec } from '../../properties/specs';
import { requestFor } from './hosts';

/** Policies that hosts can enforce: they know no prefix lists. */
export const SPECS: fc.Arbitrary<PolicySpec> = policySpecs({ size: 6, sctpPorts: true }).map((spec) => ({
  ...spec,
  flows: spec.flows.filter(({ client, server }) => client.kind !== 'prefixList' && server.kind !== 'prefixList'),
}));

/**
 * A generated policy on hosts. Where its specification is not split, workloads have no addresses: they are known at
 * deployment only, and all even ones then turn out to be at one address, as behind a NAT gateway.
 */
export function generatedRequest(spec: PolicySpec, id: string, only?: PolicySpec['mode']): LinuxHostsRequest {
  const inMode = only === undefined ? spec : withMode(spec, only);
  const { policy } = new Declared(policyNamed(id, { mode: modeOf(inMode.mode) }), inMode);
  const known = spec.split ? {} : Object.fromEntries(spec.workloads.map((_, index) => [workloadId(index), addressTokens(index)]));
  return requestFor(policy, { peerAddresses: known });
}

function withMode(spec: PolicySpec, mode: PolicySpec['mode']): PolicySpec {
  const [workloads, segments] = [spec.workloads, spec.segments].map((all) => all.map((one) => ({ ...one, mode: undefined })));
  return { ...spec, mode, workloads, segments } as PolicySpec;
}

function addressTokens(index: number): PeerAddress[] {
  return [
    { value: `\${Token[W${index}.1]}`, family: 4, opaque: true },
    ...(index % 2 === 0 ? [{ value: `\${Token[W${index}.2]}/128`, family: 6 as const, opaque: true }] : []),
  ];
}

/** What a deploy-time value turns out to be. */
export function filledIn({ value, family }: PeerAddress): string {
  if (family === 6) return '2001:db8:f00::7';
  const [, index] = /W(\d+)/.exec(value) ?? [];
  if (index === undefined) return '198.18.7.0/24';
  return Number(index) % 2 === 0 ? '198.18.0.1' : `198.18.0.${Number(index) + 1}`;
}

/** The address book as it is when deployment has filled it in. */
export function filledBook(book: string): string {
  return book.replace(/^define (\w+) = (.*)$/gm, (_, name: string, value: string) => (
    `define ${name} = ${filledIn({ value, family: value.includes('.2]') || value.includes('TOKEN.8') ? 6 : 4, opaque: true })}`));
}
