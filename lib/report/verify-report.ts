import { VerifiedArtifact, VerifiedFlow, VerifyResult } from '../analysis/verify';
import { ManifestService, peerKey } from '../compiler';
import { printable } from '../support/printable';
import { counted, table } from './terminal';
import { jsonText, peerWords, servicesWords } from './words';

/** The result as the stable JSON document: exactly the documented fields. */
export function verifyJson({ ok, policies }: VerifyResult): string {
  const flows = (found: readonly VerifiedFlow[]) => found.map(({ client, server, protocol, fromPort, toPort, end }) => (
    { client, server, protocol, fromPort, toPort, end }));
  const document = {
    ok,
    policies: policies.map(({ id, artifacts }) => ({
      id,
      artifacts: artifacts.map(({ platform, path, ok: fine, excess, missing }) => (
        { platform, path, ok: fine, excess: flows(excess), missing: flows(missing) })),
    })),
  };
  return jsonText(document);
}

/** The result for people: a table, then every finding as a sentence, then the verdict. */
export function verifyText(result: VerifyResult): string {
  const rows = result.policies.flatMap(({ id, artifacts }) => (artifacts.length === 0
    ? [[id, '', 'no artifact enforces it', 0, 0]]
    : artifacts.map(({ platform, path, ok, excess, missing }) => [id, `${path} (${platform})`, ok ? 'exact' : 'deviates', excess.length, missing.length])));
  const artifacts = result.policies.flatMap((policy) => policy.artifacts);
  const findings = artifacts.flatMap(findingsOf);
  return [
    table(['policy', 'artifact', 'result', 'excess', 'missing'], rows),
    ...findings,
    result.ok
      ? `verified: ${counted(artifacts.length, 'artifact')} of ${counted(result.policies.length, 'policy', 'policies')}, each exactly as declared`
      : `not verified: ${counted(findings.length, 'finding')}`,
    '',
  ].join('\n');
}

function findingsOf({ excess, missing }: VerifiedArtifact): string[] {
  return [
    ...perPair(excess).map((flows) => sentence('excess', flows, excessWords)),
    ...perPair(missing).map((flows) => sentence('missing', flows, missingWords)),
  ];
}

/** Flows that differ in services only are one finding. */
function perPair(flows: readonly VerifiedFlow[]): VerifiedFlow[][] {
  const pairs = new Map<string, VerifiedFlow[]>();
  for (const flow of flows) {
    const key = JSON.stringify([flow.end, peerKey(flow.client), peerKey(flow.server), flow.carriers]);
    pairs.set(key, [...pairs.get(key) ?? [], flow]);
  }
  return [...pairs.values()];
}

type Words = (end: VerifiedFlow['end'], client: string, server: string, services: string) => string;

const excessWords: Words = (end, client, server, services) => (end === 'ingress'
  ? `${server} lets ${client} in with ${services}, which nobody declared`
  : `${client} lets ${services} out to ${server}, which nobody declared`);

const missingWords: Words = (end, client, server, services) => (end === 'ingress'
  ? `${server} does not let ${client} in with ${services}, which is declared`
  : `${client} does not let ${services} out to ${server}, which is declared`);

function sentence(label: string, flows: readonly VerifiedFlow[], words: Words): string {
  const [{ end, client, server, carriers }] = flows;
  const where = carriers.length > 0 ? ` (${carriers.join('; ')})` : '';
  return printable(`${label}: ${words(end, peerWords(client), peerWords(server), servicesWords(flows.map(serviceOf)))}${where}`);
}

function serviceOf({ protocol, fromPort, toPort }: VerifiedFlow): ManifestService {
  return { protocol, fromPort, toPort };
}
