import { VerifiedArtifact, VerifiedFlow, VerifyResult } from '../analysis/verify';
import { CODES, KINDS, perPair, rulesOf, serviceOf, wordsOf } from '../analysis/verify/deviations';
import { peerKey } from '../compiler';
import { printable } from '../support/printable';
import { stableId } from '../support/stable-id';
import { SarifFinding, sarifText } from './sarif';
import { counted, table } from './terminal';
import { jsonText, servicesWords } from './words';

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

/** The findings as SARIF. @param fileOf where the path of an artifact is */
export function verifySarif({ policies }: VerifyResult, fileOf: (path: string) => string): string {
  const findings = policies.flatMap(({ id, artifacts }) => artifacts.flatMap((artifact) => KINDS.flatMap((kind) => (
    perPair(artifact[kind]).map((flows): SarifFinding => {
      const [{ end, client, server, carriers, sources: [source] }] = flows;
      const message = wordsOf(kind, flows);
      const places = [...new Set([...rulesOf(flows), ...carriers])];
      const services = servicesWords(flows.map(serviceOf));
      const fingerprint = stableId(CODES[kind], id, artifact.path, end, peerKey(client), peerKey(server), services);
      return { code: CODES[kind], message, places, source, file: fileOf(artifact.path), fingerprint };
    })))));
  return sarifText(findings, Object.values(CODES));
}

function findingsOf(artifact: VerifiedArtifact): string[] {
  return KINDS.flatMap((kind) => perPair(artifact[kind]).map((flows) => {
    const [{ carriers, sources }] = flows;
    const rules = rulesOf(flows).map((rule) => `by ${rule}`);
    const declared = sources.length > 0 ? [`declared at ${sources.join(', ')}`] : [];
    const places = [...carriers.length > 0 ? [carriers.join('; ')] : [], ...rules, ...declared];
    return printable(`${kind}: ${wordsOf(kind, flows)}${places.length > 0 ? ` (${places.join(', ')})` : ''}`);
  }));
}
