import { ManifestService, peerKey } from '../../compiler';
import { compareText } from '../../support/order';
import { peerWords, servicesWords } from '../words';
import { VerifiedFlow } from './flows';

export const KINDS = ['excess', 'missing'] as const;
export type DeviationKind = (typeof KINDS)[number];

/** How the kinds are reported. */
export const CODES = { excess: 'MSEG5020', missing: 'MSEG5021' } as const;

/** Flows that differ in services only are one finding. */
export function perPair(flows: readonly VerifiedFlow[]): VerifiedFlow[][] {
  const pairs = new Map<string, VerifiedFlow[]>();
  for (const flow of flows) {
    const key = JSON.stringify([flow.end, peerKey(flow.client), peerKey(flow.server), flow.carriers]);
    pairs.set(key, [...pairs.get(key) ?? [], flow]);
  }
  return [...pairs.values()];
}

/** Flows of one pair as a sentence. */
export function wordsOf(kind: DeviationKind, flows: readonly VerifiedFlow[]): string {
  const [{ end, client: from, server: to }] = flows;
  const [client, server, services] = [peerWords(from), peerWords(to), servicesWords(flows.map(serviceOf))];
  if (kind === 'excess') {
    return end === 'ingress' ? `${server} lets ${client} in with ${services}, which nobody declared` : `${client} lets ${services} out to ${server}, which nobody declared`;
  }
  return end === 'ingress' ? `${server} does not let ${client} in with ${services}, which is declared` : `${client} does not let ${services} out to ${server}, which is declared`;
}

/** The resources whose rules admit the flows, sorted. */
export function rulesOf(flows: readonly VerifiedFlow[]): string[] {
  return [...new Set(flows.flatMap(({ rules }) => rules))].sort(compareText);
}

export function serviceOf({ protocol, fromPort, toPort }: VerifiedFlow): ManifestService {
  return { protocol, fromPort, toPort };
}
